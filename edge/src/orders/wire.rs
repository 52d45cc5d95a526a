//! The shapes of orders in requests and answers.

use std::collections::BTreeMap;

use comanda_shared::ids::{CustomerId, JobId, LineId, ModifierId, OrderId, ProductId, StationId, TaxId};
use comanda_shared::money::{Currency, Money, Quantity};
use comanda_shared::order::{
    Channel, LineState, NewChoice, NewLine, Order, OrderPersonal, OrderRejection, OrderType, PaymentState, PlaceOrder,
    Stage, Status, StatusName, limits, slowest_seconds,
};
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::bill::wire::{DiscountView, SplitView};
use super::course::wire::{FireView, FireWord, course};
use super::feature::Taken;
use crate::http::problem::{Code, Problem};
use crate::payments::wire::{PaymentView, RefundAllRequest};
use crate::printing::queries::Outlook;
use crate::staff::approval::Approval;

/// Seconds a ticket takes at a printer, until it has been measured.
const SECONDS_A_TICKET: u32 = 2;

/// How an order is served or where it came from, in one word, as the sources have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NewOrderType)]
enum TypeWord {
    /// Eaten here.
    DineIn,
    /// Taken away by the guest.
    Takeaway,
    /// Brought to the guest.
    Delivery,
    /// `takeaway`, of a guest who stands at the till.
    Counter,
    /// From the table's menu: `dine_in` with a table, else `takeaway`.
    Qr,
    /// On the telephone: `delivery` with an address, else `takeaway`.
    Phone,
    /// From the company's own web menu: likewise.
    Online,
}

impl TypeWord {
    fn meaning(self, has_table: bool, has_delivery: bool) -> (OrderType, Option<Channel>) {
        let brought = if has_delivery { OrderType::Delivery } else { OrderType::Takeaway };
        match self {
            Self::DineIn => (OrderType::DineIn, None),
            Self::Takeaway => (OrderType::Takeaway, None),
            Self::Delivery => (OrderType::Delivery, None),
            Self::Counter => (OrderType::Takeaway, Some(Channel::Pos)),
            Self::Qr if has_table => (OrderType::DineIn, Some(Channel::Qr)),
            Self::Qr => (OrderType::Takeaway, Some(Channel::Qr)),
            Self::Phone => (brought, Some(Channel::Phone)),
            Self::Online => (brought, Some(Channel::Online)),
        }
    }
}

/// An order that is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOrder, example = json!({
    "type": "takeaway", "customer": {"name": "Ana"},
    "lines": [{"product": "perro-caliente", "quantity": 2, "modifiers": ["sin-cebolla"]}],
}))]
pub struct PlaceRequest {
    r#type: TypeWord,
    /// Where it came from; `pos` unless told otherwise. The type's own, where it has one, wins.
    channel: Option<Channel>,
    table: Option<String>,
    /// The number that whoever sent it has for it.
    external_number: Option<String>,
    /// When it is wanted, at most 31 days ahead: the kitchen begins in time for that. As soon as can be unless told otherwise.
    #[schema(value_type = Option<String>, format = DateTime)]
    scheduled_for: Option<Timestamp>,
    customer: Option<CustomerRequest>,
    delivery: Option<DeliveryRequest>,
    notes: Option<String>,
    #[schema(min_items = 1, max_items = 200)]
    lines: Vec<LineRequest>,
}

/// Whom an order is for.
#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCustomer)]
struct CustomerRequest {
    /// Their card, where the branch knows them: what is not told here is taken from it.
    id: Option<CustomerId>,
    name: Option<String>,
    phone: Option<String>,
}

/// Where an order is brought.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDelivery)]
struct DeliveryRequest {
    address: String,
}

