//! One ESC/POS command at a time, from bytes.
//!
//! It knows how long each command is, and what the kitchen's paper needs of it; the rest is skipped by length. Source: the
//! Epson command reference, and `design/printing.md` section 2 for what the clones do.

/// What a printer is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// One byte to print, through the code page.
    Character(u8),
    /// `LF`: print the line.
    LineFeed,
    /// `HT`.
    Tab,
    /// `ESC d n`: print and feed; `ESC J` counts as one.
    Feed,
    /// `GS V`, and the old `ESC i`, `ESC m`.
    Cut,
    /// `ESC @`.
    Initialise,
    /// `FS .` false, `FS &` true: two bytes are one Chinese character.
    DoubleByte(bool),
    /// `ESC t n`.
    CodePage(u8),
    /// `GS ! n`: magnification, 1 to 8 each way.
    Size {
        /// Times the font's width.
        width: u8,
        /// Times the font's height.
        height: u8,
    },
    /// `ESC ! n`: all at once.
    Mode(u8),
    /// `ESC E n`.
    Bold(bool),
    /// `GS B n`.
    Reverse(bool),
    /// `ESC M n`: true for the narrow font B.
    NarrowFont(bool),
    /// `ESC p m t1 t2`.
    Drawer,
    /// Something the printer answers.
    Ask(Question),
    /// A known command that leaves nothing to read on the paper.
    Silent,
    /// Not a command this printer has: a real one prints rubbish here.
    Unknown(u8, u8),
}

/// What a printer is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question {
    /// `DLE EOT n`: real-time status.
    RealTime(u8),
    /// `GS r n`: status, in order.
    InOrder(u8),
    /// `GS I n`: who it is.
    Identity(u8),
    /// `GS a n`: status by itself from now on.
    Automatic(u8),
    /// `GS ( H` function 48: say this id when all before is printed.
    Process([u8; 4]),
    /// `DLE DC4 8`: throw away what is not printed yet.
    Clear,
}

const HT: u8 = 0x09;
const LF: u8 = 0x0a;
const DLE: u8 = 0x10;
const ESC: u8 = 0x1b;
const FS: u8 = 0x1c;
const GS: u8 = 0x1d;

/// The first command of `bytes` and its length, or `None` when more bytes have to come.
pub fn read(bytes: &[u8]) -> Option<(Command, usize)> {
    let first = *bytes.first()?;
    match first {
        LF => Some((Command::LineFeed, 1)),
        HT => Some((Command::Tab, 1)),
        DLE => real_time(bytes),
        ESC => escape(bytes),
        FS => chinese(bytes),
        GS => group(bytes),
        0x00..0x20 => Some((Command::Silent, 1)),
        character => Some((Command::Character(character), 1)),
    }
}

fn real_time(bytes: &[u8]) -> Option<(Command, usize)> {
    let (second, n) = (*bytes.get(1)?, *bytes.get(2)?);
    match (second, n) {
        (0x04, 7 | 8 | 18) => whole(bytes, 4, Command::Ask(Question::RealTime(n))),
        (0x04, _) => Some((Command::Ask(Question::RealTime(n)), 3)),
        (0x05, _) => Some((Command::Silent, 3)),
        (0x14, 8) => whole(bytes, 10, Command::Ask(Question::Clear)),
        (0x14, 1) => whole(bytes, 5, Command::Drawer),
        (0x14, _) => whole(bytes, 5, Command::Silent),
        _ => Some((Command::Unknown(DLE, second), 2)),
    }
}

fn escape(bytes: &[u8]) -> Option<(Command, usize)> {
    let second = *bytes.get(1)?;
    let n = bytes.get(2).copied();
    match second {
        b'@' => Some((Command::Initialise, 2)),
        b'2' | b'S' | b'L' | b'<' => Some((Command::Silent, 2)),
        b'i' | b'm' => Some((Command::Cut, 2)),
        b'!' => Some((Command::Mode(n?), 3)),
        b'E' => Some((Command::Bold(n? & 1 == 1), 3)),
        b'M' => Some((Command::NarrowFont(matches!(n?, 1 | b'1')), 3)),
        b't' => Some((Command::CodePage(n?), 3)),
        b'd' | b'e' | b'J' | b'K' => whole(bytes, 3, Command::Feed),
        b' ' | b'-' | b'3' | b'=' | b'?' | b'G' | b'R' | b'T' | b'U' | b'V' | b'a' | b'r' | b'{' => {
            whole(bytes, 3, Command::Silent)
        }
        b'B' | b'$' | b'\\' | b'c' => whole(bytes, 4, Command::Silent),
        b'p' => whole(bytes, 5, Command::Drawer),
        b'W' => whole(bytes, 10, Command::Silent),
        b'(' => with_length(bytes, 3, Command::Silent),
        b'D' => {
            let end = bytes.iter().skip(2).position(|byte| *byte == 0)?;
            Some((Command::Silent, 3 + end))
        }
        b'*' => {
            let columns = little_endian(bytes, 3)?;
            let column_bytes = if n? >= 32 { 3 } else { 1 };
            whole(bytes, 5 + columns * column_bytes, Command::Silent)
        }
        other => Some((Command::Unknown(ESC, other), 2)),
    }
}

