/**
 * Where orders stand: what was raised, then oldest first. One that leaves keeps its place empty for a moment, so that nothing moves under
 * the finger that bumps the next; then all step up at once.
 */
export interface Standing { id: string; firedAt: number; raisedAt: string | null; number: string }
export interface Place<T extends Standing> { order: T; isLeaving: boolean }

export function inOrder<T extends Standing>(orders: Iterable<T>): Place<T>[] {
  return [...orders].sort(byAge).map((order) => ({ order, isLeaving: false }));
}

/** `id` has left: its place stays, empty. */
export function left<T extends Standing>(places: readonly Place<T>[], id: string): Place<T>[] {
  return places.map((place) => (place.order.id === id ? { ...place, isLeaving: true } : place));
}

/** It takes its place among those that stand; an empty place of its own it takes again. */
export function arrived<T extends Standing>(places: readonly Place<T>[], order: T): Place<T>[] {
  if (places.some((place) => place.order.id === order.id)) {
    return places.map((place) => (place.order.id === order.id ? { order, isLeaving: false } : place));
  }
  const younger = places.findIndex((place) => byAge(place.order, order) > 0);
  const at = younger === -1 ? places.length : younger;
  return [...places.slice(0, at), { order, isLeaving: false }, ...places.slice(at)];
}

export function steppedUp<T extends Standing>(places: readonly Place<T>[]): Place<T>[] {
  return places.filter((place) => !place.isLeaving);
}

function byAge(a: Standing, b: Standing): number {
  return Number(b.raisedAt !== null) - Number(a.raisedAt !== null) || a.firedAt - b.firedAt || (a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
}
