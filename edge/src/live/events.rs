//! Server-sent events: the live channel for a network that lets no WebSocket through, but an answer that goes on.
//!
//! A request says what a hello says; its answer is what a socket would have brought, a frame each, until one of both leaves. Each
//! stream reads the file for itself after a commit, as a poll does: it is a way round, and few take it. `Last-Event-ID` goes
//! on from the last batch that came whole.

use std::convert::Infallible;

use axum::extract::rejection::QueryRejection;
use axum::extract::ws::Utf8Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::JournalId;
use comanda_shared::time::LocalInstant;
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use utoipa::ToSchema;

use super::catch_up::{CaughtUp, Place, catch_up};
use super::changes::Chain;
use super::pass::Pass;
use super::poll::Asked;
use super::presence::Attending;
use super::screen::Farewell;
use super::wire::{Hello, How, ToScreen};
use super::{Live, Seat};
use crate::http::extract::Body;
use crate::http::openapi::{Asking, Known, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::screens;
use crate::http::server::Branch;
use crate::staff::Asker;

/// Frames that wait for a screen to take them; what is more waits in the file.
const ROOM: usize = 16;

refusals! {
    /// Of a stream.
    Streaming: &[Code::PermissionMissing, Code::LiveFull];
    /// Of a screen that says how far it has painted.
    Painting: &[Code::FieldInvalid];
}

/// Tells what has changed as it changes, for networks without WebSockets; `text/event-stream`.
///
/// What a screen says in a hello stands in the address; each scope needs its permission. Each event's `data` is a `LiveMessage`; one
/// called `gone` has the code with which a WebSocket would have been closed.
#[utoipa::path(get, path = "/api/v1/live/events", operation_id = "stream_live", tag = "branch",
    params(
        ("scope" = Vec<super::scope::Scope>, Query, description = "What it listens to"),
        ("journal_id" = Option<JournalId>, Query, description = "The journal it has heard of"),
        ("last_sequence" = Option<u64>, Query, description = "Up to where it has heard everything of these scopes"),
        ("screen" = Option<String>, Query, description = "Which screen it is"),
        ("ui_version" = Option<String>, Query, description = "The screens it runs"),
    ),
    responses((status = 200, description = "Events follow", body = ToScreen<'static>, content_type = "text/event-stream"),
              Known, Asking, Streaming))]
pub async fn listen(
    State(branch): State<Branch>,
    pass: Pass,
    headers: HeaderMap,
    params: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(pairs) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let Asked { mut hello, .. } = Asked::read(pairs)?;
    if let Some((journal, sequence)) = heard_of(&headers) {
        (hello.journal_id, hello.last_sequence) = (Some(journal), Some(sequence));
    }
    let seat = branch.live.seat(&pass).ok_or_else(|| Problem::from(Code::LiveFull))?;
    let asker = pass.may_hear(&hello.scopes).await?;
    let live = branch.live.clone();
    let now = live.0.journal.environment().clock.now();
    let attending = match asker {
        Asker::Worker(caller) => {
            let attending = live.0.presence.arrives(&hello.screen, &hello.ui_version, &caller.name, pass.secret(), now);
            attending.listens_to(hello.scopes.len(), now);
            Some(attending)
        }
        Asker::Guest(_) => None,
    };
    let (tell, mut told) = mpsc::channel(ROOM);
    let place = |(journal, sequence)| Place { journal, sequence, chain: Chain::beginning_at(sequence) };
    let stands = hello.journal_id.zip(hello.last_sequence).map(place);
    tokio::spawn(Stream { live, pass, hello, tell }.run(stands, attending, seat));
    let events = stream::poll_fn(move |context| told.poll_recv(context));
    // A proxy that gathers answers would make a silent screen of this one.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(([unbuffered], Sse::new(events)).into_response())
}

/// `<journal>:<sequence>`, as it was sent; what is not is no place to go on from.
fn heard_of(headers: &HeaderMap) -> Option<(JournalId, u64)> {
    let (journal, sequence) = headers.get("last-event-id")?.to_str().ok()?.split_once(':')?;
    Some((journal.parse().ok()?, sequence.parse().ok()?))
}

/// How far a screen has painted that has no way back but this.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaintedRequest {
    /// Which screen it is, as it said when it came.
    screen: String,
    /// Everything up to here is seen.
    cursor: u64,
}

/// Says how far a screen has painted that listens to events; one that is not there says it to nobody.
#[utoipa::path(post, path = "/api/v1/live/painted", operation_id = "say_painted", tag = "branch",
    request_body = PaintedRequest, responses((status = 204), Known, Painting))]
pub async fn painted(
    State(branch): State<Branch>,
    pass: Pass,
    body: Body<PaintedRequest>,
) -> Result<StatusCode, Problem> {
    let now = branch.journal.environment().clock.now();
    branch.live.0.presence.painted(&body.value.screen, pass.secret(), body.value.cursor, now);
    Ok(StatusCode::NO_CONTENT)
}

