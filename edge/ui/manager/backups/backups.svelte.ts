/** The copies of the branch that are kept, made and proved. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { Backup, BackupProof, Backups as Kept } from '$ui/api/types.ts';

class Backups {
  kept = $state.raw<Kept | null>(null);

  async load(): Promise<void> {
    const outcome = await request<Kept>('backups');
    if (outcome.kind === 'ok') this.kept = outcome.value;
  }

  async make(): Promise<Outcome<Backup>> {
    const outcome = await request<Backup>('backups', { method: 'POST', key: newKey() });
    await this.load();
    return outcome;
  }

  prove({ id }: Backup): Promise<Outcome<BackupProof>> {
    return request<BackupProof>(`backups/${encodeURIComponent(id)}/verify`, { method: 'POST', key: newKey() });
  }
}

export const backups = new Backups();
