/** How wide a text is in our type: measured once per text and weight, then scaled. */

export type Weight = 500 | 600 | 700;
/** The width of a text at a size of 1, letter spacing apart. */
export type Measure = (text: string, weight: Weight) => number;

const MEASURED_AT = 100;
const REMEMBERED = 5_000;

export function browserMeasure(): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  return (text, weight) => {
    const key = `${weight}${text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (context === null) return text.length * 0.6;
    context.font = `${weight} ${MEASURED_AT}px Inter, sans-serif`;
    const width = context.measureText(text).width / MEASURED_AT;
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, width);
    return width;
  };
}

/** How many rows a text takes, broken at its spaces as the browser breaks it. */
export function rowsOf(text: string, width: number, letterSpacing: number, wide: (text: string) => number): number {
  const widthOf = (part: string) => wide(part) + part.length * letterSpacing;
  let rows = 1;
  let used = 0;
  for (const word of text.split(/\s+/)) {
    const [alone, after] = [widthOf(word), widthOf(` ${word}`)];
    if (used > 0 && used + after > width) {
      rows += 1;
      used = 0;
    }
    used += used > 0 ? after : alone;
    // A word wider than its column is broken within.
    while (used > width) {
      rows += 1;
      used -= width;
    }
  }
  return rows;
}
