//! As much of DNS as finding printers and being found takes: questions, and four kinds of record (RFC 1035, 4.1; RFC 2782);
//! the answer of a host that has one address and no other kind of record (RFC 6762, 6.1).

use std::net::Ipv4Addr;

const ADDRESS: u16 = 1;
const POINTER: u16 = 12;
const TEXT: u16 = 16;
const SERVICE: u16 = 33;
/// Which kinds of record a name has.
const NEXT_SECURE: u16 = 47;
/// Whatever there is.
const ANYTHING: u16 = 255;
/// Where a host is, in the other internet.
const LONG_ADDRESS: u16 = 28;
/// The internet's class; its highest bit means something else in an answer.
const INTERNET: u16 = 1;
/// A name that points on more often than this goes in a circle.
const JUMPS: usize = 16;
/// A name is no longer (RFC 1035, 2.3.4).
const LONGEST_NAME: usize = 255;

/// Something that an answer says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    /// Of this there is one called so.
    Pointer {
        /// Of what.
        name: String,
        /// Which.
        to: String,
    },
    /// It is to be had there.
    Service {
        /// Which.
        name: String,
        /// At whose.
        target: String,
        /// On which port.
        port: u16,
    },
    /// What it says of itself: `ty=EPSON TM-m30`.
    Text {
        /// Which.
        name: String,
        /// What.
        entries: Vec<String>,
    },
    /// Where a host is.
    Address {
        /// Which.
        name: String,
        /// Where.
        host: Ipv4Addr,
    },
}

/// The question who offers a service.
pub fn query(service: &str) -> Vec<u8> {
    question(service, POINTER)
}

/// The question whether anybody has a name.
pub fn probe(name: &str) -> Vec<u8> {
    question(name, ANYTHING)
}

