/** What is wrong at the branch, as the live channel tells it: open alerts, replaced by id. */
import { SvelteMap } from 'svelte/reactivity';
import { newKey, request, type Outcome } from '../api/client.ts';
import type { Alert } from '../api/types.ts';
import type { LiveView } from '../live/live.ts';
import { byUrgency, isPressing } from './ranking.ts';

export class Alerts {
  #open = new SvelteMap<string, Alert>();

  /** The most urgent first. */
  readonly all: Alert[] = $derived([...this.#open.values()].sort(byUrgency));
  readonly pressing: Alert | null = $derived(this.all.find(isPressing) ?? null);

  snapshot(views: LiveView[]): void {
    const ids = new Set(views.filter(isAlert).map(({ id }) => id));
    for (const id of [...this.#open.keys()]) if (!ids.has(id)) this.#open.delete(id);
    this.views(views);
  }

  /** Passes over what is no alert. */
  views(views: LiveView[]): void {
    for (const { id, view } of views.filter(isAlert)) {
      const alert = view as Alert | null;
      if (alert === null || alert.closed_at !== undefined) this.#open.delete(id);
      else this.#open.set(id, alert);
    }
  }

  /** Whoever is logged in is on it: it stays open and presses nobody any more. */
  async take(id: string): Promise<Outcome<Alert>> {
    const outcome = await request<Alert>(`alerts/${id}/take`, { method: 'POST', key: newKey() });
    if (outcome.kind === 'ok' && this.#open.has(id)) this.#open.set(id, outcome.value);
    return outcome;
  }
}

function isAlert({ name }: LiveView): boolean {
  return name === 'alert';
}