/// A line that is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLine)]
pub struct LineRequest {
    /// By sku or id.
    #[schema(example = "salchipapa-especial")]
    product: String,
    #[schema(minimum = 1, maximum = 1000, example = 2)]
    quantity: i64,
    /// By sku or id.
    #[serde(default)]
    modifiers: Vec<String>,
    notes: Option<String>,
    /// When in the meal it is eaten.
    #[schema(minimum = 1, maximum = 9)]
    course: Option<u8>,
    /// When the kitchen is to begin with it.
    #[serde(default)]
    fire: FireWord,
    /// What a combo is put together from.
    #[serde(default)]
    choices: Vec<ChoiceRequest>,
}

/// A part of a combo that is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChoice)]
struct ChoiceRequest {
    /// By key or id.
    slot: String,
    /// By sku or id.
    product: String,
    /// By sku or id.
    #[serde(default)]
    modifiers: Vec<String>,
    notes: Option<String>,
}

/// Lines that an order gets besides.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLines)]
pub struct AddLinesRequest {
    #[schema(min_items = 1, max_items = 200)]
    lines: Vec<LineRequest>,
}

/// Where an order goes.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewStatus)]
pub struct StatusRequest {
    /// Where the order should go.
    pub status: StatusWord,
}

/// A status as it may be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NewStatusName)]
pub enum StatusWord {
    /// The kitchen may begin.
    Accepted,
    /// The kitchen has begun.
    Preparing,
    /// All of it can be handed over.
    Ready,
    /// Handed to the guest here.
    Served,
    /// With the rider.
    OnTheWay,
    /// With the guest.
    Delivered,
}

impl StatusWord {
    /// The stage it means; accepting is a command of its own.
    pub const fn stage(self) -> Option<Stage> {
        match self {
            Self::Accepted => None,
            Self::Preparing => Some(Stage::Preparing),
            Self::Ready => Some(Stage::Ready),
            Self::Served => Some(Stage::Served),
            Self::OnTheWay => Some(Stage::OnTheWay),
            Self::Delivered => Some(Stage::Delivered),
        }
    }
}

/// The status an order is looked for in; `pending` and `placed` are other words for one received.
pub fn status_named(word: &str) -> Option<StatusName> {
    if matches!(word, "pending" | "placed") {
        return Some(StatusName::Received);
    }
    StatusName::ALL.into_iter().find(|status| status.as_str() == word)
}

/// Why something is taken back or ended.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Reason)]
pub struct ReasonRequest {
    #[schema(max_length = 120, example = "El cliente cambió de idea")]
    reason: String,
    /// Of somebody who may, where whoever asks may not.
    pub approval: Option<Approval>,
}

impl ReasonRequest {
    /// The reason, tidied.
    ///
    /// # Errors
    /// A problem that names the field when it is too long.
    pub fn reason(self) -> Result<String, Problem> {
        Ok(tidy(Some(self.reason), limits::SHORT_TEXT, || "reason".to_owned())?.unwrap_or_default())
    }
}

/// Why an order is ended, and how what was paid is given back.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCancel)]
pub struct CancelRequest {
    /// Why.
    #[schema(max_length = 120, example = "El cliente cambió de idea")]
    pub reason: String,
    /// Needed where something was paid.
    pub refund: Option<RefundAllRequest>,
    /// Of somebody who may, where whoever asks may not; who gives money back with it may do that as well.
    pub approval: Option<Approval>,
}

/// Where an order is to be seated.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTable)]
pub struct MoveRequest {
    /// The table; none unless told otherwise.
    #[schema(max_length = 120, example = "12")]
    pub table: Option<String>,
}

/// What the guest gives on top.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTip)]
pub struct TipRequest {
    /// The whole tip; 0 for none.
    #[schema(minimum = 0)]
    pub amount: i64,
}

/// Something that is done as it stands, approved where whoever asks may not.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Approved)]
pub struct ApprovedRequest {
    /// Of somebody who may, where whoever asks may not.
    pub approval: Option<Approval>,
}