fn question(name: &str, kind: u16) -> Vec<u8> {
    let mut question = vec![0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    write_name(name, &mut question);
    question.extend(kind.to_be_bytes());
    question.extend(INTERNET.to_be_bytes());
    question
}

/// Whether a message asks where the host of this name is, or what there is of it.
pub fn asks_for(bytes: &[u8], name: &str) -> bool {
    let mut reader = Reader { bytes, at: 0 };
    reader
        .questions()
        .unwrap_or_default()
        .iter()
        .any(|(asked, kind)| asked.eq_ignore_ascii_case(name) && matches!(*kind, ADDRESS | LONG_ADDRESS | ANYTHING))
}

/// That the host of this name is there, for so many seconds, and is nowhere else: said to everybody.
pub fn claim(name: &str, host: Ipv4Addr, seconds: u32) -> Vec<u8> {
    // The highest bit: this is all there is of the name, and whatever was known before is over (RFC 6762, 10.2).
    answer_with([0, 0], None, name, host, seconds, INTERNET | 0x8000)
}

/// The same said to one who knows nothing of multicast (RFC 6762, 6.7): with the question and its number, and not for long.
pub fn answer_to(asked: &[u8], name: &str, host: Ipv4Addr) -> Option<Vec<u8>> {
    let id = asked.get(..2)?.try_into().ok()?;
    Some(answer_with(id, Some(question(name, ADDRESS).split_off(12)), name, host, 10, INTERNET))
}

fn answer_with(id: [u8; 2], asked: Option<Vec<u8>>, name: &str, host: Ipv4Addr, seconds: u32, class: u16) -> Vec<u8> {
    let mut bytes = id.to_vec();
    // An answer, and ours to give.
    bytes.extend([0x84, 0, 0, u8::from(asked.is_some()), 0, 1, 0, 0, 0, 1]);
    bytes.extend(asked.unwrap_or_default());
    let mut record = |kind: u16, data: &[u8]| {
        write_name(name, &mut bytes);
        bytes.extend(kind.to_be_bytes());
        bytes.extend(class.to_be_bytes());
        bytes.extend(seconds.to_be_bytes());
        bytes.extend(u16::try_from(data.len()).unwrap_or_default().to_be_bytes());
        bytes.extend(data);
    };
    record(ADDRESS, &host.octets());
    // Of the kinds below eight there is the first: whoever asks for the other internet's address need not wait for one.
    let mut kinds = Vec::new();
    write_name(name, &mut kinds);
    kinds.extend([0, 1, 0x40]);
    record(NEXT_SECURE, &kinds);
    bytes
}

fn write_name(name: &str, bytes: &mut Vec<u8>) {
    for label in name.split('.') {
        bytes.push(u8::try_from(label.len()).unwrap_or(63).min(63));
        bytes.extend(label.bytes().take(63));
    }
    bytes.push(0);
}

/// What an answer says, as far as it can be read; nothing of a question.
pub fn read(bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut reader = Reader { bytes, at: 0 };
    // Where it ends in the middle, what stood before that was said.
    let _ = reader.message(&mut records);
    records
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// Names and kinds that are asked for; none of an answer.
    fn questions(&mut self) -> Option<Vec<(String, u16)>> {
        let (_id, flags, count) = (self.number()?, self.number()?, self.number()?);
        if flags & 0x8000 != 0 {
            return None;
        }
        self.skip(6)?;
        // A datagram has no room for more.
        (0..count.min(256))
            .map(|_| {
                let (name, kind) = (self.name()?, self.number()?);
                self.skip(2)?;
                Some((name, kind))
            })
            .collect()
    }

    fn message(&mut self, records: &mut Vec<Record>) -> Option<()> {
        let (_id, flags) = (self.number()?, self.number()?);
        if flags & 0x8000 == 0 {
            return None;
        }
        let questions = self.number()?;
        let answers = usize::from(self.number()?) + usize::from(self.number()?) + usize::from(self.number()?);
        for _ in 0..questions {
            self.name()?;
            self.skip(4)?;
        }
        for _ in 0..answers {
            records.extend(self.record()?);
        }
        Some(())
    }

    /// One record; none of a kind that says nothing here.
    fn record(&mut self) -> Option<Option<Record>> {
        let name = self.name()?;
        let (kind, class) = (self.number()?, self.number()?);
        self.skip(4)?;
        let length = usize::from(self.number()?);
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len())?;
        let record = if class & 0x7FFF == INTERNET { self.said(kind, name, end) } else { None };
        self.at = end;
        Some(record)
    }

    fn said(&mut self, kind: u16, name: String, end: usize) -> Option<Record> {
        match kind {
            POINTER => Some(Record::Pointer { name, to: self.name()? }),
            SERVICE => {
                self.skip(4)?;
                let port = self.number()?;
                Some(Record::Service { name, target: self.name()?, port })
            }
            ADDRESS => {
                let host: [u8; 4] = self.bytes.get(self.at..end)?.try_into().ok()?;
                Some(Record::Address { name, host: host.into() })
            }
            TEXT => {
                let mut entries = Vec::new();
                while self.at < end {
                    let length = usize::from(*self.bytes.get(self.at)?);
                    let entry = self.bytes.get(self.at + 1..(self.at + 1 + length).min(end))?;
                    entries.push(String::from_utf8_lossy(entry).into_owned());
                    self.at += 1 + length;
                }
                Some(Record::Text { name, entries })
            }
            _ => None,
        }
    }

    /// A name, which may go on where another stands already.
    fn name(&mut self) -> Option<String> {
        let (mut name, mut at, mut jumps) = (Vec::new(), self.at, 0);
        loop {
            let length = *self.bytes.get(at)?;
            match length {
                0 => {
                    at += 1;
                    break;
                }
                1..=63 => {
                    let label = self.bytes.get(at + 1..at + 1 + usize::from(length))?;
                    if !name.is_empty() {
                        name.push(b'.');
                    }
                    name.extend_from_slice(label);
                    at += 1 + usize::from(length);
                }
                0xC0.. => {
                    let to = usize::from(length & 0x3F) << 8 | usize::from(*self.bytes.get(at + 1)?);
                    if jumps == 0 {
                        self.at = at + 2;
                    }
                    jumps += 1;
                    at = to;
                }
                _ => return None,
            }
            if jumps > JUMPS || name.len() > LONGEST_NAME {
                return None;
            }
        }
        if jumps == 0 {
            self.at = at;
        }
        Some(String::from_utf8_lossy(&name).into_owned())
    }

    fn number(&mut self) -> Option<u16> {
        let number = self.bytes.get(self.at..self.at + 2)?;
        self.at += 2;
        Some(u16::from_be_bytes([number[0], number[1]]))
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.at = self.at.checked_add(count).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }
}

