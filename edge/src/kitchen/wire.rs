//! The shapes of cards and tickets in requests and answers.

use comanda_shared::ids::{JobId, LineId, ModifierId, OrderId, ProductId, StationId, TicketId};
use comanda_shared::kitchen::{
    Card, IssuedTicket, KitchenRejection, Ledger, Making, MakingState, ReprintRejection, TicketKind, TicketStatus,
};
use comanda_shared::order::{Channel, Line, LineModifier, Order, OrderType, StatusName};
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::feature::Reprinted;
use crate::http::problem::{Code, Problem};
use crate::journal::Configuration;
use crate::orders::store::shown;

/// A station, by id or by the key it has in the menu.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "grill")]
pub struct StationName(pub String);

impl StationName {
    /// The station. An id is taken as it is: the menu may have lost the station while it still cooks.
    ///
    /// # Errors
    /// A problem that names the field when it is neither.
    pub fn station(&self, configuration: &Configuration) -> Result<StationId, Problem> {
        let by_key = || Some(configuration.catalog.as_deref()?.station_by_key(&self.0)?.id);
        let unknown =
            || Problem::from(Code::StationUnknown).at("station", format!("no station is called «{}»", self.0));
        self.0.parse().ok().or_else(by_key).ok_or_else(unknown)
    }
}

/// A touch on a card.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Touch)]
pub struct TouchRequest {
    /// On the card of this station.
    pub station: StationName,
}

/// Whether an order goes before all others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Raise)]
pub struct RaiseRequest {
    /// From now on.
    pub raised: bool,
}

/// Which tickets are to be printed again.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Reprint)]
pub struct ReprintRequest {
    /// The tickets of this station; of all when none is named.
    pub station: Option<StationName>,
}

/// A card: one order at one station.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Card)]
pub struct CardView {
    order: OrderId,
    station: StationId,
    /// The order's, which people call out.
    #[schema(example = "L-0042")]
    number: String,
    r#type: OrderType,
    channel: Channel,
    #[schema(required)]
    table: Option<String>,
    /// The table it was at before it was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    was_at: Option<String>,
    /// Who took the order; none where a program did.
    #[schema(required)]
    served_by: Option<String>,
    #[schema(required)]
    customer: Option<String>,
    #[schema(required)]
    notes: Option<String>,
    /// The order's.
    status: StatusName,
    fired_at: LocalInstant,
    /// Since when the order goes before all others, while it does.
    #[schema(required)]
    raised_at: Option<LocalInstant>,
    /// None while it is on the station's screen.
    #[schema(required)]
    bumped_at: Option<LocalInstant>,
    lines: Vec<LineView>,
}

impl CardView {
    /// The order it is about.
    pub const fn order(&self) -> OrderId {
        self.order
    }

    /// A card with the lines on it, in the branch's time zone.
    pub(super) fn of<'o>(
        order: &'o Order,
        card: &Card,
        ledger: &Ledger,
        rows: impl Iterator<Item = (&'o Line, Making)>,
        served_by: Option<&str>,
        zone: &TimeZone,
    ) -> Self {
        Self {
            order: order.id,
            station: card.station,
            number: order.number.clone(),
            r#type: order.order_type,
            channel: order.channel,
            table: order.table.clone(),
            was_at: ledger.was_at.clone(),
            served_by: served_by.map(str::to_owned),
            customer: shown(&order.personal, |personal| personal.customer_name.clone()),
            notes: shown(&order.personal, |personal| personal.notes.clone()),
            status: order.status.name(),
            fired_at: LocalInstant::at(card.fired_at, zone),
            raised_at: ledger.raised_at.map(|at| LocalInstant::at(at, zone)),
            bumped_at: card.bump.as_ref().map(|bump| LocalInstant::at(bump.at, zone)),
            lines: rows.map(|(line, making)| LineView::of(order, line, making, zone)).collect(),
        }
    }

    /// The station.
    pub const fn station(&self) -> StationId {
        self.station
    }
}

/// A line of a card.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = CardLine)]
struct LineView {
    line: LineId,
    product: ProductId,
    name: String,
    quantity: i64,
    modifiers: Vec<ModifierView>,
    #[schema(required)]
    notes: Option<String>,
    /// The name of the combo it is part of.
    #[schema(required)]
    part_of: Option<String>,
    state: LineState,
    /// Of a line taken back: whether the station knows.
    void_seen: bool,
    /// When in the meal it is eaten.
    #[schema(required)]
    course: Option<u8>,
    /// Whether it came after the station had the order.
    addition: bool,
    fired_at: LocalInstant,
    #[schema(required)]
    ready_at: Option<LocalInstant>,
    target_seconds: u32,
}

/// How far a line of a card is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CardLineState)]
enum LineState {
    /// It is to be made.
    ToMake,
    /// It is made.
    Ready,
    /// It was taken back.
    Voided,
}

