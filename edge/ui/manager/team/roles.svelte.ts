/** The roles a company has besides those every branch has. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { OwnRole, RolesInUse } from '$ui/api/types.ts';

class Roles {
  own = $state.raw<OwnRole[]>([]);
  #version = 0;

  async load(): Promise<void> {
    const outcome = await request<RolesInUse>('settings/roles');
    if (outcome.kind === 'ok') this.#took(outcome.value);
  }

  /** Puts a role in its place, or a new one at the end. */
  keep(role: OwnRole): Promise<Outcome<unknown>> {
    const isKnown = this.own.some(({ id }) => id === role.id);
    return this.#lay(isKnown ? this.own.map((own) => (own.id === role.id ? role : own)) : [...this.own, role]);
  }

  takeAway(role: OwnRole): Promise<Outcome<unknown>> {
    return this.#lay(this.own.filter(({ id }) => id !== role.id));
  }

  async #lay(roles: OwnRole[]): Promise<Outcome<unknown>> {
    const outcome = await request<RolesInUse>('settings/roles', { method: 'PUT', version: this.#version, body: { roles } });
    if (outcome.kind === 'ok') this.#took(outcome.value);
    else if (outcome.kind === 'refused' && outcome.problem.code === 'roles.version_conflict') await this.load();
    return outcome;
  }

  #took({ version, roles }: RolesInUse): void {
    this.#version = version;
    this.own = roles.roles;
  }
}

export const roles = new Roles();

/** A role that is to be made. */
export function newRole(): OwnRole {
  return { id: newKey(), name: '', permissions: ['orders.view', 'catalog.view'] };
}
