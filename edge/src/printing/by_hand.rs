//! Tickets that no printer can print, as PDF files in the data folder: whoever sits at a computer can still print them.

use comanda_shared::ids::TicketId;

use super::job::Content;
use super::material::Material;
use super::profile::PrinterProfile;
use super::sheet::Marks;
use super::spooler::Workshop;
use super::{picture, transport};

/// Writes a ticket's PDF, unless it is there. A file that cannot be written is a warning: the alert is there all the same.
pub fn write(workshop: &Workshop, ticket: TicketId) {
    let file = workshop.folder.by_hand().join(format!("{ticket}.pdf"));
    if file.exists() {
        return;
    }
    let content = Content::Ticket(ticket);
    let read =
        workshop.journal.readers().read_blocking(|connection| Material::load(connection, &content, &workshop.guests));
    let material = match read {
        Ok(Some(material)) => material,
        Ok(None) => return,
        Err(error) => return tracing::warn!(%error, "a ticket to be printed by hand could not be read"),
    };
    let profile = PrinterProfile::default();
    let bytes = material.encode(Marks::default(), &workshop.journal.configuration(), &profile);
    if let Err(error) = transport::keep(&file, &picture::draw_pdf(&bytes, &profile)) {
        tracing::warn!(%error, "a ticket to be printed by hand could not be kept");
    }
}
