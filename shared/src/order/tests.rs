//! What may happen to an order, table by table, and what holds after any history.

mod apply;
mod charges;
mod combos;
mod discounts;
mod history;
mod lines;
mod permissions;
mod quotes;
mod splits;
mod stockouts;
mod transitions;

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::availability::Stockouts;
use crate::branch::{NextNumbers, Opening};
use crate::catalog::{Catalog, import};
use crate::event::Event;
use crate::ids::{LineId, OrderId, ShiftId};
use crate::money::{Money, Quantity};
use crate::personal::Personal;
use crate::staff::{Actor, Approver, Role};

/// The prices stand once more, by hand, in [`history`].
const MENU: &str = r#"{
    "currency": "COP",
    "taxes": [{"id": "inc-8", "name": "Impoconsumo 8 %", "permille": 80, "included": true},
              {"id": "iva-19", "name": "IVA 19 %", "permille": 190, "included": false}],
    "stations": [{"id": "plancha", "name": "Plancha"}, {"id": "barra", "name": "Barra"}],
    "categories": [
        {"id": "carta", "name": "Carta", "products": [
            {"sku": "burger", "name": "Hamburguesa", "price": 1850000, "tax": "inc-8", "station": "plancha",
             "target_seconds": 480, "modifier_groups": [
                {"id": "salsa", "name": "Salsa", "min": 1, "max": 1, "modifiers": [
                    {"sku": "bbq", "name": "BBQ", "price": 0}, {"sku": "ajo", "name": "Ajo", "price": 50000}]},
                {"id": "adiciones", "name": "Adiciones", "min": 0, "max": 2, "modifiers": [
                    {"sku": "queso", "name": "Queso", "price": 300000},
                    {"sku": "tocineta", "name": "Tocineta", "price": 450001},
                    {"sku": "pina", "name": "Piña", "price": 1, "active": false}]}]},
            {"sku": "soda", "name": "Gaseosa", "price": 333, "prices": {"delivery": 351}, "tax": "iva-19",
             "station": "barra"},
            {"sku": "combo", "name": "Combo", "price": 999, "tax": ["inc-8", "iva-19"],
             "station": ["plancha", "barra"]},
            {"sku": "agua", "name": "Agua", "price": 7, "tax": [], "station": "barra"},
            {"sku": "arepa", "name": "Arepa", "price": 100, "tax": [], "station": "plancha", "active": false}]},
        {"id": "domingo", "name": "Solo el domingo", "active": false, "products": [
            {"sku": "ajiaco", "name": "Ajiaco", "price": 2800000, "tax": [], "station": "plancha"}]},
        {"id": "combos", "name": "Combos", "products": [
            {"sku": "pareja", "name": "Combo pareja", "price": 2501, "prices": {"delivery": 2707},
             "tax": ["inc-8", "iva-19"], "combo": [
                {"id": "plato", "name": "Los platos", "min": 1, "max": 2, "choices": [
                    {"sku": "burger", "price": 0}, {"sku": "agua", "price": 11}, {"sku": "arepa"}, {"sku": "ajiaco"}]},
                {"id": "bebida", "name": "La bebida", "min": 0, "max": 1, "choices": [
                    {"sku": "soda", "price": 151}]}]}]}]
}"#;

fn next_id() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let last = LAST.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128(0x0193_a000_0000_7000_8000_0000_0000_0000 + u128::from(last))
}

fn menu() -> Catalog {
    import::read(MENU.as_bytes(), None, &mut next_id).unwrap()
}

/// The menu after somebody wrote this price (in minor units) into the document by hand.
fn menu_with_price(pointer: &str, minor: i64) -> Catalog {
    let mut document = serde_json::to_value(menu()).unwrap();
    *document.pointer_mut(pointer).unwrap() = serde_json::to_value(Money::new(minor, menu().currency())).unwrap();
    serde_json::from_value(document).unwrap()
}

/// Where orders are taken: everything a decision may depend on.
struct Desk {
    menu: Option<Catalog>,
    numbers: NextNumbers,
    role: Role,
    approver: Option<Approver>,
    shift: Option<ShiftId>,
    stockouts: Stockouts,
    cash_rounding: i64,
    opening: Opening<'static>,
}

