/** The view on screen, and going to another. */
import { MediaQuery } from 'svelte/reactivity';
import { addressOf, viewOf, type View } from './routes.ts';

class Place {
  view = $state.raw<View>(viewOf(location.hash));
  /** Too narrow for the order beside the products. */
  readonly #phone = new MediaQuery('(max-width: 899px)');

  constructor() {
    addEventListener('hashchange', () => { this.view = viewOf(location.hash); });
  }

  get isPhone(): boolean {
    return this.#phone.current;
  }

  go(view: View): void {
    const address = addressOf(view);
    if (location.hash !== address) location.hash = address;
    this.view = view;
  }
}

export const place = new Place();
