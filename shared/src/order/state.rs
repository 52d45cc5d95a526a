//! The order's state and its one transition.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::payment::plus;
use super::{
    Amounts, Channel, Course, Discount, Firing, OrderEvent, OrderPlaced, OrderRepriced, OrderType, PassReprints,
    Payment, PaymentTaken, ReceiptIssued, SplitPart, Stage, StatusName,
};
use crate::event::Event;
use crate::ids::{CustomerId, DeviceId, LineId, ModifierId, OrderId, ProductId, StationId};
use crate::money::{Currency, Money, Quantity};
use crate::personal::Personal;
use crate::staff::Actor;

/// What guests told about themselves with an order, and what they asked for in their own words.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderPersonal {
    /// The guest's card, where the branch knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What to call the guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// Where to reach the guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_phone: Option<String>,
    /// Where to bring it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_address: Option<String>,
    /// A wish for the whole order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// A wish for one line.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub line_notes: BTreeMap<LineId, String>,
}

/// A modifier as it was chosen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LineModifier {
    /// Which.
    pub modifier: ModifierId,
    /// Its name at sale.
    pub name: String,
    /// What it adds to the price of one.
    pub price: Money,
}

/// A line of an order. What was asked for never changes; a line can only be taken back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// The line.
    pub id: LineId,
    /// The line of the combo it is part of; it stands before its parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<LineId>,
    /// The product.
    pub product: ProductId,
    /// Its name at sale.
    pub name: String,
    /// The price of one at sale, without modifiers; of a part, what it adds to the combo's.
    pub unit_price: Money,
    /// How many.
    pub quantity: Quantity,
    /// The modifiers, in the order they were chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modifiers: Vec<LineModifier>,
    /// What it costs.
    pub amounts: Amounts,
    /// The stations that make it; none for a combo, whose parts are made.
    pub stations: Vec<StationId>,
    /// How long it should take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_seconds: Option<u32>,
    /// When in the meal it is eaten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course: Option<Course>,
    /// When the kitchen is to begin with it.
    #[serde(default, skip_serializing_if = "Firing::is_at_once")]
    pub fire: Firing,
    /// Whether it still counts.
    #[serde(default, skip_serializing_if = "LineState::is_open")]
    pub state: LineState,
}

/// Seconds a line takes in the kitchen when its product says nothing.
const TARGET_SECONDS: u32 = 600;

/// How long the slowest of the lines should take in an idle kitchen; 0 when none of them has to be made.
pub fn slowest_seconds(lines: &[Line]) -> u32 {
    let made = lines.iter().filter(|line| !line.stations.is_empty());
    made.map(Line::seconds_to_make).max().unwrap_or_default()
}

impl Line {
    /// How many whole ones: of what is sold by weight, every beginning counts.
    pub fn whole(&self) -> u32 {
        u32::try_from((self.quantity.thousandths() + 999) / 1000).unwrap_or(u32::MAX)
    }

    /// How long it should take in an idle kitchen.
    pub fn seconds_to_make(&self) -> u32 {
        self.target_seconds.unwrap_or(TARGET_SECONDS)
    }
}

/// Whether a line still counts.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// It does.
    #[default]
    Open,
    /// It was taken back.
    Voided {
        /// Why.
        reason: String,
        /// By whom.
        by: Actor,
    },
}

impl LineState {
    const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }
}

/// How far an order has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Taken, and waiting to be accepted.
    Received,
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
    /// Ended before that.
    Cancelled {
        /// Why.
        reason: String,
        /// By whom.
        by: Actor,
        /// When.
        at: Timestamp,
    },
    /// Part of another order by now.
    Merged {
        /// Of which.
        into: OrderId,
        /// Who put them together.
        by: Actor,
        /// When.
        at: Timestamp,
    },
}

impl Status {
    /// Which it is, without what belongs to it.
    pub const fn name(&self) -> StatusName {
        match self {
            Self::Received => StatusName::Received,
            Self::Accepted => StatusName::Accepted,
            Self::Preparing => StatusName::Preparing,
            Self::Ready => StatusName::Ready,
            Self::Served => StatusName::Served,
            Self::OnTheWay => StatusName::OnTheWay,
            Self::Delivered => StatusName::Delivered,
            Self::Cancelled { .. } => StatusName::Cancelled,
            Self::Merged { .. } => StatusName::Merged,
        }
    }

    /// As it is stored and sent.
    pub const fn as_str(&self) -> &'static str {
        self.name().as_str()
    }

    /// Whether nothing more is to be done for it.
    pub const fn is_final(&self) -> bool {
        self.name().is_final()
    }
}

