/** Whose order it is, and how it leaves: on a plate, in a bag or with a rider. */
import * as m from '$messages';
import type { Card } from '$ui/api/types.ts';
import type { IconName } from '$ui/components/icons.ts';

export interface Who { icon: IconName | null; words: string }

export function whoOf({ type, table, was_at: was, customer, served_by: server }: Pick<Card, 'type' | 'table' | 'was_at' | 'customer' | 'served_by'>): Who {
  switch (type) {
    case 'dine_in': {
      const seat = table === null ? m.kitchen_counter() : /^\d/.test(table) ? m.kitchen_table({ table }) : table;
      return { icon: null, words: [seat, was === undefined ? customer ?? server : /^\d/.test(was) ? m.kitchen_was_at({ table: was }) : m.kitchen_was_in({ place: was })].filter(isSaid).join(' · ') };
    }
    case 'takeaway': return { icon: 'bag', words: customer ?? m.kitchen_takeaway() };
    case 'delivery': return { icon: 'moto', words: customer ?? m.kitchen_delivery() };
  }
}

function isSaid(words: string | null): words is string {
  return words !== null && words !== '';
}
