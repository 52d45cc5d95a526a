//! One screen at the other end of a socket: what it is told, and when it is told to go.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use comanda_shared::time::LocalInstant;
use jiff::Timestamp;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, Sleep, interval_at, sleep, timeout};

use super::audience::Attendance;
use super::catch_up::{CaughtUp, Place, catch_up};
use super::changes::Chain;
use super::pass::{Pass, may_listen};
use super::presence::Attending;
use super::scope::Scope;
use super::wire::{FromScreen, Hello, Painted, ToScreen};
use super::{Batch, Live, Seat};
use crate::http::screens;
use crate::staff::Asker;

/// Within which messages of a screen are counted.
const SECOND: Duration = Duration::from_secs(1);
/// A screen listens to no more scopes.
pub const MOST_SCOPES: usize = 64;

/// Why a screen is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Farewell {
    /// What it said cannot be read.
    Malformed,
    /// Its session or token is no longer good.
    SessionEnded,
    /// It may not listen to what it asked for.
    ScopeRefused,
    /// It never said hello.
    NoHello,
    /// It says far more than a screen has to say.
    Talkative,
    /// The branch's file could not be read.
    Failed,
    /// The branch stops.
    Stopping,
    /// It left, or takes nothing any more: nothing is said.
    Gone,
}

impl Farewell {
    /// Codes from 4400 are ours, after the HTTP status they are like; the others are of RFC 6455 and its registry.
    pub(super) const fn frame(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Malformed => Some((4400, "hello.malformed")),
            Self::SessionEnded => Some((4401, "credentials.invalid")),
            Self::ScopeRefused => Some((4403, "permission.missing")),
            Self::NoHello => Some((4408, "hello.missing")),
            Self::Talkative => Some((4429, "messages.too_many")),
            Self::Failed => Some((1011, "internal")),
            Self::Stopping => Some((1012, "stopping")),
            Self::Gone => None,
        }
    }
}

/// Serves a screen until one of both has enough.
pub async fn attend(socket: WebSocket, live: Live, pass: Pass, _seat: Seat) {
    let mut screen = Screen::new(socket, live, pass);
    let Err(farewell) = screen.serve().await;
    tracing::debug!(?farewell, "a screen left");
    screen.part(farewell).await;
}

struct Screen {
    socket: WebSocket,
    live: Live,
    pass: Pass,
    forgotten: watch::Receiver<u64>,
    configurations: watch::Receiver<Arc<crate::journal::Configuration>>,
    stopping: watch::Receiver<bool>,
    feed: broadcast::Receiver<Arc<Batch>>,
    beats: Interval,
    hello_is_due: std::pin::Pin<Box<Sleep>>,
    heard: Instant,
    listening: Option<Listening>,
    attending: Option<Attending>,
    said: Said,
}

/// How much a screen has said in the present second.
struct Said {
    since: Instant,
    messages: u32,
}

/// What a screen listens to, and up to where it has heard everything.
struct Listening {
    attendance: Attendance,
    place: Place,
}

/// What a screen's task wakes for.
enum Occurrence {
    Stopping,
    PassInDoubt,
    Beat,
    HelloOverdue,
    Heard(Option<Result<Message, axum::Error>>),
    Changed(Result<Arc<Batch>, RecvError>),
}

impl Screen {
    fn new(socket: WebSocket, live: Live, pass: Pass) -> Self {
        let pace = &live.0.pace;
        let mut beats = interval_at(tokio::time::Instant::now() + pace.beat, pace.beat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            forgotten: pass.forgotten(),
            configurations: live.0.journal.configurations(),
            stopping: live.0.stopping.subscribe(),
            feed: live.0.feed.subscribe(),
            beats,
            hello_is_due: Box::pin(sleep(pace.hello)),
            heard: Instant::now(),
            listening: None,
            attending: None,
            said: Said { since: Instant::now(), messages: 0 },
            socket,
            live,
            pass,
        }
    }