impl Status {
    /// Whether it was ended before it was handed over: by itself, or as part of another order.
    pub const fn is_void(&self) -> bool {
        match self {
            Self::Cancelled { .. } | Self::Merged { .. } => true,
            Self::Received
            | Self::Accepted
            | Self::Preparing
            | Self::Ready
            | Self::Served
            | Self::OnTheWay
            | Self::Delivered => false,
        }
    }
}

impl From<Stage> for Status {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Preparing => Self::Preparing,
            Stage::Ready => Self::Ready,
            Stage::Served => Self::Served,
            Stage::OnTheWay => Self::OnTheWay,
            Stage::Delivered => Self::Delivered,
        }
    }
}

/// What an order costs: the sums of the lines that count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Totals {
    /// Prices with modifiers, times quantities.
    pub subtotal: Money,
    /// What is taken off.
    pub discount: Money,
    /// The taxes, included and added.
    pub tax: Money,
    /// What the guest pays, without tip.
    pub total: Money,
}

/// An order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Order {
    /// The order.
    pub id: OrderId,
    /// How many events made it what it is; what an edit must name.
    pub version: u32,
    /// What people call out: `L-0042`.
    pub number: String,
    /// What identifies it for good: `ESQ-L-000042`.
    pub consecutive: String,
    /// How it is served.
    #[serde(rename = "type")]
    pub order_type: OrderType,
    /// Where it came from.
    pub channel: Channel,
    /// The table, when it is served at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The number another system gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_number: Option<String>,
    /// When it is wanted, where that is not as soon as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<Timestamp>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// How far it has come.
    pub status: Status,
    /// What was asked for.
    pub lines: Vec<Line>,
    /// What it costs.
    pub totals: Totals,
    /// What was taken off, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<Discount>,
    /// What the guest gives on top.
    pub tip: Money,
    /// The parts its bill is split into; none when it is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<SplitPart>,
    /// What was paid, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<Payment>,
    /// Its receipt, once it was paid in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptIssued>,
    /// How often its receipt was printed again.
    #[serde(default)]
    pub receipt_copies: u32,
    /// How often each paper of the pass was printed again.
    #[serde(default, skip_serializing_if = "PassReprints::is_none")]
    pub pass_reprints: PassReprints,
    /// When the guest last got the pre-bill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill_printed_at: Option<Timestamp>,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// The version of the catalog it was priced with.
    pub catalog_version: u64,
    /// The day of business.
    pub business_day: Date,
    /// When it was taken.
    pub created_at: Timestamp,
    /// Who took it.
    pub created_by: Actor,
    /// On which screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// When it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Timestamp>,
    /// When it first reached each stage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reached: BTreeMap<Stage, Timestamp>,
    /// What the guest told about themselves.
    pub personal: Personal<OrderPersonal>,
}

impl Order {
    fn placed(event: &OrderPlaced) -> Self {
        let mut order = Self {
            id: event.order,
            version: 1,
            number: event.number.clone(),
            consecutive: event.consecutive.clone(),
            order_type: event.order_type,
            channel: event.channel,
            table: event.table.clone(),
            external_number: event.external_number.clone(),
            scheduled_for: event.scheduled_for,
            currency: event.currency,
            status: Status::Received,
            lines: event.lines.clone(),
            totals: Totals::zero(event.currency),
            discounts: Vec::new(),
            tip: Money::zero(event.currency),
            split: Vec::new(),
            payments: Vec::new(),
            receipt: None,
            receipt_copies: 0,
            pass_reprints: PassReprints::default(),
            bill_printed_at: None,
            closed_at: None,
            catalog_version: event.catalog_version,
            business_day: event.business_day,
            created_at: event.at,
            created_by: event.by,
            device: event.device,
            accepted_at: None,
            reached: BTreeMap::new(),
            personal: event.personal.clone(),
        };
        order.totals = Totals::of(order.currency, &order.lines);
        order
    }

