//! Tickets over HTTP.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::{OrderId, StationId, TicketId};
use comanda_shared::kitchen::{IssuedTicket, TicketKind};
use comanda_shared::order::Order;
use comanda_shared::time::LocalInstant;
use serde::Serialize;

use super::store;
use crate::http::extract::{Path, id};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;

#[derive(Serialize)]
struct TicketView {
    id: TicketId,
    kind: TicketKind,
    station: StationId,
    station_name: String,
    status: &'static str,
    doubts: u32,
    reprints: u32,
    issued_at: LocalInstant,
    picture: String,
}

impl TicketView {
    fn of(issued: IssuedTicket, zone: &jiff::tz::TimeZone) -> Self {
        let IssuedTicket { ticket, issued_at, status, doubts, reprints } = issued;
        Self {
            id: ticket.id,
            kind: ticket.kind,
            station: ticket.station,
            station_name: ticket.station_name,
            status: status.as_str(),
            doubts,
            reprints,
            issued_at: LocalInstant::at(issued_at, zone),
            picture: format!("/api/v1/print/tickets/{}.png", ticket.id),
        }
    }
}

/// `GET orders/{id}/tickets`: the order's tickets, the oldest first.
pub async fn tickets_of_order(State(branch): State<Branch>, Path(order): Path<String>) -> Result<Response, Problem> {
    let order: OrderId = id(&order)?;
    let read = branch.journal.readers().read(move |connection| {
        let exists = Order::load(connection, order.uuid())?.is_some();
        exists.then(|| store::tickets_of(connection, order)).transpose()
    });
    let tickets = read.await?.ok_or_else(|| Problem::from(Code::NotFound))?;
    let zone = &branch.journal.configuration().zone;
    let items: Vec<TicketView> = tickets.into_iter().map(|issued| TicketView::of(issued, zone)).collect();
    Ok(Json(serde_json::json!({"items": items, "next_cursor": null})).into_response())
}
