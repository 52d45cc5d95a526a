//! How bytes reach a printer: connect, send with deadlines, and say honestly how far it came.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use comanda_shared::kitchen::Proof;
use socket2::{SockRef, TcpKeepalive};

/// A printer that does not answer in this time is not there.
const CONNECT: Duration = Duration::from_secs(3);
/// A printer that takes no byte for this long is stalled. Progress, not a total: slow printers are right to be slow.
const PROGRESS: Duration = Duration::from_secs(10);
/// How long to listen at a time for a printer's goodbye.
const LISTENING: Duration = Duration::from_millis(250);
/// How long a printer has for it when the branch is stopping.
const LEAVING: Duration = Duration::from_secs(3);
/// Bytes handed to the kernel at once; between slices a stop is looked for.
const SLICE: usize = 1024;
/// The kernel's buffer: small, so that "taken" stays near "delivered" and a stall shows within the first job.
const SEND_BUFFER: usize = 4096;

/// Why bytes did not all go.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Broken {
    /// How many our side had taken; 0 means that nothing left.
    pub sent: usize,
    /// What happened.
    pub reason: io::Error,
}

impl Broken {
    const fn before_the_first_byte(reason: io::Error) -> Self {
        Self { sent: 0, reason }
    }
}

/// What is expected of a printer after the last byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Farewell {
    /// How long it may take to close in good order.
    pub patience: Duration,
    /// Whether it is known to do so: then silence means that it is stalled, and nobody knows what came out.
    pub is_expected: bool,
}

/// A connected printer, ready for one job.
pub enum Line {
    /// Over the network.
    Tcp(TcpStream),
    /// To a folder: the same bytes, kept.
    Folder(PathBuf),
}

impl Line {
    /// Connects to a network printer.
    ///
    /// # Errors
    /// [`Broken`] with nothing sent.
    pub fn tcp(host: &str, port: u16) -> Result<Self, Broken> {
        connect(host, port).map(Self::Tcp).map_err(Broken::before_the_first_byte)
    }

    /// Prepares the file a virtual printer keeps a job in.
    ///
    /// # Errors
    /// [`Broken`] with nothing sent.
    pub fn folder(file: PathBuf) -> Result<Self, Broken> {
        let parent = file.parent().unwrap_or_else(|| Path::new("."));
        std::fs::create_dir_all(parent).map_err(Broken::before_the_first_byte)?;
        Ok(Self::Folder(file))
    }

    /// Sends a whole job and closes in good order; or, when that cannot be, abandons what has not left.
    ///
    /// # Errors
    /// [`Broken`], which says how much had been taken: more than nothing means that the outcome is unknown.
    pub fn send(self, bytes: &[u8], farewell: Farewell, stopping: &AtomicBool) -> Result<Proof, Broken> {
        match self {
            Self::Tcp(stream) => send_tcp(&stream, bytes, farewell, stopping),
            Self::Folder(file) => keep(&file, bytes).map(|()| Proof::Kept).map_err(Broken::before_the_first_byte),
        }
    }
}

fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, format!("{host} has no address"));
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => return prepared(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn prepared(stream: TcpStream) -> io::Result<TcpStream> {
    let socket = SockRef::from(&stream);
    socket.set_tcp_nodelay(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.set_tcp_user_timeout(Some(PROGRESS))?;
    let keepalive = TcpKeepalive::new().with_time(Duration::from_secs(10)).with_interval(Duration::from_secs(5));
    socket.set_tcp_keepalive(&keepalive.with_retries(3))?;
    stream.set_write_timeout(Some(PROGRESS))?;
    Ok(stream)
}

fn send_tcp(mut stream: &TcpStream, bytes: &[u8], farewell: Farewell, stopping: &AtomicBool) -> Result<Proof, Broken> {
    let mut sent = 0;
    while sent < bytes.len() {
        if stopping.load(Ordering::Relaxed) && sent == 0 {
            return Err(Broken::before_the_first_byte(io::Error::other("the branch is stopping")));
        }
        let slice = &bytes[sent..bytes.len().min(sent + SLICE)];
        match stream.write(slice) {
            Ok(0) => return Err(abandon(stream, sent, io::ErrorKind::WriteZero.into())),
            Ok(taken) => sent += taken,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(abandon(stream, sent, error)),
        }
    }
    close(stream, farewell, stopping).map_err(|error| abandon(stream, sent, error))
}

/// Closing with linger 0 resets the connection: what the kernel still holds is withdrawn. A plain close would go on
/// delivering it, and a ticket sent elsewhere meanwhile would come out twice.
fn abandon(stream: &TcpStream, sent: usize, reason: io::Error) -> Broken {
    // If even this fails the socket is gone already, which is what is wanted.
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
    Broken { sent, reason }
}

/// Says goodbye and waits for the printer's: then its side has every byte. Answer bytes are read and dropped, for
/// unread ones would turn the close into a reset.
fn close(mut stream: &TcpStream, farewell: Farewell, stopping: &AtomicBool) -> io::Result<Proof> {
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(LISTENING))?;
    let began = Instant::now();
    let mut answers = [0; 256];
    loop {
        match stream.read(&mut answers) {
            Ok(0) => return Ok(Proof::Delivered),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        let is_leaving = stopping.load(Ordering::Relaxed);
        let patience = if is_leaving { farewell.patience.min(LEAVING) } else { farewell.patience };
        if began.elapsed() >= patience {
            return if farewell.is_expected || is_leaving {
                Err(io::Error::new(io::ErrorKind::TimedOut, "the printer took the ticket and then fell silent"))
            } else {
                Ok(Proof::Sent)
            };
        }
    }
}

/// Written whole or not at all: a reader never sees half a ticket.
fn keep(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = file.with_extension("part");
    let mut writing = std::fs::File::create(&draft)?;
    writing.write_all(bytes)?;
    writing.sync_all()?;
    std::fs::rename(&draft, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    static GOING_ON: AtomicBool = AtomicBool::new(false);
    const UNKNOWN: Farewell = Farewell { patience: Duration::from_millis(300), is_expected: false };
    const EXPECTED: Farewell = Farewell { is_expected: true, ..UNKNOWN };

    fn listener() -> (TcpListener, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, port)
    }

    #[test]
    fn a_printer_that_reads_and_closes_has_every_byte() {
        let (listener, port) = listener();
        let printer = std::thread::spawn(move || {
            let mut got = Vec::new();
            listener.accept().unwrap().0.read_to_end(&mut got).unwrap();
            got
        });
        let job = vec![b'x'; 20_000];
        assert_eq!(Line::tcp("127.0.0.1", port).unwrap().send(&job, UNKNOWN, &GOING_ON).unwrap(), Proof::Delivered);
        assert_eq!(printer.join().unwrap(), job);
    }

    #[test]
    fn a_refused_connection_sent_nothing() {
        let (listener, port) = listener();
        drop(listener);
        let Err(broken) = Line::tcp("127.0.0.1", port) else { panic!("nobody listens") };
        assert_eq!((broken.sent, broken.reason.kind()), (0, io::ErrorKind::ConnectionRefused));
    }

    #[test]
    fn a_reset_in_the_middle_says_that_bytes_had_left() {
        let (listener, port) = listener();
        let printer = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.read_exact(&mut [0; 100]).unwrap();
            SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        });
        let broken =
            Line::tcp("127.0.0.1", port).unwrap().send(&vec![b'x'; 2_000_000], UNKNOWN, &GOING_ON).unwrap_err();
        printer.join().unwrap();
        assert!(broken.sent > 0, "{broken}");
    }

    #[test]
    fn silence_is_doubt_only_from_a_printer_that_used_to_close() {
        for (farewell, outcome) in [(UNKNOWN, Some(Proof::Sent)), (EXPECTED, None)] {
            let (listener, port) = listener();
            let sent = Line::tcp("127.0.0.1", port).unwrap().send(b"ticket", farewell, &GOING_ON);
            assert_eq!(sent.as_ref().ok().copied(), outcome);
            assert!(sent.is_ok() || sent.is_err_and(|broken| broken.sent == 6));
            drop(listener);
        }
    }

    #[test]
    fn a_virtual_printer_keeps_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("paper/job.bin");
        assert_eq!(Line::folder(file.clone()).unwrap().send(b"ticket", UNKNOWN, &GOING_ON).unwrap(), Proof::Kept);
        assert_eq!(std::fs::read(file).unwrap(), b"ticket");
    }
}
