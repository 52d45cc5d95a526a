/** What staff read when the box refuses: by its code, in their language; for a code not known here, the box's own words. */
import * as m from '$messages';

const WORDS: Record<string, () => string> = {
  'product.unavailable': m.pos_problem_unavailable,
  'product.unknown': m.pos_problem_unavailable,
  'modifier.unknown': m.pos_problem_option_gone,
  'modifier.missing': m.pos_problem_option_missing,
  'modifier.excess': m.pos_problem_option_excess,
  'choice.unknown': m.pos_problem_option_gone,
  'choice.missing': m.pos_problem_option_missing,
  'choice.excess': m.pos_problem_option_excess,
  'quantity.out_of_range': m.pos_problem_quantity,
  'permission.missing': m.pos_problem_permission,
  'order.illegal_transition': m.pos_problem_transition,
  'order.version_conflict': m.pos_problem_conflict,
  'line.voided': m.pos_problem_voided,
  'line.part_of_combo': m.pos_problem_part,
  'tickets.none': m.pos_problem_no_tickets,
  'catalog.missing': m.pos_menu_missing,
  'credentials.invalid': m.pos_problem_session,
  'credentials.missing': m.pos_problem_session,
  'approval.refused': m.pos_problem_approval_refused,
  'approval.required': m.pos_problem_approval,
  'payment.above_due': m.pos_problem_above_due,
  'shift.none_open': m.pos_problem_no_shift,
  'shift.closed': m.pos_problem_shift_closed,
  'refund.above_payment': m.pos_problem_refund_above,
  'order.lines_waiting': m.pos_problem_lines_waiting,
  'order.discounted': m.pos_problem_discounted,
  'order.paid': m.pos_problem_order_paid,
  'order.closed': m.pos_problem_order_closed,
  'split.empty_part': m.pos_problem_empty_part,
  busy: m.pos_problem_busy,
  stopping: m.pos_problem_busy,
  'disk.full': m.pos_problem_disk,
};

export function problemWords({ code, message }: { code: string; message: string }): string {
  return WORDS[code]?.() ?? (message === '' ? m.pos_problem_other() : message);
}
