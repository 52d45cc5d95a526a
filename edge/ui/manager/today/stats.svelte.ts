/** The sums of today and of the same day a week ago, as the box adds them up. */
import { request } from '$ui/api/client.ts';
import type { OrderStats } from '$ui/api/types.ts';

const DAY_MS = 86_400_000;

class Stats {
  today = $state.raw<OrderStats | null>(null);
  weekAgo = $state.raw<OrderStats | null>(null);

  async load(): Promise<void> {
    const outcome = await request<OrderStats>('orders/stats');
    if (outcome.kind !== 'ok') return;
    const isNewDay = this.today?.from !== outcome.value.from;
    this.today = outcome.value;
    if (isNewDay) await this.#compare(outcome.value.from);
  }

  async #compare(day: string): Promise<void> {
    const before = new Date(Date.parse(`${day}T00:00:00Z`) - 7 * DAY_MS).toISOString().slice(0, 10);
    const outcome = await request<OrderStats>(`orders/stats?from=${before}&to=${before}`);
    this.weekAgo = outcome.kind === 'ok' && outcome.value.orders > 0 ? outcome.value : null;
  }
}

export const stats = new Stats();
