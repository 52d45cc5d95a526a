/** Whose order it is, and how it leaves: on a plate, in a bag or with a rider. */
import * as m from '$messages';
import type { Card } from '$ui/api/types.ts';
import type { IconName } from '$ui/components/icons.ts';

export interface Who { icon: IconName | null; words: string }

export function whoOf({ type, table, customer, served_by: server }: Pick<Card, 'type' | 'table' | 'customer' | 'served_by'>): Who {
  switch (type) {
    case 'dine_in': {
      const seat = table === null ? m.kitchen_counter() : /^\d/.test(table) ? m.kitchen_table({ table }) : table;
      return { icon: null, words: [seat, customer ?? server].filter(isSaid).join(' · ') };
    }
    case 'takeaway': return { icon: 'bag', words: customer ?? m.kitchen_takeaway() };
    case 'delivery': return { icon: 'moto', words: customer ?? m.kitchen_delivery() };
  }
}

function isSaid(words: string | null): words is string {
  return words !== null && words !== '';
}
