//! The printer's own thread: what it does with what comes, and how it behaves when something is wrong with it.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::front::{Front, GLANCE, Session};
use super::{Answers, Conduct, Shared};
use crate::escpos::Question;
use crate::paper::Paper;
use crate::ticket::PrintedTicket;

/// How long a printer takes to start when the power is back.
const STARTS: Duration = Duration::from_millis(800);

/// The side of the printer's own thread.
pub(super) struct Machine {
    front: Front,
    answers: Answers,
    paper: Paper,
    shared: Arc<Shared>,
    /// What it was sent and has not printed: it has no paper.
    kept: Vec<u8>,
    /// Lines printed so far.
    lines: usize,
    /// The line at which the paper ends, as it was when it was told so.
    ends_at: Option<(usize, usize)>,
}

/// How a session ended.
enum Ending {
    /// Who prints has gone.
    Closed,
    /// The printer breaks it off.
    Reset,
    /// Nobody hears of the other any more.
    Vanished,
    /// The printer has no power, and what it had not printed is lost.
    PowerLost,
}

impl Machine {
    pub(super) fn new(front: Front, answers: Answers, shared: Arc<Shared>) -> Self {
        let paper = Paper::new(true, answers != Answers::Identity);
        Self { front, answers, paper, shared, kept: Vec::new(), lines: 0, ends_at: None }
    }

    pub(super) fn run(mut self) {
        while let Some(conduct) = self.shared.wanted() {
            let stands = match conduct {
                Conduct::Refuse => self.stays_away(conduct, Front::refuse),
                Conduct::BlackHole => self.stays_away(conduct, Front::vanish),
                _ => {
                    self.shared.notice(conduct);
                    match self.front.accept() {
                        Some(session) => self.serve(session),
                        None => true,
                    }
                }
            };
            if !stands {
                eprintln!("the emulated printer cannot get its address back");
                return;
            }
        }
    }

    /// Cannot be reached until it is told otherwise.
    fn stays_away(&mut self, conduct: Conduct, goes: impl FnOnce(&mut Front)) -> bool {
        goes(&mut self.front);
        self.shared.notice(conduct);
        while self.shared.wanted() == Some(conduct) {
            std::thread::sleep(GLANCE);
        }
        self.front.come_back()
    }

    /// Answers whether it can be reached afterwards.
    fn serve(&mut self, mut session: Session) -> bool {
        self.shared.lock().connections += 1;
        let ending = self.read_session(&mut session);
        match ending {
            Ending::Closed => {}
            Ending::Reset => session.reset(),
            Ending::Vanished => {
                let stands = self.stays_away(Conduct::BlackHole, Front::vanish);
                session.reset();
                return stands;
            }
            Ending::PowerLost => return self.starts_again(&session),
        }
        if session.tears() {
            self.paper.connection_ended(Instant::now());
        }
        self.collect(0);
        true
    }

    /// Who prints hears nothing while it is off, and a reset when it is back.
    fn starts_again(&mut self, session: &Session) -> bool {
        self.kept.clear();
        self.paper.power_lost(Instant::now());
        self.collect(0);
        self.front.vanish();
        std::thread::sleep(STARTS);
        session.reset();
        let mut state = self.shared.lock();
        if matches!(state.conduct, Conduct::PowerCycles(_)) {
            state.conduct = Conduct::Orderly;
        }
        drop(state);
        self.front.come_back()
    }