impl PlaceRequest {
    /// What it means; the order's and the lines' ids are made later.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn command(self) -> Result<PlaceOrder, Problem> {
        let table = tidy(self.table, limits::SHORT_TEXT, || "table".to_owned())?;
        let (order_type, channel) = self.r#type.meaning(table.is_some(), self.delivery.is_some());
        let CustomerRequest { id: customer, name, phone } = self.customer.unwrap_or_default();
        let address = self.delivery.map(|delivery| delivery.address);
        let personal = OrderPersonal {
            customer,
            customer_name: tidy(name, limits::SHORT_TEXT, || "customer.name".to_owned())?,
            customer_phone: tidy(phone, limits::SHORT_TEXT, || "customer.phone".to_owned())?,
            delivery_address: tidy(address, limits::NOTE, || "delivery.address".to_owned())?,
            notes: tidy(self.notes, limits::NOTE, || "notes".to_owned())?,
            line_notes: BTreeMap::new(),
        };
        Ok(PlaceOrder {
            id: OrderId::from_uuid(Uuid::nil()),
            order_type,
            channel: channel.or(self.channel).unwrap_or(Channel::Pos),
            table,
            external_number: tidy(self.external_number, limits::SHORT_TEXT, || "external_number".to_owned())?,
            scheduled_for: self.scheduled_for,
            lines: new_lines(self.lines)?,
            personal,
        })
    }
}

impl AddLinesRequest {
    /// The lines; their ids are made later.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn lines(self) -> Result<Vec<NewLine>, Problem> {
        new_lines(self.lines)
    }
}

fn new_lines(lines: Vec<LineRequest>) -> Result<Vec<NewLine>, Problem> {
    let count: usize = lines.iter().map(|line| 1 + line.choices.len()).sum();
    if count > limits::LINES {
        return Err(OrderRejection::TooManyLines.into());
    }
    let line = |(index, line): (usize, LineRequest)| {
        let quantity = u32::try_from(line.quantity).ok().filter(|units| (1..=limits::QUANTITY).contains(units));
        let quantity = quantity.ok_or_else(|| {
            let detail = format!("{} is not from 1 to {}", line.quantity, limits::QUANTITY);
            Problem::from(Code::QuantityOutOfRange).at(format!("lines[{index}].quantity"), detail)
        })?;
        Ok(NewLine {
            id: LineId::from_uuid(Uuid::nil()),
            product: line.product,
            quantity: Quantity::whole(quantity),
            modifiers: line.modifiers,
            notes: tidy(line.notes, limits::NOTE, || format!("lines[{index}].notes"))?,
            course: course(line.course, || format!("lines[{index}].course"))?,
            is_held: line.fire == FireWord::Held,
            choices: new_choices(line.choices, index)?,
        })
    };
    lines.into_iter().enumerate().map(line).collect()
}

fn new_choices(choices: Vec<ChoiceRequest>, line: usize) -> Result<Vec<NewChoice>, Problem> {
    let choice = |(index, choice): (usize, ChoiceRequest)| {
        Ok(NewChoice {
            id: LineId::from_uuid(Uuid::nil()),
            slot: choice.slot,
            product: choice.product,
            modifiers: choice.modifiers,
            notes: tidy(choice.notes, limits::NOTE, || format!("lines[{line}].choices[{index}].notes"))?,
        })
    };
    choices.into_iter().enumerate().map(choice).collect()
}

/// Text as people meant it: control characters are blanks, blanks are single, and nothing is no text.
///
/// # Errors
/// A problem that names the field when the text is longer than `longest` characters.
pub fn tidy(text: Option<String>, longest: usize, field: impl Fn() -> String) -> Result<Option<String>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let blanked: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let tidy = blanked.split_whitespace().collect::<Vec<_>>().join(" ");
    if tidy.chars().count() > longest {
        return Err(Problem::from(Code::FieldInvalid).at(field(), format!("at most {longest} characters")));
    }
    Ok(Some(tidy).filter(|text| !text.is_empty()))
}

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
        let personal = |text: fn(&OrderPersonal) -> Option<String>| super::store::shown(&order.personal, text);
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
