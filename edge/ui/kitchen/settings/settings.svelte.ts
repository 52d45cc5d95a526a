/** What this screen was set to, kept on the device. */

const KEPT_AS = 'comanda.kitchen';
export const TEXT_SIZES = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5] as const;

interface Kept { textSize: number; volume: number; showsTotals: boolean }

export class Settings {
  /** 1 as drawn. */
  textSize = $state(1);
  /** 0 to 1. */
  volume = $state(0.8);
  showsTotals = $state(false);

  constructor(showsTotalsAtFirst: boolean) {
    const kept = read();
    this.textSize = among(kept.textSize, 0.5, 1.5) ?? 1;
    this.volume = among(kept.volume, 0, 1) ?? 0.8;
    this.showsTotals = typeof kept.showsTotals === 'boolean' ? kept.showsTotals : showsTotalsAtFirst;
  }

  keep(): void {
    const { textSize, volume, showsTotals } = this;
    try {
      localStorage.setItem(KEPT_AS, JSON.stringify({ textSize, volume, showsTotals } satisfies Kept));
    } catch {
      // A device that keeps nothing starts as drawn.
    }
  }
}

function read(): Partial<Record<keyof Kept, unknown>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

function among(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && value >= least && value <= most ? value : null;
}
