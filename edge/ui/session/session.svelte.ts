/** Who works at this screen. What is on the screen stays while nobody does. */
import { onSessionEnded, request } from '$ui/api/client.ts';
import type { Me, Permission } from '$ui/api/types.ts';

export type Presence =
  | { kind: 'asking' }
  | { kind: 'unreachable' }
  | { kind: 'out'; why: 'nobody' | 'ended' | 'idle' }
  | { kind: 'in'; me: Me };

class Session {
  presence = $state.raw<Presence>({ kind: 'asking' });

  constructor() {
    onSessionEnded(() => this.#out(this.me === null ? 'nobody' : 'ended'));
  }

  get me(): Me | null {
    return this.presence.kind === 'in' ? this.presence.me : null;
  }

  may(permission: Permission): boolean {
    return this.me?.permissions.includes(permission) === true;
  }

  /** Asks the box who is logged in here. */
  async ask(): Promise<void> {
    const outcome = await request<Me>('auth/me');
    if (outcome.kind === 'ok') this.entered(outcome.value);
    else if (outcome.kind === 'unreachable') this.presence = { kind: 'unreachable' };
    else this.#out('nobody');
  }

  entered(me: Me): void {
    this.presence = { kind: 'in', me };
  }

  /** Nobody has touched the screen for long, or somebody else takes over. */
  leave(why: 'nobody' | 'idle'): void {
    if (this.presence.kind !== 'in') return;
    this.#out(why);
    void request('auth/logout', { method: 'POST' });
  }

  ended(): void {
    if (this.presence.kind === 'in') this.#out('ended');
  }

  #out(why: 'nobody' | 'ended' | 'idle'): void {
    this.presence = { kind: 'out', why };
  }
}

export const session = new Session();
