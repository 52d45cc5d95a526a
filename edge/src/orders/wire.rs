//! The shapes of orders in requests and answers.

use std::collections::BTreeMap;

use comanda_shared::ids::{LineId, OrderId};
use comanda_shared::money::{Money, Quantity};
use comanda_shared::order::{
    Channel, LineState, NewChoice, NewLine, Order, OrderPersonal, OrderRejection, OrderType, PlaceOrder, Stage, Status,
    limits, slowest_seconds,
};
use comanda_shared::time::LocalInstant;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::feature::Taken;
use crate::http::problem::{Code, Problem};
use crate::printing::store::Outlook;

/// Seconds a ticket takes at a printer, until it has been measured.
const SECONDS_A_TICKET: u32 = 2;

/// How an order is served or where it came from, in one word, as the sources have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TypeWord {
    DineIn,
    Takeaway,
    Delivery,
    Counter,
    Qr,
    Phone,
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

/// `POST orders` as it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceRequest {
    r#type: TypeWord,
    channel: Option<Channel>,
    table: Option<String>,
    external_number: Option<String>,
    customer: Option<CustomerRequest>,
    delivery: Option<DeliveryRequest>,
    notes: Option<String>,
    lines: Vec<LineRequest>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomerRequest {
    name: Option<String>,
    phone: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliveryRequest {
    address: String,
}

/// A line as it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineRequest {
    product: String,
    quantity: i64,
    #[serde(default)]
    modifiers: Vec<String>,
    notes: Option<String>,
    #[serde(default)]
    choices: Vec<ChoiceRequest>,
}

/// A part of a combo as it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceRequest {
    slot: String,
    product: String,
    #[serde(default)]
    modifiers: Vec<String>,
    notes: Option<String>,
}

/// `POST orders/{id}/lines` as it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddLinesRequest {
    lines: Vec<LineRequest>,
}

/// `PATCH orders/{id}/status` as it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusRequest {
    /// Where the order should go.
    pub status: StatusWord,
}

/// A status as it may be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// The status an order is looked for in, as it is stored; `pending` and `placed` are other words for one received.
pub fn status_named(word: &str) -> Option<&'static str> {
    const STORED: [&str; 8] =
        ["received", "accepted", "preparing", "ready", "served", "on_the_way", "delivered", "cancelled"];
    let meant = if matches!(word, "pending" | "placed") { "received" } else { word };
    STORED.into_iter().find(|stored| *stored == meant)
}

/// A reason as it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonRequest {
    reason: String,
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

