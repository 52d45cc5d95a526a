//! What stands before the router of a practice branch, so that nobody takes it for the real one and nothing of it touches
//! that: browsers share cookies between the ports of a host.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::access::COOKIE as SESSION;
use crate::http::screens::POLICY;
use crate::http::whence::COOKIE as DEVICE;

/// The cookie a session of practice stands in.
const PRACTICE: &str = "comanda_practice";
/// Where the frame's style is.
const STYLE: &str = "/practice.css";
const LINK: &str = r#"<link rel="stylesheet" href="/practice.css">"#;
/// No page of ours is longer.
const LONGEST_PAGE: usize = 1024 * 1024;

/// Frames every page, and keeps sessions apart: one of the branch is none here, one of here none there, and what screen a
/// device is stays as the branch says.
pub async fn veil(mut request: Request, next: Next) -> Response {
    if request.uri().path() == STYLE {
        let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
        return (kind, include_str!("frame.css")).into_response();
    }
    let headers = request.headers_mut();
    own_cookies(headers);
    // Pages are framed as they are, not packed, and are never as they were.
    headers.remove(header::ACCEPT_ENCODING);
    headers.remove(header::IF_NONE_MATCH);
    let mut response = next.run(request).await;
    rename_cookies(response.headers_mut());
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page { framed(response).await } else { response }
}

/// The branch's session is left out, and the one of practice stands in its place.
fn own_cookies(headers: &mut HeaderMap) {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|cookies| cookies.split(';')).map(str::trim);
    let named = |pair: &'_ str, name: &str| pair.split_once('=').is_some_and(|(found, _)| found == name);
    let renamed = pairs
        .filter(|pair| !named(pair, SESSION))
        .map(|pair| if named(pair, PRACTICE) { pair.replacen(PRACTICE, SESSION, 1) } else { pair.to_owned() });
    let cookies = renamed.collect::<Vec<_>>().join("; ");
    headers.remove(header::COOKIE);
    if let Some(value) = HeaderValue::from_str(&cookies).ok().filter(|_| !cookies.is_empty()) {
        headers.insert(header::COOKIE, value);
    }
}

fn rename_cookies(headers: &mut HeaderMap) {
    let set: Vec<String> =
        headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect();
    headers.remove(header::SET_COOKIE);
    let of = |name: &str| format!("{name}=");
    for cookie in set.iter().filter(|cookie| !cookie.starts_with(&of(DEVICE))) {
        let cookie = cookie.replacen(&of(SESSION), &of(PRACTICE), 1);
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// The page with the frame's style; one that is too long to be ours is left out.
async fn framed(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let Ok(page) = to_bytes(body, LONGEST_PAGE).await else {
        return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let text = String::from_utf8_lossy(&page).replacen("</head>", &format!("{LINK}</head>"), 1);
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::ETAG);
    if !head.headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        head.headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    }
    Response::from_parts(head, Body::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_session_of_the_branch_is_none_here_and_one_of_here_is_found() {
        let mut asked =
            headers(header::COOKIE, &["comanda_session=real; comanda_device=tablet", "comanda_practice=own"]);
        own_cookies(&mut asked);
        assert_eq!(asked[header::COOKIE], "comanda_device=tablet; comanda_session=own");
        let mut asked = headers(header::COOKIE, &["comanda_session=real"]);
        own_cookies(&mut asked);
        assert!(!asked.contains_key(header::COOKIE));
    }

    #[test]
    fn what_is_given_here_is_called_otherwise_and_no_screen_is_renamed() {
        let mut given =
            headers(header::SET_COOKIE, &["comanda_session=own; Path=/", "comanda_device=other; Path=/; HttpOnly"]);
        rename_cookies(&mut given);
        let all: Vec<_> = given.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(all, ["comanda_practice=own; Path=/"]);
    }
}
