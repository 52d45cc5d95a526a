//! The branch's side: what to say next, given what was heard, what the journal holds, and the time.
//!
//! Its only durable state is the cursor, and losing that only costs a question: the cloud says in its welcome what it
//! has. Whoever drives it connects, delivers what it wants sent, tells it what came, calls it again at
//! [`Sender::wakes_at`], and hangs up when told to.

mod read;
mod said;

use std::collections::VecDeque;

use super::batch::{Batch, BatchHead};
use super::lineage;
use super::{Ack, ChainHash, Downward, Hello, OLDEST, Point, Refusal, Upward, VERSION, WINDOW, Welcome};
use crate::ids::JournalId;
use read::{cut, points_back_from, points_between};

pub use read::Log;
pub use said::{Barred, Identity, Input, Output, Standing};

/// Milliseconds without progress after which everything since the cursor is sent again; doubles with each time.
const PATIENCE_MS: u64 = 3_000;
const LONGEST_PATIENCE_MS: u64 = 30_000;
/// Times without progress after which the connection is given up.
const TIMES: u32 = 5;
/// Entries that may fill a batch: fewer are not looked at while another batch is under way.
const WORTH_READING: u64 = 64;
/// Milliseconds after which an idle branch says hello again: whatever either side was wrong about ends then.
const HELLO_AGAIN_MS: u64 = 600_000;

/// The branch's side of a conversation.
#[derive(Debug)]
pub struct Sender {
    me: Identity,
    session: u64,
    phase: Phase,
    cursor: u64,
    commands: u64,
    wall_ms: i64,
    since_ms: u64,
    times: u32,
}

#[derive(Debug)]
enum Phase {
    Offline,
    Greeting { points: Vec<Point> },
    OpeningLife,
    Streaming(Stream),
    Barred(Barred),
}

#[derive(Debug)]
struct Stream {
    journal: JournalId,
    epoch: u32,
    end: Option<u64>,
    sent: u64,
    under_way: VecDeque<u64>,
    credit: usize,
    rewound_to: Option<u64>,
}

impl Stream {
    /// Nothing is under way, and something might be sent.
    fn is_idle(&self) -> bool {
        self.under_way.is_empty() && self.credit > 0
    }
}

impl Sender {
    /// A sender that knows the cloud to have everything up to `cursor`, and has carried out its commands up to
    /// `commands`.
    pub const fn new(me: Identity, cursor: u64, commands: u64) -> Self {
        Self { me, session: 0, phase: Phase::Offline, cursor, commands, wall_ms: 0, since_ms: 0, times: 0 }
    }

    /// The last sequence the cloud is known to have.
    pub const fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Commands are carried out up to here.
    pub const fn commands_carried_out(&mut self, upto: u64) {
        self.commands = upto;
    }

    /// The wall clock, for the cloud to compare with its own; nothing here depends on it.
    pub const fn wall_clock(&mut self, now_ms: i64) {
        self.wall_ms = now_ms;
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        match &self.phase {
            Phase::Offline => Standing::Offline,
            Phase::Greeting { .. } | Phase::OpeningLife => Standing::Greeting,
            Phase::Streaming(_) => Standing::Streaming,
            Phase::Barred(barred) => Standing::Barred(barred.clone()),
        }
    }

    /// When to tell it that time has passed; none while it waits for nothing.
    pub fn wakes_at(&self) -> Option<u64> {
        match &self.phase {
            Phase::Greeting { .. } => Some(self.since_ms + self.patience()),
            Phase::Streaming(stream) if stream.is_idle() => Some(self.since_ms + HELLO_AGAIN_MS),
            Phase::Streaming(_) => Some(self.since_ms + self.patience()),
            Phase::Offline | Phase::OpeningLife | Phase::Barred(_) => None,
        }
    }

    fn patience(&self) -> u64 {
        (PATIENCE_MS << self.times.min(8)).min(LONGEST_PATIENCE_MS)
    }

