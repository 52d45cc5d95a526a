//! What printers answer, and what it means.
//!
//! Answers have no sender and no number: a byte is told by its fixed bits, a block by its head. What nobody asked for is
//! passed over, for a picture's bytes may look like a question. Source: ESC/POS command reference, `DLE EOT`, `GS r`,
//! `GS I`, `GS ( H`.

use serde::{Deserialize, Serialize};

use super::board::Wait;

/// `DLE EOT 1`: are you there? Answered at once, also by a printer that cannot print.
pub const ARE_YOU_THERE: &[u8] = &[0x10, 0x04, 1];
/// `DLE EOT 2`: why are you offline?
pub const WHY_OFFLINE: &[u8] = &[0x10, 0x04, 2];
/// `DLE EOT 4`: have you paper?
pub const HAVE_YOU_PAPER: &[u8] = &[0x10, 0x04, 4];
/// `GS r 1`: answered when everything before it is worked off.
pub const ARE_YOU_DONE: &[u8] = &[0x1D, b'r', 1];
/// `GS I 67`: what model are you?
pub const WHO_ARE_YOU: &[u8] = &[0x1D, b'I', 67];

/// `GS ( H` function 48: say this id when all before it is printed.
pub fn say_when_printed(id: [u8; 4]) -> Vec<u8> {
    [&[0x1D, b'(', b'H', 6, 0, 48, 48], &id[..]].concat()
}

/// Four printable characters that differ from those of the jobs around it.
pub fn process_id(number: u64) -> [u8; 4] {
    let mut rest = number;
    [0; 4].map(|_: u8| {
        let digit = u8::try_from(rest % 94).unwrap_or_default();
        rest /= 94;
        b'!' + digit
    })
}

/// What a printer can be asked.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Abilities {
    /// It answers in real time how it is.
    pub status: bool,
    /// It answers a question that stands behind a job once the job is worked off.
    pub in_order: bool,
    /// It says which job is printed.
    pub processes: bool,
}

/// What a printer answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// To `DLE EOT`.
    RealTime(u8),
    /// To `GS r`.
    InOrder(u8),
    /// This process is printed.
    Printed([u8; 4]),
    /// What it is, in words.
    Says(String),
    /// A block of something nobody asked for.
    Block,
}

impl Answer {
    /// What a printer waits for that answered so to `DLE EOT 2`.
    pub const fn offline_cause(&self) -> Option<Wait> {
        match self {
            Self::RealTime(bits) if *bits & 0x04 != 0 => Some(Wait::Cover),
            Self::RealTime(bits) if *bits & 0x20 != 0 => Some(Wait::Paper),
            _ => None,
        }
    }

    /// What a printer waits for that answered so to `DLE EOT 4`.
    pub const fn paper(&self) -> Option<Wait> {
        match self {
            Self::RealTime(bits) if *bits & 0x60 == 0x60 => Some(Wait::Paper),
            _ => None,
        }
    }
}

/// The first answer in these bytes and how many it takes; none while it is not whole.
pub fn read(bytes: &[u8]) -> Option<(Option<Answer>, usize)> {
    let first = *bytes.first()?;
    match first {
        0x37 if bytes.get(1).is_none() => None,
        0x37 if bytes[1] == 0x22 => {
            let id: [u8; 4] = bytes.get(2..6)?.try_into().ok()?;
            bytes.get(6).map(|_| (Some(Answer::Printed(id)), 7))
        }
        0x5F => {
            let end = bytes.iter().position(|byte| *byte == 0)?;
            Some((Some(Answer::Says(String::from_utf8_lossy(&bytes[1..end]).into_owned())), end + 1))
        }
        0x37 | 0x3D => {
            let end = bytes.iter().position(|byte| *byte == 0)?;
            Some((Some(Answer::Block), end + 1))
        }
        byte if byte & 0x93 == 0x12 => Some((Some(Answer::RealTime(byte)), 1)),
        byte if byte & 0x90 == 0 => Some((Some(Answer::InOrder(byte)), 1)),
        _ => Some((None, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart_by_their_bits() {
        assert_eq!(read(&[0x16]), Some((Some(Answer::RealTime(0x16)), 1)));
        assert_eq!(read(&[0x00]), Some((Some(Answer::InOrder(0)), 1)));
        assert_eq!(read(b"\x37\x22AB12\0rest"), Some((Some(Answer::Printed(*b"AB12")), 7)));
        assert_eq!(read(b"_TM-T20III\0"), Some((Some(Answer::Says("TM-T20III".to_owned())), 11)));
        assert_eq!(read(b"=9\0"), Some((Some(Answer::Block), 3)));
        assert_eq!(read(b"\x13"), Some((None, 1)), "XOFF is no answer");
        for part in [&b""[..], b"\x37", b"\x37\x22AB1", b"\x37\x22AB12", b"_TM"] {
            assert_eq!(read(part), None, "{part:x?}");
        }
    }

    #[test]
    fn a_printer_says_what_it_waits_for() {
        assert_eq!(Answer::RealTime(0x32).offline_cause(), Some(Wait::Paper));
        assert_eq!(Answer::RealTime(0x16).offline_cause(), Some(Wait::Cover));
        assert_eq!(Answer::RealTime(0x12).offline_cause(), None);
        assert_eq!(Answer::RealTime(0x7E).paper(), Some(Wait::Paper));
        assert_eq!(Answer::RealTime(0x1E).paper(), None, "near the end is not the end");
    }

    #[test]
    fn process_ids_are_printable_and_differ() {
        let ids: std::collections::BTreeSet<_> = (0..10_000).map(process_id).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().flatten().all(|byte| (0x20..=0x7E).contains(byte)));
    }
}
