//! The door: which host is meant, from which site a request comes, who asks, and whether they may.

use std::time::Instant;

use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use comanda_shared::staff::Permission;
use tracing::Instrument;

use super::cookies::Cookie;
use super::problem::{Code, Problem};
use super::server::Branch;
use super::whence::{Peer, Whence};
use crate::staff::lock_out::Place;
use crate::staff::{Asker, Caller, Shown};

/// The secret of whoever asks: a bearer token, or a session's cookie.
pub fn secret_of(headers: &HeaderMap) -> Option<String> {
    if headers.contains_key(header::AUTHORIZATION) {
        return bearer_of(headers);
    }
    Cookie::Session.of(headers).map(str::to_owned)
}

/// The bearer token of whoever asks.
pub fn bearer_of(headers: &HeaderMap) -> Option<String> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim().to_owned())
}

/// What a request shows for whoever asks. Whoever shows a token is not taken for the screen it comes from.
pub fn shown(headers: &HeaderMap, whence: &Whence) -> Shown {
    if headers.contains_key(header::AUTHORIZATION) {
        return Shown::Bearer(bearer_of(headers).unwrap_or_default());
    }
    let session = Cookie::Session.of(headers).map(str::to_owned);
    Shown::Cookies { session, screen: whence.secret.clone() }
}

/// Whom a route is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Somebody who may do this.
    Permission(Permission),
    /// Somebody known, whatever they may do.
    Somebody,
    /// Somebody known, or a guest with a pass.
    SomebodyOrGuest,
    /// A guest with a pass, and nobody who works here.
    Guest,
}

/// Lets only those through who may.
pub async fn guard(State((branch, needs)): State<(Branch, Needs)>, mut request: Request, next: Next) -> Response {
    let nowhere = Whence::default();
    let whence = request.extensions().get::<Whence>().unwrap_or(&nowhere);
    let shown = shown(request.headers(), whence);
    let place = Place::of(whence);
    let asker = match branch.access.asker(&shown).await {
        Ok(asker) => asker,
        Err(error) => return Problem::from(error).into_response(),
    };
    let caller = match asker {
        Some(Asker::Worker(caller)) if needs != Needs::Guest => Caller { place, ..caller },
        Some(Asker::Guest(guest)) if matches!(needs, Needs::SomebodyOrGuest | Needs::Guest) => {
            request.extensions_mut().insert(guest);
            return next.run(request).await;
        }
        Some(Asker::Worker(_) | Asker::Guest(_)) => return Problem::from(Code::CredentialsInvalid).into_response(),
        None if shown.names_somebody() => return Problem::from(Code::CredentialsInvalid).into_response(),
        None => return Problem::from(Code::CredentialsMissing).into_response(),
    };
    if let Needs::Permission(permission) = needs {
        let only_looks = matches!(*request.method(), Method::GET | Method::HEAD);
        if !caller.may(permission) || caller.only_shows && !only_looks {
            return Problem::from(Code::PermissionMissing).detail(permission).into_response();
        }
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// What holds for every request: the host is one of ours, an unsafe request does not come from another site, the screen is
/// one that is answered, and every answer says how far the journal had come before it was made.
pub async fn threshold(State(branch): State<Branch>, mut request: Request, next: Next) -> Response {
    if let Some(code) = strayed(&branch, &request) {
        return Problem::from(code).into_response();
    }
    let whence = match Whence::of(request.headers(), request.extensions(), &branch.access).await {
        Ok(whence) => whence,
        Err(error) => return Problem::from(error).into_response(),
    };
    let admitted = branch.trust.admits(request.uri().path(), request.headers(), &whence, &branch.access);
    if let Err(refusal) = admitted.await {
        return *refusal;
    }
    request.extensions_mut().insert(whence);
    let is_get = *request.method() == Method::GET;
    let sequence = *branch.committed.borrow();
    let mut response = answered(&branch, request, next).await;
    if is_get {
        response.headers_mut().insert("comanda-sequence", HeaderValue::from(sequence));
    }
    response
}

/// What holds for every request at the guests' door: the same, but that no screen is known there, and who asks too much waits. How far
/// the journal has come, which is how much is sold, is no guest's.
pub async fn guest_threshold(State(branch): State<Branch>, request: Request, next: Next) -> Response {
    if let Some(code) = strayed(&branch, &request) {
        return Problem::from(code).into_response();
    }
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    if let Some(wait) = peer.and_then(|ConnectInfo(peer)| branch.throng.turns_away(peer.address, Instant::now())) {
        let later = [(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)))];
        return (later, Problem::from(Code::RequestsTooMany)).into_response();
    }
    answered(&branch, request, next).await
}