fn chinese(bytes: &[u8]) -> Option<(Command, usize)> {
    match *bytes.get(1)? {
        b'.' => Some((Command::DoubleByte(false), 2)),
        b'&' => Some((Command::DoubleByte(true), 2)),
        b'!' | b'-' | b'C' | b'W' => whole(bytes, 3, Command::Silent),
        b'S' | b'p' => whole(bytes, 4, Command::Silent),
        b'(' => with_length(bytes, 3, Command::Silent),
        other => Some((Command::Unknown(FS, other), 2)),
    }
}

fn group(bytes: &[u8]) -> Option<(Command, usize)> {
    let second = *bytes.get(1)?;
    if second == b':' {
        return Some((Command::Silent, 2));
    }
    let n = *bytes.get(2)?;
    match second {
        b'!' => Some((Command::Size { width: (n >> 4 & 7) + 1, height: (n & 7) + 1 }, 3)),
        b'B' => Some((Command::Reverse(n & 1 == 1), 3)),
        b'V' if matches!(n, 65 | 66 | 97 | 98 | 103 | 104) => whole(bytes, 4, Command::Cut),
        b'V' => Some((Command::Cut, 3)),
        b'r' => Some((Command::Ask(Question::InOrder(n)), 3)),
        b'I' => Some((Command::Ask(Question::Identity(n)), 3)),
        b'a' => Some((Command::Ask(Question::Automatic(n)), 3)),
        b'E' | b'H' | b'T' | b'b' | b'f' | b'h' | b'w' | b'/' => Some((Command::Silent, 3)),
        b'$' | b'L' | b'P' | b'W' | b'\\' => whole(bytes, 4, Command::Silent),
        b'^' => whole(bytes, 5, Command::Silent),
        b'(' if n == b'H' => process(bytes),
        b'(' => with_length(bytes, 3, Command::Silent),
        b'*' => whole(bytes, 4 + usize::from(n) * usize::from(*bytes.get(3)?) * 8, Command::Silent),
        b'k' if n <= 6 => {
            let end = bytes.iter().skip(3).position(|byte| *byte == 0)?;
            Some((Command::Silent, 4 + end))
        }
        b'k' => whole(bytes, 4 + usize::from(*bytes.get(3)?), Command::Silent),
        b'v' => {
            let (row_bytes, rows) = (little_endian(bytes, 4)?, little_endian(bytes, 6)?);
            whole(bytes, 8 + row_bytes * rows, Command::Silent)
        }
        other => Some((Command::Unknown(GS, other), 2)),
    }
}

/// `GS ( H pL pH fn m d1 d2 d3 d4`: function 48 asks for the id back.
fn process(bytes: &[u8]) -> Option<(Command, usize)> {
    let (_, length) = with_length(bytes, 3, Command::Silent)?;
    let command = match bytes.get(5..length)? {
        [48, _, a, b, c, d] => Command::Ask(Question::Process([*a, *b, *c, *d])),
        _ => Command::Silent,
    };
    Some((command, length))
}

fn whole(bytes: &[u8], length: usize, command: Command) -> Option<(Command, usize)> {
    (bytes.len() >= length).then_some((command, length))
}

/// A command that says how many bytes follow in the two bytes at `at`.
fn with_length(bytes: &[u8], at: usize, command: Command) -> Option<(Command, usize)> {
    whole(bytes, at + 2 + little_endian(bytes, at)?, command)
}

fn little_endian(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(*bytes.get(at)?) + 256 * usize::from(*bytes.get(at + 1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_has_not_arrived_whole_waits_for_its_rest() {
        let job = b"\x1d(H\x06\x0000AB12";
        for length in 0..job.len() {
            assert_eq!(read(&job[..length]), None, "{length} bytes");
        }
        assert_eq!(read(job), Some((Command::Ask(Question::Process(*b"AB12")), job.len())));
    }

    #[test]
    fn pictures_and_codes_are_skipped_by_their_length() {
        let commands: [&[u8]; 5] = [
            b"\x1dv0\x00\x02\x00\x02\x00\x1b@\x1dV",
            b"\x1b*\x00\x02\x00\x0a\x0a",
            b"\x1b*\x21\x01\x00\x0a\x0a\x0a",
            b"\x1d(k\x03\x00\x31\x51\x30",
            b"\x1dk\x49\x03abc",
        ];
        for command in commands {
            assert_eq!(read(command), Some((Command::Silent, command.len())), "{command:x?}");
        }
    }

    #[test]
    fn a_cut_with_feed_takes_its_feed_byte() {
        assert_eq!(read(b"\x1dVB\x00text"), Some((Command::Cut, 4)));
        assert_eq!(read(b"\x1dV\x00text"), Some((Command::Cut, 3)));
    }
}
