/** What a movement of a drawer is called. */
import * as m from '$messages';
import type { MovementKind } from '$ui/api/types.ts';

const NAMES: Record<MovementKind, () => string> = { in: m.pos_move_in, out: m.pos_move_out, hand_in: m.pos_move_hand_in, no_sale: m.pos_move_no_sale };

export function movementName(kind: MovementKind): string {
  return NAMES[kind]();
}

/** Whether it takes from the drawer. */
export function takes(kind: MovementKind): boolean {
  return kind === 'out' || kind === 'hand_in';
}

/** The usual reasons, as chips. */
export function reasonsFor(kind: MovementKind): string[] {
  switch (kind) {
    case 'in': return [m.pos_move_reason_change(), m.pos_move_reason_base()];
    case 'out': return [m.pos_move_reason_supplier(), m.pos_move_reason_errand(), m.pos_move_reason_advance()];
    case 'hand_in': return [m.pos_move_reason_safe(), m.pos_move_reason_owner()];
    case 'no_sale': return [m.pos_move_reason_change(), m.pos_move_reason_check()];
  }
}
