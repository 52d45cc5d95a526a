/**
 * What this device grants the screen: sound, full screen, staying awake. Browsers want a touch for each; one touch
 * on «Comenzar turno» asks for all three, and what could not be had stays known with why.
 */
import type { Player } from '../sound/player.ts';
import { enterFullScreen, fullScreenState } from './full-screen.ts';
import { WakeLock } from './wake-lock.ts';

export type Grant = 'sound' | 'full_screen' | 'awake';
/** `refused` when it was asked for; `impossible` where this browser or address has none. */
export interface Lack { grant: Grant; why: 'not_asked' | 'refused' | 'impossible' }

export class Readiness {
  lacks = $state.raw<Lack[]>([]);
  hasBegun = $state(false);
  #player: Player;
  #wakeLock: WakeLock;

  constructor(player: Player) {
    this.#player = player;
    this.#wakeLock = new WakeLock(() => this.look());
    document.addEventListener('fullscreenchange', () => this.look());
    document.addEventListener('visibilitychange', () => void this.#seen());
    this.look();
  }

  /** From a touch. */
  async begin(): Promise<void> {
    this.hasBegun = true;
    const sound = this.#player.unlock();
    await enterFullScreen();
    await Promise.all([sound, this.#wakeLock.hold()]);
    this.look();
  }

  look(): void {
    const lacks: Lack[] = [];
    const unasked = this.hasBegun ? 'refused' : 'not_asked';
    if (!this.#player.isOn) lacks.push({ grant: 'sound', why: unasked });
    const full = fullScreenState();
    if (full !== 'on') lacks.push({ grant: 'full_screen', why: full === 'absent' ? 'impossible' : unasked });
    const awake = this.#wakeLock.state;
    if (awake !== 'held') lacks.push({ grant: 'awake', why: awake === 'absent' ? 'impossible' : unasked });
    this.lacks = lacks;
  }

  /** After sleep the sound may be gone; without a touch it may still come back. */
  async #seen(): Promise<void> {
    if (document.visibilityState !== 'visible') return;
    if (this.hasBegun) await this.#player.unlock();
    this.look();
  }
}
