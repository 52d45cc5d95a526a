//! The ledger after anything two tablets may do to one order: the kitchen is told what it should be, once.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::*;
use crate::branch::NextNumbers;
use crate::catalog::{Catalog, import};
use crate::event::Event;
use crate::ids::{LineId, OrderId, PrinterId, StationId};
use crate::money::Quantity;
use crate::order::{
    AddLines, Advance, Cancel, Channel, Context, NewChoice, NewLine, Order, OrderCommand, OrderEvent, OrderPersonal,
    OrderType, PlaceOrder, Stage, VoidLine, decide,
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

/// One order and its kitchen, as the writer keeps them.
struct Pass {
    menu: Catalog,
    routes: Routes,
    order: Option<Order>,
    ledger: Option<Ledger>,
    tickets: Vec<Ticket>,
    last_id: u128,
}

impl Pass {
    fn empty() -> Self {
        let mut last_id = 0x0193_a000_0000_7000_8000_0000_0000_0000;
        let menu = import::read(MENU.as_bytes(), None, &mut || next(&mut last_id)).unwrap();
        let route = |name: &str| Route {
            station_name: name.to_owned(),
            printers: vec![PrinterId::from_uuid(Uuid::from_u128(name.len() as u128))],
        };
        let routes = menu.stations().iter().map(|station| (station.id, route(&station.name))).collect();
        Self { menu, routes, order: None, ledger: None, tickets: Vec::new(), last_id }
    }

    /// With an order of these lines, waiting to be accepted.
    fn received(lines: &[(&str, u32)]) -> Self {
        let mut pass = Self::empty();
        let place = pass.place(lines);
        let placed = pass.decide(&place).unwrap().remove(0);
        pass.record(placed.into());
        pass
    }

    /// With an order of these lines, accepted as it was taken.
    fn accepted(lines: &[(&str, u32)]) -> Self {
        let mut pass = Self::empty();
        let place = pass.place(lines);
        pass.run(&place);
        pass
    }

    fn place(&mut self, lines: &[(&str, u32)]) -> OrderCommand {
        OrderCommand::Place(PlaceOrder {
            id: OrderId::from_uuid(next(&mut self.last_id)),
            order_type: OrderType::Delivery,
            channel: Channel::Pos,
            table: None,
            external_number: None,
            lines: self.lines(lines),
            personal: OrderPersonal::default(),
        })
    }

    fn lines(&mut self, lines: &[(&str, u32)]) -> Vec<NewLine> {
        let line = |&(product, quantity): &(&str, u32)| NewLine {
            id: LineId::from_uuid(next(&mut self.last_id)),
            product: product.to_owned(),
            quantity: Quantity::whole(quantity),
            modifiers: Vec::new(),
            notes: None,
            choices: if product == "pareja" { parts(&mut self.last_id) } else { Vec::new() },
        };
        lines.iter().map(line).collect()
    }

    fn decide(&self, command: &OrderCommand) -> Option<Vec<OrderEvent>> {
        let numbers = NextNumbers { number: "D-0001".to_owned(), consecutive: "ESQ-D-000001".to_owned() };
        let context = Context {
            now: "2026-11-22T12:00:00Z".parse().unwrap(),
            business_day: "2026-11-22".parse().unwrap(),
            actor: Actor::Operator,
            role: Role::Admin,
            device: None,
            catalog: Some(&self.menu),
            catalog_version: 1,
            numbers: &numbers,
        };
        decide(self.order.as_ref(), command, &context).ok()
    }

    /// Decides and records; whether it was allowed.
    fn run(&mut self, command: &OrderCommand) -> bool {
        let Some(events) = self.decide(command) else { return false };
        events.into_iter().for_each(|event| self.record(event.into()));
        true
    }

    /// As `Aggregates::{apply, react}` and `Step::record` of the branch do it.
    fn record(&mut self, event: Event) {
        let mut last_id = self.last_id;
        Order::apply(&mut self.order, &event);
        Ledger::apply(&mut self.ledger, &event);
        let reactions = match &event {
            Event::Order(_) => {
                let (order, ledger) = (self.order.as_ref().unwrap(), self.ledger.as_ref().unwrap());
                tickets_due(order, ledger, &self.routes, &mut || next(&mut last_id))
            }
            Event::Branch(_) | Event::Kitchen(_) | Event::Printer(_) | Event::Staff(_) => Vec::new(),
        };
        self.last_id = last_id;
        if let Event::Kitchen(KitchenEvent::TicketIssued(issued)) = event {
            self.tickets.push(issued.ticket);
        }
        reactions.into_iter().for_each(|reaction| self.record(reaction.into()));
    }

    fn accept(&mut self) {
        assert!(self.run(&OrderCommand::Accept));
    }

    fn add(&mut self, lines: &[(&str, u32)]) {
        let lines = self.lines(lines);
        assert!(self.run(&OrderCommand::AddLines(AddLines { lines })));
    }

    fn void(&mut self, index: usize) {
        let line = self.order.as_ref().unwrap().lines[index].id;
        assert!(self.run(&OrderCommand::VoidLine(VoidLine { line, reason: "se cayó".to_owned() })));
    }

    fn cancel(&mut self) {
        assert!(self.run(&OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned() })));
    }

    fn station(&self, key: &str) -> StationId {
        self.menu.station_by_key(key).unwrap().id
    }

    /// Every ticket so far as `station kind quantity×name…`.
    fn told(&self) -> Vec<String> {
        let told = |ticket: &Ticket| {
            let rows = ticket.lines.iter().map(|line| format!(" {}×{}", line.quantity, line.name));
            format!("{} {:?}{}", ticket.station_name, ticket.kind, rows.collect::<String>())
        };
        self.tickets.iter().map(told).collect()
    }

    /// What every line at every station is to get in the end, counted from the order alone.
    fn wanted(&self, was_accepted: bool) -> BTreeMap<(LineId, StationId), i64> {
        let order = self.order.as_ref().unwrap();
        let is_cancelled = order.status.as_str() == "cancelled";
        let mut wanted = BTreeMap::new();
        for line in &order.lines {
            let counts = was_accepted && !is_cancelled && line.state == crate::order::LineState::Open;
            for &station in &line.stations {
                wanted.insert((line.id, station), if counts { line.quantity.thousandths() } else { 0 });
            }
        }
        wanted
    }

    /// What every line at every station was told by all tickets together.
    fn on_tickets(&self) -> BTreeMap<(LineId, StationId), i64> {
        let mut sums = BTreeMap::new();
        for ticket in &self.tickets {
            for line in &ticket.lines {
                let told = line.quantity.thousandths();
                let signed = if ticket.kind == TicketKind::Void { -told } else { told };
                *sums.entry((line.line, ticket.station)).or_default() += signed;
            }
        }
        sums
    }
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

