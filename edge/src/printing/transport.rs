//! How bytes reach a printer: what every way to one can do, and the ways there are. What is said on it, [`super::talk`] knows.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// A printer that does not answer in this time is not there.
const CONNECT: Duration = Duration::from_secs(3);
/// A printer that takes no byte for this long is stalled. Progress, not a total: slow printers are right to be slow.
const PROGRESS: Duration = Duration::from_secs(10);
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
    /// Nothing left.
    pub const fn before_the_first_byte(reason: io::Error) -> Self {
        Self { sent: 0, reason }
    }
}

/// The way to a printer that was reached: bytes in both directions, each with a deadline of its own.
pub trait Link: Send {
    /// Hands bytes over and says how many were taken; an error when none is for as long as a stalled printer takes none.
    ///
    /// # Errors
    /// Of the way.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// What the printer says within this time; nothing when it says nothing, no bytes when it has closed.
    ///
    /// # Errors
    /// Of the way.
    fn read(&mut self, buffer: &mut [u8], within: Duration) -> io::Result<Option<usize>>;

    /// Says that nothing more comes. Whether the printer can answer that by closing in good order.
    ///
    /// # Errors
    /// Of the way.
    fn finish(&mut self) -> io::Result<bool>;

    /// Withdraws what has not left yet.
    fn abandon(&mut self);
}

/// A printer on the network.
struct TcpLink(TcpStream);

impl Link for TcpLink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn read(&mut self, buffer: &mut [u8], within: Duration) -> io::Result<Option<usize>> {
        self.0.set_read_timeout(Some(within.max(Duration::from_millis(1))))?;
        match self.0.read(buffer) {
            Ok(length) => Ok(Some(length)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(None),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn finish(&mut self) -> io::Result<bool> {
        self.0.shutdown(Shutdown::Write).map(|()| true)
    }

    /// Closing with linger 0 resets the connection: what the kernel still holds is withdrawn. A plain close would go on
    /// delivering it, and a ticket sent elsewhere meanwhile would come out twice.
    fn abandon(&mut self) {
        // If even this fails the socket is gone already, which is what is wanted.
        let _ = SockRef::from(&self.0).set_linger(Some(Duration::ZERO));
    }
}

/// Connects to a network printer.
///
/// # Errors
/// [`Broken`] with nothing sent.
pub fn tcp(host: &str, port: u16) -> Result<Box<dyn Link>, Broken> {
    let connected = connect(host, port).map_err(Broken::before_the_first_byte)?;
    Ok(Box::new(TcpLink(connected)))
}

fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::new(ErrorKind::NotFound, format!("{host} has no address"));
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

/// Written whole or not at all: a reader never sees half a ticket.
///
/// # Errors
/// Of the disk; then there is no file.
pub fn keep(file: &Path, bytes: &[u8]) -> io::Result<()> {
    std::fs::create_dir_all(file.parent().unwrap_or_else(|| Path::new(".")))?;
    let draft = file.with_extension("part");
    let mut writing = std::fs::File::create(&draft)?;
    writing.write_all(bytes)?;
    writing.sync_all()?;
    std::fs::rename(&draft, file)
}
