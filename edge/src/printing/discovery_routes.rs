//! Looking for printers over HTTP, and telling which of them is which.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use comanda_shared::kitchen::Proof;
use comanda_shared::printer::PrinterAddress;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::arrivals::{self, Arrived};
use super::discovery::{self, Found, Range};
use super::numbering;
use crate::http::answer::List;
use crate::http::extract::Body;
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

refusals! {
    /// Of a look around.
    Looking: &[Code::FieldInvalid];
    /// Of a page with a number on it.
    Numbering: &[Code::FieldInvalid, Code::PrinterSilent];
}

/// Where to look.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscoverRequest {
    /// The addresses of the local network to look at; those of this machine's own networks when absent.
    #[schema(value_type = Option<String>, example = "192.168.1.0/24")]
    range: Option<Range>,
}

/// Looks for printers on the local network and on USB. Takes some seconds.
///
/// Needs `printers.set_up`. Whoever prints is asked to say so (mDNS); nothing is sent to anybody's printing port, and printers in
/// use are not disturbed.
#[utoipa::path(post, path = "/api/v1/printers/discover", operation_id = "discover_printers", tag = "printing",
    request_body = DiscoverRequest, responses((status = 200, body = List<Found>), Guarded, Looking))]
pub async fn discover(State(branch): State<Branch>, body: Body<DiscoverRequest>) -> Result<Response, Problem> {
    let known = branch.journal.readers().read(discovery::known).await?;
    // One look at a time: the network is not asked twice what it was just asked.
    let _looking = branch.looking_around.lock().await;
    let surroundings = branch.surroundings.clone();
    let found = tokio::task::spawn_blocking(move || discovery::discover(&surroundings, body.value.range, &known));
    let found = found.await.map_err(|_| Problem::from(Code::Internal))?;
    Ok(Json(List::whole(found)).into_response())
}

/// Lists the printers that turned up and are not set up yet: those on USB, and those that announced themselves on the network.
///
/// Needs `printers.set_up`. Quick: to be asked again and again while somebody plugs one in. Each has a number from when it was
/// told of as an alert, `printer.new`; one on USB that says it is a receipt printer has printed it.
#[utoipa::path(get, path = "/api/v1/printers/plugged", operation_id = "list_plugged_printers", tag = "printing",
    responses((status = 200, body = List<Arrived>), Guarded))]
pub async fn plugged(State(branch): State<Branch>) -> Result<Response, Problem> {
    let surroundings = branch.surroundings.clone();
    let on_usb = tokio::task::spawn_blocking(move || surroundings.plugged());
    let on_usb = on_usb.await.map_err(|_| Problem::from(Code::Internal))?;
    let waiting = branch.journal.readers().read(move |connection| arrivals::waiting(connection, on_usb)).await?;
    Ok(Json(List::whole(waiting)).into_response())
}

/// Which printer is to show itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberRequest {
    /// Where it is; none that is set up already.
    #[schema(value_type = String, example = "tcp://192.168.1.50:9100")]
    address: PrinterAddress,
    /// What stands on its page, large.
    #[schema(minimum = 1, maximum = 99)]
    number: u8,
}

/// A page came out, or was sent.
#[derive(Serialize, ToSchema)]
pub struct NumberAnswer {
    /// How well it is known that it came out.
    proof: Proof,
}

/// Has a printer that was found print a page with a large number, so that people see which it is.
///
/// Needs `printers.set_up`. For printers that are not set up: those that are have a test page.
#[utoipa::path(post, path = "/api/v1/printers/identify", operation_id = "number_printer", tag = "printing",
    request_body = NumberRequest, responses((status = 200, body = NumberAnswer), Guarded, Numbering))]
pub async fn identify(State(branch): State<Branch>, body: Body<NumberRequest>) -> Result<Response, Problem> {
    let NumberRequest { address, number } = body.value;
    let is_set_up =
        branch.journal.configuration().printers.iter().any(|printer| !printer.is_removed && printer.address == address);
    if is_set_up || address == PrinterAddress::Virtual {
        return Err(Problem::from(Code::FieldInvalid).at("address", "it is set up already, or no device"));
    }
    if !(1..=99).contains(&number) {
        return Err(Problem::from(Code::FieldInvalid).at("number", "a number from 1 to 99 is meant"));
    }
    let printing = tokio::task::spawn_blocking(move || numbering::print(&address, number));
    match printing.await.map_err(|_| Problem::from(Code::Internal))? {
        Ok(proof) => Ok(Json(NumberAnswer { proof }).into_response()),
        Err(reason) => Err(Problem::from(Code::PrinterSilent).detail(reason)),
    }
}
