/** The four sounds of a screen, each told from the others by ear alone: a few notes, none longer than a second. */

export type Chime = 'new' | 'changed' | 'late' | 'disconnected';

export interface Note {
  /** When it begins, in seconds after the chime does. */
  at: number;
  seconds: number;
  hertz: number;
  /** Of the volume that is set, up to 1. */
  loudness: number;
  wave: OscillatorType;
}

/** Rising is good news, a double knock is a change, low and long is late, falling and rough is trouble. */
export const chimes: Record<Chime, readonly Note[]> = {
  new: [
    { at: 0, seconds: 0.16, hertz: 880, loudness: 0.8, wave: 'sine' },
    { at: 0.13, seconds: 0.4, hertz: 1_318.5, loudness: 0.9, wave: 'sine' },
  ],
  changed: [
    { at: 0, seconds: 0.1, hertz: 659.3, loudness: 0.7, wave: 'triangle' },
    { at: 0.17, seconds: 0.16, hertz: 659.3, loudness: 0.7, wave: 'triangle' },
  ],
  late: [
    { at: 0, seconds: 0.95, hertz: 220, loudness: 1, wave: 'triangle' },
    { at: 0, seconds: 0.95, hertz: 277.2, loudness: 0.6, wave: 'triangle' },
  ],
  disconnected: [
    { at: 0, seconds: 0.22, hertz: 523.3, loudness: 0.5, wave: 'square' },
    { at: 0.24, seconds: 0.22, hertz: 415.3, loudness: 0.5, wave: 'square' },
    { at: 0.48, seconds: 0.45, hertz: 311.1, loudness: 0.5, wave: 'square' },
  ],
};
