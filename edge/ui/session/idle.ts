/** When a screen has been left alone. */

/** The last user stays this long without a touch. */
export const IDLE_MS = 15 * 60_000;

const LOOK_MS = 10_000;

/** Calls whenever the page was not touched for so long; gives what ends it. */
export function onIdle(afterMs: number, call: () => void): () => void {
  let touchedAt = Date.now();
  const touched = () => { touchedAt = Date.now(); };
  const kinds = ['pointerdown', 'keydown'] as const;
  for (const kind of kinds) addEventListener(kind, touched, { capture: true, passive: true });
  const timer = setInterval(() => { if (Date.now() - touchedAt >= afterMs) call(); }, LOOK_MS);
  return () => {
    clearInterval(timer);
    for (const kind of kinds) removeEventListener(kind, touched, { capture: true });
  };
}
