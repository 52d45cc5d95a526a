import type { Waiting } from '$ui/outbox/outbox.ts';

/** The guest waits, and the kitchen knows of nothing: somebody has to tell it aloud. */
const TELL_THE_KITCHEN_AFTER_MS = 60_000;

export function isUrgent({ madeAt }: Pick<Waiting<unknown>, 'madeAt'>, now: number): boolean {
  return now - madeAt >= TELL_THE_KITCHEN_AFTER_MS;
}
