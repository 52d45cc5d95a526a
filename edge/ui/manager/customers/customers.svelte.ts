/** The guests the branch knows: looked for, changed, blocked, and erased. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { ConsentPurpose, CustomerCard, CustomerCardChange, List, PastOrder } from '$ui/api/types.ts';

const SHOWN = 50;
/** Long enough for the next letter. */
const PAUSE_MS = 200;

class Customers {
  found = $state.raw<CustomerCard[] | null>(null);
  #asked = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Those whose cards were made last, or whom a text finds. */
  look(text: string): void {
    this.#asked = text.trim();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), PAUSE_MS);
  }

  async load(): Promise<void> {
    const text = this.#asked;
    const outcome = await request<List<CustomerCard>>(`customers?limit=${SHOWN}${text === '' ? '' : `&search=${encodeURIComponent(text)}`}`);
    if (text === this.#asked && outcome.kind === 'ok') this.found = outcome.value.items;
  }

  async orders(id: string): Promise<PastOrder[]> {
    const outcome = await request<List<PastOrder>>(`customers/${id}/orders`);
    return outcome.kind === 'ok' ? outcome.value.items : [];
  }

  change(card: CustomerCard, change: CustomerCardChange): Promise<Outcome<CustomerCard>> {
    return this.#told(request<CustomerCard>(`customers/${card.id}`, { method: 'PUT', version: card.version, key: newKey(), body: change }));
  }

  consent({ id }: CustomerCard, purpose: ConsentPurpose, given: boolean, wording: string): Promise<Outcome<CustomerCard>> {
    return this.#told(request<CustomerCard>(`customers/${id}/consents`, { key: newKey(), body: { purpose, given, wording } }));
  }

  erase({ id }: CustomerCard): Promise<Outcome<null>> {
    return this.#told(request<null>(`customers/${id}`, { method: 'DELETE', key: newKey() }));
  }

  async #told<T>(asked: Promise<Outcome<T>>): Promise<Outcome<T>> {
    const outcome = await asked;
    await this.load();
    return outcome;
  }
}

export const customers = new Customers();
