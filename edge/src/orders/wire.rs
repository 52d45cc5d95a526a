//! The shapes of orders: what is asked here, what is answered in `view`.

mod view;

use std::collections::BTreeMap;

use comanda_shared::ids::{CustomerId, LineId, OrderId};
use comanda_shared::money::Quantity;
use comanda_shared::order::{
    Channel, NewChoice, NewLine, OrderPersonal, OrderRejection, OrderType, PlaceOrder, Stage, StatusName, limits,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::course::wire::{FireWord, course};
use crate::http::problem::{Code, Problem};
use crate::payments::wire::RefundAllRequest;
use crate::staff::approval::Approval;

pub use view::OrderView;

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
