/** When an order is wanted, as the box is told: an instant. */
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** On a round five minutes, so that people can say it. */
export function inMinutes(now: number, minutes: number): string {
  const step = 5 * MINUTE_MS;
  return new Date(Math.ceil((now + minutes * MINUTE_MS) / step) * step).toISOString();
}

/** The next time the branch's clock shows it, `19:30`; nothing of what is no time. */
export function atTime(time: string, now: number, timeZone: string): string {
  const [hours, minutes] = time.split(':').map(Number);
  if (hours === undefined || minutes === undefined || Number.isNaN(hours) || Number.isNaN(minutes)) return '';
  const shown = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(now);
  const [hour = 0, minute = 0, second = 0] = shown.split(':').map(Number);
  const ahead = ((hours - hour) * 60 + (minutes - minute)) * MINUTE_MS - second * 1_000 - (now % 1_000);
  return new Date(now + (ahead < 0 ? ahead + DAY_MS : ahead)).toISOString();
}