    async fn serve(&mut self) -> Result<Infallible, Farewell> {
        loop {
            match self.next().await {
                Occurrence::Stopping => return Err(Farewell::Stopping),
                Occurrence::HelloOverdue => return Err(Farewell::NoHello),
                Occurrence::PassInDoubt => self.check_pass().await?,
                Occurrence::Beat => self.look_after().await?,
                Occurrence::Heard(Some(Ok(message))) => self.hear(message).await?,
                Occurrence::Heard(Some(Err(_))) => return Err(Farewell::Malformed),
                Occurrence::Heard(None) => return Err(Farewell::Gone),
                Occurrence::Changed(Ok(batch)) => self.pass_on(&batch).await?,
                Occurrence::Changed(Err(RecvError::Lagged(_))) => self.catch_up_after_lagging().await?,
                Occurrence::Changed(Err(RecvError::Closed)) => return Err(Farewell::Stopping),
            }
        }
    }

    /// In this order: whoever must go hears nothing more, and what a screen has said is heard before it counts as silent.
    async fn next(&mut self) -> Occurrence {
        let awaits_hello = self.listening.is_none();
        tokio::select! {
            biased;
            _ = self.stopping.wait_for(|is_stopping| *is_stopping) => Occurrence::Stopping,
            _ = self.forgotten.changed() => Occurrence::PassInDoubt,
            _ = self.configurations.changed() => Occurrence::PassInDoubt,
            () = &mut self.hello_is_due, if awaits_hello => Occurrence::HelloOverdue,
            message = self.socket.recv() => Occurrence::Heard(message),
            _ = self.beats.tick() => Occurrence::Beat,
            batch = self.feed.recv() => Occurrence::Changed(batch),
        }
    }

    /// Whether whoever listens is still somebody, and may still hear all of it.
    async fn check_pass(&mut self) -> Result<(), Farewell> {
        match &self.listening {
            Some(Listening { attendance, .. }) => self.pass.still_hears(attendance.scopes()).await,
            None => self.pass.asker().await.map(drop),
        }
    }

    /// With each beat: whether the session is over, whether the other side lives, and how far it has come.
    async fn look_after(&mut self) -> Result<(), Farewell> {
        self.check_pass().await?;
        if self.heard.elapsed() > self.live.0.pace.silence {
            return Err(Farewell::Gone);
        }
        self.send(Message::Ping(Bytes::new())).await?;
        self.beat().await
    }

    async fn beat(&mut self) -> Result<(), Farewell> {
        let Some(Listening { attendance, place }) = &self.listening else { return Ok(()) };
        let last = attendance.scopes().iter().map(|scope| (*scope, place.chain.last(*scope))).collect();
        let beat = ToScreen::Beat { sequence: place.sequence, now: self.now(), last };
        self.tell(beat.frame()).await
    }

