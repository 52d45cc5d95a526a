/**
 * Commands that somebody else may have to allow. Where the box answers that the person here may not, a manager types a PIN on
 * the same screen, and the same command goes again under the same key; nobody is logged out for it.
 */
import { newKey, request, type Outcome, type Problem, type Send } from '$ui/api/client.ts';

export interface Approval { staff: string; pin: string }

/** What a manager is asked to allow. */
export interface Asked {
  /** In a few words: «Descuento · L-0042». */
  what: string;
  /** How often a PIN was wrong. */
  refusals: number;
  trouble: Problem | null;
  isBusy: boolean;
}

type Command = Omit<Send, 'key'> & { body: Record<string, unknown> };

class Approvals {
  asked = $state.raw<Asked | null>(null);
  #answer: ((approval: Approval | null) => void) | null = null;

  /** Sends the command, and again with a manager's PIN where that is needed. Who closes the question gets the refusal. */
  async send<T>(path: string, command: Command, what: string): Promise<Outcome<T>> {
    const key = newKey();
    let outcome = await request<T>(path, { ...command, key });
    for (let refusals = 0; isAsking(outcome); refusals += 1) {
      const trouble = refusals > 0 ? outcome.problem : null;
      this.asked = { what, refusals, trouble, isBusy: false };
      const approval = await new Promise<Approval | null>((resolve) => { this.#answer = resolve; });
      if (approval === null) break;
      this.asked = { what, refusals, trouble: null, isBusy: true };
      outcome = await request<T>(path, { ...command, body: { ...command.body, approval }, key });
    }
    this.asked = null;
    return outcome;
  }

  answer(approval: Approval | null): void {
    this.#answer?.(approval);
    this.#answer = null;
  }
}

/** `approval.refused`: the PIN was wrong, and another may be tried. */
function isAsking<T>(outcome: Outcome<T>): outcome is Extract<Outcome<T>, { kind: 'refused' }> {
  return outcome.kind === 'refused' && outcome.problem.code.startsWith('approval.');
}

export const approvals = new Approvals();
