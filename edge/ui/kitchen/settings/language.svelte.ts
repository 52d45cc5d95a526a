/** The language of the screen, changed without loading anew: a reload would silence the sounds. */
import { getLocale, locales, setLocale } from '../../messages/compiled/runtime.js';

export type Language = (typeof locales)[number];

class Languages {
  readonly all: readonly Language[] = locales;
  current = $state<Language>(getLocale());

  change(language: Language): void {
    void setLocale(language, { reload: false });
    this.current = language;
    this.tellPage();
  }

  /** For screen readers and hyphenation. */
  tellPage(): void {
    document.documentElement.lang = this.current;
  }
}

export const languages = new Languages();