    fn read_session(&mut self, session: &mut Session) -> Ending {
        let mut buffer = [0; 4096];
        let mut taken = 0;
        while let Some(conduct) = self.shared.wanted() {
            if !matches!(conduct, Conduct::Refuse | Conduct::BlackHole) {
                self.shared.notice(conduct);
            }
            let portion = match conduct {
                Conduct::Orderly | Conduct::PaperEnds(_) | Conduct::CoverOpen | Conduct::Loses => buffer.len(),
                Conduct::Refuse => return Ending::Reset,
                Conduct::BlackHole => return Ending::Vanished,
                Conduct::Stall => 0,
                Conduct::ResetAfter(bytes) if taken >= bytes => return Ending::Reset,
                Conduct::PowerCycles(bytes) if taken >= bytes => return Ending::PowerLost,
                Conduct::ResetAfter(bytes) | Conduct::PowerCycles(bytes) => buffer.len().min(bytes - taken),
                Conduct::Slow(bytes_per_second) => (bytes_per_second / 100).clamp(1, buffer.len()),
            };
            if portion == 0 || matches!(conduct, Conduct::Slow(_)) {
                std::thread::sleep(GLANCE);
            }
            if portion == 0 {
                continue;
            }
            if !self.go_on(session, conduct) {
                return Ending::Closed;
            }
            match session.read(&mut buffer[..portion]) {
                Ok(0) => return Ending::Closed,
                Ok(length) => {
                    taken += length;
                    // Stalled between the look and the read: the bytes wait in the printer.
                    while self.shared.wanted() == Some(Conduct::Stall) {
                        self.shared.notice(Conduct::Stall);
                        std::thread::sleep(GLANCE);
                    }
                    if !self.take(session, conduct, &buffer[..length]) {
                        return Ending::Closed;
                    }
                }
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                }
                Err(_) => return Ending::Closed,
            }
        }
        Ending::Closed
    }

    /// Prints what was kept, once it can again; answers whether the session still stands.
    fn go_on(&mut self, session: &Session, conduct: Conduct) -> bool {
        let can_print = !matches!(conduct, Conduct::PaperEnds(_) | Conduct::CoverOpen | Conduct::Loses);
        if can_print {
            self.ends_at = None;
        }
        if self.kept.is_empty() || !can_print {
            return true;
        }
        let kept = std::mem::take(&mut self.kept);
        self.print(session, &kept)
    }

    /// What comes in: printed, kept or lost.
    fn take(&mut self, session: &Session, conduct: Conduct, bytes: &[u8]) -> bool {
        let room = match conduct {
            Conduct::Orderly
            | Conduct::Refuse
            | Conduct::BlackHole
            | Conduct::Stall
            | Conduct::ResetAfter(_)
            | Conduct::PowerCycles(_)
            | Conduct::Slow(_) => None,
            Conduct::CoverOpen | Conduct::Loses => Some(0),
            Conduct::PaperEnds(lines) => {
                let end = match self.ends_at {
                    Some((told, end)) if told == lines => end,
                    _ => self.lines + lines,
                };
                self.ends_at = Some((lines, end));
                Some(end.saturating_sub(self.lines))
            }
        };
        let Some(room) = room else { return self.print(session, bytes) };
        let bytes = self.answer_in_real_time(session, conduct, room, bytes);
        let printable = bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .map(|(at, _)| at + 1)
            .nth(room.wrapping_sub(1));
        let printed = if room == 0 { 0 } else { printable.unwrap_or(bytes.len()) };
        let stands = self.print(session, &bytes[..printed]);
        match conduct {
            Conduct::Loses => self.collect(bytes.len() - printed),
            _ => {
                self.kept.extend_from_slice(&bytes[printed..]);
                self.collect(bytes.len() - printed);
            }
        }
        stands
    }

    fn print(&mut self, session: &Session, bytes: &[u8]) -> bool {
        self.lines += bytes.iter().filter(|byte| **byte == b'\n').count();
        let questions = self.paper.print(bytes, Instant::now());
        self.collect(bytes.len());
        questions.iter().all(|question| session.say(&self.answer(question)))
    }

    /// A printer that cannot print still says so at once; what is left is for when it can.
    fn answer_in_real_time(&self, session: &Session, conduct: Conduct, room: usize, bytes: &[u8]) -> Vec<u8> {
        let mut left = Vec::new();
        let mut rest = bytes;
        while let Some(first) = rest.first() {
            if let [0x10, 0x04, n, ..] = rest {
                if self.answers != Answers::Nothing {
                    let status = match (conduct, n, room) {
                        (Conduct::CoverOpen, 1, _) | (Conduct::PaperEnds(_), 1, 0) => 0x1e,
                        (Conduct::CoverOpen, 2, _) => 0x16,
                        (Conduct::PaperEnds(_), 2, 0) => 0x32,
                        (Conduct::PaperEnds(_), 4, 0) => 0x7e,
                        (_, 1, _) => 0x16,
                        _ => 0x12,
                    };
                    // A session that is gone is noticed when it is read.
                    let _ = session.say(&[status]);
                }
                rest = &rest[3..];
            } else {
                left.push(*first);
                rest = &rest[1..];
            }
        }
        left
    }

    fn collect(&mut self, bytes: usize) {
        let tickets = self.paper.take_pieces().into_iter().map(PrintedTicket::read);
        let mut state = self.shared.lock();
        state.bytes += u64::try_from(bytes).unwrap_or(u64::MAX);
        let printed = state.tickets.len();
        state.tickets.extend(tickets);
        if state.tickets.len() > printed {
            self.shared.changed.notify_all();
        }
    }

    /// The bytes of the answer; none to a question this printer does not know. Source: `design/printing.md`, section 2.
    fn answer(&self, question: &Question) -> Vec<u8> {
        match (self.answers, question) {
            (Answers::Nothing, _) => Vec::new(),
            (_, Question::RealTime(1)) => vec![0x16],
            (_, Question::RealTime(_)) => vec![0x12],
            (_, Question::InOrder(_)) => vec![0x00],
            (Answers::Identity, Question::Identity(67)) => b"_XP-80C\0".to_vec(),
            (Answers::Status | Answers::Identity, _) => Vec::new(),
            (Answers::Processes, Question::Automatic(0)) => Vec::new(),
            (Answers::Processes, Question::Automatic(_)) => vec![0x14, 0x00, 0x00, 0x0f],
            (Answers::Processes, Question::Identity(67)) => b"_TM-T20III\0".to_vec(),
            (Answers::Processes, Question::Identity(65..)) => b"_EPSON\0".to_vec(),
            (Answers::Processes, Question::Identity(_)) => vec![0x02],
            (Answers::Processes, Question::Process([a, b, c, d])) => vec![0x37, 0x22, *a, *b, *c, *d, 0x00],
            (Answers::Processes, Question::Clear) => vec![0x37, 0x25, 0x00],
        }
    }
}
