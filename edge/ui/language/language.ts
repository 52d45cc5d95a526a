/** The language of a screen: Spanish, or English by a switch, which the device remembers. */
import { sayIn } from './say.ts';

export const locales = ['es-CO', 'en'] as const;
export type Locale = (typeof locales)[number];

const KEPT_AS = 'PARAGLIDE_LOCALE';

let spoken: Locale = 'es-CO';

/** What is spoken now. */
export function locale(): Locale {
  return spoken;
}

/** To be called before anything is said: the device may have chosen another language than Spanish. */
export async function settleLanguage(): Promise<void> {
  if (kept() === 'en') await speak('en');
}

/** Whoever cannot have the words, the box being away, goes on as before. For screen readers and hyphenation the page is told. */
export async function speak(locale: Locale): Promise<void> {
  try {
    sayIn(locale === 'en' ? (await import('virtual:english')).default : {});
    spoken = locale;
    document.documentElement.lang = locale;
  } catch {
    // It is said as it was.
  }
}

/** The device remembers it. */
export function keep(locale: Locale): void {
  try {
    localStorage.setItem(KEPT_AS, locale);
  } catch {
    // A device that keeps nothing begins in Spanish.
  }
}

/** Loads the page anew in the other language; what is on it is kept. */
export function speakOther(): void {
  keep(spoken === 'en' ? 'es-CO' : 'en');
  location.reload();
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
