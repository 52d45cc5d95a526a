/** Amounts as people read them. Amounts are integers in minor units (centavos) and are never summed here. */

/** `1850000` → `$ 18.500`, which never breaks in two: Colombian pesos have no decimals on a screen. */
export function pesos(minor: number): string {
  return `$\u00a0${plain(minor)}`;
}

/** `1850000` → `18.500`, for a column under one sign. */
export function plain(minor: number): string {
  const whole = Math.round(Math.abs(minor) / 100);
  const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, '.');
  return minor < 0 && whole > 0 ? `−${grouped}` : grouped;
}
