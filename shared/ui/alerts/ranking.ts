/** Which alert matters most. */
import type { Alert } from '../api/types.ts';

const WEIGHT: Record<Alert['severity'], number> = { critical: 3, high: 2, medium: 1, low: 0 };

/** What nobody is on comes first, then what weighs most, then what is oldest. */
export function byUrgency(one: Alert, other: Alert): number {
  const taken = Number(one.taken_by !== undefined) - Number(other.taken_by !== undefined);
  return taken || WEIGHT[other.severity] - WEIGHT[one.severity] || Date.parse(one.raised_at) - Date.parse(other.raised_at);
}

/** Must be seen by whoever stands at any screen, until somebody is on it. */
export function isPressing({ severity, taken_by: takenBy }: Alert): boolean {
  return takenBy === undefined && WEIGHT[severity] >= WEIGHT.high;
}