impl Desk {
    fn of(role: Role) -> Self {
        let numbers = NextNumbers { number: "L-0042".to_owned(), consecutive: "ESQ-L-000042".to_owned() };
        let stockouts = Stockouts::default();
        let opening = Opening::always();
        Self { menu: Some(menu()), numbers, role, approver: None, shift: None, stockouts, cash_rounding: 0, opening }
    }

    fn selling(menu: Catalog) -> Self {
        Self { menu: Some(menu), ..Self::of(Role::Admin) }
    }

    fn context(&self) -> Context<'_> {
        Context {
            now: now(),
            business_day: "2026-11-22".parse().unwrap(),
            actor: Actor::Operator,
            role: self.role,
            approver: self.approver,
            command: crate::ids::CommandId::from_uuid(Uuid::nil()),
            shift: self.shift,
            device: None,
            catalog: self.menu.as_ref(),
            catalog_version: 7,
            stockouts: &self.stockouts,
            cash_rounding: self.cash_rounding,
            opening: self.opening,
            numbers: &self.numbers,
        }
    }

    fn decide(&self, order: Option<&Order>, command: &OrderCommand) -> Result<Vec<OrderEvent>, OrderRejection> {
        decide(order, command, &self.context())
    }

    /// The order after the command.
    fn after(&self, order: &Order, command: &OrderCommand) -> Result<Order, OrderRejection> {
        Ok(applied(Some(order.clone()), &self.decide(Some(order), command)?).unwrap())
    }
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00-05:00".parse().unwrap()
}

fn applied(mut order: Option<Order>, events: &[OrderEvent]) -> Option<Order> {
    for event in events {
        Order::apply(&mut order, &Event::Order(event.clone()));
    }
    order
}

fn line(product: &str, quantity: u32, modifiers: &[&str]) -> NewLine {
    NewLine {
        id: LineId::from_uuid(next_id()),
        product: product.to_owned(),
        quantity: Quantity::whole(quantity),
        modifiers: modifiers.iter().map(|modifier| (*modifier).to_owned()).collect(),
        notes: None,
        course: None,
        is_held: false,
        choices: Vec::new(),
    }
}

/// A line with choices: `(slot, product, modifiers)`.
fn combo(product: &str, quantity: u32, choices: &[(&str, &str, &[&str])]) -> NewLine {
    let choice = |&(slot, product, modifiers): &(&str, &str, &[&str])| NewChoice {
        id: LineId::from_uuid(next_id()),
        slot: slot.to_owned(),
        product: product.to_owned(),
        modifiers: modifiers.iter().map(|modifier| (*modifier).to_owned()).collect(),
        notes: None,
    };
    NewLine { choices: choices.iter().map(choice).collect(), ..line(product, quantity, &[]) }
}

fn placing(order_type: OrderType, lines: Vec<NewLine>) -> PlaceOrder {
    PlaceOrder {
        id: OrderId::from_uuid(next_id()),
        order_type,
        channel: Channel::Pos,
        table: None,
        external_number: None,
        scheduled_for: None,
        lines,
        personal: OrderPersonal::default(),
    }
}

fn adding(lines: Vec<NewLine>) -> OrderCommand {
    OrderCommand::AddLines(AddLines { lines })
}

fn voiding(line: LineId) -> OrderCommand {
    OrderCommand::VoidLine(VoidLine { line, reason: "se cayó".to_owned() })
}

fn advancing(to: Stage) -> OrderCommand {
    OrderCommand::Advance(Advance { to })
}

fn cancelling(reason: &str) -> OrderCommand {
    OrderCommand::Cancel(Cancel { reason: reason.to_owned(), refund: None })
}

/// An order of this type and these lines, taken and accepted.
fn order_of(order_type: OrderType, lines: Vec<NewLine>) -> Order {
    let placed = Desk::of(Role::Admin).decide(None, &OrderCommand::Place(placing(order_type, lines)));
    applied(None, &placed.unwrap()).unwrap()
}

fn cancelled() -> Status {
    Status::Cancelled { reason: "se fueron".to_owned(), by: Actor::Operator, at: now() }
}

/// Every state an order can be in.
fn every_status() -> [Status; 8] {
    [
        Status::Received,
        Status::Accepted,
        Status::Preparing,
        Status::Ready,
        Status::Served,
        Status::OnTheWay,
        Status::Delivered,
        cancelled(),
    ]
}
