/** Days as the office reads them. */

/** `22 nov 2026`, of a moment, as the calendar of that place has it; in the page's language. */
export function dayAt(at: number, timeZone: string, language = document.documentElement.lang): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('day')} ${part('month').replace('.', '')} ${part('year')}`;
}

/** `22 nov 2026`, of a business day, `2026-11-22`. */
export function businessDay(day: string, language?: string): string {
  return dayAt(Date.parse(`${day}T12:00Z`), 'UTC', language);
}
