//! Whom on the local network the branch answers at all: paired screens and scripts with a token, or everybody.
//!
//! A guest on the branch's Wi-Fi reaches the page that pairs a screen and the files it is made of, and learns whether the
//! box lives; nothing else (`edge/tests/devices.rs` asks every route); the menu is at the guests' own door. A session's secret alone, on a machine that is not
//! paired, is worth nothing: it counts only from a paired screen, and never as a script's token.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::staff::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::bearer_of;
use super::problem::{Code, Problem};
use super::whence::Whence;
use crate::staff::{Access, Asker, Shown};

/// Whom on the local network the branch answers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Paired screens, and scripts with a token.
    #[default]
    Paired,
    /// Whoever is on it: the network itself is the fence.
    Network,
}

/// A word that says no trust.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is not whom to trust: paired or network is meant")]
pub struct TrustError(String);

impl std::str::FromStr for Trust {
    type Err = TrustError;

    fn from_str(text: &str) -> Result<Self, TrustError> {
        match text {
            "paired" => Ok(Self::Paired),
            "network" => Ok(Self::Network),
            _ => Err(TrustError(text.to_owned())),
        }
    }
}

/// What a screen that is not paired may ask for: how to be.
const OPEN: [&str; 12] = [
    "/",
    "/icon.svg",
    "/healthz",
    "/readyz",
    "/ca",
    "/ca.crt",
    "/ca/page.css",
    "/api/v1/devices/this",
    "/api/v1/devices/pair",
    // The page on which a guest follows their order, which knows nothing without a pass. Guests have it at their own door too; receipts
    // that were printed before there was one lead here.
    "/pedido",
    "/pedido/page.css",
    "/pedido/page.js",
];

/// What a guest with a pass may ask for besides.
const FOR_GUESTS: [&str; 3] = ["/api/v1/live", "/api/v1/live/events", "/api/v1/live/poll"];

/// Pages that need a paired screen; whoever opens one without is led to where screens are paired.
const PAGES: [&str; 6] = ["/pos", "/kitchen", "/board", "/expo", "/manager", "/tickets"];

impl Trust {
    /// Whether the branch answers a request for this path; if not, what is said instead.
    pub async fn admits(
        self,
        path: &str,
        headers: &HeaderMap,
        whence: &Whence,
        access: &Access,
    ) -> Result<(), Box<Response>> {
        if self == Self::Network || whence.device.is_some() || OPEN.contains(&path) || path.starts_with("/assets/") {
            return Ok(());
        }
        if let Some(bearer) = bearer_of(headers) {
            let asker = access.asker(&Shown::Bearer(bearer)).await;
            let is_let_in = match asker.map_err(|error| Box::new(Problem::from(error).into_response()))? {
                Some(Asker::Worker(caller)) => matches!(caller.actor, Actor::Token(_)),
                Some(Asker::Guest(_)) => FOR_GUESTS.contains(&path),
                None => false,
            };
            let refused = || Box::new(Problem::from(Code::CredentialsInvalid).into_response());
            return if is_let_in { Ok(()) } else { Err(refused()) };
        }
        if PAGES.contains(&path) {
            let to_the_start = [(header::LOCATION, HeaderValue::from_static("/"))];
            return Err(Box::new((StatusCode::SEE_OTHER, to_the_start).into_response()));
        }
        Err(Box::new(Problem::from(Code::DeviceUnpaired).into_response()))
    }
}
