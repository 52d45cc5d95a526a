//! Printers that are plugged in and out, over a bus made of files and a pseudo-terminal where the device would be.

use std::fs::File;
use std::io::Read;
use std::net::{Ipv4Addr, UdpSocket};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serialport::TTYPort;
use socket2::{Domain, Socket, Type};

use super::*;
use crate::journal::tests::trial::{Trial, block_on, new_printer};
use crate::printing::announced::dns::tests::answer_of;
use crate::printing::paper::Paper;
use crate::printing::profile::PrinterProfile;
use crate::printing::setup;
use crate::printing::surroundings::tests::plug_in;

const EPSON: &str = "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;";
const OFFICE: &str = "MFG:HP;CMD:PJL,PCL;MDL:LaserJet 1020;CLS:PRINTER;";

/// A branch, and a bus that printers are plugged into.
struct House {
    trial: Trial,
    porter: Porter,
    bus: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        // Where a printer on USB is, is a file under `/dev`.
        let (trial, bus) = (Trial::selling(), tempfile::tempdir_in("/dev/shm").unwrap());
        std::fs::create_dir_all(bus.path().join("dev")).unwrap();
        let surroundings = Surroundings {
            arp: "/nowhere".into(),
            routes: bus.path().join("routes"),
            usb: bus.path().join("class"),
            devices: bus.path().join("dev"),
        };
        let mut porter = Porter::new(trial.journal().clone(), surroundings);
        porter.look(Instant::now());
        Self { trial, porter, bus }
    }

    /// Plugs one in, and gives the other end of its cable.
    fn plug_in(&self, number: u32, port: &str, serial: Option<&str>, id: &str) -> Cable {
        let printer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&printer).unwrap();
        unlockpt(&printer).unwrap();
        let line = ptsname(&printer, Vec::new()).unwrap().into_string().unwrap();
        let mut raw = serialport::new(&line, 115_200).open_native().unwrap();
        raw.set_exclusive(false).unwrap();
        std::os::unix::fs::symlink(line, self.bus.path().join("dev").join(format!("lp{number}"))).unwrap();
        plug_in(self.bus.path(), number, port, serial, id);
        Cable { printer: File::from(printer), _raw: raw }
    }

    fn unplug(&self, number: u32, port: &str) {
        std::fs::remove_file(self.bus.path().join("dev").join(format!("lp{number}"))).unwrap();
        std::fs::remove_dir_all(self.bus.path().join("class").join(format!("lp{number}"))).unwrap();
        std::fs::remove_dir_all(self.bus.path().join("devices").join(port)).unwrap();
    }

    fn look(&mut self) {
        self.porter.look(Instant::now());
    }

    /// The numbers and words of those that are told of.
    fn told(&self) -> Vec<(u8, String)> {
        let open = self.trial.journal().readers().read_blocking(alerts::queries::open).unwrap();
        let told = open.iter().filter_map(|alert| match &alert.matter {
            Matter::PrinterNew { number, says, .. } => Some((*number, says.clone())),
            _ => None,
        });
        told.collect()
    }

    fn waiting(&self) -> Vec<(String, Option<u8>)> {
        let on_usb = self.porter.surroundings.plugged();
        let waiting = self.trial.journal().readers().read_blocking(|connection| waiting(connection, on_usb)).unwrap();
        waiting.into_iter().map(|arrived| (arrived.says, arrived.number)).collect()
    }

    fn somebody_has_seen_to_it(&self) {
        let open = self.trial.journal().readers().read_blocking(alerts::queries::open).unwrap();
        let alert = open.iter().find(|alert| matches!(alert.matter, Matter::PrinterNew { .. })).unwrap().id;
        block_on(alerts::feature::take(self.trial.journal(), self.trial.once(), alert)).unwrap();
    }
}

/// A cable, with a printer at its other end; kept open so that the line changes no byte, as the kernel's driver changes none.
struct Cable {
    printer: File,
    _raw: TTYPort,
}

impl Cable {
    /// What comes out, up to the cut.
    fn page(&mut self) -> Vec<String> {
        let mut bytes = Vec::new();
        while !bytes.windows(2).any(|two| two == [0x1D, b'V']) {
            let mut some = [0; 512];
            let length = self.printer.read(&mut some).unwrap();
            bytes.extend(&some[..length]);
        }
        Paper::read(&bytes, &PrinterProfile { columns: 32, ..PrinterProfile::default() }).lines()
    }
}

fn epson(number: u8) -> (u8, String) {
    (number, "EPSON TM-T20II".to_owned())
}

