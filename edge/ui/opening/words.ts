/** How the branch stands, in words. */
import * as m from '$messages';
import type { BranchState } from '$ui/api/types.ts';
import { hourMinute } from '$ui/time/format.ts';

const DAY_MS = 86_400_000;

/** `14:00`, or `martes 12:00` when it is not within a day. */
function moment(until: string, timeZone: string, now: number): string {
  const at = Date.parse(until);
  const time = hourMinute(at, timeZone);
  if (at - now < DAY_MS) return time;
  return `${new Intl.DateTimeFormat(document.documentElement.lang, { timeZone, weekday: 'long' }).format(at)} ${time}`;
}

/** A few words, for a sign: `Abierto`, `+20 min`, `Pausa 14:00`, `Cerrado`. */
export function sign(state: BranchState, timeZone: string): string {
  switch (state.status) {
    case 'open': return m.opening_open();
    case 'busy': return m.opening_busy_sign({ minutes: state.extra_minutes });
    case 'closed': return m.opening_closed();
    case 'paused': return state.until === null ? m.opening_paused() : m.opening_paused_sign({ time: hourMinute(Date.parse(state.until), timeZone) });
  }
}

/** A sentence: `Cerrado por horario: abre martes 12:00`. */
export function sentence(state: BranchState, timeZone: string, now: number): string {
  const time = state.until === null ? null : moment(state.until, timeZone, now);
  switch (state.status) {
    case 'open': return time === null ? m.opening_open_all() : m.opening_open_until({ time });
    case 'busy': return m.opening_busy({ minutes: state.extra_minutes });
    case 'paused': {
      const words = time === null ? m.opening_paused_open() : m.opening_paused_until({ time });
      return state.reason === null ? words : `${words} · ${state.reason}`;
    }
    case 'closed': {
      if (time === null) return m.opening_closed_open();
      return state.by_hours ? m.opening_closed_by_hours({ time }) : m.opening_closed_until({ time });
    }
  }
}
