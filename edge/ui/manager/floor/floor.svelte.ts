/** The floor plan as it is being drawn. */
import { request, type Outcome } from '$ui/api/client.ts';
import type { FloorInUse, FloorTable, FloorZone } from '$ui/api/types.ts';
import { freeField, nextName } from './fields.ts';

class Floor {
  zones = $state.raw<FloorZone[]>([]);
  version = $state(0);
  isLoaded = $state(false);
  /** Which zone is looked at, and which table of it is chosen. */
  shown = $state(0);
  chosen = $state<string | null>(null);
  #saved = '';

  readonly zone: FloorZone | undefined = $derived(this.zones[this.shown]);
  readonly table: FloorTable | undefined = $derived(this.zone?.tables.find(({ name }) => name === this.chosen));

  get isChanged(): boolean {
    return JSON.stringify(this.zones) !== this.#saved;
  }

  async load(): Promise<void> {
    const outcome = await request<FloorInUse>('settings/floor');
    if (outcome.kind === 'ok') this.#read(outcome.value);
  }

  async save(): Promise<Outcome<FloorInUse>> {
    const outcome = await request<FloorInUse>('settings/floor', { method: 'PUT', version: this.version, body: { zones: this.zones } });
    if (outcome.kind === 'ok') this.#read(outcome.value);
    return outcome;
  }

  addZone(name: string): void {
    this.zones = [...this.zones, { name, tables: [] }];
    [this.shown, this.chosen] = [this.zones.length - 1, null];
  }

  removeZone(): void {
    this.zones = this.zones.filter((_, at) => at !== this.shown);
    [this.shown, this.chosen] = [0, null];
  }

  addTable(): void {
    const { zone } = this;
    if (zone === undefined) return;
    const name = nextName(this.zones);
    this.#tables([...zone.tables, { name, seats: 4, shape: 'square', ...freeField(zone.tables) }]);
    this.chosen = name;
  }

  /** Changes the chosen table; another name than it has must be nobody else's. */
  change(change: Partial<FloorTable>): boolean {
    const { zone, chosen } = this;
    if (zone === undefined || chosen === null) return false;
    const name = change.name;
    if (name !== undefined && name !== chosen && this.zones.some(({ tables }) => tables.some((table) => table.name === name))) return false;
    this.#tables(zone.tables.map((table) => (table.name === chosen ? { ...table, ...change } : table)));
    if (name !== undefined) this.chosen = name;
    return true;
  }

  removeTable(): void {
    const { zone, chosen } = this;
    if (zone === undefined) return;
    this.#tables(zone.tables.filter(({ name }) => name !== chosen));
    this.chosen = null;
  }

  #tables(tables: FloorTable[]): void {
    this.zones = this.zones.map((zone, at) => (at === this.shown ? { ...zone, tables } : zone));
  }

  #read({ version, plan }: FloorInUse): void {
    [this.zones, this.version, this.isLoaded] = [plan.zones, version, true];
    this.#saved = JSON.stringify(plan.zones);
    if (this.shown >= plan.zones.length) this.shown = 0;
  }
}

export const floor = new Floor();
