/** What the acts of the audit are called. */
import * as m from '$messages';
import type { AuditEntry } from '$ui/api/types.ts';

const NAMES: Record<string, () => string> = {
  'order.line_voided': m.audit_line_voided, 'order.cancelled': m.audit_order_cancelled, 'order.discounted': m.audit_discounted,
  'order.discount_removed': m.audit_discount_removed, 'order.reopened': m.audit_reopened, 'order.personal_erased': m.audit_personal_erased, 'payment.refunded': m.audit_refunded,
  'receipt.reprinted': m.audit_receipt_reprinted, 'order.paper_reprinted': m.audit_paper_reprinted, 'cash.shift_opened': m.audit_shift_opened, 'cash.moved': m.audit_cash_moved,
  'cash.drawer_opened': m.audit_drawer_opened, 'cash.shift_closed': m.audit_shift_closed, 'cash.day_closed': m.audit_day_closed,
  'staff.added': m.audit_staff_added, 'staff.changed': m.audit_staff_changed, 'staff.pin_changed': m.audit_pin_changed, 'staff.locked_out': m.audit_staff_locked_out,
  'token.created': m.audit_token_created, 'token.revoked': m.audit_token_revoked, 'printer.added': m.audit_printer_added,
  'device.paired': m.audit_device_paired, 'device.changed': m.audit_device_changed, 'device.revoked': m.audit_device_revoked,
  'device.locked_out': m.audit_device_locked_out, 'device.unlocked': m.audit_device_unlocked,
  'printer.removed': m.audit_printer_removed, 'branch.opened': m.audit_branch_opened, 'branch.directive_applied': m.audit_directive,
  'branch.numbers_skipped': m.audit_numbers_skipped, 'branch.state_changed': m.audit_state_changed, 'branch.begun': m.audit_begun, 'ticket.reprinted': m.audit_ticket_reprinted,
  'customer.added': m.audit_customer_added, 'customer.changed': m.audit_customer_changed, 'customer.consented': m.audit_customer_consented, 'customer.erased': m.audit_customer_erased,
  'attendance.corrected': m.audit_attendance_corrected,
};

/** An act of a newer box than this page goes by the journal's own word. */
export function actName(kind: string): string {
  return NAMES[kind]?.() ?? kind;
}

/** Who works on the box itself, at its command line, has no name. */
export function whoOf({ kind, name }: AuditEntry['by']): string {
  if (name !== '') return name;
  return kind === 'operator' ? m.audit_by_operator() : kind === 'cloud' ? m.audit_by_cloud() : m.audit_by_branch();
}

/** What it was done to, why, and how much it was about, where the entry has that. */
export function factsOf(details: Record<string, unknown>): { what: string | null; reason: string | null; amount: number | null } {
  const { name, reason, amount } = details;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  return { what: text(name), reason: text(reason), amount: typeof amount === 'number' ? amount : null };
}
