//! Which tickets are printed again when somebody asks: the same tickets, counted, on paper that says so.

use super::{IssuedTicket, ReprintRejection, Routes, TicketReprinted};
use crate::ids::{PrinterId, StationId};
use crate::staff::{Actor, Permission, Role};

/// What is asked for again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReprintTickets {
    /// Of which station; of all when none is named.
    pub station: Option<StationId>,
    /// Who asks.
    pub by: Actor,
    /// As what.
    pub role: Role,
}

/// The printer that a ticket of the station goes to by now. The one it was issued for may have been taken away since.
pub fn printer_now(routes: &Routes, station: StationId) -> Option<PrinterId> {
    routes.get(&station)?.printers.first().copied()
}

/// The reprints of an order's tickets, as many as have a printer, in the order they were issued.
///
/// # Errors
/// When whoever asks may not, or nothing would come out anywhere.
pub fn reprint(
    tickets: &[IssuedTicket],
    command: ReprintTickets,
    routes: &Routes,
) -> Result<Vec<TicketReprinted>, ReprintRejection> {
    if !command.role.allows(Permission::TicketsReprint) {
        return Err(ReprintRejection::PermissionMissing(Permission::TicketsReprint));
    }
    let is_wanted = |issued: &&IssuedTicket| {
        let station = issued.ticket.station;
        command.station.is_none_or(|wanted| wanted == station) && printer_now(routes, station).is_some()
    };
    let again = |issued: &IssuedTicket| TicketReprinted {
        ticket: issued.ticket.id,
        count: issued.reprints + 1,
        by: command.by,
    };
    let reprinted: Vec<_> = tickets.iter().filter(is_wanted).map(again).collect();
    if reprinted.is_empty() { Err(ReprintRejection::NoTickets) } else { Ok(reprinted) }
}
