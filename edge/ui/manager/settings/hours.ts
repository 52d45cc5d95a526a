/** Opening hours as they are edited: texts of the fields, and back to what the box takes. */
import type { OpeningHours, OpeningInterval } from '$ui/api/types.ts';

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Day = (typeof DAYS)[number];

/** As a field of the browser has it: `11:00`. */
export interface IntervalDraft { open: string; close: string }
export interface ExceptionDraft { date: string; intervals: IntervalDraft[]; reason: string }
export interface HoursDraft { days: Record<Day, IntervalDraft[]>; exceptions: ExceptionDraft[] }

const MINUTES = 5;

/** What a branch that has said nothing yet is offered: noon to ten, every day. */
const USUAL: IntervalDraft[] = [{ open: '12:00', close: '22:00' }];

export function draftOf(hours: OpeningHours | null | undefined): HoursDraft {
  const days = Object.fromEntries(DAYS.map((day) => [day, hours == null ? USUAL.map((usual) => ({ ...usual })) : hours[day].map(draft)])) as Record<Day, IntervalDraft[]>;
  const exceptions = (hours?.exceptions ?? []).map(({ date, intervals, reason }) => ({ date, intervals: (intervals ?? []).map(draft), reason: reason ?? '' }));
  return { days, exceptions };
}

export function hoursOf({ days, exceptions }: HoursDraft): OpeningHours {
  const said = Object.fromEntries(DAYS.map((day) => [day, days[day].map(interval)])) as Record<Day, OpeningInterval[]>;
  const dates = exceptions.map(({ date, intervals, reason }) => ({ date, intervals: intervals.map(interval), ...(reason.trim() === '' ? {} : { reason: reason.trim() }) }));
  return { ...said, exceptions: dates };
}

/** Whether every field says something. */
export function isWhole({ days, exceptions }: HoursDraft): boolean {
  const all = [...DAYS.flatMap((day) => days[day]), ...exceptions.flatMap(({ intervals }) => intervals)];
  return all.every(({ open, close }) => open !== '' && close !== '') && exceptions.every(({ date }) => date !== '');
}

/** Whether it closes on the day after. */
export function passesMidnight({ open, close }: IntervalDraft): boolean {
  return open !== '' && close !== '' && close <= open;
}

function draft({ open, close }: OpeningInterval): IntervalDraft {
  return { open: open.slice(0, MINUTES), close: close.slice(0, MINUTES) };
}

function interval({ open, close }: IntervalDraft): OpeningInterval {
  return { open: `${open}:00`, close: `${close}:00` };
}
