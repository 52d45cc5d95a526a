/** Whether this till's branch is open, and whether somebody is about to say otherwise. */
import { Opening } from '../../opening/opening.svelte.ts';

export class TillOpening extends Opening {
  isAsked = $state(false);
}