    /// Takes one thing that happened, and says what to do. `now_ms` is of a clock that never goes back.
    ///
    /// # Errors
    /// When the journal could not be read: end the connection, and begin anew with another.
    pub fn step<L: Log>(&mut self, now_ms: u64, input: Input, log: &L) -> Result<Vec<Output>, L::Error> {
        let mut outputs = Vec::new();
        match input {
            Input::Connected { session } => {
                (self.session, self.times) = (session, 0);
                self.greet(now_ms, log, None, &mut outputs)?;
            }
            Input::Disconnected => self.phase = Phase::Offline,
            Input::Heard(heard) => self.hear(now_ms, heard, log, &mut outputs)?,
            Input::Committed => self.pump(now_ms, log, &mut outputs)?,
            Input::LifeOpened => {
                if matches!(self.phase, Phase::OpeningLife) {
                    self.greet(now_ms, log, None, &mut outputs)?;
                }
            }
            Input::Tick => self.tick(now_ms, log, &mut outputs)?,
        }
        Ok(outputs)
    }

    fn greet<L: Log>(
        &mut self,
        now_ms: u64,
        log: &L,
        points: Option<Vec<Point>>,
        outputs: &mut Vec<Output>,
    ) -> Result<(), L::Error> {
        let points = match points {
            Some(points) => points,
            None => points_back_from(log.head()?, log)?,
        };
        self.since_ms = now_ms;
        // Answers to an earlier hello are answers to what was, and are not heard any more.
        self.session = self.session.wrapping_add(1);
        self.say_hello(log, &points, outputs)?;
        self.phase = Phase::Greeting { points };
        Ok(())
    }

    fn say_hello<L: Log>(&self, log: &L, points: &[Point], outputs: &mut Vec<Output>) -> Result<(), L::Error> {
        outputs.push(Output::Send(Upward::Hello(Hello {
            oldest: OLDEST,
            newest: VERSION,
            session: self.session,
            branch: self.me.branch,
            appliance: self.me.appliance,
            lineage: log.lineage()?,
            head: log.head()?,
            points: points.to_vec(),
            commands: self.commands,
            app: self.me.app.clone(),
            now_ms: self.wall_ms,
        })));
        Ok(())
    }

    fn hear<L: Log>(
        &mut self,
        now_ms: u64,
        heard: Downward,
        log: &L,
        outputs: &mut Vec<Output>,
    ) -> Result<(), L::Error> {
        match heard {
            Downward::Welcome(welcome) if welcome.session == self.session => {
                self.welcomed(now_ms, &welcome, log, outputs)
            }
            Downward::Ack(ack) if ack.session == self.session => self.acked(now_ms, &ack, log, outputs),
            Downward::Refused(refused) if refused.session == self.session => {
                self.refused(now_ms, refused.refusal, log, outputs)
            }
            // Told over the branch's topic, which a box that may not speak for it hears as well.
            Downward::Commands { .. } | Downward::Directives(_) if !matches!(self.phase, Phase::Streaming(_)) => Ok(()),
            Downward::Commands { commands } => {
                let is_told = !commands.is_empty();
                let due = super::command::due(self.commands, commands);
                if !due.is_empty() {
                    outputs.push(Output::Commands(due));
                } else if is_told {
                    // The cloud is wrong about how far this branch is.
                    let (branch, upto) = (self.me.branch, self.commands);
                    outputs.push(Output::Send(Upward::CommandsDone { branch, upto, results: Vec::new() }));
                }
                Ok(())
            }
            Downward::Directives(directives) => {
                outputs.push(Output::Directives(directives));
                Ok(())
            }
            // Of a conversation that is over.
            Downward::Welcome(_) | Downward::Ack(_) | Downward::Refused(_) => Ok(()),
        }
    }

