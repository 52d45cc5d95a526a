/** Which alarm sounds now: a low one each minute while any order is late, another each minute of blindness. */
import type { Chime } from '$ui/sound/chimes.ts';

const EACH_MS = 60_000;
/** Without news for so long, somebody has to look at the printer. */
export const BLIND_MS = 60_000;

export class Alarms {
  #lateAt: number | null = null;
  #blindAt: number | null = null;

  /** `newsAt`: when the last news came, while it is not live. */
  due(now: number, isAnyLate: boolean, newsAt: number | null): Chime[] {
    const isBlind = newsAt !== null && now - newsAt >= BLIND_MS;
    const chimes: Chime[] = [];
    if (!isBlind) this.#blindAt = null;
    else if (this.#blindAt === null || now - this.#blindAt >= EACH_MS) {
      this.#blindAt = now;
      chimes.push('disconnected');
    }
    if (!isAnyLate) this.#lateAt = null;
    else if (this.#lateAt === null || now - this.#lateAt >= EACH_MS) {
      this.#lateAt = now;
      chimes.push('late');
    }
    return chimes;
  }
}