impl PlaceRequest {
    /// What it means; the order's and the lines' ids are made later.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn command(self) -> Result<PlaceOrder, Problem> {
        let table = tidy(self.table, limits::SHORT_TEXT, || "table".to_owned())?;
        let (order_type, channel) = self.r#type.meaning(table.is_some(), self.delivery.is_some());
        let (name, phone) = self.customer.map_or((None, None), |customer| (customer.name, customer.phone));
        let address = self.delivery.map(|delivery| delivery.address);
        let personal = OrderPersonal {
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
fn tidy(text: Option<String>, longest: usize, field: impl Fn() -> String) -> Result<Option<String>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let blanked: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let tidy = blanked.split_whitespace().collect::<Vec<_>>().join(" ");
    if tidy.chars().count() > longest {
        return Err(Problem::from(Code::FieldInvalid).at(field(), format!("at most {longest} characters")));
    }
    Ok(Some(tidy).filter(|text| !text.is_empty()))
}

/// An order as it is answered.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct OrderView {
    id: OrderId,
    number: String,
    consecutive: String,
    r#type: OrderType,
    channel: Channel,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled: Option<CancelledView>,
    version: u32,
    currency: String,
    table: Option<String>,
    external_number: Option<String>,
    customer: Option<CustomerView>,
    delivery_address: Option<String>,
    notes: Option<String>,
    subtotal: i64,
    discount: i64,
    tax: i64,
    tip: i64,
    total: i64,
    lines: Vec<LineView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    print: Option<PrintView>,
    estimated_ready_at: LocalInstant,
    business_day: jiff::civil::Date,
    created_at: LocalInstant,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_at: Option<LocalInstant>,
    reached: BTreeMap<Stage, LocalInstant>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct CancelledView {
    reason: String,
    at: LocalInstant,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct CustomerView {
    name: Option<String>,
    phone: Option<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct LineView {
    id: LineId,
    /// The line of the combo it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    part_of: Option<LineId>,
    product: comanda_shared::ids::ProductId,
    name: String,
    quantity: i64,
    unit_price: i64,
    modifiers: Vec<ModifierView>,
    notes: Option<String>,
    subtotal: i64,
    discount: i64,
    tax: i64,
    total: i64,
    taxes: Vec<TaxView>,
    stations: Vec<comanda_shared::ids::StationId>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    void_reason: Option<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct ModifierView {
    id: comanda_shared::ids::ModifierId,
    name: String,
    price: i64,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct TaxView {
    id: comanda_shared::ids::TaxId,
    rate_permille: u16,
    included: bool,
    base: i64,
    amount: i64,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct PrintView {
    status: &'static str,
    position: u32,
    estimated_seconds: u32,
    jobs: Vec<comanda_shared::ids::JobId>,
}

impl PrintView {
    fn of(outlook: &Outlook) -> Self {
        Self {
            status: if outlook.jobs.is_empty() { "none" } else { "queued" },
            position: outlook.position,
            estimated_seconds: outlook.position * SECONDS_A_TICKET,
            jobs: outlook.jobs.clone(),
        }
    }
}

impl OrderView {
    /// An order as it is, in the branch's time zone.
    pub fn of(order: &Order, zone: &jiff::tz::TimeZone) -> Self {
        let local = |at: Timestamp| LocalInstant::at(at, zone);
        let personal = |text: fn(&OrderPersonal) -> Option<String>| super::store::shown(&order.personal, text);
        let customer = CustomerView {
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
            status: order.status.as_str(),
            cancelled: match &order.status {
                Status::Cancelled { reason, at, .. } => Some(CancelledView { reason: reason.clone(), at: local(*at) }),
                _ => None,
            },
            version: order.version,
            currency: order.currency.to_string(),
            table: order.table.clone(),
            external_number: order.external_number.clone(),
            customer: (customer.name.is_some() || customer.phone.is_some()).then_some(customer),
            delivery_address: personal(|personal| personal.delivery_address.clone()),
            notes: personal(|personal| personal.notes.clone()),
            subtotal: totals.subtotal.minor(),
            discount: totals.discount.minor(),
            tax: totals.tax.minor(),
            tip: 0,
            total: totals.total.minor(),
            lines: order.lines.iter().map(|line| LineView::of(line, order)).collect(),
            print: None,
            estimated_ready_at: local(ready_at(order)),
            business_day: order.business_day,
            created_at: local(order.created_at),
            accepted_at: order.accepted_at.map(local),
            reached: order.reached.iter().map(|(stage, at)| (*stage, local(*at))).collect(),
        }
    }

    /// An order that was just taken or changed, with what is printed next.
    pub fn taken(taken: &Taken, zone: &jiff::tz::TimeZone) -> Self {
        Self { print: Some(PrintView::of(&taken.outlook)), ..Self::of(&taken.order, zone) }
    }
}

/// When the slowest line should be done, were the kitchen idle.
fn ready_at(order: &Order) -> Timestamp {
    let begun = order.accepted_at.unwrap_or(order.created_at);
    begun + SignedDuration::from_secs(i64::from(slowest_seconds(&order.lines)))
}

impl LineView {
    fn of(line: &comanda_shared::order::Line, order: &Order) -> Self {
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
            status: match line.state {
                LineState::Open => "open",
                LineState::Voided { .. } => "voided",
            },
            void_reason: match &line.state {
                LineState::Open => None,
                LineState::Voided { reason, .. } => Some(reason.clone()),
            },
        }
    }
}
