//! What handlers are given: parsed once at the door, and typed from there on.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use comanda_shared::staff::{Actor, StaffId};
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder};
use utoipa::openapi::{Required, Type};

use super::problem::{Code, Problem};
use crate::journal;
use crate::staff::Caller;
use crate::staff::access::SCREENS;
use crate::staff::lock_out::Place;

/// A command is no larger.
const COMMAND_LIMIT: usize = 256 * 1024;

/// A JSON body, with the bytes it was read from.
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// As it was sent.
    pub bytes: Bytes,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let File(bytes) = File::from_request(request, state).await?;
        if bytes.len() > COMMAND_LIMIT {
            return Err(Code::CommandTooLarge.into());
        }
        let value = parse(&bytes)?;
        Ok(Self { value, bytes })
    }
}

/// A file that says it is JSON, unread; as large as its route allows.
pub struct File(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for File {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Code::MediaType.into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
            Problem::from(if too_large { Code::BodyTooLarge } else { Code::BodyMalformed })
        })?;
        Ok(Self(bytes))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The JSON, or what is wrong with it and where. There is no second, quicker way that keeps no path: every kind of body
/// would be in the program twice, a fifth of a megabyte.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| refusal(bytes, &error.path().to_string(), error.into_inner()))?;
    deserializer.end().map_err(|error| refusal(bytes, "", error))?;
    Ok(read)
}

/// Where a word is meant, serde_json calls any other value a syntax error; whether it is JSON is asked of JSON alone.
fn refusal(bytes: &[u8], path: &str, error: serde_json::Error) -> Problem {
    match serde_json::from_slice::<serde_json::Value>(bytes) {
        Err(error) => Problem::from(Code::BodyMalformed).detail(error),
        Ok(_) => Problem::from(Code::FieldInvalid).at(path, error),
    }
}

/// The `Idempotency-Key`: 1 to 128 printable ASCII characters.
pub struct IdempotencyKey(pub String);

impl IdempotencyKey {
    /// What a request that needs one is refused with besides.
    pub const REFUSALS: &[Code] = &[Code::KeyMissing, Code::KeyReused];
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Err(Code::KeyMissing.into()) };
        let key = value.to_str().unwrap_or_default().trim().trim_matches('"');
        if !(1..=128).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let detail = "Idempotency-Key is 1 to 128 printable ASCII characters";
            return Err(Problem::from(Code::RequestMalformed).detail(detail));
        }
        Ok(Self(key.to_owned()))
    }
}

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let shape = Object::builder().schema_type(Type::String).min_length(Some(1)).max_length(Some(128));
        let meaning = "Made by the client, one for each thing it wants done. Whatever is sent with the same key, method, \
                       path and body is done once; a repeat is answered with how things are now. Kept for 30 days.";
        vec![header_parameter("Idempotency-Key", Required::True, meaning, shape)]
    }
}

/// The version an edit must name in `If-Match`.
pub struct Version(pub u32);

impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let IfMatch(version) = IfMatch::from_request_parts(parts, state).await?;
        version.map(Self).ok_or_else(|| Code::VersionRequired.into())
    }
}

impl IntoParams for Version {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let meaning = "The version that is meant, as it was read: another one is refused.";
        vec![header_parameter("If-Match", Required::True, meaning, version())]
    }
}

/// The version an edit names in `If-Match`, when it names one.
pub struct IfMatch(pub Option<u32>);

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let meaning = "The version that is meant, where it matters: another one is then refused.";
        vec![header_parameter("If-Match", Required::False, meaning, version())]
    }
}

fn version() -> ObjectBuilder {
    Object::builder().schema_type(Type::String).pattern(Some("^\"?[0-9]+\"?$")).examples(["\"3\""])
}

fn header_parameter(name: &str, required: Required, meaning: &str, shape: ObjectBuilder) -> Parameter {
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(required);
    parameter.description(Some(meaning)).schema(Some(shape)).build()
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let version = value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok());
        let detail = "If-Match is a version, like \"3\"";
        version.map(|version| Self(Some(version))).ok_or_else(|| Problem::from(Code::RequestMalformed).detail(detail))
    }
}

/// What stands in the path; bytes that are no text name nothing.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = axum::extract::Path::from_request_parts(parts, state).await;
        found.map(|axum::extract::Path(found)| Self(found)).map_err(|_| Code::NotFound.into())
    }
}

/// An id in the path; one that is no id names nothing.
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Code::NotFound.into())
}

/// The caller, put here by [`super::access`]; a route without it was not guarded.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Code::CredentialsMissing.into())
    }
}

/// As [`keyed`], of a body that has a PIN in it. The journal keeps a digest of what was asked, and a PIN of four digits
/// would fall to anyone who has that: it is left out, and somebody who mistyped theirs sends the same request again.
pub fn keyed_without_pins(caller: &Caller, key: &IdempotencyKey, what: &str, body: &[u8]) -> journal::Request {
    keyed(caller, key, what, &without_pins(body))
}

fn without_pins(body: &[u8]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<serde_json::Value>(body) else { return Vec::new() };
    let of_itself = value.as_object_mut().map(|fields| fields.remove("pin").is_some());
    let approval = value.as_object_mut().and_then(|fields| fields.remove("approval")).is_some();
    if of_itself == Some(true) || approval { value.to_string().into_bytes() } else { body.to_vec() }
}

/// As [`keyed_without_pins`], of somebody who is not logged in and proves who they are with the PIN in the body.
pub fn keyed_with_a_pin(
    staff: StaffId,
    place: Place,
    key: &IdempotencyKey,
    what: &str,
    body: &[u8],
) -> journal::Request {
    let (asked, actor) = (without_pins(body), Actor::Staff(staff));
    let request = journal::Request::keyed(SCREENS, &key.0, &[what.as_bytes(), &asked], actor);
    let request = journal::Request { device: place.screen(), ..request };
    tracing::Span::current().record("command", tracing::field::display(request.command));
    request
}

/// The request of a command with an idempotency key: the same key with another method, path or body is another request.
pub fn keyed(caller: &Caller, key: &IdempotencyKey, what: &str, body: &[u8]) -> journal::Request {
    let request = journal::Request::keyed(caller.scope, &key.0, &[what.as_bytes(), body], caller.actor);
    let request = journal::Request { device: caller.place.screen(), ..request };
    tracing::Span::current().record("command", tracing::field::display(request.command));
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_in_no_digest_of_what_was_asked() {
        let bodies = |pin: &str| {
            let own = format!(r#"{{"name":"Ana","pin":"{pin}"}}"#);
            let approved = format!(r#"{{"amount":5,"approval":{{"staff":"x","pin":"{pin}"}}}}"#);
            [without_pins(own.as_bytes()), without_pins(approved.as_bytes())]
        };
        assert_eq!(bodies("2580"), bodies("0000"));
        assert!(bodies("2580").iter().all(|body| !String::from_utf8_lossy(body).contains("2580")));
        assert_ne!(without_pins(br#"{"amount":5}"#), without_pins(br#"{"amount":6}"#));
        assert_eq!(without_pins(b"no json"), b"");
    }
}
