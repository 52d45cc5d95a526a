/** How the day stands in money: what came in, the open drawers, what was counted and the days that were closed. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { Closure, List, ReportX, ReportZ } from '$ui/api/types.ts';

class Cash {
  now = $state.raw<ReportX | null>(null);
  closures = $state.raw<Closure[]>([]);
  days = $state.raw<ReportZ[]>([]);

  async load(): Promise<void> {
    const [now, closures, days] = await Promise.all([request<ReportX>('cash/reports/x'), request<List<Closure>>('cash/closures'), request<List<ReportZ>>('cash/reports/z')]);
    if (now.kind === 'ok') this.now = now.value;
    if (closures.kind === 'ok') this.closures = closures.value.items;
    if (days.kind === 'ok') this.days = days.value.items;
  }

  /** Closes the day of business: a report with a number that never comes again. */
  async closeDay(): Promise<Outcome<ReportZ>> {
    const outcome = await request<ReportZ>('cash/reports/z', { method: 'POST', key: newKey() });
    if (outcome.kind === 'ok') await this.load();
    return outcome;
  }
}

export const cash = new Cash();
