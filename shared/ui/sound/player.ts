/**
 * Plays chimes by WebAudio: no files, no network. Browsers keep a page silent until somebody touches it, so `unlock`
 * is called from a touch, and `isOn` says whether there is sound now (a device that slept may have lost it).
 */
import { chimes } from './chimes.ts';
import type { Chime, Note } from './chimes.ts';

/** The same chime is not begun again this soon: ten orders at once are one sound. */
const APART_MS = 1_200;
const RESUME_MS = 400;
const ATTACK_SECONDS = 0.008;
const SILENT = 0.0001;

export class Player {
  /** 0 to 1. */
  volume: number;
  #context: AudioContext | null = null;
  #begunAt = new Map<Chime, number>();
  #make: () => AudioContext | null;
  #now: () => number;

  constructor(volume: number, make: () => AudioContext | null = browserContext, now: () => number = () => Date.now()) {
    this.volume = volume;
    this.#make = make;
    this.#now = now;
  }

  get isOn(): boolean {
    return this.#context?.state === 'running';
  }

  /** From a touch. Gives whether there is sound now. */
  async unlock(): Promise<boolean> {
    this.#context ??= this.#make();
    // A browser that waits for a touch leaves `resume` hanging rather than refuse it.
    if (this.#context?.state === 'suspended') await Promise.race([this.#context.resume().catch(() => undefined), pause()]);
    return this.isOn;
  }

  play(chime: Chime): void {
    const [context, now] = [this.#context, this.#now()];
    if (context === null || !this.isOn || this.volume <= 0) return;
    if (now - (this.#begunAt.get(chime) ?? -Infinity) < APART_MS) return;
    this.#begunAt.set(chime, now);
    for (const note of chimes[chime]) sound(context, note, this.volume);
  }
}

function sound(context: AudioContext, note: Note, volume: number): void {
  const [oscillator, gain] = [context.createOscillator(), context.createGain()];
  const [begin, end] = [context.currentTime + note.at, context.currentTime + note.at + note.seconds];
  oscillator.type = note.wave;
  oscillator.frequency.value = note.hertz;
  gain.gain.setValueAtTime(SILENT, begin);
  gain.gain.exponentialRampToValueAtTime(Math.max(SILENT, note.loudness * volume), begin + ATTACK_SECONDS);
  gain.gain.exponentialRampToValueAtTime(SILENT, end);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(end);
  oscillator.onended = () => gain.disconnect();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, RESUME_MS));
}

function browserContext(): AudioContext | null {
  return typeof AudioContext === 'undefined' ? null : new AudioContext();
}