    /// What the event makes of the order; `None` before it was placed.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        let Event::Order(event) = event else { return };
        if let OrderEvent::Placed(placed) = event {
            *state = Some(Self::placed(placed));
        } else if let Some(order) = state {
            order.version += 1;
            order.change(event);
        }
    }

    fn change(&mut self, event: &OrderEvent) {
        match event {
            OrderEvent::Placed(_) => {}
            OrderEvent::Accepted(accepted) => {
                self.status = Status::Accepted;
                self.accepted_at = Some(accepted.at);
            }
            OrderEvent::LinesAdded(added) => {
                self.lines.extend(added.lines.iter().cloned());
                self.remember(&added.personal);
                self.totals = Totals::of(self.currency, &self.lines);
            }
            OrderEvent::LineVoided(voided) => {
                for line in self.lines.iter_mut().filter(|line| voided.takes_back(line.id)) {
                    line.state = LineState::Voided { reason: voided.reason.clone(), by: voided.by };
                }
                self.totals = Totals::of(self.currency, &self.lines);
            }
            OrderEvent::Advanced(advanced) => {
                self.status = advanced.to.into();
                self.reached.entry(advanced.to).or_insert(advanced.at);
            }
            OrderEvent::Cancelled(cancelled) => {
                self.status =
                    Status::Cancelled { reason: cancelled.reason.clone(), by: cancelled.by, at: cancelled.at };
            }
            OrderEvent::TipSet(set) => self.tip = set.tip,
            OrderEvent::PaymentTaken(taken) => self.take(taken),
            OrderEvent::PaymentRefunded(refunded) => {
                let of = self.payments.iter_mut().find(|payment| payment.taken.payment == refunded.payment);
                of.into_iter().for_each(|payment| payment.refunds.push(refunded.clone()));
            }
            OrderEvent::ReceiptIssued(issued) => self.receipt = Some(issued.clone()),
            OrderEvent::Closed(closed) => self.closed_at = Some(closed.at),
            OrderEvent::Reopened(_) => {
                self.status = Status::Ready;
                self.closed_at = None;
            }
            OrderEvent::Discounted(discounted) => self.discounts.push(discounted.discount.clone()),
            OrderEvent::DiscountRemoved(removed) => self.discounts.retain(|given| given.id != removed.discount),
            OrderEvent::Repriced(repriced) => self.reprice(repriced),
            OrderEvent::Split(split) => self.split = split.parts.iter().map(SplitPart::from).collect(),
            OrderEvent::SplitUndone(_) => self.split.clear(),
            OrderEvent::Moved(moved) => self.table.clone_from(&moved.table),
            OrderEvent::Fired(fired) => self.follow_fire(fired),
            OrderEvent::LinesMerged(merged) => self.take_over(merged),
            OrderEvent::Merged(merged) => self.leave(merged),
            OrderEvent::BillPrinted(printed) => self.bill_printed_at = Some(printed.at),
            OrderEvent::ReceiptReprinted(again) => self.receipt_copies = again.copy,
            OrderEvent::PassPaperReprinted(again) => self.pass_reprints.follow(again),
            OrderEvent::PersonalErased(_) => self.personal = Personal::Erased,
        }
    }

    /// A tip that comes with a payment is part of what is due, and of the part of whoever pays it.
    fn take(&mut self, taken: &PaymentTaken) {
        let added = taken.added_tip.unwrap_or(Money::zero(self.currency));
        self.tip = plus(self.tip, added);
        if let Some(part) = taken.part.and_then(|index| self.split.get_mut(index)) {
            part.amount = plus(part.amount, added);
            part.payments.push(taken.payment);
        }
        self.payments.push(Payment { taken: taken.clone(), refunds: Vec::new() });
    }

    fn reprice(&mut self, repriced: &OrderRepriced) {
        for line in &mut self.lines {
            if let Some(amounts) = repriced.lines.get(&line.id) {
                line.amounts = amounts.clone();
            }
        }
        for discount in &mut self.discounts {
            if let Some(amount) = repriced.discounts.get(&discount.id) {
                discount.amount = *amount;
            }
        }
        self.totals = Totals::of(self.currency, &self.lines);
    }

    /// Notes of added lines join what is known; what was erased stays erased.
    pub(super) fn remember(&mut self, added: &Personal<OrderPersonal>) {
        match (&mut self.personal, added) {
            (Personal::Known(known), Personal::Known(added)) => known.line_notes.extend(added.line_notes.clone()),
            (Personal::Erased, _) => {}
            (personal, Personal::Erased) => *personal = Personal::Erased,
        }
    }

    /// The line, if the order has it.
    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The lines that count.
    pub fn open_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.state.is_open())
    }

    /// The parts of the combo on that line.
    pub fn parts_of(&self, combo: LineId) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.part_of == Some(combo))
    }
}

impl Totals {
    const fn zero(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { subtotal: zero, discount: zero, tax: zero, total: zero }
    }

    /// The sums of the lines that count. They fit: [`super::decide`] refused what does not.
    pub(super) fn of(currency: Currency, lines: &[Line]) -> Self {
        Self::sum(currency, lines).expect("decide refuses lines whose sum does not fit")
    }

    /// The sums of the lines that count.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub(super) fn sum(currency: Currency, lines: &[Line]) -> Result<Self, crate::money::MoneyError> {
        let mut totals = Self::zero(currency);
        for Line { amounts, .. } in lines.iter().filter(|line| line.state.is_open()) {
            totals.subtotal = totals.subtotal.plus(amounts.subtotal)?;
            totals.discount = totals.discount.plus(amounts.discount)?;
            totals.tax = totals.tax.plus(amounts.tax())?;
            totals.total = totals.total.plus(amounts.total())?;
        }
        Ok(totals)
    }
}
