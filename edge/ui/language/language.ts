/** The language of a screen: Spanish, or English by a switch, which the device remembers. */
import { getLocale, locales, overwriteGetLocale, setLocale } from '../messages/compiled/runtime.js';

export type Locale = (typeof locales)[number];

/** To be called before anything is said: asks the device once instead of for every message. */
export function settleLanguage(): void {
  const locale = getLocale();
  overwriteGetLocale(() => locale);
  document.documentElement.lang = locale;
}

export function otherLocale(): Locale {
  return getLocale() === 'en' ? 'es-CO' : 'en';
}

/** Loads the page anew in that language; what is on it is kept. */
export function speak(locale: Locale): void {
  void setLocale(locale);
}
