/** A long order is torn into parts that each fit a slot. */

/** First index of each part, given the height of each piece, of what stands above the first, and of a slot. */
export function tornAt(pieces: readonly number[], above: number, room: number, goesOn: number, most: number): number[] {
  const whole = pieces.reduce((sum, piece) => sum + piece, above);
  if (whole <= room || most <= 1) return [0];
  const starts = [0];
  let used = above;
  pieces.forEach((piece, index) => {
    const isFirst = starts[starts.length - 1] === index;
    if (!isFirst && used + piece > room - goesOn && starts.length < most && !restFits(pieces, index, used, room)) {
      starts.push(index);
      used = 0;
    }
    used += piece;
  });
  return starts;
}

/** The last part has no «sigue» at its foot. */
function restFits(pieces: readonly number[], from: number, used: number, room: number): boolean {
  let sum = used;
  for (let index = from; index < pieces.length; index += 1) sum += pieces[index] ?? 0;
  return sum <= room;
}