    async fn hear(&mut self, message: Message) -> Result<(), Farewell> {
        self.heard = Instant::now();
        self.count_what_is_said()?;
        match message {
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(FromScreen::Hello(hello)) => self.answer(hello).await,
                Ok(FromScreen::Painted(Painted { cursor })) => {
                    if let Some(attending) = &self.attending {
                        attending.painted(cursor, self.wall());
                    }
                    Ok(())
                }
                Ok(FromScreen::Other) => Ok(()),
                Err(_) => Err(Farewell::Malformed),
            },
            Message::Binary(_) => Err(Farewell::Malformed),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(Farewell::Gone),
        }
    }

    /// A page has little to say; one that does not stop is broken, and reads nobody's time away.
    fn count_what_is_said(&mut self) -> Result<(), Farewell> {
        if self.said.since.elapsed() >= SECOND {
            self.said = Said { since: Instant::now(), messages: 0 };
        }
        self.said.messages += 1;
        if self.said.messages > self.live.0.pace.messages { Err(Farewell::Talkative) } else { Ok(()) }
    }

    async fn answer(&mut self, hello: Hello) -> Result<(), Farewell> {
        let Hello { screen, scopes, journal_id, last_sequence, ui_version } = hello;
        if scopes.len() > MOST_SCOPES {
            return Err(Farewell::Malformed);
        }
        let asker = self.pass.asker().await?;
        if !may_listen(&asker, &scopes) {
            return Err(Farewell::ScopeRefused);
        }
        tracing::debug!(screen, ui_version, "a screen listens");
        let now = self.wall();
        let presence = &self.live.0.presence;
        // A guest's phone is no screen of the branch: nobody misses it when it falls silent.
        if let Asker::Worker(caller) = asker {
            let arrives = || presence.arrives(&screen, &ui_version, &caller.name, self.pass.secret(), now);
            self.attending.get_or_insert_with(arrives).listens_to(scopes.len(), now);
        }
        // What a scope shows that it did not listen to before, no cursor of before can say.
        let has_other_scopes = self.listening.as_ref().is_some_and(|before| *before.attendance.scopes() != scopes);
        let place = |(journal, sequence)| Place { journal, sequence, chain: Chain::beginning_at(sequence) };
        let stands = journal_id.zip(last_sequence).map(place).filter(|_| !has_other_scopes);
        self.catch_up(scopes, stands).await
    }

    async fn pass_on(&mut self, batch: &Batch) -> Result<(), Farewell> {
        let Some(Listening { attendance, place }) = &mut self.listening else { return Ok(()) };
        if batch.begins_anew {
            let scopes = attendance.scopes().clone();
            return self.catch_up(scopes, None).await;
        }
        let news = batch.messages.iter().filter(|message| message.sequence > place.sequence);
        let mut frames = Vec::new();
        for message in news.filter(|message| attendance.scopes().contains(&message.scope)) {
            place.chain.link(message.scope, message.sequence);
            frames.push(message.frame.clone());
        }
        place.sequence = place.sequence.max(batch.upto);
        for frame in frames {
            self.tell(frame).await?;
        }
        Ok(())
    }

    async fn catch_up_after_lagging(&mut self) -> Result<(), Farewell> {
        let Some(Listening { attendance, place }) = &self.listening else { return Ok(()) };
        tracing::debug!("a screen fell behind and catches up");
        let (scopes, stands) = (attendance.scopes().clone(), place.clone());
        self.catch_up(scopes, Some(stands)).await
    }

    /// Attends and subscribes first, reads then: what is committed in between comes both ways, and is passed on once.
    async fn catch_up(&mut self, scopes: BTreeSet<Scope>, stands: Option<Place>) -> Result<(), Farewell> {
        let attendance = self.live.0.audience.attend(scopes.clone());
        self.feed = self.feed.resubscribe();
        let (journal, hour) = (&self.live.0.journal, self.live.hour());
        let read = journal.readers().read(move |connection| catch_up(connection, &hour, &scopes, stands));
        let CaughtUp { how, frames, place } = read.await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a screen cannot catch up");
            Farewell::Failed
        })?;
        // What was read may be newer than the session's end.
        self.pass.asker().await?;
        let (journal_id, sequence, ui_version) = (place.journal, place.sequence, screens::version());
        self.listening = Some(Listening { attendance, place });
        let welcome = ToScreen::Welcome { journal_id, sequence, now: self.now(), ui_version, how };
        self.tell(welcome.frame()).await?;
        for frame in frames {
            self.tell(frame).await?;
        }
        self.beat().await
    }

    fn wall(&self) -> Timestamp {
        self.live.0.journal.environment().clock.now()
    }

    fn now(&self) -> LocalInstant {
        LocalInstant::at(self.wall(), &self.live.0.journal.configuration().zone)
    }

    async fn tell(&mut self, frame: Utf8Bytes) -> Result<(), Farewell> {
        self.send(Message::Text(frame)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Farewell> {
        match timeout(self.live.0.pace.send, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Farewell::Gone),
            Err(_) => {
                tracing::info!("a screen took nothing any more and was let go");
                Err(Farewell::Gone)
            }
        }
    }

    async fn part(mut self, farewell: Farewell) {
        let Some((code, reason)) = farewell.frame() else { return };
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        if self.send(Message::Close(Some(frame))).await.is_err() {
            return;
        }
        // The other side says it has heard, so that the code is not lost with the connection.
        let heard = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _ = timeout(self.live.0.pace.hello, heard).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_for_too_much_is_told_so_in_the_code() {
        assert_eq!(Farewell::ScopeRefused.frame(), Some((4403, "permission.missing")));
    }
}
