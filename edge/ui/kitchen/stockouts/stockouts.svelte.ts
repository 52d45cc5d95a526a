/** What ran out, as the box says it; saying it is loaded with the panel. */
import type { Availability, Stockout } from '$ui/api/types.ts';
import type { LiveView } from '$ui/live/live.ts';

export class Stockouts {
  all = $state.raw<readonly Stockout[]>([]);

  hear(views: readonly LiveView[], isSnapshot: boolean): void {
    const told = views.find(({ name }) => name === 'availability');
    // What is not in a snapshot is gone.
    if (told !== undefined || isSnapshot) this.all = (told?.view as Availability | null | undefined)?.items ?? [];
  }
}
