//! One order and its kitchen, as the writer keeps them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::availability::Stockouts;
use crate::branch::NextNumbers;
use crate::catalog::{Catalog, import};
use crate::event::Event;
use crate::ids::{CommandId, LineId, OrderId, PrinterId, StationId};
use crate::kitchen::{
    Entry, KitchenCommand, KitchenEvent, KitchenRejection, Ledger, MakingState, Route, Routes, Standing, TEMPLATE,
    Ticket, TicketKind, Touch, advances_due, moves_due, tickets_due,
};
use crate::money::Quantity;
use crate::order::{
    AddLines, Advance, Cancel, Channel, Context, Course, Fire, NewChoice, NewLine, Order, OrderCommand, OrderEvent,
    OrderPersonal, OrderType, PlaceOrder, Stage, VoidLine, decide,
};
use crate::staff::{Actor, Role};

const MENU: &str = r#"{
    "currency": "COP", "taxes": [],
    "stations": [{"id": "plancha", "name": "Plancha"}, {"id": "barra", "name": "Barra"}],
    "categories": [{"id": "carta", "name": "Carta", "products": [
        {"sku": "burger", "name": "Hamburguesa", "price": 1, "tax": [], "station": "plancha", "modifier_groups": [
            {"id": "con", "name": "Con", "min": 0, "max": 0, "modifiers": [{"sku": "queso", "name": "Queso"}]}]},
        {"sku": "soda", "name": "Gaseosa", "price": 1, "tax": [], "station": "barra"},
        {"sku": "combo", "name": "Combo", "price": 1, "tax": [], "station": ["plancha", "barra"]},
        {"sku": "pareja", "name": "Combo pareja", "price": 1, "tax": [], "combo": [
            {"id": "todo", "name": "Todo", "min": 0, "max": 4, "choices": [
                {"sku": "burger"}, {"sku": "soda"}, {"sku": "combo"}]}]}]}]
}"#;

/// One order and its kitchen.
#[derive(Clone)]
pub(super) struct Pass {
    menu: Catalog,
    pub(super) routes: Routes,
    pub(super) order: Option<Order>,
    pub(super) ledger: Option<Ledger>,
    pub(super) tickets: Vec<Ticket>,
    /// What happened, in short.
    pub(super) history: Vec<&'static str>,
    pub(super) minute: i64,
    last_id: u128,
}

impl Pass {
    pub(super) fn empty() -> Self {
        let mut last_id = 0x0193_a000_0000_7000_8000_0000_0000_0000;
        let menu = import::read(MENU.as_bytes(), None, &mut || next(&mut last_id)).unwrap();
        let route = |name: &str| Route {
            station_name: name.to_owned(),
            printers: vec![PrinterId::from_uuid(Uuid::from_u128(name.len() as u128))],
        };
        let routes = menu.stations().iter().map(|station| (station.id, route(&station.name))).collect();
        Self { menu, routes, order: None, ledger: None, tickets: Vec::new(), history: Vec::new(), minute: 0, last_id }
    }

    /// With ids that no other pass makes.
    pub(super) const fn apart(&mut self) {
        self.last_id += 1 << 64;
    }

    /// With an order of these lines, waiting to be accepted.
    pub(super) fn received(lines: &[(&str, u32)]) -> Self {
        let mut pass = Self::empty();
        let place = pass.place(lines);
        let placed = pass.decide(&place).unwrap().remove(0);
        pass.record(placed.into());
        pass
    }

    /// With an order of these lines, accepted as it was taken.
    pub(super) fn accepted(lines: &[(&str, u32)]) -> Self {
        let mut pass = Self::empty();
        let place = pass.place(lines);
        pass.run(&place);
        pass
    }

    pub(super) fn place(&mut self, lines: &[(&str, u32)]) -> OrderCommand {
        OrderCommand::Place(PlaceOrder {
            id: OrderId::from_uuid(next(&mut self.last_id)),
            order_type: OrderType::Delivery,
            channel: Channel::Pos,
            table: None,
            external_number: None,
            scheduled_for: None,
            lines: self.lines(lines),
            personal: OrderPersonal::default(),
        })
    }

    pub(super) fn lines(&mut self, lines: &[(&str, u32)]) -> Vec<NewLine> {
        let line = |&(product, quantity): &(&str, u32)| NewLine {
            id: LineId::from_uuid(next(&mut self.last_id)),
            product: product.to_owned(),
            quantity: Quantity::whole(quantity),
            modifiers: Vec::new(),
            notes: None,
            course: None,
            is_held: false,
            choices: if product == "pareja" { parts(&mut self.last_id) } else { Vec::new() },
        };
        lines.iter().map(line).collect()
    }

