/** Printers that are not set up yet: those that turned up, and those found on the network when somebody looks. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { FoundPrinter, List, PlugPrinter, PrinterPlan } from '$ui/api/types.ts';
import { printers } from './printers.svelte.ts';

/** A printer to be set up, and the number on its page. */
export interface Candidate { address: string; says: string; number: number }

/** What a printer is called when nobody says: as its station, and the second and third there with a number. */
export function freeName(called: string, taken: readonly string[]): string {
  let name = called;
  for (let which = 2; taken.includes(name); which += 1) name = `${called} ${which}`;
  return name;
}

/** The number of a printer that turned up stays its own; others get those that are left. */
export function numbered(found: readonly Omit<Candidate, 'number'>[], arrived: readonly Pick<PlugPrinter, 'address' | 'number'>[]): Candidate[] {
  const known = new Map(arrived.flatMap(({ address, number }) => (number === undefined ? [] : [[address, number] as const])));
  const taken = new Set(known.values());
  let next = 1;
  return found.map((one) => {
    const own = known.get(one.address);
    while (own === undefined && taken.has(next)) next += 1;
    const number = own ?? next;
    taken.add(number);
    return { ...one, number };
  });
}

class Finding {
  /** On USB right now, and announced on the network. */
  plugged = $state.raw<PlugPrinter[]>([]);
  found = $state.raw<Candidate[] | null>(null);
  isLooking = $state(false);

  async loadPlugged(): Promise<void> {
    const outcome = await request<List<PlugPrinter>>('printers/plugged');
    if (outcome.kind === 'ok') this.plugged = outcome.value.items;
  }

  async look(): Promise<Outcome<List<FoundPrinter>>> {
    this.isLooking = true;
    const outcome = await request<List<FoundPrinter>>('printers/discover', { method: 'POST', body: {} });
    this.isLooking = false;
    if (outcome.kind === 'ok') {
      const strange = outcome.value.items.filter(({ printer }) => printer === undefined);
      this.found = numbered(strange.map(({ address, says, hardware }) => ({ address, says: says ?? hardware ?? '' })), this.plugged);
    }
    return outcome;
  }

  /** Has it print its number, so that one sees which it is. */
  number({ address, number }: Pick<Candidate, 'address' | 'number'>): Promise<Outcome<unknown>> {
    return request('printers/identify', { method: 'POST', body: { address, number } });
  }

  async setUp(plan: PrinterPlan, printer?: string): Promise<Outcome<unknown>> {
    const path = printer === undefined ? 'settings/printers' : `settings/printers/${printer}`;
    const outcome = await request(path, { method: printer === undefined ? 'POST' : 'PUT', key: newKey(), body: plan });
    if (outcome.kind === 'ok') {
      this.found = this.found?.filter(({ address }) => address !== plan.address) ?? null;
      await Promise.all([printers.load(), this.loadPlugged()]);
    }
    return outcome;
  }

  async takeAway(printer: string): Promise<Outcome<unknown>> {
    const outcome = await request(`settings/printers/${printer}`, { method: 'DELETE', key: newKey() });
    await printers.load();
    return outcome;
  }
}

export const finding = new Finding();
