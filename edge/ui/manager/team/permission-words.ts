/** What permissions are called, and which belong together; the same as the box's table, which the types hold it to. */
import * as m from '$messages';
import type { Permission } from '$ui/api/types.ts';

const NAMES: Record<Permission, () => string> = {
  'orders.view': m.may_orders_view,
  'orders.create': m.may_orders_create,
  'orders.accept': m.may_orders_accept,
  'orders.advance': m.may_orders_advance,
  'orders.move': m.may_orders_move,
  'orders.split': m.may_orders_split,
  'orders.void': m.may_orders_void,
  'orders.cancel': m.may_orders_cancel,
  'orders.discount': m.may_orders_discount,
  'orders.reopen': m.may_orders_reopen,
  'catalog.view': m.may_catalog_view,
  'catalog.edit': m.may_catalog_edit,
  'catalog.import': m.may_catalog_import,
  'catalog.availability': m.may_catalog_availability,
  'printing.view': m.may_printing_view,
  'printing.manage': m.may_printing_manage,
  'printers.set_up': m.may_printers_set_up,
  'papers.edit': m.may_papers_edit,
  'tickets.reprint': m.may_tickets_reprint,
  'receipts.reprint': m.may_receipts_reprint,
  'payments.take': m.may_payments_take,
  'payments.refund': m.may_payments_refund,
  'cash.shift': m.may_cash_shift,
  'cash.movements': m.may_cash_movements,
  'cash.no_sale': m.may_cash_no_sale,
  'cash.reports': m.may_cash_reports,
  'reports.view': m.may_reports_view,
  'customers.view': m.may_customers_view,
  'customers.edit': m.may_customers_edit,
  'customers.erase': m.may_customers_erase,
  'staff.manage': m.may_staff_manage,
  'staff.hours': m.may_staff_hours,
  'roles.edit': m.may_roles_edit,
  'devices.manage': m.may_devices_manage,
  'audit.view': m.may_audit_view,
  'monitoring.view': m.may_monitoring_view,
  'branch.state': m.may_branch_state,
  'backups.manage': m.may_backups_manage,
  'support.bundle': m.may_support_bundle,
  'floor.edit': m.may_floor_edit,
  'settings.edit': m.may_settings_edit,
  'branch.begin': m.may_branch_begin,
};

export interface Group { name: () => string; permissions: Permission[] }

export const GROUPS: Group[] = [
  { name: m.may_group_orders, permissions: ['orders.view', 'orders.create', 'orders.accept', 'orders.advance', 'orders.move', 'orders.split', 'orders.void', 'orders.cancel', 'orders.discount', 'orders.reopen'] },
  { name: m.may_group_menu, permissions: ['catalog.view', 'catalog.edit', 'catalog.import', 'catalog.availability'] },
  { name: m.may_group_printing, permissions: ['printing.view', 'printing.manage', 'printers.set_up', 'papers.edit', 'tickets.reprint', 'receipts.reprint'] },
  { name: m.may_group_money, permissions: ['payments.take', 'payments.refund', 'cash.shift', 'cash.movements', 'cash.no_sale', 'cash.reports', 'reports.view'] },
  { name: m.may_group_guests, permissions: ['customers.view', 'customers.edit', 'customers.erase'] },
  { name: m.may_group_people, permissions: ['staff.manage', 'staff.hours', 'roles.edit', 'devices.manage', 'audit.view'] },
  { name: m.may_group_branch, permissions: ['monitoring.view', 'branch.state', 'backups.manage', 'support.bundle', 'floor.edit', 'settings.edit', 'branch.begin'] },
];

export function permissionName(permission: Permission): string {
  return NAMES[permission]();
}
