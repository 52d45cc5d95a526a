/** What is another in an order since it was looked at. */
import type { Order, OrderStatus } from '$ui/api/types.ts';

export type Change =
  | { kind: 'status'; to: OrderStatus }
  | { kind: 'added'; count: number }
  | { kind: 'voided'; names: string[] }
  | { kind: 'other' };

export function changesBetween(before: Order, after: Order): Change[] {
  if (after.version <= before.version) return [];
  const changes: Change[] = [];
  if (after.status !== before.status) changes.push({ kind: 'status', to: after.status });
  const known = new Map(before.lines.map((line) => [line.id, line]));
  const added = after.lines.filter((line) => !known.has(line.id) && line.part_of == null);
  if (added.length > 0) changes.push({ kind: 'added', count: added.reduce((count, { quantity }) => count + quantity, 0) });
  const voided = after.lines.filter((line) => line.status === 'voided' && known.get(line.id)?.status === 'open' && line.part_of == null);
  if (voided.length > 0) changes.push({ kind: 'voided', names: voided.map(({ name }) => name) });
  return changes.length > 0 ? changes : [{ kind: 'other' }];
}
