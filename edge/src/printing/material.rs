//! What a job is printed from, as the file has it; rendered for the printer that really prints it.

use comanda_shared::kitchen::IssuedTicket;
use comanda_shared::order::Order;
use comanda_shared::paper::{PrintedDocument, Templates};
use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::encoder;
use super::job::Content;
use super::profile::PrinterProfile;
use super::sheet::{Marks, Sheet, paper};
use super::templates;
use crate::journal::Configuration;
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
    /// As it was when the ticket was issued.
    templates: Templates,
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
        let templates = templates::numbered(connection, ticket.ticket.template)?;
        Ok(Some(Self::Ticket(Box::new(TicketMaterial { ticket, order, taken_by, templates }))))
    }

    /// The bytes for a printer.
    pub fn encode(&self, marks: Marks, configuration: &Configuration, profile: &PrinterProfile) -> Vec<u8> {
        match self {
            Self::Ticket(material) => material.encode(marks, &configuration.zone, profile),
            Self::Paper(document) => match &**document {
                // Which pin the drawer hangs on is known of the printer; a second drawer is asked for.
                PrintedDocument::DrawerPulse(pin) if pin.is_usual() => encoder::drawer_pulse(profile.features.drawer),
                PrintedDocument::DrawerPulse(pin) => encoder::drawer_pulse(*pin),
                document => {
                    let rows = paper::rows(document, &marks, &configuration.templates, profile);
                    encoder::encode_rows(&rows, profile)
                }
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
            template: &self.templates.ticket,
        };
        encoder::encode(&sheet, profile)
    }
}
