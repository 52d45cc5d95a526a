/**
 * How high each piece of a card is, so that a long order is split before it is drawn and nothing jumps. The figures
 * are those of the styles of `Ticket`, `LineRow` and `Band`, in units of the design; a picture shows when they part.
 */
import type { Piece } from './pieces.ts';
import { rowsOf } from './text-width.ts';
import type { Measure, Weight } from './text-width.ts';

export interface CardSize {
  /** In pixels. */
  width: number;
  height: number;
  /** Pixels to one unit, and how large text is set: 1 as drawn. */
  unit: number;
  text: number;
  /** How large the header is set; less than the text where the number would not fit. */
  head: number;
}

const NAME = { size: 42, leading: 1.12, weight: 600, spacing: -0.024 } as const;
const MODIFIER = { size: 34, leading: 1.16, weight: 500, spacing: -0.018 } as const;
const BAND = { size: 34, leading: 1.14, weight: 700, spacing: -0.01 } as const;
const PART_OF_HEIGHT = 31;
const RULE_HEIGHT = 44;
const VOID_WORD_HEIGHT = 60;
const QUANTITY_WIDTH = 82;
const LINE_PADDING = 12;
const LINE_RIGHT = 14;
const BAND_PADDING = 18;
const BAND_MARGIN = 8;
const BAND_SIDES = 82;
const HEAD = 96;
const HEAD_PADDING = 18;
const LINES_PADDING = 14;
/** «sigue →» at the foot of a part that goes on. */
export const GOES_ON_HEIGHT = 40;
/** A touch needs this many pixels, whatever the unit. */
const LEAST_LINE_PX = 48;
/** Rounding and the browser's own measure may differ by so much. */
const SAFETY = 0.985;

export function roomFor({ height, unit, head }: CardSize): number {
  return height - (HEAD * head + HEAD_PADDING + LINES_PADDING) * unit;
}

/** How high the line is, with what stands above and below it. */
export function heightOf({ line, addedAt, partOf }: Piece, size: CardSize, measure: Measure): number {
  const { unit, text } = size;
  const column = (size.width - (QUANTITY_WIDTH * text + LINE_RIGHT) * unit) * SAFETY;
  const px = unit * text;
  const rows = (words: string, style: Style) => rowsHigh(words, style, column, px, measure);
  let height = LINE_PADDING * unit + rows(line.name, NAME);
  for (const modifier of line.modifiers) height += rows(modifier.name, MODIFIER);
  if (partOf !== null) height += PART_OF_HEIGHT * px;
  if (line.state === 'voided') height += VOID_WORD_HEIGHT * px;
  height = Math.max(LEAST_LINE_PX, height);
  if (line.notes !== null) height += bandHeight(line.notes, size, measure);
  return height + (addedAt !== null ? RULE_HEIGHT * px : 0);
}

export function bandHeight(words: string, size: CardSize, measure: Measure): number {
  const column = (size.width - BAND_SIDES * size.unit) * SAFETY;
  return (BAND_PADDING + BAND_MARGIN) * size.unit + rowsHigh(words, BAND, column, size.unit * size.text, measure);
}

interface Style { size: number; leading: number; weight: Weight; spacing: number }

function rowsHigh(words: string, style: Style, column: number, px: number, measure: Measure): number {
  const em = style.size * px;
  const rows = rowsOf(words, column / em, style.spacing, (part) => measure(part, style.weight));
  return rows * em * style.leading;
}
