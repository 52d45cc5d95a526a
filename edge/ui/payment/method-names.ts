/** What ways of paying are called. */
import * as m from '$messages';
import type { PaymentMethod } from '$ui/api/types.ts';

const NAMES: Record<PaymentMethod, () => string> = {
  cash: m.method_cash, card: m.method_card, transfer: m.method_transfer, nequi: m.method_nequi, daviplata: m.method_daviplata,
  bre_b: m.method_bre_b, voucher: m.method_voucher, rappi: m.method_rappi, didi: m.method_didi, other: m.method_other, rounding: m.method_rounding,
};

export function methodName(method: PaymentMethod): string {
  return NAMES[method]();
}
