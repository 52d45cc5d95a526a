/** How long ago something was, as short as it is still true. */
import * as m from '$messages';

const MINUTE_MS = 60_000;

export function age(at: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(at)) / MINUTE_MS));
  if (minutes === 0) return m.pos_age_now();
  if (minutes < 60) return m.pos_age_minutes({ minutes });
  if (minutes < 24 * 60) return m.pos_age_hours({ hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return m.pos_age_days({ days: Math.floor(minutes / (24 * 60)) });
}
