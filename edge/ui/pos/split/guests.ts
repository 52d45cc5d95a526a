/** Who of the guests pays which line, whole or by halves, before the box cuts the bill. Guests are numbered from 0. */

/** Whose a line is: one guest's, or shared by halves with the next one. */
export interface Share { guest: number; isHalved: boolean }

export type Shares = ReadonlyMap<string, Share>;

const WHOLE = 1_000;

/** All of it is the first guest's. */
export function sharesOf(lines: string[]): Shares {
  return new Map(lines.map((line) => [line, { guest: 0, isHalved: false }]));
}

/** To the next guest; after the last comes the first. */
export function moved(shares: Shares, line: string, guests: number): Shares {
  const share = shares.get(line);
  return share === undefined ? shares : new Map(shares).set(line, { ...share, guest: (share.guest + 1) % guests });
}

/** Half of it is the next guest's, or whole again. */
export function halved(shares: Shares, line: string): Shares {
  const share = shares.get(line);
  return share === undefined ? shares : new Map(shares).set(line, { ...share, isHalved: !share.isHalved });
}

/** With so many guests; what was of one who left is the last one's. */
export function among(shares: Shares, guests: number): Shares {
  return new Map([...shares].map(([line, share]) => [line, { ...share, guest: Math.min(share.guest, guests - 1) }]));
}

export function guestsOf({ guest, isHalved }: Share, guests: number): number[] {
  return isHalved ? [guest, (guest + 1) % guests] : [guest];
}

/** As the box is asked to cut, one list a guest. */
export function partsOf(shares: Shares, guests: number): { line: string; share_permille: number }[][] {
  const parts = Array.from({ length: guests }, (): { line: string; share_permille: number }[] => []);
  for (const [line, share] of shares) {
    const payers = guestsOf(share, guests);
    for (const guest of payers) parts[guest]?.push({ line, share_permille: WHOLE / payers.length });
  }
  return parts;
}
