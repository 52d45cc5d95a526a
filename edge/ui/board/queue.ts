/** How long one waits who orders now. */
import type { StationQueue } from '$ui/api/types.ts';

/** Whole minutes, of the slowest station that has something to make; null where nothing is to be made. */
export function minutesOf(stations: readonly Pick<StationQueue, 'to_make' | 'seconds'>[]): number | null {
  const busy = stations.filter(({ to_make: waiting }) => waiting > 0).map(({ seconds }) => seconds);
  return busy.length === 0 ? null : Math.max(1, Math.ceil(Math.max(...busy) / 60));
}
