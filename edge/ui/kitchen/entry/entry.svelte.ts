/** The way in: is the box there, who is here, which stations does the branch have. Tries again by itself. */
import { request } from '$ui/api/client.ts';
import type { BranchInfo, List, Me, Station } from '$ui/api/types.ts';

export type Stand =
  | { kind: 'asking' }
  | { kind: 'no_box' }
  | { kind: 'log_in' }
  | { kind: 'not_allowed' }
  | { kind: 'no_stations' }
  | { kind: 'in'; branch: BranchInfo; me: Me; stations: Station[] };

const TRY_AGAIN_MS = 4_000;
const PERMISSION = 'orders.advance';

export class Entry {
  stand = $state.raw<Stand>({ kind: 'asking' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  async go(): Promise<void> {
    clearTimeout(this.#timer);
    this.stand = await look();
    if (this.stand.kind === 'no_box' || this.stand.kind === 'no_stations') {
      this.#timer = setTimeout(() => void this.go(), TRY_AGAIN_MS);
    }
  }

  askWho(): void {
    this.stand = { kind: 'log_in' };
  }

  async leave(): Promise<void> {
    await request('auth/logout', { method: 'POST' });
    this.askWho();
  }
}

async function look(): Promise<Stand> {
  const [branch, me] = await Promise.all([request<BranchInfo>('branch'), request<Me>('auth/me')]);
  if (branch.kind !== 'ok' || me.kind === 'unreachable') return { kind: 'no_box' };
  if (me.kind === 'refused') return me.problem.status === 401 ? { kind: 'log_in' } : { kind: 'no_box' };
  if (!me.value.permissions.includes(PERMISSION)) return { kind: 'not_allowed' };
  const stations = await request<List<Station>>('stations');
  if (stations.kind === 'unreachable') return { kind: 'no_box' };
  if (stations.kind === 'refused') return stations.problem.status === 403 ? { kind: 'not_allowed' } : { kind: 'no_box' };
  if (stations.value.items.length === 0) return { kind: 'no_stations' };
  return { kind: 'in', branch: branch.value, me: me.value, stations: stations.value.items };
}