    pub(super) fn decide(&self, command: &OrderCommand) -> Option<Vec<OrderEvent>> {
        self.with_context(|context| decide(self.order.as_ref(), command, context)).ok()
    }

    pub(super) fn with_context<T>(&self, decide: impl FnOnce(&Context<'_>) -> T) -> T {
        let numbers = NextNumbers { number: "D-0001".to_owned(), consecutive: "ESQ-D-000001".to_owned() };
        let context = Context {
            now: self.now(),
            business_day: "2026-11-22".parse().unwrap(),
            actor: Actor::Operator,
            role: Role::Admin,
            approver: None,
            command: CommandId::from_uuid(Uuid::nil()),
            shift: None,
            device: None,
            catalog: Some(&self.menu),
            catalog_version: 1,
            stockouts: &Stockouts::default(),
            cash_rounding: 0,
            opening: crate::branch::Opening::always(),
            numbers: &numbers,
        };
        decide(&context)
    }

    /// Decides and records; whether it was allowed.
    pub(super) fn run(&mut self, command: &OrderCommand) -> bool {
        let Some(events) = self.decide(command) else { return false };
        events.into_iter().for_each(|event| self.record(event.into()));
        true
    }

    /// As `Aggregates::{apply, react}` and `Step::record` of the branch do it.
    pub(super) fn record(&mut self, event: Event) {
        let mut last_id = self.last_id;
        let now = self.now();
        Order::apply(&mut self.order, &event);
        Ledger::apply(&mut self.ledger, &event, now);
        let (order, ledger) = (self.order.as_ref().unwrap(), self.ledger.as_ref().unwrap());
        let tickets = match &event {
            Event::Order(_) => tickets_due(order, ledger, &self.routes, TEMPLATE, &mut || next(&mut last_id)),
            _ => Vec::new(),
        };
        let moves = moves_due(order, ledger, &event, &self.routes, TEMPLATE, &mut || next(&mut last_id));
        let advances = advances_due(order, ledger, &event, now);
        let reactions: Vec<Event> =
            tickets.into_iter().chain(moves).map(Event::from).chain(advances.into_iter().map(Event::from)).collect();
        self.last_id = last_id;
        self.history.push(event.kind());
        if let Event::Kitchen(KitchenEvent::TicketIssued(issued)) = event {
            self.tickets.push(issued.ticket);
        }
        reactions.into_iter().for_each(|reaction| self.record(reaction));
    }

    pub(super) fn accept(&mut self) {
        assert!(self.run(&OrderCommand::Accept));
    }

    pub(super) fn add(&mut self, lines: &[(&str, u32)]) {
        let lines = self.lines(lines);
        assert!(self.run(&OrderCommand::AddLines(AddLines { lines })));
    }

    /// Adds lines that wait, for the second course.
    pub(super) fn hold(&mut self, lines: &[(&str, u32)]) -> bool {
        let lines = self.held(lines);
        self.run(&OrderCommand::AddLines(AddLines { lines }))
    }

    pub(super) fn held(&mut self, lines: &[(&str, u32)]) -> Vec<NewLine> {
        let held = |line: NewLine| NewLine { course: Some(second()), is_held: true, ..line };
        self.lines(lines).into_iter().map(held).collect()
    }

    pub(super) fn fire(&mut self, what: Fire) -> bool {
        let before = self.history.len();
        self.run(&OrderCommand::Fire(what)) && self.history.len() > before
    }

    pub(super) fn void(&mut self, index: usize) {
        let line = self.order.as_ref().unwrap().lines[index].id;
        assert!(self.run(&OrderCommand::VoidLine(VoidLine { line, reason: "se cayó".to_owned() })));
    }

    pub(super) fn cancel(&mut self) {
        assert!(self.run(&OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned(), refund: None })));
    }

    pub(super) fn advance(&mut self, to: Stage) {
        assert!(self.run(&OrderCommand::Advance(Advance { to })));
    }

    /// Now; every touch of the kitchen is a minute after the one before.
    pub(super) fn now(&self) -> Timestamp {
        "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_mins(self.minute)
    }

    pub(super) fn line(&self, index: usize) -> LineId {
        self.order.as_ref().unwrap().lines[index].id
    }

    /// A touch on the card of a station; whether anything happened by it.
    pub(super) fn touch(&mut self, station: StationId, touch: Touch) -> Result<bool, KitchenRejection> {
        self.minute += 1;
        let command = KitchenCommand { station, touch };
        let decided = crate::kitchen::decide(self.ledger.as_ref(), command, Role::Kitchen, self.now())?;
        let happened = decided.is_some();
        decided.into_iter().for_each(|event| self.record(event.into()));
        Ok(happened)
    }

    pub(super) fn ready(&mut self, station: &str, index: usize) -> Result<bool, KitchenRejection> {
        let line = self.line(index);
        self.touch(self.station(station), Touch::Ready(line))
    }

    pub(super) fn unready(&mut self, station: &str, index: usize) -> Result<bool, KitchenRejection> {
        let line = self.line(index);
        self.touch(self.station(station), Touch::Unready(line))
    }

    pub(super) fn seen(&mut self, station: &str, index: usize) -> Result<bool, KitchenRejection> {
        let line = self.line(index);
        self.touch(self.station(station), Touch::Seen(line))
    }

    pub(super) fn start(&mut self, station: &str) -> Result<bool, KitchenRejection> {
        self.touch(self.station(station), Touch::Start)
    }

    pub(super) fn bump(&mut self, station: &str) -> Result<bool, KitchenRejection> {
        self.touch(self.station(station), Touch::Bump)
    }

    pub(super) fn recall(&mut self, station: &str) -> Result<bool, KitchenRejection> {
        self.touch(self.station(station), Touch::Recall)
    }

    pub(super) fn status(&self) -> &'static str {
        self.order.as_ref().unwrap().status.as_str()
    }

    /// The station's card: where it is, and what stands on it, as `+ready` for an addition and `voided!` for one not seen.
    pub(super) fn card(&self, station: &str) -> String {
        let (station, ledger) = (self.station(station), self.ledger.as_ref().unwrap());
        let Some(card) = ledger.card(station) else { return "none".to_owned() };
        let standing = match ledger.standing(card) {
            Standing::Open => "open",
            Standing::Bumped { .. } => "bumped",
            Standing::Over => "over",
        };
        let row = |entry: &Entry| {
            let making = entry.making.as_ref()?;
            let state = match making.state {
                MakingState::ToMake => "to_make",
                MakingState::Ready { .. } => "ready",
                MakingState::Voided { is_seen: true, .. } => "voided",
                MakingState::Voided { is_seen: false, .. } => "voided!",
            };
            Some(format!(" {}{state}", if making.is_addition { "+" } else { "" }))
        };
        format!("{standing}:{}", ledger.at(station).filter_map(row).collect::<String>())
    }

    pub(super) fn station(&self, key: &str) -> StationId {
        self.menu.station_by_key(key).unwrap().id
    }

    /// Every ticket so far as `station kind quantity×name…`.
    pub(super) fn told(&self) -> Vec<String> {
        let told = |ticket: &Ticket| {
            let rows = ticket.lines.iter().map(|line| format!(" {}×{}", line.quantity, line.name));
            format!("{} {:?}{}", ticket.station_name, ticket.kind, rows.collect::<String>())
        };
        self.tickets.iter().map(told).collect()
    }

    /// What every line at every station is to get in the end, counted from the order alone.
    pub(super) fn wanted(&self, was_accepted: bool) -> BTreeMap<(LineId, StationId), i64> {
        let order = self.order.as_ref().unwrap();
        let is_cancelled = order.status.as_str() == "cancelled";
        let mut wanted = BTreeMap::new();
        for line in &order.lines {
            let counts =
                was_accepted && !is_cancelled && !line.fire.waits() && line.state == crate::order::LineState::Open;
            for &station in &line.stations {
                wanted.insert((line.id, station), if counts { line.quantity.thousandths() } else { 0 });
            }
        }
        wanted
    }

    /// What every line at every station was told by all tickets together.
    pub(super) fn on_tickets(&self) -> BTreeMap<(LineId, StationId), i64> {
        let mut sums = BTreeMap::new();
        for ticket in &self.tickets {
            for line in &ticket.lines {
                let told = line.quantity.thousandths();
                let signed = match ticket.kind {
                    TicketKind::New | TicketKind::Addition | TicketKind::Fired => told,
                    TicketKind::Void => -told,
                    TicketKind::Moved => 0,
                };
                *sums.entry((line.line, ticket.station)).or_default() += signed;
            }
        }
        sums
    }
}

/// The second course.
pub(super) fn second() -> Course {
    Course::try_from(2).unwrap()
}

/// Two burgers, a soda, and what both stations make.
fn parts(last_id: &mut u128) -> Vec<NewChoice> {
    let part = |product: &str| NewChoice {
        id: LineId::from_uuid(next(last_id)),
        slot: "todo".to_owned(),
        product: product.to_owned(),
        modifiers: Vec::new(),
        notes: None,
    };
    ["burger", "burger", "soda", "combo"].map(part).into()
}

fn next(last: &mut u128) -> Uuid {
    *last += 1;
    Uuid::from_u128(*last)
}
