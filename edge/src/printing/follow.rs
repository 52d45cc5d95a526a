//! A printer that is not where it was: its address changed, and its network card or serial number is known.
//!
//! Routers give addresses anew and USB gives numbers anew; two printers that swapped them would print each other's tickets.
//! What tells a printer from others is remembered with the first job that came out, and looked for when it fails, or when
//! something else stands at its address. A box that was exchanged for another is taken for the printer from then on.

use comanda_shared::ids::PrinterId;
use comanda_shared::printer::{Printer, PrinterAddress, PrinterChanged};
use comanda_shared::staff::Actor;

use super::spooler::Workshop;
use super::{discovery, queries, store};
use crate::journal::Step;

/// What stands at a printer's address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The printer, as far as can be told.
    Itself,
    /// Something else, and the printer is elsewhere.
    Moved(PrinterAddress),
}

/// Whether the printer itself stands at its address; asked before anything is sent.
pub fn look(workshop: &Workshop, printer: &Printer) -> Standing {
    let Some(here) = workshop.surroundings.hardware_at(&printer.address) else { return Standing::Itself };
    match remembered(workshop, printer.id) {
        Some(known) if known != here => match workshop.surroundings.whereabouts(&known, &printer.address) {
            Some(elsewhere) if elsewhere != printer.address => Standing::Moved(elsewhere),
            _ => Standing::Itself,
        },
        _ => Standing::Itself,
    }
}

/// Where a printer is that fails at its address; looks around for it, which takes some seconds on the network.
pub fn search(workshop: &Workshop, printer: &Printer) -> Option<PrinterAddress> {
    let known = remembered(workshop, printer.id)?;
    if let PrinterAddress::Tcp { host, .. } = &printer.address {
        discovery::look_around(host.parse().ok()?);
    }
    let elsewhere = workshop.surroundings.whereabouts(&known, &printer.address)?;
    (elsewhere != printer.address).then_some(elsewhere)
}

/// Remembers what tells a printer from others, now that something came out of it.
pub fn remember(workshop: &Workshop, printer: &Printer) {
    let Some(here) = workshop.surroundings.hardware_at(&printer.address) else { return };
    if remembered(workshop, printer.id).as_ref() == Some(&here) {
        return;
    }
    let id = printer.id;
    let keep = move |step: &mut Step<'_>| store::keep_hardware(step.connection(), id, &here);
    if let Err(error) = workshop.journal.operate_blocking(Actor::Branch, keep) {
        tracing::warn!(%error, printer.id = %id, "what tells a printer from others could not be kept");
    }
}

/// Takes the printer's new address into use. A printer that was set up there and has moved too gets its own at the same
/// time; one that has not stays alone where it is.
pub fn follow(workshop: &Workshop, printer: &Printer, to: PrinterAddress) {
    let id = printer.id;
    let configuration = workshop.journal.configuration();
    let is_there = |other: &&Printer| !other.is_removed && other.address == to && other.id != id;
    let mut moves = vec![(id, to.clone())];
    for other in configuration.printers.iter().filter(is_there) {
        match look(workshop, other) {
            Standing::Moved(elsewhere) => moves.push((other.id, elsewhere)),
            Standing::Itself => return,
        }
    }
    tracing::info!(printer.id = %id, from = %printer.address, %to, "a printer has another address");
    let ids: Vec<PrinterId> = moves.iter().map(|(id, _)| *id).collect();
    let change = move |step: &mut Step<'_>| {
        for (id, to) in &moves {
            let configuration = step.configuration();
            let known = configuration.printers.iter().find(|other| other.id == *id && !other.is_removed);
            if let Some(mut printer) = known.cloned() {
                printer.address = to.clone();
                step.record(PrinterChanged { printer })?;
            }
        }
        Ok(())
    };
    match workshop.journal.operate_blocking(Actor::Branch, change) {
        // What failed was the way to the address of before.
        Ok(()) => ids.into_iter().for_each(|id| workshop.board.hurry(id)),
        Err(error) => tracing::warn!(%error, printer.id = %id, "a printer's new address could not be written down"),
    }
}

fn remembered(workshop: &Workshop, printer: PrinterId) -> Option<String> {
    // A file that cannot be read now is read with the next job.
    workshop.journal.readers().read_blocking(move |connection| queries::hardware(connection, printer)).ok().flatten()
}
