//! The reaction that issues tickets: whatever a station has yet to be told becomes one ticket, or one of each kind.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Entry, Ledger, Ticket, TicketIssued, TicketKind, TicketLine};
use crate::ids::{NewIds, PrinterId, StationId, TicketId};
use crate::money::Quantity;
use crate::order::Order;

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
        let first = if ledger.told.contains(&station) { TicketKind::Addition } else { TicketKind::New };
        for (kind, sign) in [(TicketKind::Void, Ordering::Less), (first, Ordering::Greater)] {
            let due = |entry: &&Entry| entry.station == station && entry.due().cmp(&Quantity::ZERO) == sign;
            let lines: Vec<TicketLine> =
                ledger.entries.iter().filter(due).filter_map(|entry| ticket_line(order, entry)).collect();
            if !lines.is_empty() {
                let id = TicketId::new(ids);
                let ticket = Ticket { template, ..ticket(id, order, station, routes.get(&station), kind, lines) };
                tickets.push(TicketIssued { ticket });
            }
        }
    }
    tickets
}

fn ticket(
    id: TicketId,
    order: &Order,
    station: StationId,
    route: Option<&Route>,
    kind: TicketKind,
    lines: Vec<TicketLine>,
) -> Ticket {
    Ticket {
        id,
        order: order.id,
        number: order.number.clone(),
        order_type: order.order_type,
        table: order.table.clone(),
        kind,
        station,
        station_name: route.map(|route| route.station_name.clone()).unwrap_or_default(),
        lines,
        printers: route.map(|route| route.printers.clone()).unwrap_or_default(),
        template: TEMPLATE,
    }
}

fn ticket_line(order: &Order, entry: &Entry) -> Option<TicketLine> {
    let line = order.line(entry.line)?;
    let due = entry.due();
    let quantity = if due < Quantity::ZERO { Quantity::ZERO.minus(due) } else { due };
    let modifiers = line.modifiers.iter().map(|modifier| modifier.name.clone()).collect();
    let part_of = line.part_of.and_then(|combo| order.line(combo)).map(|combo| combo.name.clone());
    Some(TicketLine { line: line.id, quantity, name: line.name.clone(), part_of, modifiers })
}
