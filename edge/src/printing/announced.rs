//! Printers that say so when the local network is asked who prints: mDNS and DNS-SD (RFC 6762, 6763), service
//! `_pdl-datastream._tcp`, which newer network printers answer.
//!
//! One question by multicast, from a port of our own, so that whoever knows answers to us alone (RFC 6762, 6.7); what comes within
//! a second and a half is read. Whatever arrives is only bytes: what cannot be read is passed over, and nothing in it is
//! believed but where a printer is to be found, which an installer then tries.

pub(super) mod dns;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use dns::{Record, query, read};

/// What a printer offers that takes bytes on a port.
const SERVICE: &str = "_pdl-datastream._tcp.local";
/// Where everybody listens who answers for themselves.
pub const GROUP: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(224, 0, 0, 251), 5353);
/// RFC 6762 has whoever shares an answer wait up to half a second; twice that and a little.
pub const PATIENCE: Duration = Duration::from_millis(1500);
/// More than any network has; what a chatterbox says beyond that is not kept.
const MOST: usize = 256;

/// A printer that answered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Announced {
    /// Where it is.
    pub host: Ipv4Addr,
    /// Its port.
    pub port: u16,
    /// What it calls itself.
    pub says: Option<String>,
}

/// Asks on the networks of these addresses of ours, at once, and gives those who answered in time, each once.
pub fn ask(ours: &[Ipv4Addr], group: SocketAddrV4, patience: Duration) -> Vec<Announced> {
    let answers = std::thread::scope(|scope| {
        let asking: Vec<_> = ours.iter().map(|own| scope.spawn(move || ask_on(*own, group, patience))).collect();
        // A network that cannot be asked has no answers; the others have theirs.
        asking.into_iter().filter_map(|asked| asked.join().ok()?.ok()).flatten().collect::<Vec<_>>()
    });
    let mut found: BTreeMap<(Ipv4Addr, u16), Announced> = BTreeMap::new();
    for one in answers {
        let known = found.entry((one.host, one.port)).or_insert_with(|| one.clone());
        known.says = known.says.take().or(one.says);
    }
    found.into_values().collect()
}