type Told = Result<Event, Infallible>;

/// A screen at the other end of an answer that goes on.
struct Stream {
    live: Live,
    pass: Pass,
    hello: Hello,
    tell: mpsc::Sender<Told>,
}

/// What a stream's task wakes for.
enum Occurrence {
    Stopping,
    Left,
    PassInDoubt,
    Beat,
    Changed,
}

impl Stream {
    async fn run(self, stands: Option<Place>, attending: Option<Attending>, seat: Seat) {
        let Err(farewell) = self.serve(stands).await;
        tracing::debug!(?farewell, "a screen left");
        if let Some((code, reason)) = farewell.frame() {
            let gone = serde_json::json!({"code": code, "reason": reason}).to_string();
            // Who is gone already needs no word.
            let _ = self.send(Event::default().event("gone").data(gone)).await;
        }
        drop((attending, seat));
    }

    async fn serve(&self, stands: Option<Place>) -> Result<Infallible, Farewell> {
        let (journal, pace) = (&self.live.0.journal, &self.live.0.pace);
        let mut committed = journal.committed();
        let mut stopping = self.live.0.stopping.subscribe();
        let (mut forgotten, mut configurations) = (self.pass.forgotten(), journal.configurations());
        let mut beats = interval_at(Instant::now() + pace.beat, pace.beat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        committed.mark_unchanged();
        let mut place = self.catch_up(stands, true).await?;
        loop {
            let occurrence = tokio::select! {
                biased;
                _ = stopping.wait_for(|is_stopping| *is_stopping) => Occurrence::Stopping,
                () = self.tell.closed() => Occurrence::Left,
                _ = forgotten.changed() => Occurrence::PassInDoubt,
                _ = configurations.changed() => Occurrence::PassInDoubt,
                _ = beats.tick() => Occurrence::Beat,
                changed = committed.changed() => if changed.is_ok() { Occurrence::Changed } else { Occurrence::Stopping },
            };
            match occurrence {
                Occurrence::Stopping => return Err(Farewell::Stopping),
                Occurrence::Left => return Err(Farewell::Gone),
                Occurrence::PassInDoubt => self.pass.still_hears(&self.hello.scopes).await?,
                Occurrence::Beat => {
                    self.pass.still_hears(&self.hello.scopes).await?;
                    self.beat(&place).await?;
                }
                Occurrence::Changed => place = self.catch_up(Some(place), false).await?,
            }
        }
    }

    /// Tells what has changed since, or everything; answers where the screen stands then. A welcome comes before what a screen
    /// hears first, and before everything.
    async fn catch_up(&self, stands: Option<Place>, is_first: bool) -> Result<Place, Farewell> {
        let journal = &self.live.0.journal;
        let (hour, scopes) = (self.live.hour(), self.hello.scopes.clone());
        let read = journal.readers().read(move |connection| catch_up(connection, &hour, &scopes, stands));
        let CaughtUp { how, frames, place } = read.await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a screen cannot catch up");
            Farewell::Failed
        })?;
        // What was read may be newer than the session's end.
        self.pass.asker().await?;
        let says_welcome = is_first || how == How::Snapshot;
        if says_welcome {
            let (journal_id, sequence, ui_version) = (place.journal, place.sequence, screens::version());
            let welcome = ToScreen::Welcome { journal_id, sequence, now: self.now(), ui_version, how };
            self.send(event(&welcome.frame())).await?;
        }
        let last = frames.len().saturating_sub(1);
        for (index, frame) in frames.iter().enumerate() {
            let event = event(frame);
            // Two messages may tell of one entry: only after the last of them has everything up to here been heard.
            let event = if index == last { event.id(format!("{}:{}", place.journal, place.sequence)) } else { event };
            self.send(event).await?;
        }
        if says_welcome {
            self.beat(&place).await?;
        }
        Ok(place)
    }

    async fn beat(&self, place: &Place) -> Result<(), Farewell> {
        let last = self.hello.scopes.iter().map(|scope| (*scope, place.chain.last(*scope))).collect();
        let beat = ToScreen::Beat { sequence: place.sequence, now: self.now(), last };
        self.send(event(&beat.frame())).await
    }

    fn now(&self) -> LocalInstant {
        let journal = &self.live.0.journal;
        LocalInstant::at(journal.environment().clock.now(), &journal.configuration().zone)
    }

    async fn send(&self, event: Event) -> Result<(), Farewell> {
        match timeout(self.live.0.pace.send, self.tell.send(Ok(event))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Farewell::Gone),
            Err(_) => {
                tracing::info!("a screen took nothing any more and was let go");
                Err(Farewell::Gone)
            }
        }
    }
}

fn event(frame: &Utf8Bytes) -> Event {
    Event::default().data(frame.as_str())
}
