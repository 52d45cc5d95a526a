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
export type StationQueue = Schemas['StationQueue'];

export type Catalog = Schemas['CatalogFile'];
/** The menu as it is edited, with its version. */
export type CatalogInUse = Schemas['CatalogInUse'];
/** What guests see of it. */
export type Menu = Schemas['Menu'];
/** Where they find it. */
export type MenuAddresses = Schemas['MenuAddresses'];
/** Where the tables stand, with the version of the plan. */
export type FloorInUse = Schemas['FloorInUse'];
export type FloorPlan = Schemas['FloorPlan'];
export type FloorZone = Schemas['Zone'];
export type FloorTable = Schemas['Table'];
export type Category = Schemas['CategoryRow'];
export type Tax = Schemas['TaxRow'];
export type Product = Schemas['ProductRow'];
export type ModifierGroup = Schemas['ModifierGroupRow'];
export type Modifier = Schemas['ModifierRow'];
export type ComboSlot = Schemas['ComboSlotRow'];

export type NewOrder = Schemas['NewOrder'];
export type NewFire = Schemas['NewFire'];
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

/** A guest the branch knows. */
export type CustomerCard = Schemas['CustomerCard'];
export type NewCustomerCard = Schemas['NewCustomerCard'];
export type CustomerCardChange = Schemas['CustomerCardChange'];
export type ConsentPurpose = Schemas['ConsentPurpose'];
/** What a guest had before. */
export type PastOrder = Schemas['PastOrder'];

export type Discount = Schemas['Discount'];
export type NewDiscount = Schemas['NewDiscount'];
export type Split = Schemas['Split'];
export type NewSplit = Schemas['NewSplit'];

export type PaymentMethod = Schemas['PaymentMethod'];
export type Payment = Schemas['Payment'];
export type NewPayment = Schemas['NewPayment'];
export type Paid = Schemas['Paid'];
/** How one may pay here; `qr` is what a guest's phone reads to pay into the branch's own account. */
export type PaymentMethodOffered = Schemas['PaymentMethodOffered'];

/** Whether the branch has begun for real. */
export type Beginning = Schemas['Beginning'];
/** Whether the branch takes orders from outside. */
export type BranchState = Schemas['BranchState'];
export type NewBranchState = Schemas['BranchStateRequest'];
/** When it does. */
export type OpeningHours = Schemas['OpeningHours'];
export type OpeningInterval = Schemas['OpeningInterval'];
export type OpeningException = Schemas['OpeningException'];

/** How the branch is set up. */
export type Settings = Schemas['Settings'];
export type NewSettings = Schemas['NewSettings'];
/** Numbers of the tax office. */
export type Fiscal = Schemas['Fiscal'];
export type FiscalRange = Schemas['FiscalRange'];

export type Shift = Schemas['Shift'];
export type MovementKind = Schemas['MovementKind'];
export type Closure = Schemas['Closure'];
export type ReportX = Schemas['ReportX'];
export type ReportZ = Schemas['ReportZ'];

export type OrderStats = Schemas['OrderStats'];
export type ScreenInUse = Schemas['Screen'];
export type SyncStatus = Schemas['SyncStatus'];
export type PrinterInUse = Schemas['PrinterInUse'];
export type Doctor = Schemas['Doctor'];
export type DoctorLine = Schemas['DoctorLine'];
export type TemplatesInUse = Schemas['TemplatesInUse'];
export type PassPaper = Schemas['PassPaper'];
export type TemplatePaper = Schemas['TemplatePaper'];
/** A part of a paper, from edge to edge. */
export type PaperBlock = Schemas['PaperBlock'];
export type PaperField = Schemas['PaperField'];
export type PaperSize = Schemas['TypeSize'];
export type PaperAlignment = Schemas['Alignment'];
export type PrinterPlan = Schemas['PrinterPlan'];
export type PrinterModel = Schemas['PrinterModel'];
export type FoundPrinter = Schemas['FoundPrinter'];
export type PlugPrinter = Schemas['Plugged'];
export type Job = Schemas['Job'];
export type Jobs = Schemas['Jobs'];
export type JobStatus = Schemas['JobStatus'];

export type Alert = Schemas['Alert'];

/** A paired screen. */
export type PairedDevice = Schemas['Device'];
export type ThisDevice = Schemas['ThisDevice'];
export type DevicePlan = Schemas['DevicePlan'];
export type DevicePurpose = Schemas['Purpose'];
export type PairingCode = Schemas['PairingCode'];

export type StaffMember = Schemas['StaffMember'];
export type LogIn = Schemas['Session'];
export type AuditEntry = Schemas['AuditEntry'];
/** The same with what it made other than it was. */
export type AuditAct = Schemas['AuditAct'];
export type AuditChange = Schemas['AuditChange'];
export type Backup = Schemas['Backup'];
export type Backups = Schemas['Backups'];
export type BackupProof = Schemas['BackupProof'];

/** Somebody came or went. */
export type Clocked = Schemas['Clocked'];
/** One stay at work. */
export type ClockEntry = Schemas['ClockEntry'];
export type ClockCorrection = Schemas['ClockCorrection'];
export type HoursWorked = Schemas['HoursWorked'];
export type PersonWorked = Schemas['PersonWorked'];

/** A role of the company's own. */
export type OwnRole = Schemas['OwnRole'];
export type RolesInUse = Schemas['RolesInUse'];
