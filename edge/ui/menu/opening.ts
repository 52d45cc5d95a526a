/** Whether the branch is open, in words a guest understands. Instants are as the box writes them: `2026-11-22T22:00:00.000-05:00`. */
import * as m from '$messages';
import type { Menu } from '$ui/api/types.ts';

const DAYS = [m.guest_sunday, m.guest_monday, m.guest_tuesday, m.guest_wednesday, m.guest_thursday, m.guest_friday, m.guest_saturday];
const DAY_MS = 86_400_000;

/** From Monday to Sunday. */
export const WEEK = [...DAYS.slice(1), m.guest_sunday];

export interface Standing {
  words: string;
  isOpen: boolean;
}

export function standing({ status, until, extra_minutes: minutes }: Menu['opening'], now: number): Standing {
  switch (status) {
    case 'open':
      return { isOpen: true, words: until === null ? m.guest_open() : m.guest_open_until({ time: timeOf(until) }) };
    case 'busy':
      return { isOpen: true, words: m.guest_busy({ minutes }) };
    case 'paused':
      return { isOpen: false, words: until === null ? m.guest_paused() : m.guest_paused_until({ when: whenOf(until, now) }) };
    case 'closed':
      return { isOpen: false, words: until === null ? m.guest_closed() : m.guest_closed_until({ when: whenOf(until, now) }) };
  }
}

/** `22:00:00` → `22:00`; of an instant, its time at the branch. */
export function timeOf(text: string): string {
  return text.slice(text.indexOf('T') + 1).slice(0, 5);
}

/** «a las 11:00», «mañana a las 11:00», «el martes a las 11:00», as it is at the branch. */
function whenOf(instant: string, now: number): string {
  const time = timeOf(instant);
  const day = Date.parse(instant.slice(0, 10));
  const today = Math.floor((now + offsetMs(instant)) / DAY_MS) * DAY_MS;
  if (day <= today) return m.guest_at({ time });
  if (day === today + DAY_MS) return m.guest_tomorrow_at({ time });
  return m.guest_day_at({ day: DAYS[new Date(day).getUTCDay()]?.() ?? '', time });
}

/** How far the branch's clock is ahead of UTC at that instant. */
function offsetMs(instant: string): number {
  return Date.parse(`${instant.slice(0, 19)}Z`) - Date.parse(`${instant.slice(0, 19)}${/(Z|[+-]\d\d:\d\d)$/.exec(instant)?.[0] ?? 'Z'}`);
}
