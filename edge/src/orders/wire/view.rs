//! An order as it is answered, from what it is.

use std::collections::BTreeMap;

use comanda_shared::ids::{CustomerId, JobId, LineId, ModifierId, OrderId, ProductId, StationId, TaxId};
use comanda_shared::money::{Currency, Money};
use comanda_shared::order::{
    Channel, LineState, Order, OrderPersonal, OrderType, PaymentState, Stage, Status, StatusName, slowest_seconds,
};
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::bill::wire::{DiscountView, SplitView};
use super::super::course::wire::FireView;
use super::super::feature::Taken;
use crate::payments::wire::PaymentView;
use crate::printing::queries::Outlook;

/// Seconds a ticket takes at a printer, until it has been measured.
const SECONDS_A_TICKET: u32 = 2;

/// An order as it is answered; amounts in minor units.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderView {
    id: OrderId,
    /// The number people call out, the same again another day.
    #[schema(example = "L-0042")]
    number: String,
    /// The number that never comes again.
    #[schema(example = "ESQ-L-000042")]
    consecutive: String,
    r#type: OrderType,
    channel: Channel,
    status: StatusName,
    /// Of an order that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled: Option<CancelledView>,
    /// What `If-Match` names.
    version: u32,
    currency: Currency,
    #[schema(required)]
    table: Option<String>,
    /// The number that whoever sent it has for it.
    #[schema(required)]
    external_number: Option<String>,
    /// When it is wanted, where that is not as soon as can be.
    #[schema(required)]
    scheduled_for: Option<LocalInstant>,
    /// The order it is part of by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<OrderId>,
    /// None where nothing was told of the guest.
    #[schema(required)]
    customer: Option<CustomerView>,
    #[schema(required)]
    delivery_address: Option<String>,
    #[schema(required)]
    notes: Option<String>,
    /// Prices with modifiers, times quantities; of the lines that count, as all sums.
    subtotal: i64,
    discount: i64,
    /// Included and added.
    tax: i64,
    /// Of which no tax is computed.
    tip: i64,
    /// What the guest pays, without tip.
    total: i64,
    /// What was paid and not given back.
    paid: i64,
    /// total + tip − paid; of a cancelled order, − paid. Negative where money is owed to the guest.
    due: i64,
    /// What was given back.
    refunded: i64,
    payment: PaymentState,
    /// What was taken off, in the order it was.
    discounts: Vec<DiscountView>,
    /// How the bill is split; none when it is one.
    #[schema(required)]
    split: Option<SplitView>,
    /// In the order they were taken.
    payments: Vec<PaymentView>,
    /// The number of its receipt, once it was paid in full.
    #[schema(required)]
    receipt: Option<String>,
    /// The receipt's number for the tax office, where the branch may give some.
    #[schema(required, example = "SETP980")]
    fiscal_number: Option<String>,
    /// Whether it is over: handed over and paid, or cancelled and nothing owed.
    closed: bool,
    #[schema(required)]
    closed_at: Option<LocalInstant>,
    /// When the guest last got the pre-bill.
    #[schema(required)]
    bill_printed_at: Option<LocalInstant>,
    /// In the order they were asked for; the parts of a combo after it.
    lines: Vec<LineView>,
    /// What of it is printed next; only where something was done to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    print: Option<PrintView>,
    /// When the slowest line should be done, were the kitchen idle; when it is wanted, where that is later.
    estimated_ready_at: LocalInstant,
    business_day: jiff::civil::Date,
    created_at: LocalInstant,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_at: Option<LocalInstant>,
    /// When it came to each stage it has come to.
    reached: BTreeMap<Stage, LocalInstant>,
}

/// Why and when an order was ended.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Cancelled)]
struct CancelledView {
    reason: String,
    at: LocalInstant,
}

/// Whom an order is for; what was erased reads «borrado».
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
struct CustomerView {
    /// Their card, where the branch knows them.
    #[schema(required)]
    id: Option<CustomerId>,
    #[schema(required)]
    name: Option<String>,
    #[schema(required)]
    phone: Option<String>,
}

/// A line of an order; amounts in minor units.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = OrderLine)]
struct LineView {
    id: LineId,
    /// The line of the combo it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    part_of: Option<LineId>,
    product: ProductId,
    /// As it was called when it was sold.
    name: String,
    quantity: i64,
    /// Without modifiers; of a part, what it adds to the combo's.
    unit_price: i64,
    modifiers: Vec<ModifierView>,
    #[schema(required)]
    notes: Option<String>,
    subtotal: i64,
    discount: i64,
    tax: i64,
    total: i64,
    taxes: Vec<TaxView>,
    /// That make it; none of a combo, whose parts are made.
    stations: Vec<StationId>,
    /// When in the meal it is eaten.
    #[schema(required)]
    course: Option<u8>,
    fire: FireView,
    status: LineStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    void_reason: Option<String>,
}

/// Whether a line counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OrderLineStatus)]
enum LineStatus {
    /// It does.
    Open,
    /// It was taken back.
    Voided,
}

/// A modifier as it was chosen.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = OrderModifier)]
struct ModifierView {
    id: ModifierId,
    name: String,
    /// What it adds to the price of one.
    price: i64,
}

/// A tax on a line.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = OrderTax)]
struct TaxView {
    id: TaxId,
    rate_permille: u16,
    /// Whether the price holds it.
    included: bool,
    base: i64,
    amount: i64,
}

/// What of an order is printed next.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = OrderPrint)]
struct PrintView {
    status: PrintStatus,
    /// Jobs at the longest of the queues, these included.
    position: u32,
    estimated_seconds: u32,
    jobs: Vec<JobId>,
}