    fn welcomed<L: Log>(
        &mut self,
        now_ms: u64,
        welcome: &Welcome,
        log: &L,
        outputs: &mut Vec<Output>,
    ) -> Result<(), L::Error> {
        if !matches!(self.phase, Phase::Greeting { .. }) {
            return Ok(());
        }
        let lineage = log.lineage()?;
        let Some((life, end)) = lineage.find(welcome.journal) else {
            outputs.push(Output::Hangup);
            return Ok(());
        };
        let ours = if welcome.applied < life.first { Some(life.parent) } else { log.hash_at(welcome.applied)? };
        if ours != Some(welcome.hash) {
            // The points did not show it: with one at the cloud's own end, the next answer will.
            let points = points_back_from(welcome.applied.min(log.head()?), log)?;
            self.times += 1;
            if self.times > TIMES {
                outputs.push(Output::Hangup);
                return Ok(());
            }
            return self.greet(now_ms, log, Some(points), outputs);
        }
        (self.since_ms, self.times) = (now_ms, 0);
        self.move_cursor(welcome.applied, outputs);
        self.phase = Phase::Streaming(Stream {
            journal: welcome.journal,
            epoch: welcome.epoch,
            end,
            sent: welcome.applied,
            under_way: VecDeque::new(),
            credit: usize::from(welcome.credit),
            rewound_to: None,
        });
        self.pump(now_ms, log, outputs)
    }

    fn move_cursor(&mut self, to: u64, outputs: &mut Vec<Output>) {
        if self.cursor != to {
            self.cursor = to;
            outputs.push(Output::CursorMoved(to));
        }
    }

    fn acked<L: Log>(&mut self, now_ms: u64, ack: &Ack, log: &L, outputs: &mut Vec<Output>) -> Result<(), L::Error> {
        let Phase::Streaming(stream) = &mut self.phase else { return Ok(()) };
        if ack.epoch != stream.epoch || ack.applied < self.cursor || ack.applied > stream.sent {
            return Ok(());
        }
        stream.credit = usize::from(ack.credit);
        if ack.applied > self.cursor {
            if log.hash_at(ack.applied)? != Some(ack.hash) {
                let points = points_back_from(ack.applied, log)?;
                return self.greet(now_ms, log, Some(points), outputs);
            }
            stream.under_way.retain(|&last| last > ack.applied);
            stream.rewound_to = None;
            let is_over = stream.end == Some(ack.applied);
            (self.since_ms, self.times) = (now_ms, 0);
            self.move_cursor(ack.applied, outputs);
            if is_over {
                return self.greet(now_ms, log, None, outputs);
            }
        } else if ack.gap && stream.rewound_to != Some(ack.applied) {
            stream.rewound_to = Some(ack.applied);
            stream.under_way.clear();
            stream.sent = ack.applied;
            self.since_ms = now_ms;
        }
        self.pump(now_ms, log, outputs)
    }

    fn refused<L: Log>(
        &mut self,
        now_ms: u64,
        refusal: Refusal,
        log: &L,
        outputs: &mut Vec<Output>,
    ) -> Result<(), L::Error> {
        let bar = |barred| Phase::Barred(barred);
        match refusal {
            Refusal::Hello if matches!(self.phase, Phase::Streaming(_)) => {
                return self.greet(now_ms, log, None, outputs);
            }
            // An answer to a batch that was under way when the hello was said.
            Refusal::Hello => {}
            Refusal::Forked { agreed, differs } => {
                if matches!(self.phase, Phase::Greeting { .. }) {
                    return self.forked(now_ms, agreed, differs, log, outputs);
                }
            }
            Refusal::Fenced { applied } => self.phase = bar(Barred::Fenced { applied }),
            Refusal::Unsupported { oldest, newest } => self.phase = bar(Barred::Unsupported { oldest, newest }),
            Refusal::Stranger => self.phase = bar(Barred::Stranger),
            Refusal::Malformed { detail } => self.phase = bar(Barred::Malformed { detail }),
        }
        Ok(())
    }

