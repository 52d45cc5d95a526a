/** How one may pay at this branch. */
import * as m from '$messages';
import { request } from '$ui/api/client.ts';
import type { List, MethodOffered, PaymentMethod } from '$ui/api/types.ts';

const NAMES: Record<PaymentMethod, () => string> = {
  cash: m.pos_method_cash, card: m.pos_method_card, transfer: m.pos_method_transfer, nequi: m.pos_method_nequi, daviplata: m.pos_method_daviplata,
  bre_b: m.pos_method_bre_b, voucher: m.pos_method_voucher, rappi: m.pos_method_rappi, didi: m.pos_method_didi, other: m.pos_method_other,
};

/** As a till offers them, the usual first. */
const USUAL: PaymentMethod[] = ['cash', 'card', 'nequi', 'daviplata', 'bre_b', 'transfer', 'voucher', 'rappi', 'didi', 'other'];

export function methodName(method: PaymentMethod): string {
  return NAMES[method]();
}

class Methods {
  offered = $state.raw<MethodOffered[]>([]);

  async load(): Promise<void> {
    const outcome = await request<List<MethodOffered>>('payments/methods');
    if (outcome.kind === 'ok') this.offered = USUAL.flatMap((method) => outcome.value.items.find((item) => item.method === method) ?? []);
  }

  get(method: PaymentMethod): MethodOffered | undefined {
    return this.offered.find((offered) => offered.method === method);
  }
}

export const methods = new Methods();
