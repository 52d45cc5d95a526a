//! What a job is printed from, as the file has it; rendered for the printer that really prints it.

use comanda_shared::kitchen::IssuedTicket;
use comanda_shared::order::Order;
use comanda_shared::paper::{PrintedDocument, Receipt, Templates};
use comanda_shared::personal::Personal;
use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::encoder;
use super::job::Content;
use super::profile::PrinterProfile;
use super::sheet::{Marks, Sheet, Supplies, paper};
use super::{pictures, templates};
use crate::guests::{Invitations, good_until};
use crate::journal::Configuration;
use crate::journal::aggregates::Aggregate;
use crate::staff::store::name_of;

/// What a job is printed from.
pub enum Material {
    /// A ticket.
    Ticket(Box<TicketMaterial>),
    /// Another document.
    Paper(Box<PaperMaterial>),
}

/// What another document is printed from.
pub struct PaperMaterial {
    document: PrintedDocument,
    supplies: Supplies,
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
    pub fn load(connection: &Connection, content: &Content, guests: &Invitations) -> rusqlite::Result<Option<Self>> {
        let ticket = match content {
            Content::Paper(document) => {
                let (document, supplies) = ((**document).clone(), supplies_of(connection, document, guests)?);
                return Ok(Some(Self::Paper(Box::new(PaperMaterial { document, supplies }))));
            }
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
            Self::Paper(material) => match &material.document {
                // Which pin the drawer hangs on is known of the printer; a second drawer is asked for.
                PrintedDocument::DrawerPulse(pin) if pin.is_usual() => encoder::drawer_pulse(profile.features.drawer),
                PrintedDocument::DrawerPulse(pin) => encoder::drawer_pulse(*pin),
                document => {
                    let rows = paper::rows(document, &marks, &material.supplies, profile);
                    encoder::encode_rows(&rows, profile)
                }
            },
        }
    }
}

/// What a document is laid out with: one that has a template as it first was, what is about a guest with what that guest
/// told.
fn supplies_of(
    connection: &Connection,
    document: &PrintedDocument,
    guests: &Invitations,
) -> rusqlite::Result<Supplies> {
    let templates = match document.template() {
        Some(number) => templates::numbered(connection, number)?,
        None => Templates::standard().clone(),
    };
    let pictures = pictures::of(connection, &templates)?;
    let order = document.guest_of().map(|order| Order::load(connection, order.uuid())).transpose()?.flatten();
    let personal = order.map_or_else(Personal::default, |order| order.personal);
    let follow = follow_of(connection, document, guests)?;
    Ok(Supplies { templates, pictures, personal, follow })
}

/// What the guest of a receipt follows their order with. It is made when the paper is, and kept nowhere.
fn follow_of(
    connection: &Connection,
    document: &PrintedDocument,
    guests: &Invitations,
) -> rusqlite::Result<Option<String>> {
    let PrintedDocument::Receipt(Receipt { order: Some(order), .. }) = document else { return Ok(None) };
    let order = Order::load(connection, order.uuid())?;
    let has_pass = order.filter(|order| good_until(order).is_some());
    Ok(has_pass.and_then(|order| guests.address(order.id)))
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
