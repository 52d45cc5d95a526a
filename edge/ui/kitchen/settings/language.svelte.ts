/** The language of the screen, changed without loading anew: a reload would silence the sounds. */
import { keep, locale, locales, speak } from '../../language/language.ts';
import type { Locale } from '../../language/language.ts';

class Languages {
  readonly all: readonly Locale[] = locales;
  current = $state.raw<Locale>(locale());

  async change(chosen: Locale): Promise<void> {
    await speak(chosen);
    keep(locale());
    this.current = locale();
  }

  /** Once, when what the device had chosen is settled. */
  settle(): void {
    this.current = locale();
  }
}

export const languages = new Languages();
