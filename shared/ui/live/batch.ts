/** Views that wait for the next animation frame. The later view of an entity takes the place of the earlier. */
import type { LiveListener, LiveView } from './live.ts';

export class Batch {
  #snapshot: LiveView[] | null = null;
  #views = new Map<string, LiveView>();

  snapshot(views: LiveView[]): void {
    this.#snapshot = views;
    this.#views.clear();
  }

  add({ scope, name, id, view }: LiveView): void {
    const key = `${scope} ${name} ${id}`;
    this.#views.delete(key);
    this.#views.set(key, { scope, name, id, view });
  }

  /** Tells everything that waits, a snapshot before what came after it. */
  tell(listener: Pick<LiveListener, 'snapshot' | 'views'>): void {
    const [snapshot, views] = [this.#snapshot, [...this.#views.values()]];
    this.clear();
    if (snapshot !== null) listener.snapshot(snapshot);
    if (views.length > 0) listener.views(views);
  }

  clear(): void {
    this.#snapshot = null;
    this.#views.clear();
  }
}
