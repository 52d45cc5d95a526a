/** The way in of a screen on a wall: is the box there, who is here, may they. It tries again by itself. */
import { request } from '$ui/api/client.ts';
import type { BranchInfo, List, Me, Permission, Station } from '$ui/api/types.ts';

/** What a screen needs before it shows anything. Who may not see the menu is told no stations. */
export interface Inside { branch: BranchInfo; me: Me; stations: Station[] }

export type Stand = { kind: 'asking' } | { kind: 'no_box' } | { kind: 'log_in' } | { kind: 'not_allowed' } | ({ kind: 'in' } & Inside);

const TRY_AGAIN_MS = 4_000;

export class WayIn {
  stand = $state.raw<Stand>({ kind: 'asking' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly permission: Permission) {}

  async go(): Promise<void> {
    clearTimeout(this.#timer);
    this.stand = await this.#look();
    // A television may be switched on before its box.
    if (this.stand.kind === 'no_box') this.#timer = setTimeout(() => void this.go(), TRY_AGAIN_MS);
  }

  forbid(): void {
    this.stand = { kind: 'not_allowed' };
  }

  async leave(): Promise<void> {
    await request('auth/logout', { method: 'POST' });
    this.stand = { kind: 'log_in' };
  }

  async #look(): Promise<Stand> {
    const [branch, me] = await Promise.all([request<BranchInfo>('branch'), request<Me>('auth/me')]);
    if (branch.kind !== 'ok' || me.kind === 'unreachable') return { kind: 'no_box' };
    if (me.kind === 'refused') return me.problem.status === 401 ? { kind: 'log_in' } : { kind: 'no_box' };
    if (!me.value.permissions.includes(this.permission)) return { kind: 'not_allowed' };
    const inside = { kind: 'in', branch: branch.value, me: me.value } as const;
    if (!me.value.permissions.includes('catalog.view')) return { ...inside, stations: [] };
    const stations = await request<List<Station>>('stations');
    return stations.kind === 'ok' ? { ...inside, stations: stations.value.items } : { kind: 'no_box' };
  }
}