#[cfg(test)]
pub mod tests {
    //! Answers as printers give them.

    use super::*;

    /// An answer with a pointer, and beside it where that is; the instance's name is written once and pointed to.
    pub fn answer_of(
        service: &str,
        instance: &str,
        host: &str,
        port: u16,
        at: Option<Ipv4Addr>,
        text: &str,
    ) -> Vec<u8> {
        let beside = 2 + u16::from(at.is_some());
        let mut bytes = vec![0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0];
        bytes.extend(beside.to_be_bytes());
        let record = |bytes: &mut Vec<u8>, kind: u16, data: &[u8]| {
            bytes.extend(kind.to_be_bytes());
            bytes.extend([0x80, 1, 0, 0, 0, 120]);
            bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            bytes.extend(data);
        };
        let (mut named, mut target) = (Vec::new(), Vec::new());
        // A printer's name may have dots and blanks in it: it is one label.
        let own = instance.strip_suffix(service).unwrap().trim_end_matches('.');
        named.push(u8::try_from(own.len()).unwrap());
        named.extend(own.bytes());
        write_name(service, &mut named);
        write_name(host, &mut target);
        write_name(service, &mut bytes);
        let pointed = u16::try_from(bytes.len() + 10).unwrap();
        record(&mut bytes, POINTER, &named);
        let pointer = (0xC000 | pointed).to_be_bytes();
        bytes.extend(pointer);
        let [high, low] = port.to_be_bytes();
        record(&mut bytes, SERVICE, &[&[0, 0, 0, 0, high, low], &target[..]].concat());
        bytes.extend(pointer);
        record(&mut bytes, TEXT, &[&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat());
        if let Some(at) = at {
            bytes.extend(target);
            record(&mut bytes, ADDRESS, &at.octets());
        }
        bytes
    }

    #[test]
    fn a_question_is_as_the_standard_has_it() {
        let asked = query("_ipp._tcp.local");
        assert_eq!(asked, b"\0\0\0\0\0\x01\0\0\0\0\0\0\x04_ipp\x04_tcp\x05local\0\0\x0c\0\x01");
        assert_eq!(read(&asked), [], "a question says nothing");
    }

    #[test]
    fn a_host_that_is_asked_for_says_where_it_is_and_that_it_is_nowhere_else() {
        let host = Ipv4Addr::new(192, 168, 1, 20);
        let there = Record::Address { name: "comanda.local".to_owned(), host };
        assert_eq!(read(&claim("comanda.local", host, 120)), std::slice::from_ref(&there));
        let asked = question("Comanda.LOCAL", LONG_ADDRESS);
        assert!(asks_for(&asked, "comanda.local") && asks_for(&probe("comanda.local"), "comanda.local"));
        assert!(!asks_for(&asked, "comanda-2.local") && !asks_for(&query("comanda.local"), "comanda.local"));
        assert!(!asks_for(&claim("comanda.local", host, 120), "comanda.local"), "an answer asks for nothing");
        let answer = answer_to(b"\x12\x34\0\0", "comanda.local", host).unwrap();
        assert_eq!((&answer[..2], read(&answer)), (&b"\x12\x34"[..], vec![there]));
    }

    #[test]
    fn names_that_point_to_each_other_are_read_and_those_in_a_circle_are_not() {
        let host = Ipv4Addr::new(10, 0, 0, 7);
        let answer = answer_of("_x._tcp.local", "Cocina 2._x._tcp.local", "h.local", 9100, Some(host), "ty=A");
        let name = "Cocina 2._x._tcp.local".to_owned();
        assert_eq!(
            read(&answer),
            [
                Record::Pointer { name: "_x._tcp.local".to_owned(), to: name.clone() },
                Record::Service { name: name.clone(), target: "h.local".to_owned(), port: 9100 },
                Record::Text { name, entries: vec!["ty=A".to_owned()] },
                Record::Address { name: "h.local".to_owned(), host },
            ]
        );
        let circle = [&[0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0][..], &[0xC0, 12, 0, 12, 0, 1]].concat();
        assert_eq!(read(&circle), []);
    }
}
