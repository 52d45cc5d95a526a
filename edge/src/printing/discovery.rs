//! Looking for printers: who listens where printers do on the local network, and what hangs on USB.
//!
//! Polite: a connection is opened and closed in good order, and not a byte is sent, for an office printer would print it.
//! Few at a time, so that a small router is not overrun; printers in use are left alone, for they may be printing.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, SocketAddrV4, TcpStream};
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use comanda_shared::ids::PrinterId;
use comanda_shared::printer::{Printer, PrinterAddress};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::announced;
use super::queries;
use super::surroundings::Surroundings;
use crate::mdns;

/// Where nearly every network printer listens.
const PORT: u16 = 9100;
/// Looked at side by side.
const SIDE_BY_SIDE: usize = 32;
/// A printer in the same building answers sooner.
const PATIENCE: Duration = Duration::from_millis(300);

/// Addresses that are looked at: `192.168.1.0/24`, at most 1024 of them, and none of the wide internet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Range {
    network: Ipv4Addr,
    prefix: u8,
}

/// A text that is no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is no range of a local network: 192.168.1.0/24 is one, and /22 the widest")]
pub struct RangeError(String);

impl Range {
    fn new(network: Ipv4Addr, prefix: u8) -> Option<Self> {
        let is_local = network.is_private() || network.is_loopback() || network.is_link_local();
        (is_local && (22..=32).contains(&prefix)).then_some(Self { network, prefix })
    }

    /// The 254 neighbours of an address.
    pub fn around(host: Ipv4Addr) -> Option<Self> {
        Self::new(host, 24)
    }

    /// Its hosts; of a range of more than two, neither the first nor the last, which are no hosts.
    fn hosts(self) -> impl Iterator<Item = Ipv4Addr> {
        let size = 1_u32 << (32 - u32::from(self.prefix));
        let first = u32::from(self.network) & !(size - 1);
        let edge = u32::from(size > 2);
        (first + edge..first + size - edge).map(Ipv4Addr::from)
    }
}

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let (network, prefix) = text.split_once('/').unwrap_or((text, "32"));
        let range = network.parse().ok().zip(prefix.parse().ok());
        range.and_then(|(network, prefix)| Self::new(network, prefix)).ok_or_else(|| RangeError(text.to_owned()))
    }
}

impl TryFrom<String> for Range {
    type Error = RangeError;

    fn try_from(text: String) -> Result<Self, RangeError> {
        text.parse()
    }
}

impl From<Range> for String {
    fn from(range: Range) -> Self {
        format!("{}/{}", range.network, range.prefix)
    }
}

/// A printer that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = FoundPrinter)]
pub struct Found {
    /// How it is set up: `tcp://192.168.1.50:9100`.
    #[schema(value_type = String)]
    pub address: PrinterAddress,
    /// What tells it from others, whatever its address is: its network card's address, its serial number on USB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<String>,
    /// What it says it is; those on USB do, and those that announce themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The printer in use that it is, at this address or lately at another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<PrinterId>,
}

/// Looks at these addresses, or at this machine's own networks, where whoever prints is asked to say so as well; then at USB.
/// Takes some seconds.
pub fn discover(surroundings: &Surroundings, range: Option<Range>, known: &[(Printer, Option<String>)]) -> Vec<Found> {
    let (ranges, announced) = match range {
        Some(range) => (vec![range], Vec::new()),
        None => {
            let networks = surroundings.networks();
            let ours: Vec<Ipv4Addr> = networks.iter().map(|(host, _)| *host).collect();
            let announced = announced::ask(&ours, mdns::GROUP, announced::PATIENCE);
            (networks.into_iter().filter_map(|(host, prefix)| Range::new(host, prefix)).collect(), announced)
        }
    };
    let in_use: BTreeSet<String> = known.iter().map(|(printer, _)| printer.address.to_string()).collect();
    let at = |host: Ipv4Addr, port| PrinterAddress::Tcp { host: host.to_string(), port };
    let address = |host: Ipv4Addr| at(host, PORT);
    let hosts: BTreeSet<Ipv4Addr> = ranges.iter().flat_map(|range| range.hosts()).collect();
    let (busy, strange): (Vec<_>, Vec<_>) =
        hosts.into_iter().partition(|host| in_use.contains(&address(*host).to_string()));
    let mut listening = listening(&strange);
    listening.extend(busy);
    let mut places: BTreeMap<(Ipv4Addr, u16), Option<String>> =
        listening.into_iter().map(|host| ((host, PORT), None)).collect();
    places.extend(announced.into_iter().map(|one| ((one.host, one.port), one.says)));
    let on_the_network = places.into_iter().map(|((host, port), says)| {
        let address = at(host, port);
        let hardware = surroundings.hardware_at(&address);
        recognised(address, hardware, says, known)
    });
    let on_usb = surroundings.plugged().into_iter();
    let on_usb = on_usb.map(|plugged| recognised(plugged.address, Some(plugged.hardware), Some(plugged.says), known));
    on_the_network.chain(on_usb).collect()
}

