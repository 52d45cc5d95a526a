//! A printer of any kind that treats each connection as its mood is.

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};

use proptest::prelude::*;

use super::super::*;

/// What it answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Nothing, as the cheapest.
    Mute,
    /// Status, in real time and in order.
    Clone,
    /// Also which job is printed.
    Epson,
}

/// What it does with a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mood {
    /// Prints, proves it and closes.
    Good,
    /// Breaks off after so many bytes of a job; after none, at once.
    BreaksAfter(usize),
    /// Prints everything, and breaks off instead of proving it.
    BreaksAtTheEnd,
    /// Says that it has no paper, if it says anything.
    NoPaper,
}

pub fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Mute), Just(Kind::Clone), Just(Kind::Epson)]
}

pub fn mood() -> impl Strategy<Value = Mood> {
    prop_oneof![
        3 => Just(Mood::Good),
        2 => Just(Mood::BreaksAfter(0)),
        4 => (1..900_usize).prop_map(Mood::BreaksAfter),
        3 => Just(Mood::BreaksAtTheEnd),
        1 => Just(Mood::NoPaper),
    ]
}

/// The printer, until its value goes.
pub struct MoodyPrinter {
    address: SocketAddr,
    roll: Roll,
    is_thrown_away: Arc<AtomicBool>,
}

/// What came out, over all connections.
type Roll = Arc<Mutex<Vec<u8>>>;

impl MoodyPrinter {
    /// With these moods one after another, and a good one from then on.
    pub fn start(kind: Kind, moods: Vec<Mood>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, roll) = (listener.local_addr().unwrap(), Roll::default());
        let is_thrown_away = Arc::new(AtomicBool::new(false));
        let (printed, ends) = (Arc::clone(&roll), Arc::clone(&is_thrown_away));
        std::thread::spawn(move || {
            let moods = moods.into_iter().chain(std::iter::repeat(Mood::Good));
            for (line, mood) in listener.incoming().zip(moods) {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                Session { line: line.unwrap(), kind, mood, taken: 0, roll: &printed }.serve();
            }
        });
        Self { address, roll, is_thrown_away }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What came out.
    pub fn roll(&self) -> Vec<u8> {
        self.roll.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for MoodyPrinter {
    fn drop(&mut self) {
        self.is_thrown_away.store(true, Ordering::Relaxed);
        // Wakes its thread, so that it ends.
        drop(TcpStream::connect(self.address));
    }
}

struct Session<'r> {
    line: TcpStream,
    kind: Kind,
    mood: Mood,
    /// Bytes of a job so far.
    taken: usize,
    roll: &'r Roll,
}

/// What stands first among these bytes.
enum Said {
    Letter,
    Question {
        length: usize,
        answer: Vec<u8>,
        is_proof: bool,
    },
    /// Cannot be told before more has come.
    Unfinished,
}

impl Session<'_> {
    fn serve(mut self) {
        let (mut unread, mut buffer) = (Vec::new(), [0; 512]);
        loop {
            if matches!(self.mood, Mood::BreaksAfter(most) if self.taken >= most) {
                return self.breaks();
            }
            match self.line.read(&mut buffer) {
                Ok(0) if self.mood == Mood::BreaksAtTheEnd && self.taken > 0 => return self.breaks(),
                Ok(0) | Err(_) => return,
                Ok(length) => unread.extend_from_slice(&buffer[..length]),
            }
            if !self.work_off(&mut unread) {
                return self.breaks();
            }
        }
    }

    /// Answers whether it goes on.
    fn work_off(&mut self, unread: &mut Vec<u8>) -> bool {
        while !unread.is_empty() {
            match self.first_of(unread) {
                Said::Unfinished => return true,
                Said::Letter => {
                    if matches!(self.mood, Mood::BreaksAfter(most) if self.taken >= most) {
                        return false;
                    }
                    self.taken += 1;
                    self.roll.lock().unwrap_or_else(PoisonError::into_inner).push(unread.remove(0));
                }
                Said::Question { length, answer, is_proof } => {
                    if is_proof && self.taken > 0 && self.mood == Mood::BreaksAtTheEnd {
                        return false;
                    }
                    unread.drain(..length);
                    // Who asked may be gone.
                    let _ = self.line.write_all(&answer);
                }
            }
        }
        true
    }

    fn first_of(&self, bytes: &[u8]) -> Said {
        let has_no_paper = self.mood == Mood::NoPaper && self.taken == 0;
        let answered = |kinds: &[Kind], length, answer: &[u8], is_proof| {
            let answer = if kinds.contains(&self.kind) { answer.to_vec() } else { Vec::new() };
            Said::Question { length, answer, is_proof }
        };
        match bytes {
            [0x10, 0x04, 4, ..] if has_no_paper => answered(&[Kind::Clone, Kind::Epson], 3, &[0x7E], false),
            [0x10, 0x04, 1, ..] => answered(&[Kind::Clone, Kind::Epson], 3, &[0x16], false),
            [0x10, 0x04, _, ..] => answered(&[Kind::Clone, Kind::Epson], 3, &[0x12], false),
            [0x1D, b'r', _, ..] => answered(&[Kind::Clone, Kind::Epson], 3, &[0x00], true),
            [0x1D, b'I', _, ..] => answered(&[Kind::Epson], 3, b"_TM-T20III\0", false),
            [0x1D, b'(', b'H', _, _, _, _, a, b, c, d, ..] => {
                answered(&[Kind::Epson], 11, &[0x37, 0x22, *a, *b, *c, *d, 0], true)
            }
            [0x10] | [0x10, 0x04] | [0x1D] | [0x1D, b'r' | b'I'] | [0x1D, b'(', ..] => Said::Unfinished,
            _ => Said::Letter,
        }
    }

    fn breaks(&self) {
        SockRef::from(&self.line).set_linger(Some(Duration::ZERO)).unwrap();
    }
}