/// Whether something is printed next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OrderPrintStatus)]
enum PrintStatus {
    /// Nothing.
    None,
    /// It waits for its printers.
    Queued,
}

impl PrintView {
    fn of(outlook: &Outlook) -> Self {
        Self {
            status: if outlook.jobs.is_empty() { PrintStatus::None } else { PrintStatus::Queued },
            position: outlook.position,
            estimated_seconds: outlook.position * SECONDS_A_TICKET,
            jobs: outlook.jobs.clone(),
        }
    }
}

impl OrderView {
    /// An order as it is, in the branch's time zone.
    pub fn of(order: &Order, zone: &TimeZone) -> Self {
        let local = |at: Timestamp| LocalInstant::at(at, zone);
        let personal = |text: fn(&OrderPersonal) -> Option<String>| super::super::store::shown(&order.personal, text);
        let customer = CustomerView {
            id: order.personal.known().and_then(|personal| personal.customer),
            name: personal(|personal| personal.customer_name.clone()),
            phone: personal(|personal| personal.customer_phone.clone()),
        };
        let Order { totals, .. } = order;
        Self {
            id: order.id,
            number: order.number.clone(),
            consecutive: order.consecutive.clone(),
            r#type: order.order_type,
            channel: order.channel,
            status: order.status.name(),
            cancelled: match &order.status {
                Status::Cancelled { reason, at, .. } => Some(CancelledView { reason: reason.clone(), at: local(*at) }),
                _ => None,
            },
            version: order.version,
            currency: order.currency,
            table: order.table.clone(),
            external_number: order.external_number.clone(),
            scheduled_for: order.scheduled_for.map(local),
            merged_into: match &order.status {
                Status::Merged { into, .. } => Some(*into),
                _ => None,
            },
            customer: (customer.name.is_some() || customer.phone.is_some()).then_some(customer),
            delivery_address: personal(|personal| personal.delivery_address.clone()),
            notes: personal(|personal| personal.notes.clone()),
            subtotal: totals.subtotal.minor(),
            discount: totals.discount.minor(),
            tax: totals.tax.minor(),
            tip: order.tip.minor(),
            total: totals.total.minor(),
            paid: order.paid().minor(),
            due: order.due().minor(),
            refunded: order.refunded().minor(),
            payment: order.payment_state(),
            discounts: order.discounts.iter().map(DiscountView::from).collect(),
            split: SplitView::of(order),
            payments: order.payments.iter().map(|payment| PaymentView::of(payment, zone)).collect(),
            receipt: order.receipt.as_ref().map(|receipt| receipt.number.clone()),
            fiscal_number: order.receipt.as_ref().and_then(|receipt| Some(receipt.fiscal.as_ref()?.written())),
            closed: order.closed_at.is_some(),
            closed_at: order.closed_at.map(local),
            bill_printed_at: order.bill_printed_at.map(local),
            lines: order.lines.iter().map(|line| LineView::of(line, order, zone)).collect(),
            print: None,
            estimated_ready_at: local(ready_at(order)),
            business_day: order.business_day,
            created_at: local(order.created_at),
            accepted_at: order.accepted_at.map(local),
            reached: order.reached.iter().map(|(stage, at)| (*stage, local(*at))).collect(),
        }
    }

    /// An order that was just taken or changed, with what is printed next.
    pub fn taken(taken: &Taken, zone: &TimeZone) -> Self {
        Self { print: Some(PrintView::of(&taken.outlook)), ..Self::of(&taken.order, zone) }
    }
}

/// When the slowest line should be done, were the kitchen idle; of what waits for its time, when it is wanted.
fn ready_at(order: &Order) -> Timestamp {
    let begun = order.accepted_at.unwrap_or(order.created_at);
    let done = begun + SignedDuration::from_secs(i64::from(slowest_seconds(&order.lines)));
    order.scheduled_for.map_or(done, |wanted| wanted.max(done))
}

impl LineView {
    fn of(line: &comanda_shared::order::Line, order: &Order, zone: &TimeZone) -> Self {
        let minor = |money: Money| money.minor();
        let modifiers = line.modifiers.iter();
        Self {
            id: line.id,
            part_of: line.part_of,
            product: line.product,
            name: line.name.clone(),
            quantity: line.quantity.thousandths() / 1000,
            unit_price: minor(line.unit_price),
            modifiers: modifiers
                .map(|modifier| ModifierView {
                    id: modifier.modifier,
                    name: modifier.name.clone(),
                    price: minor(modifier.price),
                })
                .collect(),
            notes: order.personal.known().and_then(|personal| personal.line_notes.get(&line.id).cloned()),
            subtotal: minor(line.amounts.subtotal),
            discount: minor(line.amounts.discount),
            tax: minor(line.amounts.tax()),
            total: minor(line.amounts.total()),
            taxes: line
                .amounts
                .taxes
                .iter()
                .map(|tax| TaxView {
                    id: tax.tax,
                    rate_permille: tax.rate.0,
                    included: tax.included,
                    base: minor(line.amounts.base()),
                    amount: minor(tax.amount),
                })
                .collect(),
            stations: line.stations.clone(),
            course: line.course.map(u8::from),
            fire: FireView::of(line.fire, zone),
            status: match line.state {
                LineState::Open => LineStatus::Open,
                LineState::Voided { .. } => LineStatus::Voided,
            },
            void_reason: match &line.state {
                LineState::Open => None,
                LineState::Voided { reason, .. } => Some(reason.clone()),
            },
        }
    }
}
