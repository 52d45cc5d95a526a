/** Who works here, and who is logged in on some screen. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { List, LogIn, Role, StaffMember } from '$ui/api/types.ts';

class Team {
  all = $state.raw<StaffMember[] | null>(null);
  logIns = $state.raw<LogIn[]>([]);

  async load(): Promise<void> {
    const [staff, logIns] = await Promise.all([request<List<StaffMember>>('staff'), request<List<LogIn>>('sessions')]);
    // Who works here stands before who did.
    if (staff.kind === 'ok') this.all = [...staff.value.items].sort((a, b) => Number(b.is_active) - Number(a.is_active) || a.name.localeCompare(b.name, 'es'));
    if (logIns.kind === 'ok') this.logIns = logIns.value.items;
  }

  add(name: string, role: Role, pin: string): Promise<Outcome<unknown>> {
    return this.#told('staff', 'POST', { name, role, pin });
  }

  change({ id }: StaffMember, change: Partial<Pick<StaffMember, 'name' | 'role' | 'is_active'>>): Promise<Outcome<unknown>> {
    return this.#told(`staff/${id}`, 'PUT', change);
  }

  givePin({ id }: StaffMember, pin: string): Promise<Outcome<unknown>> {
    return this.#told(`staff/${id}/pin`, 'POST', { pin });
  }

  end({ id }: LogIn): Promise<Outcome<unknown>> {
    return this.#told(`sessions/${id}`, 'DELETE');
  }

  async #told(path: string, method: 'POST' | 'PUT' | 'DELETE', body?: unknown): Promise<Outcome<unknown>> {
    const outcome = await request(path, { method, key: newKey(), ...(body === undefined ? {} : { body }) });
    await this.load();
    return outcome;
  }
}

export const team = new Team();
