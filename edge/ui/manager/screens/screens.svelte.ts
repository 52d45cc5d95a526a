/** The branch's screens, asked for again and again while they are looked at. */
import { request } from '$ui/api/client.ts';
import type { List, ScreenInUse } from '$ui/api/types.ts';
import { worstFirst } from './words.ts';

class Screens {
  all = $state.raw<ScreenInUse[] | null>(null);

  async load(): Promise<void> {
    const outcome = await request<List<ScreenInUse>>('screens');
    if (outcome.kind === 'ok') this.all = worstFirst(outcome.value.items);
  }
}

export const screens = new Screens();
