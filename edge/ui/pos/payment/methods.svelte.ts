/** How one may pay at this branch. */
import { request } from '$ui/api/client.ts';
import type { List, PaymentMethod, PaymentMethodOffered } from '$ui/api/types.ts';

/** As a till offers them, the usual first. */
const USUAL: PaymentMethod[] = ['cash', 'card', 'nequi', 'daviplata', 'bre_b', 'transfer', 'voucher', 'rappi', 'didi', 'other'];

class Methods {
  offered = $state.raw<PaymentMethodOffered[]>([]);

  async load(): Promise<void> {
    const outcome = await request<List<PaymentMethodOffered>>('payments/methods');
    if (outcome.kind === 'ok') this.offered = USUAL.flatMap((method) => outcome.value.items.find((item) => item.method === method) ?? []);
  }

  /** To what a sum in cash is rounded. */
  get rounding(): number {
    return this.get('cash')?.rounds_to ?? 0;
  }

  get(method: PaymentMethod): PaymentMethodOffered | undefined {
    return this.offered.find((offered) => offered.method === method);
  }
}

export const methods = new Methods();
