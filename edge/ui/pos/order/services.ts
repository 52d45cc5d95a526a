/** How orders are asked for, in the order of the till. */
import * as m from '$messages';
import type { Service } from '../catalog/menu.ts';

export const SERVICES: Service[] = ['counter', 'takeaway', 'dine_in', 'delivery'];

const NAMES: Record<Service, () => string> = {
  counter: m.pos_service_counter, takeaway: m.pos_service_takeaway, dine_in: m.pos_service_table, delivery: m.pos_service_delivery,
};

export function serviceName(service: Service): string {
  return NAMES[service]();
}

/** `7` → «Mesa 7»; a table with a name of its own keeps it. */
export function tableName(table: string): string {
  return /^\d+$/.test(table.trim()) ? m.pos_table({ table: table.trim() }) : table.trim();
}
