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
export type Me = Schemas['Me'];
export type Role = Schemas['Role'];
export type Permission = Schemas['Permission'];
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

export type Order = Schemas['Order'] & Bargain;
export type OrderLine = Schemas['OrderLine'];
export type OrderType = Schemas['OrderType'];
export type OrderStatus = Schemas['OrderStatus'];

/** One order at one station. */
export type Card = Schemas['Card'];
export type CardLine = Schemas['CardLine'];

/** What was taken off an order, and how its bill is cut, where the box can do so. */
interface Bargain { discounts?: Discount[]; split?: Split | null; bill_printed_at?: string | null }

export interface Discount { id: string; line: string | null; kind: 'percent' | 'amount' | 'comp'; value: number; amount: number; reason: string }

export interface NewDiscount { line: string | null; kind: Discount['kind']; value: number; reason: string }

export type NewSplit = { kind: 'equal'; parts: number } | { kind: 'amounts'; amounts: number[] } | { kind: 'lines'; parts: { line: string; share_permille: number }[][] };

export interface Split { parts: { index: number; amount: number; paid: number; lines: { line: string; share_permille: number }[] | null }[] }

export type PaymentMethod = Schemas['PaymentMethod'];
export type Payment = Schemas['Payment'];
export type NewPayment = Schemas['NewPayment'] & { part?: number };
export type Paid = Schemas['Paid'];
/** How one may pay here; `qr` is what a guest's phone reads to pay into the branch's own account. */
export type PaymentMethodOffered = Schemas['PaymentMethodOffered'];

export type Shift = Schemas['Shift'];
export type MovementKind = Schemas['MovementKind'];
export type Closure = Schemas['Closure'];
export type ReportX = Schemas['ReportX'];

export type OrderStats = Schemas['OrderStats'];
export type PrinterInUse = Schemas['PrinterInUse'];
export type Job = Schemas['Job'];
export type Jobs = Schemas['Jobs'];
export type JobStatus = Schemas['JobStatus'];

export type Alert = Schemas['Alert'];
