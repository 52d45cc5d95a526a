//! An emulated ESC/POS printer on a TCP port of this machine, with the faults of real ones.
//!
//! As in a real one, one session prints and the others wait in the backlog; what was received is printed even when the
//! sender has gone away; and the paper is one roll over all connections. It never closes first while it is orderly.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use socket2::{Domain, SockRef, Socket, Type};

use crate::escpos::Question;
use crate::paper::Paper;
use crate::ticket::PrintedTicket;

/// How often a waiting printer looks whether its conduct was changed.
const GLANCE: Duration = Duration::from_millis(10);

/// How it behaves, until told otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conduct {
    /// Reads to the end, then closes.
    Orderly,
    /// Switched off: the session is reset, and connecting is refused.
    Refuse,
    /// Takes connections and never reads.
    Stall,
    /// Resets each session after this many bytes.
    ResetAfter(usize),
    /// Reads this many bytes a second.
    Slow(usize),
    /// Prints so many lines more, then has no paper: keeps what it is sent, says so when asked, and goes on once it is
    /// orderly again.
    PaperEnds(usize),
    /// As without paper, with its cover open.
    CoverOpen,
    /// Takes everything, says that all is well, and prints nothing.
    Loses,
}

/// Which questions it answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answers {
    /// None, as cheap 58 mm printers.
    Nothing,
    /// Status in real time and in order, as most clones.
    Status,
    /// Status, identity and the id of a printed process, as Epson's own.
    Processes,
}

/// The printer; it is switched off and thrown away with its value.
pub struct EmulatedPrinter {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    conduct: Conduct,
    /// The conduct the printer's thread has taken notice of.
    noticed: Conduct,
    is_thrown_away: bool,
    tickets: Vec<PrintedTicket>,
    connections: u64,
    bytes: u64,
}

