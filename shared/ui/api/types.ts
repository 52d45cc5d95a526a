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

export type Order = Schemas['Order'];
export type OrderLine = Schemas['OrderLine'];
export type OrderType = Schemas['OrderType'];
export type OrderStatus = Schemas['OrderStatus'];

/** What ran out, or of which so many are left. */
export type Stockout = Schemas['Stockout'];
export type Availability = Schemas['Availability'];

/** One order at one station. */
export type Card = Schemas['Card'];
export type CardLine = Schemas['CardLine'];
