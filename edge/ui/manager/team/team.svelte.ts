/** Who works here, who is in and for how long, and who is logged in on some screen. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { ClockCorrection, ClockEntry, HoursWorked, List, LogIn, PersonWorked, Role, StaffMember } from '$ui/api/types.ts';
import { session } from '../../session/session.svelte.ts';
import { daysOf, type Days, type Span } from './period.ts';

class Team {
  all = $state.raw<StaffMember[] | null>(null);
  logIns = $state.raw<LogIn[]>([]);
  hours = $state.raw<HoursWorked | null>(null);
  /** The day of business, once the box has said it. */
  today = $state('');
  span = $state<Span>('week');
  /** So many weeks, say, before this one. */
  back = $state(0);

  readonly days = $derived<Days | null>(this.today === '' ? null : daysOf(this.span, this.today, this.back));
  readonly worked = $derived<ReadonlyMap<string, PersonWorked>>(new Map(this.hours?.people.map((person) => [person.id, person])));

  async load(): Promise<void> {
    const [staff, logIns] = await Promise.all([request<List<StaffMember>>('staff'), request<List<LogIn>>('sessions'), this.loadHours()]);
    // Who works here stands before who did.
    if (staff.kind === 'ok') this.all = [...staff.value.items].sort((a, b) => Number(b.is_active) - Number(a.is_active) || a.name.localeCompare(b.name, 'es'));
    if (logIns.kind === 'ok') this.logIns = logIns.value.items;
  }

  async loadHours(): Promise<void> {
    if (!session.may('staff.hours')) return;
    if (this.today === '') {
      const now = await request<HoursWorked>('attendance/hours');
      if (now.kind === 'ok') this.today = now.value.to;
    }
    const days = this.days;
    if (days === null) return;
    const outcome = await request<HoursWorked>(`attendance/hours?from=${days.from}&to=${days.to}`);
    // Somebody may have turned on to another week meanwhile.
    if (outcome.kind === 'ok' && days.from === this.days?.from && days.to === this.days.to) this.hours = outcome.value;
  }

  show(span: Span, back: number): void {
    this.span = span;
    this.back = back;
    void this.loadHours();
  }

  /** Somebody's stays of these days, the latest first. */
  async staysOf(id: string): Promise<ClockEntry[] | null> {
    const days = this.days;
    if (days === null) return null;
    const outcome = await request<List<ClockEntry>>(`attendance?staff=${id}&from=${days.from}&to=${days.to}`);
    return outcome.kind === 'ok' ? outcome.value.items : null;
  }

  correct({ id }: ClockEntry, correction: ClockCorrection): Promise<Outcome<unknown>> {
    return this.#told(`attendance/${id}`, 'PUT', correction);
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