fn ask_on(own: Ipv4Addr, group: SocketAddrV4, patience: Duration) -> io::Result<Vec<Announced>> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.bind(&SocketAddrV4::new(own, 0).into())?;
    socket.set_multicast_if_v4(&own)?;
    socket.set_multicast_ttl_v4(255)?;
    socket.send_to(&query(SERVICE), &group.into())?;
    let socket: UdpSocket = socket.into();
    let until = Instant::now() + patience;
    let (mut buffer, mut found) = (vec![0; 9000], Vec::new());
    while found.len() < MOST {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        socket.set_read_timeout(Some(left))?;
        match socket.recv_from(&mut buffer) {
            Ok((length, SocketAddr::V4(from))) => found.extend(announced(&buffer[..length], *from.ip())),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The printers that an answer tells of. One that does not say where a printer is was sent by that printer.
fn announced(answer: &[u8], from: Ipv4Addr) -> Vec<Announced> {
    let records = read(answer);
    let instances = records.iter().filter_map(|record| match record {
        Record::Pointer { name, to } if name.eq_ignore_ascii_case(SERVICE) => Some(to),
        _ => None,
    });
    let one = |instance: &String| {
        let service = records.iter().find_map(|record| match record {
            Record::Service { name, target, port } if name == instance => Some((target.clone(), *port)),
            _ => None,
        });
        let (target, port) = service.unwrap_or((String::new(), 9100));
        let host = records.iter().find_map(|record| match record {
            Record::Address { name, host } if *name == target => Some(*host),
            _ => None,
        });
        let model = records.iter().find_map(|record| match record {
            Record::Text { name, entries } if name == instance => {
                entries.iter().find_map(|entry| entry.strip_prefix("ty=").map(str::to_owned))
            }
            _ => None,
        });
        let called = instance.strip_suffix(SERVICE).map(|name| name.trim_end_matches('.').to_owned());
        let says = model.or(called).map(|says| shown(&says)).filter(|says| !says.is_empty());
        Announced { host: host.unwrap_or(from), port, says }
    };
    let is_local = |one: &Announced| one.host.is_private() || one.host.is_loopback() || one.host.is_link_local();
    instances.map(one).filter(is_local).filter(|one| one.port != 0).collect()
}

/// What a stranger calls itself, no longer than people read.
fn shown(says: &str) -> String {
    says.chars().filter(|letter| !letter.is_control()).take(60).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dns::tests::answer_of;
    use proptest::prelude::*;

    const PRINTER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 50);

    fn told(says: &str, port: u16) -> Vec<u8> {
        answer_of(SERVICE, &format!("{says}.{SERVICE}"), "impresora.local", port, Some(PRINTER), "ty=EPSON TM-m30")
    }

    #[test]
    fn an_answer_tells_where_a_printer_is_and_what_it_is() {
        let found = announced(&told("TM-m30 de la cocina", 9101), Ipv4Addr::new(192, 168, 1, 9));
        let says = Some("EPSON TM-m30".to_owned());
        assert_eq!(found, [Announced { host: PRINTER, port: 9101, says }]);
    }

    #[test]
    fn one_that_does_not_say_where_it_is_is_where_its_answer_came_from() {
        let answer = answer_of(SERVICE, &format!("Cocina.{SERVICE}"), "impresora.local", 9100, None, "rp=auto");
        let found = announced(&answer, PRINTER);
        assert_eq!(found, [Announced { host: PRINTER, port: 9100, says: Some("Cocina".to_owned()) }]);
    }

    #[test]
    fn what_is_offered_otherwise_or_out_in_the_world_is_no_printer_of_ours() {
        let other = answer_of("_ipp._tcp.local", "X._ipp._tcp.local", "x.local", 631, Some(PRINTER), "");
        assert_eq!(announced(&other, PRINTER), []);
        let far = answer_of(SERVICE, &format!("X.{SERVICE}"), "x.local", 9100, Some(Ipv4Addr::new(8, 8, 8, 8)), "");
        assert_eq!(announced(&far, PRINTER), []);
    }

    #[test]
    fn a_printer_that_is_asked_over_multicast_is_found() {
        let group = Ipv4Addr::new(224, 0, 0, 251);
        let printer = Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap();
        printer.bind(&SocketAddrV4::new(group, 0).into()).unwrap();
        printer.join_multicast_v4(&group, &Ipv4Addr::LOCALHOST).unwrap();
        let printer: UdpSocket = printer.into();
        printer.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let port = printer.local_addr().unwrap().port();
        let answering = std::thread::spawn(move || {
            let mut asked = [0; 512];
            let (length, who) = printer.recv_from(&mut asked).unwrap();
            assert_eq!(asked[..length], query(SERVICE));
            let own = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            own.send_to(b"\x00\x00\x84", who).unwrap();
            own.send_to(&told("Cocina", 9100), who).unwrap();
            own.send_to(&told("Cocina", 9100), who).unwrap();
        });
        let found = ask(&[Ipv4Addr::LOCALHOST], SocketAddrV4::new(group, port), Duration::from_secs(2));
        answering.join().unwrap();
        assert_eq!(found, [Announced { host: PRINTER, port: 9100, says: Some("EPSON TM-m30".to_owned()) }]);
    }

    #[test]
    fn a_network_where_nobody_prints_is_asked_no_longer_than_it_may_take() {
        let began = Instant::now();
        let quiet = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let SocketAddr::V4(address) = quiet.local_addr().unwrap() else { unreachable!("it was bound to one") };
        assert_eq!(ask(&[Ipv4Addr::LOCALHOST], address, Duration::from_millis(100)), []);
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..600), cut in 0_usize..400, at in 0_usize..200, by: u8) {
            announced(&bytes, PRINTER);
            let mut whole = told("Cocina", 9100);
            if let Some(byte) = whole.get_mut(at) {
                *byte = by;
            }
            announced(&whole[..cut.min(whole.len())], PRINTER);
        }
    }
}
