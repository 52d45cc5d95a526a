/** The shift of whoever is logged in: the drawer that person answers for. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { Closure, MovementKind, Shift, ThisDevice } from '$ui/api/types.ts';
import { approvals } from '../approval/approval.svelte.ts';
import { rowsOf, type Counted } from './count.ts';

type Standing = { kind: 'unknown' } | { kind: 'none' } | { kind: 'open'; shift: Shift };

/** The drawer of a till that has no name of its own. */
const ONLY_DRAWER = 'principal';

class Shifts {
  standing = $state.raw<Standing>({ kind: 'unknown' });

  get isNone(): boolean {
    return this.standing.kind === 'none';
  }

  async load(): Promise<void> {
    const outcome = await request<Shift>('cash/current-shift');
    if (outcome.kind === 'ok') this.standing = { kind: 'open', shift: outcome.value };
    else if (outcome.kind === 'refused' && outcome.problem.code === 'shift.none_open') this.standing = { kind: 'none' };
  }

  async open(float: number): Promise<Outcome<Shift>> {
    const outcome = await request<Shift>('cash/open', { body: { drawer: await this.#drawer(), float }, key: newKey() });
    if (outcome.kind === 'ok') this.standing = { kind: 'open', shift: outcome.value };
    return outcome;
  }

  /** A till that was let in by name has its own drawer: two tills, two drawers. */
  async #drawer(): Promise<string> {
    const outcome = await request<ThisDevice>('devices/this');
    return outcome.kind === 'ok' && outcome.value.device?.purpose.screen === 'till' ? outcome.value.device.name : ONLY_DRAWER;
  }

  /** Money that goes in or out other than for an order; some of it needs a manager. */
  async move(kind: MovementKind, amount: number, reason: string, what: string): Promise<Outcome<unknown>> {
    const outcome = await approvals.send('cash/movements', { body: { kind, amount, reason } }, what);
    if (outcome.kind === 'ok') await this.load();
    return outcome;
  }

  /** What should be there is told only in the answer. */
  async close(cash: Counted, others: Record<string, number>, notes: string): Promise<Outcome<Closure>> {
    const body = { counted: { cash: rowsOf(cash), ...others }, ...(notes.trim() === '' ? {} : { notes: notes.trim() }) };
    const outcome = await request<Closure>('cash/close', { body, key: newKey() });
    if (outcome.kind === 'ok') this.standing = { kind: 'none' };
    return outcome;
  }
}

export const shifts = new Shifts();
