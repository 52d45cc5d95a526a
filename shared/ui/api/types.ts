/**
 * The shapes the box answers with, by the names the screens use. What they are is said by the box's OpenAPI document, of
 * which `npm run api` makes `schema.d.ts`. Money is in minor units, times are RFC 3339.
 */
import type { components } from './schema';

type Schemas = components['schemas'];

/** A list, or a page of one. */
export interface List<T> extends Omit<Schemas['List_Face'], 'items'> { items: T[] }

export type BranchInfo = Schemas['Branch'];
export type Face = Schemas['Face'];
export type Me = Omit<Schemas['Me'], 'permissions'> & { permissions: Permission[] };
export type Role = Schemas['Role'];
export type Permission = Schemas['Permission'] | MoneyPermission;
type MoneyPermission = 'payments.take' | 'payments.refund' | 'orders.discount' | 'orders.reopen' | 'cash.shift' | 'cash.movements' | 'cash.reports' | 'cash.no_sale' | 'staff.manage' | 'devices.manage' | 'settings.edit' | 'audit.view';
export type Station = Schemas['Station'];

export type Catalog = Schemas['CatalogFile'];
export type Category = Schemas['CategoryRow'];
export type Product = Schemas['ProductRow'];
export type ModifierGroup = Schemas['ModifierGroupRow'];
export type Modifier = Schemas['ModifierRow'];
export type ComboSlot = Schemas['ComboSlotRow'];

export type NewOrder = Schemas['NewOrder'];
export type NewLine = Schemas['NewLine'];
export type Quote = Schemas['Quote'];

export type Order = Schemas['Order'] & Settlement;
export type OrderLine = Schemas['OrderLine'] & { discount: number };
export type OrderType = Schemas['OrderType'];
export type OrderStatus = Schemas['OrderStatus'];

/** One order at one station. */
export type Card = Schemas['Card'];
export type CardLine = Schemas['CardLine'];

/** How far an order is paid, and with what. `due` is total + tip − paid, `paid` net of refunds. */
export interface Settlement {
  paid: number;
  due: number;
  refunded: number;
  payment: 'unpaid' | 'part' | 'paid' | 'over';
  closed: boolean;
  receipt: string | null;
  bill_printed_at: string | null;
  payments: Payment[];
  discounts: Discount[];
  split: Split | null;
}

export type PaymentMethod = 'cash' | 'card' | 'transfer' | 'nequi' | 'daviplata' | 'bre_b' | 'voucher' | 'rappi' | 'didi' | 'other';

export interface Payment {
  id: string;
  method: PaymentMethod;
  amount: number;
  tip: number;
  received: number | null;
  change: number | null;
  reference: string | null;
  at: string;
  status: 'completed' | 'refunded' | 'partly_refunded';
  refunded: number;
}

export interface NewPayment { order: string; method: PaymentMethod; amount: number; received?: number; reference?: string; part?: number }

export interface PaymentTaken { payment: Payment; order: Order }

/** How one may pay here; `qr` is what a guest's phone reads to pay into the branch's own account. */
export interface MethodOffered { method: PaymentMethod; name: string; needs_reference: boolean; qr: { payload: string } | null }

export interface Discount { id: string; line: string | null; kind: 'percent' | 'amount' | 'comp'; value: number; amount: number; reason: string }

export interface NewDiscount { line: string | null; kind: Discount['kind']; value: number; reason: string }

export type NewSplit = { kind: 'equal'; parts: number } | { kind: 'amounts'; amounts: number[] } | { kind: 'lines'; parts: { line: string; share_permille: number }[][] };

export interface Split { parts: { index: number; amount: number; paid: number; lines: { line: string; share_permille: number }[] | null }[] }

export type MovementKind = 'in' | 'out' | 'no_sale' | 'hand_in';

/** A drawer somebody answers for. What should be in it is never told while it is open. */
export interface Shift {
  id: string;
  drawer: string;
  user: { id: string; name: string };
  opened_at: string;
  closed_at: string | null;
  float: number;
  movements: { id: string; kind: MovementKind; amount: number; reason: string | null; at: string }[];
  sales_count: number;
}

/** A shift after it was counted. */
export interface Closure {
  number: string;
  shift: Shift;
  expected: Partial<Record<PaymentMethod, number>>;
  counted: Partial<Record<PaymentMethod, number>>;
  difference: number;
  notes: string | null;
}

export type Alert = Schemas['Alert'];

export type OrderStats = Schemas['OrderStats'];
export type PrinterInUse = Schemas['PrinterInUse'];
export type Job = Schemas['Job'];
export type Jobs = Schemas['Jobs'];
export type JobStatus = Schemas['JobStatus'];