#[test]
fn nothing_is_sent_to_the_kitchen_before_the_order_is_accepted() {
    let mut pass = Pass::received(&[("burger", 2), ("soda", 1)]);
    pass.add(&[("combo", 1)]);
    assert_eq!(pass.told(), [""; 0]);
    pass.accept();
    assert_eq!(pass.told(), ["Plancha New 2×Hamburguesa 1×Combo", "Barra New 1×Gaseosa 1×Combo"]);
}

#[test]
fn a_line_taken_back_before_acceptance_is_never_heard_of() {
    let mut pass = Pass::received(&[("burger", 2), ("soda", 1)]);
    pass.void(0);
    assert_eq!(pass.told(), [""; 0]);
    pass.accept();
    assert_eq!(pass.told(), ["Barra New 1×Gaseosa"]);
}

#[test]
fn an_order_ended_before_acceptance_is_never_heard_of() {
    let mut pass = Pass::received(&[("combo", 1)]);
    pass.cancel();
    assert_eq!(pass.told(), [""; 0]);
    assert!(pass.ledger.unwrap().is_at_rest());
}

#[test]
fn a_line_made_at_two_stations_goes_to_both_and_is_taken_back_from_both() {
    let mut pass = Pass::accepted(&[("combo", 3)]);
    assert_eq!(pass.told(), ["Plancha New 3×Combo", "Barra New 3×Combo"]);
    pass.void(0);
    assert_eq!(pass.told()[2..], ["Plancha Void 3×Combo", "Barra Void 3×Combo"]);
}

