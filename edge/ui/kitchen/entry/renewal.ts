/** Loading the page anew for a newer build: once, so that a box that serves another build than it says is no wheel. */
const KEPT_AS = 'comanda.kitchen.renewed';
const ONCE_IN_MS = 3_600_000;

/** Gives false when it was done lately and did not help. */
export function renewOnce(now = Date.now()): boolean {
  try {
    if (now - Number(sessionStorage.getItem(KEPT_AS) ?? 0) < ONCE_IN_MS) return false;
    sessionStorage.setItem(KEPT_AS, String(now));
  } catch {
    // Where nothing can be remembered, somebody presses «Actualizar».
    return false;
  }
  location.reload();
  return true;
}