#[test]
fn a_printer_that_is_plugged_in_prints_its_number_and_is_told_of_once() {
    let mut house = House::new();
    assert_eq!(house.told(), []);
    let mut cable = house.plug_in(0, "1-1.3", Some("J7QF012345"), EPSON);
    house.look();
    assert_eq!(house.told(), [epson(1)]);
    let lines = cable.page();
    assert!(lines.iter().any(|line| line.trim() == "1") && lines.iter().any(|line| line.contains("IMPRESORA")));
    let entries = house.trial.entries().len();
    house.look();
    assert_eq!((house.told(), house.trial.entries().len()), (vec![epson(1)], entries), "nothing is said twice");
    assert_eq!(house.waiting(), [("EPSON TM-T20II".to_owned(), Some(1))]);
}

#[test]
fn it_is_over_when_the_printer_is_set_up_or_unplugged() {
    let mut house = House::new();
    let _cables = [house.plug_in(0, "1-1", Some("FIRST"), EPSON), house.plug_in(1, "1-2", Some("SECOND"), EPSON)];
    house.look();
    assert_eq!(house.told(), [epson(1), epson(2)]);
    let address = PrinterAddress::Usb { path: house.bus.path().join("dev/lp0") };
    setup::add(house.trial.journal(), new_printer("Parrilla", address, &["plancha"])).unwrap();
    house.unplug(1, "1-2");
    house.look();
    assert_eq!((house.told(), house.waiting()), (Vec::new(), Vec::new()));
}

#[test]
fn what_is_no_receipt_printer_is_told_of_and_sent_nothing() {
    let mut house = House::new();
    let cable = house.plug_in(0, "1-1", None, OFFICE);
    house.look();
    assert_eq!(house.told(), [(1, "HP LaserJet 1020".to_owned())]);
    rustix::io::ioctl_fionbio(&cable.printer, true).unwrap();
    assert!((&cable.printer).read(&mut [0; 16]).is_err(), "not a byte");
}

#[test]
fn what_somebody_has_seen_to_is_told_of_again_only_when_it_is_plugged_in_anew() {
    let mut house = House::new();
    let _cable = house.plug_in(0, "1-1", Some("FIRST"), EPSON);
    house.look();
    house.somebody_has_seen_to_it();
    house.look();
    assert_eq!(house.told(), []);
    assert_eq!(
        house.waiting(),
        [("EPSON TM-T20II".to_owned(), Some(1))],
        "it waits among the printers with its number"
    );
    // The program starts again: what hangs there is nothing new.
    house.porter = Porter::new(house.trial.journal().clone(), house.porter.surroundings.clone());
    house.look();
    assert_eq!(house.told(), []);
    house.unplug(0, "1-1");
    house.look();
    let _again = house.plug_in(0, "1-1", Some("FIRST"), EPSON);
    house.look();
    assert_eq!(house.told(), [epson(1)]);
}

#[test]
fn a_printer_that_announces_itself_is_told_of_and_sent_nothing() {
    let mut house = House::new();
    let group = Ipv4Addr::new(224, 0, 0, 251);
    let printer = Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap();
    printer.bind(&SocketAddrV4::new(group, 0).into()).unwrap();
    printer.join_multicast_v4(&group, &Ipv4Addr::LOCALHOST).unwrap();
    let printer: UdpSocket = printer.into();
    printer.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let port = printer.local_addr().unwrap().port();
    // This machine is on the network of its own loopback: 127.0.0.0/8, without a gateway.
    let routes = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n\
                  lo\t0000007F\t00000000\t0001\t0\t0\t0\t000000FF\n";
    std::fs::write(house.bus.path().join("routes"), routes).unwrap();
    let answering = std::thread::spawn(move || {
        let who = printer.recv_from(&mut [0; 512]).unwrap().1;
        let service = "_pdl-datastream._tcp.local";
        let answer = answer_of(
            service,
            &format!("Cocina.{service}"),
            "impresora.local",
            9100,
            Some(Ipv4Addr::new(192, 168, 1, 50)),
            "ty=EPSON TM-m30",
        );
        UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().send_to(&answer, who).unwrap();
    });
    house.porter = Porter::new(house.trial.journal().clone(), house.porter.surroundings.clone());
    house.porter.group = SocketAddrV4::new(group, port);
    house.look();
    answering.join().unwrap();
    assert_eq!(house.told(), [(1, "EPSON TM-m30".to_owned())]);
    assert_eq!(house.waiting(), [("EPSON TM-m30".to_owned(), Some(1))]);
    let asked = house.porter.asked_at;
    house.look();
    assert_eq!(house.porter.asked_at, asked, "the network is not asked with every look");
    house.somebody_has_seen_to_it();
    assert_eq!(house.waiting(), []);
}
