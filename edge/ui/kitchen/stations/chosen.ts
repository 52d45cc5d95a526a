/** Which stations a screen shows: in its address, so that a reload or a power cut changes nothing. */
import type { Station } from '$ui/api/types.ts';

export type Chosen =
  | { kind: 'unasked' }
  | { kind: 'chosen'; stations: Station[]; isAll: boolean }
  /** Keys in the address that the branch does not have. */
  | { kind: 'unknown'; keys: string[] };

const PARAMETER = 'stations';
const ALL = 'all';

export function chosenOf(search: string, stations: Station[]): Chosen {
  const value = new URLSearchParams(search).get(PARAMETER);
  if (value === null || value.trim() === '') return { kind: 'unasked' };
  if (value === ALL) return { kind: 'chosen', stations, isAll: true };
  const keys = [...new Set(value.split(',').map((key) => key.trim()).filter((key) => key !== ''))];
  const known = keys.flatMap((key) => stations.filter((station) => station.key === key || station.id === key));
  const unknown = keys.filter((key) => !known.some((station) => station.key === key || station.id === key));
  if (unknown.length > 0) return { kind: 'unknown', keys: unknown };
  return { kind: 'chosen', stations: known, isAll: known.length === stations.length };
}

/** The address of a screen that shows these. */
export function addressOf(chosen: readonly Station[], stations: readonly Station[]): string {
  const value = chosen.length === stations.length ? ALL : chosen.map(({ key }) => key).join(',');
  return `?${PARAMETER}=${value}`;
}
