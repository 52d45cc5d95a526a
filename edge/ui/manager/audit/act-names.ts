/** What the acts of the audit are called. */
import * as m from '$messages';
import type { AuditChange, AuditEntry } from '$ui/api/types.ts';
import { pesos } from '$ui/money/money.ts';

export const NAMES: Record<string, () => string> = {
  'order.line_voided': m.audit_line_voided, 'order.cancelled': m.audit_order_cancelled, 'order.discounted': m.audit_discounted,
  'order.discount_removed': m.audit_discount_removed, 'order.reopened': m.audit_reopened, 'order.personal_erased': m.audit_personal_erased, 'payment.refunded': m.audit_refunded,
  'receipt.reprinted': m.audit_receipt_reprinted, 'order.paper_reprinted': m.audit_paper_reprinted, 'cash.shift_opened': m.audit_shift_opened, 'cash.moved': m.audit_cash_moved,
  'cash.drawer_opened': m.audit_drawer_opened, 'cash.shift_closed': m.audit_shift_closed, 'cash.day_closed': m.audit_day_closed,
  'staff.added': m.audit_staff_added, 'staff.changed': m.audit_staff_changed, 'staff.pin_changed': m.audit_pin_changed, 'staff.locked_out': m.audit_staff_locked_out,
  'token.created': m.audit_token_created, 'token.revoked': m.audit_token_revoked, 'printer.added': m.audit_printer_added, 'printer.changed': m.audit_printer_changed, 'order.merged': m.audit_merged,
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

/** What is looked at, and the kinds that it is of. */
export const FAMILIES = {
  all: '', money: 'payment.,cash.,receipt.,order.discount', orders: 'order.', people: 'staff.,token.,attendance.', screens: 'device.', printers: 'printer.,ticket.', settings: 'branch.', guests: 'customer.',
} as const;
export type Family = keyof typeof FAMILIES;

const FIELDS: Record<string, () => string> = {
  role: m.audit_field_role, is_active: m.audit_field_active, active: m.audit_field_active, name: m.audit_field_name, price: m.audit_field_price, prices: m.audit_field_prices, tax: m.audit_field_tax,
  station: m.audit_field_station, stations: m.audit_field_station, product: m.audit_field_product, tip_permille: m.audit_field_tip, cash_rounding: m.audit_field_rounding, code: m.audit_field_code,
  hours: m.audit_field_hours, fiscal: m.audit_field_fiscal, payment_codes: m.audit_field_codes, shows_pictures: m.audit_field_pictures, picture: m.audit_field_picture, address: m.audit_field_address,
  state: m.audit_field_state, purpose: m.audit_field_purpose,
};

/** Fields whose amounts are in minor units. */
const SUMS = ['price', 'cash_rounding'];

/** One thing that is other than it was, in words; a field of a newer box goes by its own name. */
export function changeWords({ of, field, before, after }: AuditChange): { what: string; before: string; after: string } {
  const words = FIELDS[field]?.() ?? field;
  return { what: of === undefined || of === '' ? words : `${of} · ${words}`, before: valueWords(field, before), after: valueWords(field, after) };
}

function valueWords(field: string, value: unknown): string {
  if (value === undefined || value === null) return '—';
  if (typeof value === 'boolean') return value ? m.audit_yes() : m.audit_no();
  if (typeof value === 'number') return SUMS.includes(field) ? pesos(value) : field === 'tip_permille' ? `${value / 10} %` : String(value);
  if (typeof value === 'string') return field === 'picture' ? value.slice(0, 8) : value;
  return JSON.stringify(value);
}
