//! The long poll: the live channel for a network that lets no WebSocket through.
//!
//! A request says what a hello says, and waits until something has changed for these scopes, or for a while. Its answer is what a
//! socket would have sent: a welcome, what changed, a beat. Nothing is kept between two requests but that the screen is there,
//! so that nothing is missed and nothing held for a screen that does not come back; each reads the file for itself.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::Utf8Bytes;
use axum::extract::{Query, State};
use comanda_shared::time::LocalInstant;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;

use super::Live;
use super::catch_up::{CaughtUp, Place, catch_up};
use super::changes::Chain;
use super::pass::Pass;
use super::scope::Scope;
use super::screen::MOST_SCOPES;
use super::wire::{Hello, How, ToScreen};
use crate::http::openapi::{Asking, Known, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::screens;
use crate::http::server::Branch;
use crate::staff::Asker;

refusals! {
    /// Of a poll.
    Polling: &[Code::PermissionMissing, Code::LiveFull, Code::Stopping];
}

/// What a screen that polls is told, in order.
#[derive(Serialize, ToSchema)]
#[schema(as = LivePolled)]
pub struct Polled {
    #[schema(value_type = Vec<ToScreen<'static>>)]
    frames: Vec<Box<RawValue>>,
}

/// What a screen asks in its address, and how far it has painted.
pub(super) struct Asked {
    pub(super) hello: Hello,
    painted: Option<u64>,
}

impl Asked {
    /// A scope may be named several times.
    ///
    /// # Errors
    /// When something cannot be read, or no scope is named, or too many.
    pub(super) fn read(pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        let malformed = |name: &str, value: &str| {
            Problem::from(Code::RequestMalformed).detail(format!("«{name}={value}» cannot be read"))
        };
        let mut asked = Self { hello: Hello::default(), painted: None };
        for (name, value) in pairs {
            let refused = || malformed(&name, &value);
            match name.as_str() {
                "scope" => drop(asked.hello.scopes.insert(value.parse().map_err(|_| refused())?)),
                "journal_id" => asked.hello.journal_id = Some(value.parse().map_err(|_| refused())?),
                "last_sequence" => asked.hello.last_sequence = Some(value.parse().map_err(|_| refused())?),
                "painted" => asked.painted = Some(value.parse().map_err(|_| refused())?),
                "screen" => asked.hello.screen = value,
                "ui_version" => asked.hello.ui_version = value,
                _ => return Err(refused()),
            }
        }
        let count = asked.hello.scopes.len();
        if (1..=MOST_SCOPES).contains(&count) {
            return Ok(asked);
        }
        Err(Problem::from(Code::RequestMalformed).detail(format!("1 to {MOST_SCOPES} scopes are meant, not {count}")))
    }
}

/// Tells what has changed since the screen last heard, as soon as something has; for networks without WebSockets.
///
/// What a screen says in a hello stands in the address; each scope needs its permission. The answer waits until something
/// has changed, eight seconds at most, and holds what a WebSocket would have sent: `welcome`, what changed, `beat`.
#[utoipa::path(get, path = "/api/v1/live/poll", operation_id = "poll_live", tag = "branch",
    params(
        ("scope" = Vec<Scope>, Query, description = "What it listens to"),
        ("journal_id" = Option<comanda_shared::ids::JournalId>, Query, description = "The journal it has heard of"),
        ("last_sequence" = Option<u64>, Query, description = "Up to where it has heard everything of these scopes"),
        ("painted" = Option<u64>, Query, description = "How far it has painted"),
        ("screen" = Option<String>, Query, description = "Which screen it is"),
        ("ui_version" = Option<String>, Query, description = "The screens it runs"),
    ),
    responses((status = 200, body = Polled), Known, Asking, Polling))]
pub async fn poll(
    State(branch): State<Branch>,
    pass: Pass,
    params: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Json<Polled>, Problem> {
    let Query(pairs) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let asked = Asked::read(pairs)?;
    let _seat = branch.live.seat(&pass).ok_or_else(|| Problem::from(Code::LiveFull))?;
    let frames = answer(&branch.live, &pass, asked).await?;
    let raw = |frame: Utf8Bytes| RawValue::from_string(frame.as_str().to_owned());
    let frames = frames.into_iter().map(raw).collect::<Result<_, _>>();
    Ok(Json(Polled { frames: frames.expect("a frame was written as JSON a moment ago") }))
}

async fn answer(live: &Live, pass: &Pass, asked: Asked) -> Result<Vec<Utf8Bytes>, Problem> {
    let Asked { hello, painted } = asked;
    let asker = pass.may_hear(&hello.scopes).await?;
    let wall = || live.0.journal.environment().clock.now();
    if let Asker::Worker(caller) = asker {
        live.0.presence.polls(&hello, &caller.name, pass.secret(), painted, wall());
    }
    let place = |(journal, sequence)| Place { journal, sequence, chain: Chain::beginning_at(sequence) };
    let stands = hello.journal_id.zip(hello.last_sequence).map(place);
    let mut committed = live.0.journal.committed();
    let mut stopping = live.0.stopping.subscribe();
    let until = Instant::now() + live.0.pace.poll;
    let caught = loop {
        committed.mark_unchanged();
        let caught = read(live, &hello, stands.clone()).await?;
        let has_news = matches!(caught.how, How::Snapshot) || !caught.frames.is_empty();
        if has_news || Instant::now() >= until {
            break caught;
        }
        tokio::select! {
            biased;
            _ = stopping.wait_for(|is_stopping| *is_stopping) => return Err(Code::Stopping.into()),
            // Over or not: what there is is read once more.
            _ = timeout_at(until, committed.changed()) => {}
        }
    };
    // What was read may be newer than the session's end.
    pass.may_hear(&hello.scopes).await?;
    Ok(told(live, &hello, caught, wall()))
}

async fn read(live: &Live, hello: &Hello, stands: Option<Place>) -> Result<CaughtUp, Problem> {
    let (hour, scopes) = (live.hour(), hello.scopes.clone());
    let read = live.0.journal.readers().read(move |connection| catch_up(connection, &hour, &scopes, stands));
    Ok(read.await?)
}

fn told(live: &Live, hello: &Hello, caught: CaughtUp, now: jiff::Timestamp) -> Vec<Utf8Bytes> {
    let CaughtUp { how, frames, place } = caught;
    let now = || LocalInstant::at(now, &live.0.journal.configuration().zone);
    let (journal_id, sequence, ui_version) = (place.journal, place.sequence, screens::version());
    let welcome = ToScreen::Welcome { journal_id, sequence, now: now(), ui_version, how };
    let last = hello.scopes.iter().map(|scope| (*scope, place.chain.last(*scope))).collect();
    let beat = ToScreen::Beat { sequence, now: now(), last };
    [welcome.frame()].into_iter().chain(frames).chain([beat.frame()]).collect()
}
