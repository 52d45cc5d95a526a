/** Times and durations as screens show them: 24 hours, tabular, in the branch's own time zone. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string, seconds: boolean): Intl.DateTimeFormat {
  const key = `${timeZone} ${seconds}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}),
  });
  formats.set(key, made);
  return made;
}

/** `12:41` */
export function hourMinute(at: number, timeZone: string): string {
  return format(timeZone, false).format(at);
}

/** `12:41:07` */
export function hourMinuteSecond(at: number, timeZone: string): string {
  return format(timeZone, true).format(at);
}

/** `0:07`, `16:08`, `1:02:07`: minutes and seconds, with hours when there are. */
export function stopwatch(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = `${hours > 0 ? two(minutes) : minutes}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** Whole minutes gone by. */
export function wholeMinutes(elapsedMs: number): number {
  return Math.max(0, Math.floor(elapsedMs / 60_000));
}

/** `38 s` below a minute, then `1:12`. */
export function sinceShort(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1_000));
  return seconds < 60 ? `${seconds} s` : stopwatch(elapsedMs);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
