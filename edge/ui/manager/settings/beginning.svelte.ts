/** Whether the branch has begun for real, and beginning. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { Beginning } from '$ui/api/types.ts';

/** The box closes and opens again: it is asked this often whether it is there. */
const AGAIN_MS = 500;

class BeginningStore {
  now = $state.raw<Beginning | null>(null);
  isUnderWay = $state(false);

  async load(): Promise<void> {
    const outcome = await request<Beginning>('beginning');
    if (outcome.kind === 'ok') this.now = outcome.value;
  }

  async begin(confirmation: string): Promise<Outcome<Beginning>> {
    const outcome = await request<Beginning>('beginning', { body: { confirmation }, key: newKey() });
    if (outcome.kind === 'ok') {
      this.isUnderWay = true;
      setTimeout(() => void this.#lookAgain(), AGAIN_MS);
    }
    return outcome;
  }

  async #lookAgain(): Promise<void> {
    await this.load();
    if (this.now?.begun_at == null) setTimeout(() => void this.#lookAgain(), AGAIN_MS);
    else this.isUnderWay = false;
  }
}

export const beginning = new BeginningStore();
