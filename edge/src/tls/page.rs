//! `/ca`: the authority of the branch, to be put on a tablet, with what to tap on each kind. For whoever is on the network: a
//! certificate is no secret, and a tablet that is not paired yet needs it first.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use qrcode::{Color, EcLevel, QrCode};

use crate::http::page::file;
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

/// Modules of white around a QR code (ISO/IEC 18004, 9.1).
const QUIET: usize = 4;

/// The page and what it gives away.
pub fn routes() -> Router<Branch> {
    Router::new().route("/ca", get(show)).route("/ca.crt", get(download)).route(
        "/ca/page.css",
        get(|| async { file("text/css; charset=utf-8", include_str!("page/ca.css").to_owned()) }),
    )
}

async fn show(State(branch): State<Branch>, headers: HeaderMap) -> Response {
    let Some(authority) = branch.certificates.authority() else {
        return file("text/html; charset=utf-8", include_str!("page/off.html").to_owned());
    };
    let Ok(fingerprint) = authority.fingerprint() else { return Problem::from(Code::Internal).into_response() };
    let (plain, encrypted) = (branch.addresses(), branch.whereabouts.encrypted_addresses());
    let own = |addresses: &[String]| nearest(addresses, &headers);
    let here = format!("{}/ca", own(&plain).unwrap_or_default());
    let there = own(&encrypted).unwrap_or_default();
    let text = include_str!("page/ca.html")
        .replace("{{name}}", authority.name())
        .replace("{{fingerprint}}", &fingerprint)
        .replace("{{here}}", &here)
        .replace("{{there}}", &there)
        .replace("{{qr}}", &drawn(&here));
    file("text/html; charset=utf-8", text)
}

/// Of the addresses the branch is found at, the one the page was opened at, or the first.
fn nearest(addresses: &[String], headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let is_same = |address: &&String| address.split_once("://").is_some_and(|(_, rest)| rest.starts_with(host));
    addresses.iter().find(is_same).or_else(|| addresses.first()).cloned()
}

/// A QR code as a drawing that can stand in a page; nothing where the text is too long for one.
fn drawn(text: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return String::new() };
    let (width, colors) = (code.width(), code.to_colors());
    let dark = colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark);
    let path: String = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET)).collect();
    let side = width + 2 * QUIET;
    format!(
        r##"<svg viewBox="0 0 {side} {side}" role="img" aria-label="QR: {text}"><rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>"##
    )
}

/// The authority, as telephones, tablets and computers take it.
async fn download(State(branch): State<Branch>) -> Response {
    let Some(authority) = branch.certificates.authority() else { return Problem::from(Code::NotFound).into_response() };
    let Ok(der) = authority.der() else { return Problem::from(Code::Internal).into_response() };
    let name = authority.name().replace(' ', "-").to_ascii_lowercase();
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}.crt\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-x509-ca-cert")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    (headers, der.to_vec()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_its_white_around_it() {
        let drawing = drawn("http://192.168.1.20:8080/ca");
        assert!(drawing.starts_with("<svg viewBox=\"0 0 37 37\""), "{drawing}");
        assert!(drawing.contains("M4 4h1v1h-1z") && !drawing.contains("M3 "));
    }

    #[test]
    fn whoever_opened_the_page_at_an_address_is_told_that_one() {
        let addresses = ["https://10.0.0.5:8443", "https://192.168.1.20:8443"].map(str::to_owned);
        let opened = |host: &'static str| HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
        assert_eq!(nearest(&addresses, &opened("192.168.1.20:8080")).as_ref(), Some(&addresses[1]));
        assert_eq!(nearest(&addresses, &opened("comanda.local:8080")).as_ref(), Some(&addresses[0]));
        assert_eq!(nearest(&[], &HeaderMap::new()), None);
    }
}
