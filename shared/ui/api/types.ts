/** The shapes the box answers with, as the screens use them. Money is in minor units, times are RFC 3339. */

export type OrderType = 'dine_in' | 'takeaway' | 'delivery';
export type OrderStatus =
  | 'received' | 'accepted' | 'preparing' | 'ready' | 'served' | 'on_the_way' | 'delivered' | 'cancelled';
export type Role = 'owner' | 'admin' | 'cashier' | 'waiter' | 'kitchen' | 'rider';

export interface List<T> { items: T[]; next_cursor: string | null }

export interface BranchInfo {
  name: string; code: string; time_zone: string; currency: string; now: string;
  catalog_version: number; ui_version: string; journal_id: string;
}
export interface Face { id: string; name: string; role: Role }
export interface Me { name: string; role: Role; permissions: string[]; until: string | null }
export interface Station { id: string; key: string; name: string }

export interface Catalog {
  currency: string;
  taxes: { id: string; name: string; permille: number; included: boolean }[];
  stations: { id: string; name: string }[];
  categories: Category[];
}
export interface Category { id: string; name: string; active?: boolean; products: Product[] }
export interface Product {
  sku: string; name: string; description?: string; price: number;
  prices?: Partial<Record<OrderType, number>>; tax: string | string[]; station: string | string[];
  target_seconds?: number; barcode?: string; active?: boolean;
  modifier_groups?: ModifierGroup[]; combo?: ComboSlot[];
}
/** `max` 0 stands for as many as there are. */
export interface ModifierGroup { id: string; name: string; min: number; max: number; modifiers: Modifier[] }
export interface Modifier { sku: string; name: string; price: number; default?: boolean; active?: boolean }
export interface ComboSlot { id: string; name: string; min: number; max: number; choices: { sku: string; price: number }[] }

export interface NewOrder {
  /** `counter`: for somebody who stands at the till; the box takes it as takeaway. */
  type: OrderType | 'counter'; channel?: string; table?: string; customer?: { name?: string; phone?: string };
  delivery?: { address: string }; notes?: string; lines: NewLine[];
}
export interface NewLine {
  product: string; quantity: number; modifiers: string[]; notes?: string;
  choices?: { slot: string; product: string; modifiers: string[]; notes?: string }[];
}
export interface Quote {
  currency: string; subtotal: number; discount: number; tax: number; total: number;
  taxes: { name: string; rate_permille: number; included: boolean; base: number; amount: number }[];
  lines: { index: number; total: number }[]; kitchen_seconds: number;
}
export interface Order {
  id: string; number: string; consecutive: string; type: OrderType; channel: string; status: OrderStatus;
  cancelled?: { reason: string; at: string }; version: number; currency: string; table: string | null;
  customer: { name: string | null; phone: string | null } | null; delivery_address: string | null; notes: string | null;
  subtotal: number; discount: number; tax: number; tip: number; total: number; lines: OrderLine[];
  print?: { status: string; position: number; estimated_seconds: number; jobs: string[] };
  estimated_ready_at: string; business_day: string; created_at: string; accepted_at?: string;
  reached: Partial<Record<OrderStatus, string>>;
}
export interface OrderLine {
  id: string; product: string; name: string; quantity: number; unit_price: number;
  modifiers: { id: string; name: string; price: number }[]; notes: string | null;
  subtotal: number; discount: number; tax: number; total: number; stations: string[];
  status: 'open' | 'voided'; void_reason?: string; part_of?: string | null;
}

/** One order at one station. */
export interface Card {
  order: string; station: string; number: string; type: OrderType; channel: string; table: string | null;
  served_by: string | null; customer: string | null; notes: string | null; status: OrderStatus;
  fired_at: string; bumped_at: string | null; lines: CardLine[];
}
export interface CardLine {
  line: string; name: string; quantity: number; modifiers: { name: string; effect: 'without' | 'extra' | 'choice' }[];
  notes: string | null; part_of: string | null; state: 'to_make' | 'ready' | 'voided'; void_seen: boolean;
  addition: boolean; fired_at: string; ready_at: string | null; target_seconds: number;
}
