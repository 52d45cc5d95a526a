/** What no card needs: `late.svelte.ts` fetches it at once after the first ones are painted. */
import { barSigns } from './signs/signs-bar.ts';
import { alsoSign } from './signs/signs.ts';

export { default as LogIn } from '$ui/components/LogIn.svelte';
export { default as StationChoice } from './stations/StationChoice.svelte';
export { default as Folded } from './board/Folded.svelte';
export { default as Foot } from './bar/Foot.svelte';
export { default as Notice } from './bar/Notice.svelte';
export { default as Tools } from './bar/Tools.svelte';
export { default as Side } from './panel/Side.svelte';
export { Readiness } from '$ui/device/readiness.svelte.ts';
export { Player } from '$ui/sound/player.ts';
export { act } from './keys/act.ts';
export { focusOf } from './keys/focus.ts';
export { actionOf } from './keys/keys.ts';
export { lastBumped } from './recall/bumped.ts';

alsoSign(barSigns);