fn recognised(
    address: PrinterAddress,
    hardware: Option<String>,
    says: Option<String>,
    known: &[(Printer, Option<String>)],
) -> Found {
    let is_it = |(printer, remembered): &&(Printer, Option<String>)| {
        printer.address == address || hardware.is_some() && *remembered == hardware
    };
    let printer = known.iter().find(is_it).map(|(printer, _)| printer.id);
    Found { address, hardware, says, printer }
}

/// The printers in use, with what tells each from others.
///
/// # Errors
/// When SQLite cannot read.
pub fn known(connection: &Connection) -> rusqlite::Result<Vec<(Printer, Option<String>)>> {
    let printers = queries::all_printers(connection)?.into_iter().filter(|printer| !printer.is_removed);
    printers
        .map(|printer| {
            let hardware = queries::hardware(connection, printer.id)?;
            Ok((printer, hardware))
        })
        .collect()
}

/// Makes sure that the kernel has asked for every neighbour of an address, so that it knows their cards.
pub fn look_around(host: Ipv4Addr) {
    let Some(range) = Range::around(host) else { return };
    listening(&range.hosts().collect::<Vec<_>>());
}

/// Those of these hosts that listen where printers do.
fn listening(hosts: &[Ipv4Addr]) -> Vec<Ipv4Addr> {
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let look = || {
        while let Some(host) = hosts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let address = SocketAddr::V4(SocketAddrV4::new(*host, PORT));
            if let Ok(stream) = TcpStream::connect_timeout(&address, PATIENCE) {
                // One that has gone again meanwhile was there.
                let _ = stream.shutdown(Shutdown::Both);
                found.lock().unwrap_or_else(PoisonError::into_inner).push(*host);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE.min(hosts.len()) {
            scope.spawn(look);
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::TcpListener;

    #[test]
    fn a_range_is_of_a_local_network_and_not_too_wide() {
        for text in ["8.8.8.0/24", "192.168.0.0/16", "192.168.1.0/33", "casa/24", ""] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
        let hosts =
            |text: &str| text.parse::<Range>().unwrap().hosts().map(|host| host.to_string()).collect::<Vec<_>>();
        assert_eq!(hosts("192.168.1.50"), ["192.168.1.50"]);
        assert_eq!(hosts("192.168.1.77/30"), ["192.168.1.77", "192.168.1.78"]);
        assert_eq!(hosts("10.0.4.0/22").len(), 1022);
    }

    #[test]
    fn who_listens_is_found_without_being_sent_a_byte_and_a_printer_in_use_is_left_alone() {
        let [strange, ours] = ["127.0.41.2", "127.0.41.3"].map(|host| TcpListener::bind((host, PORT)).unwrap());
        let surroundings = Surroundings { usb: "/nowhere".into(), arp: "/nowhere".into(), ..Surroundings::default() };
        let in_use = PrinterAddress::Tcp { host: "127.0.41.3".to_owned(), port: PORT };
        let printer = crate::printing::sheet::tests::printer("Cocina", in_use.clone());
        let found = discover(&surroundings, Some("127.0.41.0/29".parse().unwrap()), &[(printer.clone(), None)]);
        let found: Vec<_> = found.into_iter().map(|found| (found.address.to_string(), found.printer)).collect();
        assert_eq!(found, [("tcp://127.0.41.2:9100".to_owned(), None), (in_use.to_string(), Some(printer.id))]);

        let mut said = Vec::new();
        strange.accept().unwrap().0.read_to_end(&mut said).unwrap();
        assert!(said.is_empty());
        ours.set_nonblocking(true).unwrap();
        assert!(ours.accept().is_err(), "nobody knocked");
    }

    #[test]
    fn a_printer_that_moved_is_recognised_by_its_card() {
        let was = PrinterAddress::Tcp { host: "192.168.1.50".to_owned(), port: PORT };
        let known = [(crate::printing::sheet::tests::printer("Cocina", was), Some("00:26:ab:12:34:56".to_owned()))];
        let now = PrinterAddress::Tcp { host: "192.168.1.61".to_owned(), port: PORT };
        let found = recognised(now, Some("00:26:ab:12:34:56".to_owned()), None, &known);
        assert_eq!(found.printer, Some(known[0].0.id));
    }
}
