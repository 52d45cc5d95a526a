//! The reaction that issues tickets: whatever a station has yet to be told becomes one ticket, or one of each kind.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Called, Entry, KitchenEvent, Ledger, Ticket, TicketIssued, TicketKind, TicketLine};
use crate::event::Event;
use crate::ids::{NewIds, PrinterId, StationId, TicketId};
use crate::money::Quantity;
use crate::order::{Firing, Order, OrderEvent};

/// The version of the ticket's layout that is used now.
pub const TEMPLATE: u16 = 1;

/// Where a station's tickets go.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Route {
    /// The station's name.
    pub station_name: String,
    /// Its printers, the main one first.
    pub printers: Vec<PrinterId>,
}

/// Where every station's tickets go.
pub type Routes = BTreeMap<StationId, Route>;

/// The tickets that bring every station up to date with the ledger, in the order the stations first occur.
pub fn tickets_due(
    order: &Order,
    ledger: &Ledger,
    routes: &Routes,
    template: u16,
    ids: &mut dyn NewIds,
) -> Vec<TicketIssued> {
    let mut stations: Vec<StationId> = Vec::new();
    for entry in &ledger.entries {
        if entry.due() != Quantity::ZERO && !stations.contains(&entry.station) {
            stations.push(entry.station);
        }
    }
    let mut tickets = Vec::new();
    for station in stations {
        for kind in [TicketKind::Void, TicketKind::New, TicketKind::Addition, TicketKind::Fired] {
            let due = |entry: &&Entry| entry.station == station && kind_due(order, ledger, entry) == Some(kind);
            let lines: Vec<TicketLine> =
                ledger.entries.iter().filter(due).filter_map(|entry| ticket_line(order, entry)).collect();
            if !lines.is_empty() {
                let id = TicketId::new(ids);
                let ticket = Ticket { template, ..ticket(id, order, station, routes, kind, lines) };
                tickets.push(TicketIssued { ticket });
            }
        }
    }
    tickets
}

/// The kind of ticket that tells the station what it has yet to be told of a line.
fn kind_due(order: &Order, ledger: &Ledger, entry: &Entry) -> Option<TicketKind> {
    match entry.due().cmp(&Quantity::ZERO) {
        Ordering::Less => Some(TicketKind::Void),
        Ordering::Equal => None,
        Ordering::Greater if !ledger.told.contains(&entry.station) => Some(TicketKind::New),
        Ordering::Greater => match order.line(entry.line).map(|line| line.fire) {
            Some(Firing::Fired { .. }) => Some(TicketKind::Fired),
            Some(Firing::AtOnce | Firing::Held | Firing::Scheduled) | None => Some(TicketKind::Addition),
        },
    }
}

/// The tickets that tell the stations where an order goes by now, with what of it they still make.
pub fn moves_due(
    order: &Order,
    ledger: &Ledger,
    event: &Event,
    routes: &Routes,
    template: u16,
    ids: &mut dyn NewIds,
) -> Vec<TicketIssued> {
    let (was, lines): (Called, Option<&[Entry]>) = match event {
        Event::Order(OrderEvent::Moved(moved)) => {
            (Called { number: order.number.clone(), table: moved.from.clone() }, None)
        }
        Event::Kitchen(KitchenEvent::Joined(joined)) => (joined.was.clone(), Some(&joined.entries)),
        _ => return Vec::new(),
    };
    let is_meant = |entry: &&Entry| {
        let came = lines.is_none_or(|lines| lines.iter().any(|moved| moved.line == entry.line));
        came && entry.is_to_make() && ledger.is_open_at(entry.station)
    };
    let mut by_station: Vec<(StationId, Vec<TicketLine>)> = Vec::new();
    for entry in ledger.entries.iter().filter(is_meant) {
        let Some(row) = row(order, entry, entry.fired.minus(entry.voided)) else { continue };
        match by_station.iter_mut().find(|(station, _)| *station == entry.station) {
            Some((_, rows)) => rows.push(row),
            None => by_station.push((entry.station, vec![row])),
        }
    }
    let moved = |(station, lines)| {
        let moved = ticket(TicketId::new(ids), order, station, routes, TicketKind::Moved, lines);
        TicketIssued { ticket: Ticket { was: Some(was.clone()), template, ..moved } }
    };
    by_station.into_iter().map(moved).collect()
}

fn ticket(
    id: TicketId,
    order: &Order,
    station: StationId,
    routes: &Routes,
    kind: TicketKind,
    lines: Vec<TicketLine>,
) -> Ticket {
    let route = routes.get(&station);
    Ticket {
        id,
        order: order.id,
        number: order.number.clone(),
        order_type: order.order_type,
        table: order.table.clone(),
        kind,
        was: None,
        station,
        station_name: route.map(|route| route.station_name.clone()).unwrap_or_default(),
        lines,
        printers: route.map(|route| route.printers.clone()).unwrap_or_default(),
        template: TEMPLATE,
    }
}

fn ticket_line(order: &Order, entry: &Entry) -> Option<TicketLine> {
    row(order, entry, entry.due())
}

fn row(order: &Order, entry: &Entry, due: Quantity) -> Option<TicketLine> {
    let line = order.line(entry.line)?;
    let quantity = if due < Quantity::ZERO { Quantity::ZERO.minus(due) } else { due };
    let modifiers = line.modifiers.iter().map(|modifier| modifier.name.clone()).collect();
    let part_of = line.part_of.and_then(|combo| order.line(combo)).map(|combo| combo.name.clone());
    let (name, course) = (line.name.clone(), line.course);
    Some(TicketLine { line: line.id, quantity, name, part_of, course, modifiers })
}
