//! What a job is printed from, as the file has it; rendered for the printer that really prints it.

use comanda_shared::kitchen::IssuedTicket;
use comanda_shared::order::Order;
use comanda_shared::paper::PrintedDocument;
use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::encoder;
use super::job::Content;
use super::profile::PrinterProfile;
use super::sheet::{Marks, Sheet, paper};
use crate::journal::aggregates::Aggregate;
use crate::staff::store::name_of;

/// What a job is printed from.
pub enum Material {
    /// A ticket.
    Ticket(Box<TicketMaterial>),
    /// Another document.
    Paper(Box<PrintedDocument>),
}

/// What a ticket is printed from.
pub struct TicketMaterial {
    ticket: IssuedTicket,
    order: Order,
    taken_by: Option<String>,
}

impl Material {
    /// What the file says of it; none when there is no such ticket.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn load(connection: &Connection, content: &Content) -> rusqlite::Result<Option<Self>> {
        let ticket = match content {
            Content::Paper(document) => return Ok(Some(Self::Paper(document.clone()))),
            Content::Ticket(ticket) => *ticket,
        };
        let Some(ticket) = IssuedTicket::load(connection, ticket.uuid())? else { return Ok(None) };
        let Some(order) = Order::load(connection, ticket.ticket.order.uuid())? else { return Ok(None) };
        let taken_by = name_of(connection, order.created_by)?;
        Ok(Some(Self::Ticket(Box::new(TicketMaterial { ticket, order, taken_by }))))
    }

    /// The bytes for a printer.
    pub fn encode(&self, marks: Marks, zone: &TimeZone, profile: &PrinterProfile) -> Vec<u8> {
        match self {
            Self::Ticket(material) => material.encode(marks, zone, profile),
            Self::Paper(document) => match &**document {
                PrintedDocument::DrawerPulse(pin) => encoder::drawer_pulse(*pin),
                document => encoder::encode_rows(&paper::rows(document, &marks, profile), profile),
            },
        }
    }
}

impl TicketMaterial {
    fn encode(&self, marks: Marks, zone: &TimeZone, profile: &PrinterProfile) -> Vec<u8> {
        let sheet = Sheet {
            ticket: &self.ticket.ticket,
            personal: &self.order.personal,
            issued_at: self.ticket.issued_at.to_zoned(zone.clone()).datetime(),
            taken_by: self.taken_by.as_deref(),
            marks,
        };
        encoder::encode(&sheet, profile)
    }
}
