/** How the branch asks for a tip, rounds cash and is paid by telephone. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { NewSettings, Settings } from '$ui/api/types.ts';

class SettingsStore {
  now = $state.raw<Settings | null>(null);

  async load(): Promise<void> {
    const outcome = await request<Settings>('settings');
    if (outcome.kind === 'ok') this.now = outcome.value;
  }

  /** Changes what is named; the box answers with all of it. */
  async change(change: NewSettings): Promise<Outcome<Settings>> {
    const outcome = await request<Settings>('settings', { method: 'PUT', key: newKey(), body: change });
    if (outcome.kind === 'ok') this.now = outcome.value;
    return outcome;
  }
}

export const settings = new SettingsStore();
