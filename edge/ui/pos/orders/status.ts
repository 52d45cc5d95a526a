/** What a status is called, what the step to it is called, and how it looks. */
import * as m from '$messages';
import type { OrderStatus } from '$ui/api/types.ts';

const NAMES: Record<OrderStatus, () => string> = {
  received: m.pos_status_received, accepted: m.pos_status_accepted, preparing: m.pos_status_preparing, ready: m.pos_status_ready,
  served: m.pos_status_served, on_the_way: m.pos_status_on_the_way, delivered: m.pos_status_delivered, cancelled: m.pos_status_cancelled, merged: m.pos_status_merged,
};

const STEPS: Partial<Record<OrderStatus, () => string>> = {
  accepted: m.pos_step_accept, preparing: m.pos_step_prepare, ready: m.pos_step_ready, served: m.pos_step_serve, on_the_way: m.pos_step_send_out, delivered: m.pos_step_deliver,
};

export function statusName(status: OrderStatus): string {
  return NAMES[status]();
}

export function stepName(to: OrderStatus): string {
  return STEPS[to]?.() ?? statusName(to);
}