/// Why a request is not listened to at all.
fn strayed(branch: &Branch, request: &Request) -> Option<Code> {
    let headers = request.headers();
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let Some(host) = host.filter(|host| branch.hosts.knows(host)) else { return Some(Code::HostUnknown) };
    // No browser keeps another site from opening a WebSocket and reading it.
    let is_upgrade = headers.contains_key(header::UPGRADE);
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) && !is_upgrade;
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let is_encrypted = peer.is_some_and(|ConnectInfo(peer)| peer.is_encrypted);
    (!is_safe && !is_from_here(headers, host, is_encrypted)).then_some(Code::OriginForeign)
}

/// The answer, in one span for each request, with what it asks for and nothing of whom. Its id is told to whoever asked; the id of
/// its command, noted where there is one, is the one in the journal's entries.
async fn answered(branch: &Branch, request: Request, next: Next) -> Response {
    let id = hex::encode(branch.journal.environment().random::<6>());
    let (method, path) = (request.method(), request.uri().path());
    let span = tracing::info_span!("request", %id, %method, %path, command = tracing::field::Empty);
    let mut response = next.run(request).instrument(span).await;
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert("x-request-id", id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A browser names the site a request comes from; a script names none. «null» is no site of ours, nor is over HTTPS what was
/// loaded without. Over HTTP a page may have come over HTTPS: by somebody who stands before the branch and encrypts for it.
fn is_from_here(headers: &HeaderMap, host: &str, is_encrypted: bool) -> bool {
    let origin = headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or("null"));
    let origin_fits = origin.is_none_or(|origin| match origin.split_once("://") {
        Some(("https", site)) => site == host,
        Some(("http", site)) => site == host && !is_encrypted,
        Some(_) | None => false,
    });
    let fetch_site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    origin_fits && fetch_site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// The hosts the branch answers for: addresses, names of this machine, and names set by the operator. Anything else may
/// be a page of elsewhere whose name was made to point here (DNS rebinding).
#[derive(Clone, Default, Debug)]
pub struct Hosts {
    names: Vec<String>,
}

impl Hosts {
    /// These names besides addresses, `localhost` and anything under `.local`.
    pub const fn named(names: Vec<String>) -> Self {
        Self { names }
    }

    /// Those of the operator.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether this is one of them, with or without a port.
    pub fn knows(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.rsplit_once(':').map_or(host, |(name, _)| name),
        };
        let name = name.to_ascii_lowercase();
        name.parse::<std::net::IpAddr>().is_ok()
            || name == "localhost"
            || name.ends_with(".local")
            || self.names.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_made_to_point_here_is_not_answered() {
        let hosts = Hosts::named(vec!["esquina.lan".to_owned()]);
        for host in ["127.0.0.1:8080", "[::1]:8080", "localhost", "COMANDA.local:80", "esquina.lan:8080"] {
            assert!(hosts.knows(host), "{host}");
        }
        for host in ["evil.example", "evil.example:8080", "", "127.0.0.1.evil.example"] {
            assert!(!hosts.knows(host), "{host}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_name_but_ours_is_answered_however_it_is_written(name in "[a-zA-Z0-9_-]{1,12}(\\.[a-zA-Z0-9_-]{1,10}){0,3}\\.?(:[0-9]{0,5})?") {
            let hosts = Hosts::named(vec!["esquina.lan".to_owned()]);
            let bare = name.split(':').next().unwrap_or_default().to_ascii_lowercase();
            let is_ours = bare == "localhost" || bare == "esquina.lan" || bare.ends_with(".local");
            let is_address = bare.parse::<std::net::IpAddr>().is_ok();
            proptest::prop_assert_eq!(hosts.knows(&name), is_ours || is_address);
        }
    }

    #[test]
    fn another_site_and_no_site_are_told_apart() {
        let with = |name: &'static str, value: &'static str| {
            HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))])
        };
        let is_from_here = |headers: &HeaderMap| is_from_here(headers, "10.0.0.5:8080", false);
        assert!(is_from_here(&HeaderMap::new()));
        assert!(is_from_here(&with("origin", "http://10.0.0.5:8080")));
        assert!(!is_from_here(&with("origin", "http://evil.example")));
        assert!(!is_from_here(&with("origin", "null")));
        assert!(!is_from_here(&with("sec-fetch-site", "cross-site")));
    }

    #[test]
    fn a_page_that_was_loaded_without_encryption_acts_over_https_on_nothing() {
        let from = |origin: &'static str| HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static(origin))]);
        let (plain, encrypted) = (from("http://10.0.0.5:8443"), from("https://10.0.0.5:8443"));
        assert!(!is_from_here(&plain, "10.0.0.5:8443", true));
        assert!(is_from_here(&encrypted, "10.0.0.5:8443", true));
        assert!(is_from_here(&encrypted, "10.0.0.5:8443", false), "a proxy before the branch encrypts");
    }
}
