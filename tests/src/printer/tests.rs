//! The emulated printer by itself.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use super::*;

const PATIENCE: Duration = Duration::from_secs(5);
const TICKET: &[u8] = b"\x1b@\x1c.\x1bt\x02\x1d!\x11L-0001  12:00\n\x1d!\x00GRILL   Para llevar\n\
    ------------------------\n1 Bowl\n------------------------\nfoot\n\x1dVB\x00";

fn address(printer: &EmulatedPrinter) -> SocketAddr {
    printer.uri().strip_prefix("tcp://").unwrap().parse().unwrap()
}

fn send(printer: &EmulatedPrinter, bytes: &[u8]) -> std::io::Result<TcpStream> {
    let mut session = TcpStream::connect(address(printer))?;
    session.set_read_timeout(Some(PATIENCE))?;
    session.write_all(bytes)?;
    Ok(session)
}

#[test]
fn an_orderly_printer_prints_and_proves_it() {
    let printer = EmulatedPrinter::start(Answers::Processes).unwrap();
    let mut session = send(&printer, &[TICKET, b"\x1d(H\x06\x0000AB12"].concat()).unwrap();
    let mut proof = [0; 7];
    session.read_exact(&mut proof).unwrap();
    assert_eq!(&proof, b"\x37\x22AB12\0");
    assert!(printer.tickets()[0].complete);
    assert_eq!((printer.connections(), printer.tickets().len()), (1, 1));
}

#[test]
fn a_printer_switched_off_refuses_and_prints_again_when_switched_on() {
    let printer = EmulatedPrinter::start(Answers::Nothing).unwrap();
    for printed in 1..=3 {
        printer.behave(Conduct::Refuse).unwrap();
        assert_eq!(TcpStream::connect(address(&printer)).unwrap_err().kind(), ErrorKind::ConnectionRefused);
        printer.behave(Conduct::Orderly).unwrap();
        drop(send(&printer, TICKET).unwrap());
        assert!(printer.wait_until(PATIENCE, |state| state.tickets.len() == printed));
    }
}

#[test]
fn a_stalled_printer_prints_what_it_holds_when_it_goes_on() {
    let printer = EmulatedPrinter::start(Answers::Status).unwrap();
    printer.behave(Conduct::Stall).unwrap();
    let session = send(&printer, TICKET).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(printer.bytes(), 0);
    printer.behave(Conduct::Orderly).unwrap();
    assert!(printer.wait_for(PATIENCE, |ticket| ticket.number == "L-0001").unwrap().complete);
    drop(session);
}

#[test]
fn a_reset_tears_the_ticket() {
    let printer = EmulatedPrinter::start(Answers::Nothing).unwrap();
    printer.behave(Conduct::ResetAfter(40)).unwrap();
    let mut session = send(&printer, TICKET).unwrap();
    assert_eq!(session.read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    let torn = printer.wait_for(PATIENCE, |_| true).unwrap();
    assert_eq!((torn.number.as_str(), torn.complete, printer.bytes()), ("L-0001", false, 40));
}

#[test]
fn a_slow_printer_takes_its_time() {
    let printer = EmulatedPrinter::start(Answers::Nothing).unwrap();
    printer.behave(Conduct::Slow(500)).unwrap();
    let begun = Instant::now();
    drop(send(&printer, TICKET).unwrap());
    assert!(printer.wait_for(PATIENCE, |ticket| ticket.complete).is_some());
    assert!(begun.elapsed() >= Duration::from_millis(200), "{:?}", begun.elapsed());
}

#[test]
fn a_printer_whose_cable_is_pulled_answers_nothing_and_is_there_again_with_its_cable() {
    let printer = EmulatedPrinter::start(Answers::Nothing).unwrap();
    for printed in 1..=2 {
        printer.behave(Conduct::BlackHole).unwrap();
        let silence = TcpStream::connect_timeout(&address(&printer), Duration::from_millis(300)).unwrap_err();
        assert_eq!(silence.kind(), ErrorKind::TimedOut);
        printer.behave(Conduct::Orderly).unwrap();
        drop(send(&printer, TICKET).unwrap());
        assert!(printer.wait_until(PATIENCE, |state| state.tickets.len() == printed));
    }
}

#[test]
fn a_printer_that_loses_power_in_a_ticket_forgets_the_rest_and_starts_again() {
    let printer = EmulatedPrinter::start(Answers::Processes).unwrap();
    printer.behave(Conduct::PowerCycles(60)).unwrap();
    let mut session = send(&printer, TICKET).unwrap();
    assert_eq!(session.read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    let torn = printer.wait_for(PATIENCE, |_| true).unwrap();
    assert_eq!((torn.number.as_str(), torn.complete, printer.bytes()), ("L-0001", false, 60));
    assert!(printer.wait_until(PATIENCE, |state| state.noticed == Conduct::Orderly));
    drop(send(&printer, TICKET).unwrap());
    assert!(printer.wait_for(PATIENCE, |ticket| ticket.complete).is_some());
}

#[test]
fn a_clone_that_knows_no_processes_prints_their_letters_unless_the_line_is_thrown_away() {
    let printer = EmulatedPrinter::start(Answers::Identity).unwrap();
    let process = b"\x1d(H\x06\x0000AB12";
    drop(send(&printer, &[TICKET, process, b"\n\x1dV\x42\x00", process, TICKET].concat()).unwrap());
    assert!(printer.wait_until(PATIENCE, |state| state.tickets.len() == 3));
    let printed: Vec<_> = printer.tickets().iter().map(|ticket| ticket.piece.rows[0].text()).collect();
    assert_eq!(printed, ["L-0001  12:00", "H00AB12", "L-0001  12:00"]);
}

#[test]
fn a_serial_printer_is_one_line_on_which_nothing_ends() {
    let printer = EmulatedPrinter::start_serial(Answers::Status).unwrap();
    let uri = printer.uri();
    let path = uri.strip_prefix("serial:").and_then(|rest| rest.split_once('?')).unwrap().0;
    for half in [&TICKET[..50], &TICKET[50..]] {
        OpenOptions::new().write(true).open(path).unwrap().write_all(half).unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(printer.wait_for(PATIENCE, |ticket| ticket.complete).is_some(), "{:?}", printer.tickets());
}
