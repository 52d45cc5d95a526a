/** Whether the branch takes orders from outside, as the box says it; and saying otherwise. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { BranchState, NewBranchState } from '$ui/api/types.ts';
import type { LiveView } from '$ui/live/live.ts';

/** No timer of a browser is longer than some days; asking once an hour is nothing. */
const LONGEST_MS = 3_600_000;
/** The box's clock has to be past the moment. */
const AFTER_MS = 250;

export class Opening {
  /** None before the box has said. */
  state = $state.raw<BranchState | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `now` is the box's clock, in milliseconds since 1970. */
  constructor(private readonly now: () => number) {}

  /** What somebody said stands in the live channel; what holds, the box makes of it and of the hours. */
  hear(views: LiveView[]): void {
    if (views.some(({ name }) => name === 'branch_state')) void this.load();
  }

  async load(): Promise<void> {
    this.#know(await request<BranchState>('branch-state'));
  }

  async say(what: NewBranchState): Promise<Outcome<BranchState>> {
    const outcome = await request<BranchState>('branch-state', { method: 'PUT', body: what, key: newKey() });
    this.#know(outcome);
    return outcome;
  }

  /** It changes by itself at its time: then it is asked for again. */
  #know(outcome: Outcome<BranchState>): void {
    if (outcome.kind !== 'ok') return;
    this.state = outcome.value;
    clearTimeout(this.#timer);
    if (outcome.value.until === null) return;
    const wait = Date.parse(outcome.value.until) - this.now() + AFTER_MS;
    this.#timer = setTimeout(() => void this.load(), Math.min(Math.max(wait, AFTER_MS), LONGEST_MS));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
