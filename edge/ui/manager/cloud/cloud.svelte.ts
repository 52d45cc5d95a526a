/** How the branch stands with the cloud, asked for again and again while it is looked at. */
import { request } from '$ui/api/client.ts';
import type { SyncStatus } from '$ui/api/types.ts';

class Cloud {
  status = $state.raw<SyncStatus | null>(null);

  async load(): Promise<void> {
    const outcome = await request<SyncStatus>('sync/status');
    if (outcome.kind === 'ok') this.status = outcome.value;
  }
}

export const cloud = new Cloud();