impl EmulatedPrinter {
    /// Switches a printer on.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(answers: Answers) -> Result<Self> {
        let (address, listener) = bind_somewhere()?;
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                conduct: Conduct::Orderly,
                noticed: Conduct::Orderly,
                is_thrown_away: false,
                tickets: Vec::new(),
                connections: 0,
                bytes: 0,
            }),
            changed: Condvar::new(),
        });
        let (paper, shared_with) = (Paper::new(true), Arc::clone(&shared));
        let machine =
            Machine { address, answers, paper, shared: shared_with, kept: Vec::new(), lines: 0, ends_at: None };
        let thread = std::thread::Builder::new().name("printer".into()).spawn(move || machine.run(listener));
        Ok(Self { address, shared, thread: Some(thread.context("start the printer's thread")?) })
    }

    /// As `printer add` takes it: `tcp://127.0.0.1:PORT`.
    pub fn uri(&self) -> String {
        format!("tcp://{}", self.address)
    }

    /// Changes the conduct, and returns when the printer behaves so.
    ///
    /// # Errors
    /// When the printer does not take notice in time.
    pub fn behave(&self, conduct: Conduct) -> Result<()> {
        self.shared.lock().conduct = conduct;
        let noticed = self.wait_until(Duration::from_secs(5), |state| state.noticed == conduct);
        ensure!(noticed, "the emulated printer does not take notice of {conduct:?}");
        Ok(())
    }

    /// Everything printed so far, torn pieces included.
    pub fn tickets(&self) -> Vec<PrintedTicket> {
        self.shared.lock().tickets.clone()
    }

    /// Waits for a ticket that is what the caller looks for.
    pub fn wait_for(&self, patience: Duration, is_it: impl Fn(&PrintedTicket) -> bool) -> Option<PrintedTicket> {
        self.wait_until(patience, |state| state.tickets.iter().any(&is_it));
        self.shared.lock().tickets.iter().find(|ticket| is_it(ticket)).cloned()
    }

    /// Sessions accepted so far.
    pub fn connections(&self) -> u64 {
        self.shared.lock().connections
    }

    /// Bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.shared.lock().bytes
    }

    fn wait_until(&self, patience: Duration, is_so: impl Fn(&State) -> bool) -> bool {
        let state = self.shared.lock();
        let waited = self.shared.changed.wait_timeout_while(state, patience, |state| !is_so(state));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

impl Drop for EmulatedPrinter {
    fn drop(&mut self) {
        self.shared.lock().is_thrown_away = true;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            eprintln!("the emulated printer at {} had panicked", self.address);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What to do now, or `None` to end.
    fn wanted(&self) -> Option<Conduct> {
        let state = self.lock();
        (!state.is_thrown_away).then_some(state.conduct)
    }

    /// The printer behaves so from here on.
    fn notice(&self, conduct: Conduct) {
        let mut state = self.lock();
        if state.noticed != conduct {
            state.noticed = conduct;
            self.changed.notify_all();
        }
    }
}

/// The side of the printer's own thread.
struct Machine {
    address: SocketAddr,
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

impl Machine {
    fn run(mut self, listener: Socket) {
        let mut listener = Some(TcpListener::from(listener));
        while let Some(conduct) = self.shared.wanted() {
            if conduct == Conduct::Refuse {
                // A bound socket that does not listen keeps the port for us and refuses.
                drop(listener.take());
                let placeholder = bind(self.address);
                self.shared.notice(conduct);
                while self.shared.wanted() == Some(Conduct::Refuse) {
                    std::thread::sleep(GLANCE);
                }
                drop(placeholder);
                listener = bind(self.address).and_then(listening).map(TcpListener::from).ok();
                continue;
            }
            self.shared.notice(conduct);
            let Some(accepting) = listener.as_ref() else {
                eprintln!("the emulated printer cannot get its address {} back", self.address);
                return;
            };
            if let Ok((session, _)) = accepting.accept() {
                self.shared.lock().connections += 1;
                self.serve(&session);
            }
        }
    }

    fn serve(&mut self, session: &TcpStream) {
        let socket = SockRef::from(session);
        let prepared = session.set_read_timeout(Some(GLANCE)).and_then(|()| session.set_nodelay(true));
        if prepared.is_ok() {
            let ending = self.read_session(session);
            if matches!(ending, Ending::Reset) && socket.set_linger(Some(Duration::ZERO)).is_err() {
                eprintln!("the emulated printer could not reset a session");
            }
        }
        self.paper.connection_ended(Instant::now());
        self.collect(0);
    }

    fn read_session(&mut self, mut session: &TcpStream) -> Ending {
        let mut buffer = [0; 4096];
        let mut taken = 0;
        while let Some(conduct) = self.shared.wanted() {
            if conduct != Conduct::Refuse {
                self.shared.notice(conduct);
            }
            let portion = match conduct {
                Conduct::Orderly | Conduct::PaperEnds(_) | Conduct::CoverOpen | Conduct::Loses => buffer.len(),
                Conduct::Refuse => return Ending::Reset,
                Conduct::Stall => 0,
                Conduct::ResetAfter(bytes) if taken >= bytes => return Ending::Reset,
                Conduct::ResetAfter(bytes) => buffer.len().min(bytes - taken),
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
    fn go_on(&mut self, session: &TcpStream, conduct: Conduct) -> bool {
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
    fn take(&mut self, session: &TcpStream, conduct: Conduct, bytes: &[u8]) -> bool {
        let room = match conduct {
            Conduct::Orderly | Conduct::Refuse | Conduct::Stall | Conduct::ResetAfter(_) | Conduct::Slow(_) => None,
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

    fn print(&mut self, mut session: &TcpStream, bytes: &[u8]) -> bool {
        self.lines += bytes.iter().filter(|byte| **byte == b'\n').count();
        let questions = self.paper.print(bytes, Instant::now());
        self.collect(bytes.len());
        questions.iter().all(|question| session.write_all(&self.answer(question)).is_ok())
    }

    /// A printer that cannot print still says so at once; what is left is for when it can.
    fn answer_in_real_time(&self, mut session: &TcpStream, conduct: Conduct, room: usize, bytes: &[u8]) -> Vec<u8> {
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
                    let _ = session.write_all(&[status]);
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
            (Answers::Status, _) => Vec::new(),
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

enum Ending {
    Closed,
    Reset,
}

/// A port below the range from which clients get theirs: nobody takes it while the printer is off.
fn bind_somewhere() -> Result<(SocketAddr, Socket)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, crate::port::free()?));
    let socket = bind(address).and_then(listening).with_context(|| format!("listen on {address}"))?;
    Ok((address, socket))
}

fn bind(address: SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

fn listening(socket: Socket) -> std::io::Result<Socket> {
    // Linux lets an accept() end after the receive timeout.
    socket.set_read_timeout(Some(GLANCE))?;
    socket.listen(16)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);
    const TICKET: &[u8] = b"\x1b@\x1c.\x1bt\x02\x1d!\x11L-0001  12:00\n\x1d!\x00GRILL   Para llevar\n\
        ------------------------\n1 Bowl\n------------------------\nfoot\n\x1dVB\x00";

    fn send(printer: &EmulatedPrinter, bytes: &[u8]) -> std::io::Result<TcpStream> {
        let mut session = TcpStream::connect(printer.address)?;
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
            assert_eq!(TcpStream::connect(printer.address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
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
}
