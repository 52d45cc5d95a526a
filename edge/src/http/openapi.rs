//! The OpenAPI document: made of what stands at the handlers and at the shapes they take and give.
//!
//! A route is described where it is handled, with `#[utoipa::path]`, and named in the list below. A test holds the list
//! against the router; routes that are not described yet stand in that test.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::access::COOKIE;
use super::problem::{Problem, ProblemBody};
use crate::{branch, staff};

#[derive(OpenApi)]
#[openapi(
    info(title = "Comanda, a branch", description = "Money is in minor units, times are RFC 3339 with the branch's offset."),
    modifiers(&Credentials),
    components(schemas(ProblemBody)),
    security(("token" = []), ("session" = [])),
    paths(
        branch::routes::show,
        staff::routes::faces,
        staff::routes::log_in,
        staff::routes::log_out,
        staff::routes::who_am_i,
    )
)]
struct Document;

/// The two ways to say who asks; each route needs one, unless it says otherwise.
struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemes = document.components.get_or_insert_default();
        schemes.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let cookie = ApiKey::Cookie(ApiKeyValue::new(COOKIE));
        schemes.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// Every route may refuse, and all refuse alike: `responses(…, Problem)`.
impl IntoResponses for Problem {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let shape = RefOr::from(Ref::from_schema_name("Problem"));
        let content = ContentBuilder::new().schema(Some(shape)).build();
        let refusal = ResponseBuilder::new().description("A refusal").content("application/problem+json", content);
        BTreeMap::from([("default".to_owned(), refusal.build().into())])
    }
}

/// `GET openapi.json`.
pub async fn show() -> Response {
    static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| {
        Document::openapi().to_json().expect("the document is plain data, which JSON can always hold").into()
    });
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (kind, DOCUMENT.clone()).into_response()
}
