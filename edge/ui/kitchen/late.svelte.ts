/**
 * What a cook has no need of until cards stand there (sounds, keys, totals, the list of the last orders, settings), fetched at
 * once after the first ones are painted: a network that is lost later keeps nobody from it. What tells of a lost network, and
 * what a touch does, come with the page itself.
 */
import type { Readiness } from '$ui/device/readiness.svelte.ts';
import type { Player } from '$ui/sound/player.ts';
import { painted } from './orders/painted.ts';
import type { Settings } from './settings/settings.svelte.ts';

type Parts = typeof import('./later.ts');

export interface Later { parts: Parts; player: Player; readiness: Readiness }

export class Late {
  here = $state.raw<Later | null>(null);
  /** It could not be had. A browser remembers that of a module, so only loading the page anew helps. */
  hasFailed = $state(false);
  #settings: Settings;
  #fetched: Promise<Later | null> | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Once what is asked for now has been painted. */
  afterPaint(): void {
    void painted().then(() => this.fetch());
  }

  fetch(): Promise<Later | null> {
    return (this.#fetched ??= import('./later.ts').then((parts) => this.#begin(parts), () => {
      this.hasFailed = true;
      return null;
    }));
  }

  #begin(parts: Parts): Later {
    const player = new parts.Player(this.#settings.volume);
    return (this.here = { parts, player, readiness: new parts.Readiness(player) });
  }
}
