/** What is wrong at the branch, as the live channel tells it: open alerts, replaced by id. */
import { newKey, request, type Outcome } from '../api/client.ts';
import type { Alert } from '../api/types.ts';
import type { LiveView } from '../live/live.ts';
import { byUrgency, isPressing } from './ranking.ts';

type Open = ReadonlyMap<string, Alert>;

export class Alerts {
  #open = $state.raw<Open>(new Map());

  /** The most urgent first. */
  readonly all: Alert[] = $derived([...this.#open.values()].sort(byUrgency));
  readonly pressing: Alert | null = $derived(this.all.find(isPressing) ?? null);

  snapshot(views: LiveView[]): void {
    this.#open = changed(new Map(), views.filter(isAlert));
  }

  /** Passes over what is no alert. */
  views(views: LiveView[]): void {
    const told = views.filter(isAlert);
    if (told.length > 0) this.#open = changed(this.#open, told);
  }

  /** Whoever is logged in is on it: it stays open and presses nobody any more. */
  async take(id: string): Promise<Outcome<Alert>> {
    const outcome = await request<Alert>(`alerts/${id}/take`, { method: 'POST', key: newKey() });
    if (outcome.kind === 'ok' && this.#open.has(id)) this.#open = new Map(this.#open).set(id, outcome.value);
    return outcome;
  }
}

function changed(open: Open, views: LiveView[]): Open {
  const next = new Map(open);
  for (const { id, view } of views) {
    const alert = view as Alert | null;
    if (alert === null || alert.closed_at !== undefined) next.delete(id);
    else next.set(id, alert);
  }
  return next;
}

function isAlert({ name }: LiveView): boolean {
  return name === 'alert';
}