#[test]
fn the_first_ticket_of_a_station_is_new_and_what_follows_is_an_addition() {
    let mut pass = Pass::accepted(&[("burger", 1)]);
    pass.add(&[("burger", 1), ("soda", 2)]);
    pass.add(&[("soda", 1)]);
    assert_eq!(
        pass.told(),
        [
            "Plancha New 1×Hamburguesa",
            "Plancha Addition 1×Hamburguesa",
            "Barra New 2×Gaseosa",
            "Barra Addition 1×Gaseosa"
        ]
    );
}

#[test]
fn each_part_of_a_combo_goes_to_its_own_station_and_says_what_it_is_part_of() {
    let mut pass = Pass::accepted(&[("pareja", 2), ("soda", 1)]);
    let told =
        ["Plancha New 2×Hamburguesa 2×Hamburguesa 2×Combo", "Barra New 2×Gaseosa 2×Combo 1×Gaseosa"].map(str::to_owned);
    assert_eq!(pass.told(), told);
    let parts: Vec<_> = pass.tickets[1].lines.iter().map(|line| line.part_of.as_deref()).collect();
    assert_eq!(parts, [Some("Combo pareja"), Some("Combo pareja"), None]);
    pass.void(0);
    let taken_back = ["Plancha Void 2×Hamburguesa 2×Hamburguesa 2×Combo", "Barra Void 2×Gaseosa 2×Combo"];
    assert_eq!(pass.told()[2..], taken_back, "one ticket for each station");
}

#[test]
fn equal_lines_stand_in_rows_of_their_own() {
    let pass = Pass::accepted(&[("burger", 1), ("burger", 1), ("burger", 2)]);
    assert_eq!(pass.told(), ["Plancha New 1×Hamburguesa 1×Hamburguesa 2×Hamburguesa"]);
}

#[test]
fn ending_an_order_takes_back_only_what_is_still_to_be_made() {
    let mut pass = Pass::accepted(&[("burger", 1), ("burger", 5)]);
    pass.void(0);
    pass.cancel();
    assert_eq!(pass.told()[1..], ["Plancha Void 1×Hamburguesa", "Plancha Void 5×Hamburguesa"]);
}

#[test]
fn a_ticket_names_its_modifiers_and_the_printers_of_its_station() {
    let mut pass = Pass::empty();
    let OrderCommand::Place(mut place) = pass.place(&[("burger", 1)]) else { unreachable!("it is a placing") };
    place.lines[0].modifiers = vec!["queso".to_owned()];
    pass.run(&OrderCommand::Place(place));
    let ticket = &pass.tickets[0];
    assert_eq!(ticket.lines[0].modifiers, ["Queso"]);
    assert_eq!(ticket.printers, pass.routes[&pass.station("plancha")].printers);
    assert_eq!((ticket.number.as_str(), ticket.template), ("D-0001", TEMPLATE));
}

#[test]
fn a_station_nobody_routes_still_gets_its_ticket() {
    let mut pass = Pass::empty();
    pass.routes.clear();
    let place = pass.place(&[("soda", 1)]);
    pass.run(&place);
    assert_eq!(pass.tickets.iter().map(|ticket| ticket.printers.len()).collect::<Vec<_>>(), [0]);
    assert!(pass.ledger.unwrap().is_at_rest());
}

#[test]
fn a_ticket_in_doubt_is_counted_and_proved_in_the_end() {
    let ticket = Pass::accepted(&[("soda", 1)]).tickets.remove(0);
    let printer = ticket.printers[0];
    let id = ticket.id;
    let at = |minute: i64| jiff::Timestamp::from_second(60 * minute).unwrap();
    let mut state = None;
    for (minute, event) in [
        (1, Event::from(TicketIssued { ticket })),
        (2, TicketUnknown { ticket: id, printer }.into()),
        (3, TicketUnknown { ticket: id, printer }.into()),
        (4, TicketProved { ticket: id, printer, proof: Proof::Sent }.into()),
    ] {
        IssuedTicket::apply(&mut state, &event, at(minute));
    }
    let state = state.unwrap();
    assert_eq!((state.issued_at, state.doubts), (at(1), 2));
    assert_eq!(state.status, TicketStatus::Proved { printer, proof: Proof::Sent, at: at(4) });
}

