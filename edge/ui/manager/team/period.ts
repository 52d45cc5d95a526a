/** Which days of business hours are looked at: a day, a week from Monday, half a month as wages are paid. */
export type Span = 'day' | 'week' | 'fortnight';

export interface Days { from: string; to: string }

const DAY_MS = 86_400_000;
const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);

/** The days, so many spans before the one that has today in it. */
export function daysOf(span: Span, today: string, back: number): Days {
  const now = at(today);
  if (span === 'day') {
    const day = dayOf(now - back * DAY_MS);
    return { from: day, to: day };
  }
  if (span === 'week') {
    const sinceMonday = (new Date(now).getUTCDay() + 6) % 7;
    const monday = now - (sinceMonday + 7 * back) * DAY_MS;
    return { from: dayOf(monday), to: dayOf(monday + 6 * DAY_MS) };
  }
  const [year, month, day] = today.split('-').map(Number) as [number, number, number];
  const half = (year * 12 + month - 1) * 2 + (day > 15 ? 1 : 0) - back;
  const [inYear, inMonth, isSecond] = [Math.floor(half / 24), Math.floor(half / 2) % 12, half % 2 === 1];
  const end = isSecond ? Date.UTC(inYear, inMonth + 1, 0) : Date.UTC(inYear, inMonth, 15);
  return { from: dayOf(Date.UTC(inYear, inMonth, isSecond ? 16 : 1)), to: dayOf(end) };
}

/** A day as it is said: `dom, 22 nov`. */
export function dayName(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' }).format(at(day));
}
