//! Conversations with tiny printers at the other end of a socket.

use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use socket2::SockRef;

use super::*;
use crate::printing::transport;

const UNKNOWN: Farewell = Farewell { patience: Duration::from_millis(700), is_expected: false };
const EXPECTED: Farewell = Farewell { is_expected: true, ..UNKNOWN };
const ALL: Abilities = Abilities { status: true, in_order: true, processes: true };

#[derive(Default)]
struct Looking {
    progress: Cell<usize>,
    waits: RefCell<Vec<Option<Wait>>>,
}

impl Onlooker for Looking {
    fn progress(&self) {
        self.progress.set(self.progress.get() + 1);
    }

    fn waits(&self, wait: Option<Wait>) {
        self.waits.borrow_mut().push(wait);
    }

    fn is_leaving(&self) -> bool {
        false
    }
}

/// A printer that does this with its one connection, and the port it has.
fn printer<T: Send + 'static>(acts: impl FnOnce(TcpStream) -> T + Send + 'static) -> (u16, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, std::thread::spawn(move || acts(listener.accept().unwrap().0)))
}

fn talk(port: u16, onlooker: &Looking) -> Talk<'_> {
    Talk::new(transport::tcp("127.0.0.1", port).unwrap(), onlooker)
}

/// Reads until these bytes came.
fn read_until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let (mut got, mut byte) = (Vec::new(), [0]);
    while !got.ends_with(end) {
        stream.read_exact(&mut byte).unwrap();
        got.push(byte[0]);
    }
    got
}

#[test]
fn a_printer_that_reads_and_closes_has_every_byte() {
    let (port, printer) = printer(|mut line| {
        let mut got = Vec::new();
        line.read_to_end(&mut got).unwrap();
        got
    });
    let (job, looking) = (vec![b'x'; 20_000], Looking::default());
    let proof = talk(port, &looking).print(&job, Abilities::default(), UNKNOWN, 1).unwrap();
    assert_eq!((proof, printer.join().unwrap()), (Proof::Delivered, job));
    assert!(looking.progress.get() >= 20, "every slice is progress");
}

#[test]
fn a_printer_that_names_the_job_has_printed_it() {
    let (port, printer) = printer(|mut line| {
        let mut got = read_until(&mut line, b"ticket");
        let mut question = [0; 11];
        line.read_exact(&mut question).unwrap();
        // What nobody asked for comes first.
        line.write_all(&[0x16, 0x13, 0x37, 0x22]).unwrap();
        line.write_all(&[&question[7..], &[0]].concat()).unwrap();
        line.read_to_end(&mut got).unwrap();
    });
    let looking = Looking::default();
    assert_eq!(talk(port, &looking).print(b"ticket", ALL, UNKNOWN, 4711).unwrap(), Proof::Confirmed);
    printer.join().unwrap();
}

#[test]
fn a_printer_without_paper_is_waited_for_and_goes_on() {
    let (port, printer) = printer(|mut line| {
        read_until(&mut line, b"ticket");
        let mut id = [0; 11];
        line.read_exact(&mut id).unwrap();
        for paper in [[0x32, 0x7E], [0x12, 0x12]] {
            read_until(&mut line, WHY_OFFLINE);
            line.write_all(&paper[..1]).unwrap();
            read_until(&mut line, HAVE_YOU_PAPER);
            line.write_all(&paper[1..]).unwrap();
        }
        line.write_all(&[&[0x37, 0x22], &id[7..], &[0]].concat()).unwrap();
        line.read_to_end(&mut Vec::new()).unwrap();
    });
    let looking = Looking::default();
    assert_eq!(talk(port, &looking).print(b"ticket", ALL, UNKNOWN, 1).unwrap(), Proof::Confirmed);
    assert_eq!(*looking.waits.borrow(), [Some(Wait::Paper), None, None]);
    printer.join().unwrap();
}

#[test]
fn what_a_printer_answers_is_learned_and_one_without_a_name_is_never_asked_for_processes() {
    let (port, clone) = printer(|mut line| {
        read_until(&mut line, ARE_YOU_THERE);
        line.write_all(&[0x16]).unwrap();
        read_until(&mut line, ARE_YOU_DONE);
        line.write_all(&[0x00]).unwrap();
        let mut rest = Vec::new();
        line.read_to_end(&mut rest).unwrap();
        rest
    });
    let looking = Looking::default();
    let mut clones = talk(port, &looking);
    assert_eq!(clones.learn(7).unwrap(), Abilities { status: true, in_order: true, processes: false });
    clones.part();
    assert_eq!(clone.join().unwrap(), WHO_ARE_YOU);

    let (port, mute) = printer(|mut line| line.read_to_end(&mut Vec::new()).unwrap());
    let mut mutes = talk(port, &looking);
    assert_eq!(mutes.learn(7).unwrap(), Abilities::default());
    mutes.part();
    assert_eq!(mute.join().unwrap(), ARE_YOU_THERE.len());
}

#[test]
fn a_refused_connection_sent_nothing() {
    let (port, _) = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        (listener.local_addr().unwrap().port(), ())
    };
    let Err(broken) = transport::tcp("127.0.0.1", port) else { panic!("nobody listens") };
    assert_eq!((broken.sent, broken.reason.kind()), (0, io::ErrorKind::ConnectionRefused));
}

#[test]
fn a_reset_in_the_middle_says_that_bytes_had_left() {
    let (port, printer) = printer(|mut line| {
        line.read_exact(&mut [0; 100]).unwrap();
        SockRef::from(&line).set_linger(Some(Duration::ZERO)).unwrap();
    });
    let looking = Looking::default();
    let broken = talk(port, &looking).print(&vec![b'x'; 2_000_000], Abilities::default(), UNKNOWN, 1).unwrap_err();
    printer.join().unwrap();
    assert!(broken.sent > 0, "{broken}");
}

#[test]
fn silence_is_doubt_only_from_a_printer_that_used_to_close() {
    for (farewell, outcome) in [(UNKNOWN, Some(Proof::Sent)), (EXPECTED, None)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let looking = Looking::default();
        let talk = talk(listener.local_addr().unwrap().port(), &looking);
        let sent = talk.print(b"ticket", Abilities::default(), farewell, 1);
        assert_eq!(sent.as_ref().ok().copied(), outcome);
        assert!(sent.is_ok() || sent.is_err_and(|broken| broken.sent == 6));
    }
}

#[test]
fn a_virtual_printer_keeps_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper/job.bin");
    transport::keep(&file, b"ticket").unwrap();
    assert_eq!(std::fs::read(file).unwrap(), b"ticket");
}