    fn forked<L: Log>(
        &mut self,
        now_ms: u64,
        agreed: u64,
        differs: u64,
        log: &L,
        outputs: &mut Vec<Output>,
    ) -> Result<(), L::Error> {
        if differs > agreed + 1 {
            let points = points_between(agreed, differs, log)?;
            return self.greet(now_ms, log, Some(points), outputs);
        }
        let latest = *log.lineage()?.latest();
        let parent = if agreed == 0 { Some(ChainHash::GENESIS) } else { log.hash_at(agreed)? };
        match parent {
            Some(parent) if differs == agreed + 1 && differs > latest.first => {
                let journal = log.hash_at(differs)?.map(|hash| lineage::named_after(&hash));
                outputs.push(Output::OpenLife { first: differs, parent, journal });
                self.phase = Phase::OpeningLife;
            }
            _ => {
                let detail = format!("the cloud's journal and this one part at {differs}, before this life began");
                self.phase = Phase::Barred(Barred::Malformed { detail });
            }
        }
        Ok(())
    }

    /// Sends while there is something to send and room for it. A batch that is not full waits for the last answer:
    /// what comes meanwhile goes with it, and a lone entry waits for nobody.
    fn pump<L: Log>(&mut self, now_ms: u64, log: &L, outputs: &mut Vec<Output>) -> Result<(), L::Error> {
        let Phase::Streaming(stream) = &mut self.phase else { return Ok(()) };
        let head = log.head()?;
        while stream.under_way.len() < stream.credit.min(WINDOW) {
            if !stream.under_way.is_empty() && head.saturating_sub(stream.sent) < WORTH_READING {
                break;
            }
            let cut = match cut(log, stream.sent, stream.end)? {
                Ok(cut) => cut,
                Err(detail) => {
                    self.phase = Phase::Barred(Barred::Malformed { detail });
                    return Ok(());
                }
            };
            let has_to_wait = !stream.under_way.is_empty() && !cut.is_full;
            if cut.entries.is_empty() || has_to_wait {
                break;
            }
            let head = BatchHead {
                proto: VERSION,
                session: self.session,
                branch: self.me.branch,
                epoch: stream.epoch,
                journal: stream.journal,
                first: stream.sent + 1,
                last: 0,
                bytes: 0,
                before: log.hash_at(stream.sent)?.unwrap_or(ChainHash::GENESIS),
                after: ChainHash::GENESIS,
                sent_at_ms: self.wall_ms,
            };
            let batch = match Batch::of(head, cut.entries) {
                Ok(batch) => batch,
                Err(error) => {
                    self.phase = Phase::Barred(Barred::Malformed { detail: error.to_string() });
                    return Ok(());
                }
            };
            if stream.under_way.is_empty() {
                self.since_ms = now_ms;
            }
            stream.sent = batch.head().last;
            stream.under_way.push_back(stream.sent);
            outputs.push(Output::Send(Upward::Batch(batch)));
        }
        Ok(())
    }

    fn tick<L: Log>(&mut self, now_ms: u64, log: &L, outputs: &mut Vec<Output>) -> Result<(), L::Error> {
        if self.wakes_at().is_none_or(|at| now_ms < at) {
            return Ok(());
        }
        self.since_ms = now_ms;
        let is_routine = matches!(&self.phase, Phase::Streaming(stream) if stream.is_idle());
        self.times += u32::from(!is_routine);
        if self.times > TIMES {
            outputs.push(Output::Hangup);
            return Ok(());
        }
        match &mut self.phase {
            Phase::Greeting { points } => {
                let points = std::mem::take(points);
                self.greet(now_ms, log, Some(points), outputs)
            }
            Phase::Streaming(stream) if stream.under_way.is_empty() => self.greet(now_ms, log, None, outputs),
            Phase::Streaming(stream) => {
                stream.sent = self.cursor;
                stream.under_way.clear();
                stream.rewound_to = None;
                self.pump(now_ms, log, outputs)
            }
            Phase::Offline | Phase::OpeningLife | Phase::Barred(_) => Ok(()),
        }
    }
}
