/** Guests the branch knows, looked up while the phone is typed. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { CustomerCard, List, NewCustomerCard, PastOrder } from '$ui/api/types.ts';

/** Fewer digits find half the town. */
const ENOUGH_DIGITS = 4;
/** Long enough for the next digit, short enough not to feel like waiting. */
const PAUSE_MS = 200;
const SHOWN = 5;

class Customers {
  found = $state.raw<CustomerCard[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = '';

  /** Looks for whoever has a phone that ends like this, or a name that begins so. */
  look(text: string): void {
    clearTimeout(this.#timer);
    this.#asked = isEnough(text) ? text.trim() : '';
    if (this.#asked === '') this.found = [];
    else this.#timer = setTimeout(() => void this.#ask(this.#asked), PAUSE_MS);
  }

  forget(): void {
    this.look('');
  }

  async get(id: string): Promise<CustomerCard | null> {
    const outcome = await request<CustomerCard>(`customers/${id}`);
    return outcome.kind === 'ok' ? outcome.value : null;
  }

  async orders(id: string): Promise<PastOrder[]> {
    const outcome = await request<List<PastOrder>>(`customers/${id}/orders`);
    return outcome.kind === 'ok' ? outcome.value.items : [];
  }

  add(card: NewCustomerCard): Promise<Outcome<CustomerCard>> {
    return request<CustomerCard>('customers', { body: card, key: newKey() });
  }

  async #ask(text: string): Promise<void> {
    const outcome = await request<List<CustomerCard>>(`customers?limit=${SHOWN}&search=${encodeURIComponent(text)}`);
    if (text === this.#asked && outcome.kind === 'ok') this.found = outcome.value.items;
  }
}

export function isEnough(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').length;
  return digits >= ENOUGH_DIGITS || (digits === 0 && text.trim().length >= 3);
}

/** Seven digits or more make a number that can be kept. */
export function isPhone(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').length;
  return /^[\d\s+().-]+$/.test(text) && digits >= 7 && digits <= 15;
}

export const customers = new Customers();