/// What a tablet does next, to a line of any number counted round: often one that the other tablet took back already.
#[derive(Clone, Debug)]
enum Touch {
    Accept,
    Add(Vec<(&'static str, u32)>),
    Void(usize),
    Cancel,
    Advance(Stage),
}

fn wishes() -> impl Strategy<Value = Vec<(&'static str, u32)>> {
    vec((select(vec!["burger", "soda", "combo", "pareja"]), 1..=4_u32), 1..4)
}

fn tablet() -> impl Strategy<Value = Vec<Touch>> {
    let stages = vec![Stage::Preparing, Stage::Ready, Stage::OnTheWay, Stage::Delivered];
    let touch = prop_oneof![
        2 => Just(Touch::Accept),
        6 => wishes().prop_map(Touch::Add),
        6 => any::<usize>().prop_map(Touch::Void),
        1 => Just(Touch::Cancel),
        3 => select(stages).prop_map(Touch::Advance),
    ];
    vec(touch, 0..12)
}

/// Two tablets' touches as the one writer gets them: each tablet's in its order, the two mixed by chance.
fn mixed(first: Vec<Touch>, second: Vec<Touch>, turns: Vec<bool>) -> Vec<Touch> {
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut mixed: Vec<Touch> =
        turns.into_iter().filter_map(|turn| if turn { first.next() } else { second.next() }).collect();
    mixed.extend(first.chain(second));
    mixed
}

fn command(pass: &mut Pass, touch: &Touch) -> OrderCommand {
    match touch {
        Touch::Accept => OrderCommand::Accept,
        Touch::Add(lines) => OrderCommand::AddLines(AddLines { lines: pass.lines(lines) }),
        Touch::Void(index) => {
            let lines = &pass.order.as_ref().unwrap().lines;
            let line = lines[index % lines.len()].id;
            OrderCommand::VoidLine(VoidLine { line, reason: "se cayó".to_owned() })
        }
        Touch::Cancel => OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned() }),
        Touch::Advance(to) => OrderCommand::Advance(Advance { to: *to }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_two_tablets_do_the_kitchen_is_told_what_it_should_be_exactly_once(
        first in wishes(),
        waits in any::<bool>(),
        one in tablet(),
        other in tablet(),
        turns in vec(any::<bool>(), 0..24),
    ) {
        let mut pass = if waits { Pass::received(&first) } else { Pass::accepted(&first) };
        let mut was_accepted = !waits;
        for touch in mixed(one, other, turns) {
            let command = command(&mut pass, &touch);
            let before = pass.tickets.len();
            let allowed = pass.run(&command);
            was_accepted |= allowed && matches!(touch, Touch::Accept);
            prop_assert!(allowed || pass.tickets.len() == before, "a refusal tells the kitchen nothing");
            at_rest(&pass, was_accepted)?;
        }
        at_rest(&pass, was_accepted)?;
    }
}

fn at_rest(pass: &Pass, was_accepted: bool) -> Result<(), TestCaseError> {
    let ledger = pass.ledger.as_ref().unwrap();
    let on_tickets = pass.on_tickets();
    let wanted = pass.wanted(was_accepted);
    prop_assert!(ledger.is_at_rest());
    prop_assert_eq!(ledger.entries.len(), wanted.len(), "every line at every one of its stations, once");
    for entry in &ledger.entries {
        let place = (entry.line, entry.station);
        prop_assert_eq!(entry.sent, entry.fired.minus(entry.voided), "sent = fired − voided");
        prop_assert_eq!(entry.sent.thousandths(), on_tickets.get(&place).copied().unwrap_or_default());
        prop_assert_eq!(entry.sent.thousandths(), wanted[&place], "what the guest is to get is what is made");
    }
    let mut told = BTreeSet::new();
    for ticket in &pass.tickets {
        prop_assert_eq!(ticket.kind == TicketKind::New, told.insert(ticket.station), "new once, and first");
        prop_assert!(ticket.lines.iter().all(|line| line.quantity > Quantity::ZERO));
        let rows: BTreeSet<LineId> = ticket.lines.iter().map(|line| line.line).collect();
        prop_assert!(rows.len() == ticket.lines.len() && !rows.is_empty(), "one row for each order line");
    }
    Ok(())
}
