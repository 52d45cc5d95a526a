/** An amount as it is typed on a pad, peso by peso. Amounts are in minor units. */

/** A hundred million pesos: nobody pays more at a counter, and whoever types more has leant on the pad. */
const MOST = 10_000_000_000;
const PESO = 100;

/** With these digits put after it; what would be too much stays as it was. */
export function withDigits(amount: number, digits: string): number {
  const pesos = Number(`${Math.trunc(amount / PESO)}${digits}`);
  return pesos * PESO > MOST ? amount : pesos * PESO;
}

/** Without its last digit. */
export function withoutLast(amount: number): number {
  return Math.trunc(amount / PESO / 10) * PESO;
}
