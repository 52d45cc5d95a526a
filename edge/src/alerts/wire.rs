//! Alerts as they are sent.

use comanda_shared::alert::{Alert, AlertKind, AlertRejection, Severity};
use comanda_shared::ids::{AlertId, OrderId, PrinterId, StationId, TicketId};
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use super::words::words;
use crate::http::problem::{Code, Problem};
use crate::staff::store::name_of;

/// An alert.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertView {
    id: AlertId,
    kind: AlertKind,
    severity: Severity,
    /// What is wrong, for staff.
    message: String,
    /// What to do about it, for staff.
    advice: &'static str,
    /// The printer it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    printer: Option<PrinterId>,
    /// The ticket it is about; `GET print/tickets/{id}.png` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<TicketId>,
    /// The order of that ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<OrderId>,
    /// The stations that feel it; none when it is about the branch.
    stations: Vec<StationId>,
    raised_at: LocalInstant,
    /// Who is on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_at: Option<LocalInstant>,
    /// When it was over; none while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<LocalInstant>,
}

impl AlertView {
    /// The alert, with the name of whoever is on it.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn of(connection: &Connection, alert: &Alert, zone: &TimeZone) -> rusqlite::Result<Self> {
        let (message, advice) = words(&alert.matter);
        let taken_by = match alert.taken {
            None => None,
            Some(taking) => Some(name_of(connection, taking.by)?.unwrap_or_else(|| "la sucursal".to_owned())),
        };
        let (ticket, order) = alert.matter.ticket().unzip();
        Ok(Self {
            id: alert.id,
            kind: alert.matter.kind(),
            severity: alert.matter.kind().severity(),
            message,
            advice,
            printer: alert.matter.printer(),
            ticket,
            order,
            stations: alert.stations.clone(),
            raised_at: LocalInstant::at(alert.raised_at, zone),
            taken_by,
            taken_at: alert.taken.map(|taking| LocalInstant::at(taking.at, zone)),
            closed_at: alert.closed_at.map(|at| LocalInstant::at(at, zone)),
        })
    }
}

impl From<AlertRejection> for Problem {
    fn from(rejection: AlertRejection) -> Self {
        let code = match rejection {
            AlertRejection::Unknown => Code::NotFound,
            AlertRejection::Closed => Code::AlertClosed,
        };
        code.into()
    }
}