impl LineView {
    fn of(order: &Order, line: &Line, making: Making, zone: &TimeZone) -> Self {
        let (state, ready_at, void_seen) = match making.state {
            MakingState::ToMake => (LineState::ToMake, None, false),
            MakingState::Ready { at } => (LineState::Ready, Some(at), false),
            MakingState::Voided { ready_at, is_seen } => (LineState::Voided, ready_at, is_seen),
        };
        Self {
            line: line.id,
            product: line.product,
            name: line.name.clone(),
            quantity: line.quantity.thousandths() / 1000,
            modifiers: line.modifiers.iter().map(ModifierView::of).collect(),
            notes: order.personal.known().and_then(|personal| personal.line_notes.get(&line.id).cloned()),
            part_of: line.part_of.and_then(|combo| order.line(combo)).map(|combo| combo.name.clone()),
            state,
            void_seen,
            course: line.course.map(u8::from),
            addition: making.is_addition,
            fired_at: LocalInstant::at(making.fired_at, zone),
            ready_at: ready_at.map(|at| LocalInstant::at(at, zone)),
            target_seconds: line.seconds_to_make(),
        }
    }
}

/// A modifier as a cook must see it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = CardModifier)]
struct ModifierView {
    id: ModifierId,
    name: String,
    effect: Effect,
}

/// What a modifier does to the dish, as a cook must see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Effect {
    /// Something is left out.
    Without,
    /// There is more of something, which is paid for.
    Extra,
    /// One of several.
    Choice,
}

impl ModifierView {
    fn of(modifier: &LineModifier) -> Self {
        Self { id: modifier.modifier, name: modifier.name.clone(), effect: Effect::of(modifier) }
    }
}

impl Effect {
    fn of(modifier: &LineModifier) -> Self {
        let name = modifier.name.trim_start().to_lowercase();
        if name.starts_with("sin ") || name.starts_with("no ") {
            Self::Without
        } else if modifier.price.minor() > 0 {
            Self::Extra
        } else {
            Self::Choice
        }
    }
}

/// A ticket as it is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct TicketView {
    id: TicketId,
    kind: TicketKind,
    station: StationId,
    station_name: String,
    status: TicketState,
    /// How often it was in doubt whether it came out.
    doubts: u32,
    /// How often somebody asked for it again.
    reprints: u32,
    issued_at: LocalInstant,
    /// Where its picture is.
    picture: String,
}

/// What is known of a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TicketState {
    /// Nothing yet.
    Issued,
    /// It may have come out or not; it is sent again, marked.
    Unknown,
    /// It came out.
    Proved,
    /// It is not printed any more.
    Cancelled,
    /// Somebody told the station what stands on it.
    Taken,
}

impl From<TicketStatus> for TicketState {
    fn from(status: TicketStatus) -> Self {
        match status {
            TicketStatus::Issued => Self::Issued,
            TicketStatus::Unknown => Self::Unknown,
            TicketStatus::Proved { .. } => Self::Proved,
            TicketStatus::Cancelled { .. } => Self::Cancelled,
            TicketStatus::Taken { .. } => Self::Taken,
        }
    }
}

impl TicketView {
    /// A ticket as it is, in the branch's time zone.
    pub fn of(issued: IssuedTicket, zone: &TimeZone) -> Self {
        let IssuedTicket { ticket, issued_at, status, doubts, reprints } = issued;
        Self {
            id: ticket.id,
            kind: ticket.kind,
            station: ticket.station,
            station_name: ticket.station_name,
            status: status.into(),
            doubts,
            reprints,
            issued_at: LocalInstant::at(issued_at, zone),
            picture: format!("/api/v1/print/tickets/{}.png", ticket.id),
        }
    }
}

/// What is printed again, as it is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = Reprinted)]
pub struct ReprintedView {
    jobs: Vec<JobId>,
    /// How many, also of stations without a printer.
    tickets: usize,
}

impl From<Reprinted> for ReprintedView {
    fn from(Reprinted { jobs, tickets }: Reprinted) -> Self {
        Self { jobs, tickets }
    }
}

impl From<KitchenRejection> for Problem {
    fn from(rejection: KitchenRejection) -> Self {
        let code = match rejection {
            KitchenRejection::PermissionMissing(_) => Code::PermissionMissing,
            KitchenRejection::OrderUnknown => Code::NotFound,
            KitchenRejection::LineUnknown => Code::LineUnknown,
            KitchenRejection::StationUnknown => {
                return Self::from(Code::StationUnknown).detail(rejection).at("station", rejection);
            }
            KitchenRejection::NotFired => Code::LineNotFired,
            KitchenRejection::LineVoided => Code::LineVoided,
            KitchenRejection::LineNotVoided => Code::LineNotVoided,
            KitchenRejection::OrderLeft => Code::IllegalTransition,
        };
        Self::from(code).detail(rejection)
    }
}

impl From<ReprintRejection> for Problem {
    fn from(rejection: ReprintRejection) -> Self {
        let code = match rejection {
            ReprintRejection::PermissionMissing(_) => Code::PermissionMissing,
            ReprintRejection::OrderUnknown => Code::NotFound,
            ReprintRejection::NoTickets => Code::TicketsNone,
        };
        Self::from(code).detail(rejection)
    }
}
