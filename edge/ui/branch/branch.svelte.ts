/** The branch this till stands in. */
import { request } from '$ui/api/client.ts';
import type { BranchInfo, List, Station } from '$ui/api/types.ts';

class Branch {
  info = $state.raw<BranchInfo | null>(null);
  /** The names of stations by id. */
  stations = $state.raw<ReadonlyMap<string, string>>(new Map());

  get timeZone(): string {
    return this.info?.time_zone ?? 'America/Bogota';
  }

  async load(): Promise<void> {
    const outcome = await request<BranchInfo>('branch');
    if (outcome.kind === 'ok') this.info = outcome.value;
  }

  async loadStations(): Promise<void> {
    const outcome = await request<List<Station>>('stations');
    if (outcome.kind === 'ok') this.stations = new Map(outcome.value.items.map(({ id, name }) => [id, name]));
  }
}

export const branch = new Branch();
