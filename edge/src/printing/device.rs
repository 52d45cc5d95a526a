//! Printers that are a file of this machine: on USB (`/dev/usb/lp0`, made by the kernel's usblp) and serial ones
//! (`/dev/ttyUSB0`).
//!
//! Opened so that no call waits by itself: a printer that is switched off while the kernel holds its bytes would block a
//! plain write for ever, and draining a serial line that flow control holds has no end. So everything waits with a
//! deadline. Neither file says when the last byte has left; a job over it is `sent` unless the printer answers.
//! Seen over pseudo-terminals only; no real device was tried.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use comanda_shared::printer::{FlowControl, SerialLine};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use serialport::{ClearBuffer, SerialPort, TTYPort};

use super::transport::{Broken, Link};

/// A device that takes no byte for this long is stalled.
const PROGRESS: Duration = Duration::from_secs(10);
/// The last bytes of a job are waited for so long at most before the file is closed.
const LAST_BYTES: Duration = Duration::from_secs(15);

/// Opens a printer on USB.
///
/// # Errors
/// [`Broken`] with nothing sent: it is unplugged, somebody else has it, or it may not be opened.
pub fn usb(path: &Path) -> Result<Box<dyn Link>, Broken> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(|_| ErrorKind::InvalidInput.into());
    let opened = flags.and_then(|flags| OpenOptions::new().read(true).write(true).custom_flags(flags).open(path));
    let file = opened.map_err(Broken::before_the_first_byte)?;
    Ok(Box::new(UsbLink { file }))
}

/// Opens a serial printer for ourselves alone: eight bits, no parity, one stop bit, and nothing of the terminal's own
/// meddling.
///
/// # Errors
/// As [`usb`].
pub fn serial(path: &Path, line: SerialLine) -> Result<Box<dyn Link>, Broken> {
    let flow = match line.flow {
        FlowControl::None => serialport::FlowControl::None,
        FlowControl::Hardware => serialport::FlowControl::Hardware,
        FlowControl::Software => serialport::FlowControl::Software,
    };
    let settings = serialport::new(path.to_string_lossy(), line.baud).flow_control(flow).timeout(PROGRESS);
    let port = settings.open_native().map_err(|error| Broken::before_the_first_byte(error.into()))?;
    Ok(Box::new(SerialLink { port, line, opened: Instant::now(), written: 0 }))
}

/// A printer on USB.
struct UsbLink {
    file: File,
}

impl UsbLink {
    /// Whether the device is ready for this within the time.
    fn is_ready(&self, flags: PollFlags, within: Duration) -> io::Result<bool> {
        let within = Timespec {
            tv_sec: i64::try_from(within.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: within.subsec_nanos().into(),
        };
        match poll(&mut [PollFd::new(&self.file, flags)], Some(&within)) {
            Ok(ready) => Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl Link for UsbLink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let until = Instant::now() + PROGRESS;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if self.is_ready(PollFlags::OUT, left)? {
                match self.file.write(bytes) {
                    Err(error) if is_to_try_again(&error) => {}
                    written => return written,
                }
            }
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
        }
    }

    fn read(&mut self, buffer: &mut [u8], within: Duration) -> io::Result<Option<usize>> {
        let began = Instant::now();
        if !self.is_ready(PollFlags::IN, within)? {
            return Ok(None);
        }
        match self.file.read(buffer) {
            // A way without an end to speak at is said to be at its end.
            Ok(0) => {}
            Ok(length) => return Ok(Some(length)),
            Err(error) if is_to_try_again(&error) => {}
            // usblp says so of a printer that cannot answer at all.
            Err(error) if error.kind() == ErrorKind::InvalidInput => {}
            Err(error) => return Err(error),
        }
        std::thread::sleep(within.saturating_sub(began.elapsed()));
        Ok(None)
    }

    /// Closing kills what is still on its way: the kernel's last bytes are waited for, by its own word.
    fn finish(&mut self) -> io::Result<bool> {
        if self.is_ready(PollFlags::OUT, LAST_BYTES)? { Ok(false) } else { Err(ErrorKind::TimedOut.into()) }
    }

    fn abandon(&mut self) {}
}

/// A printer on a serial line.
struct SerialLink {
    port: TTYPort,
    line: SerialLine,
    opened: Instant,
    written: u64,
}

impl Link for SerialLink {
    /// The port waits as long as it was opened for.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let until = Instant::now() + PROGRESS;
        loop {
            match self.port.write(bytes) {
                Ok(taken) => {
                    self.written += taken as u64;
                    return Ok(taken);
                }
                Err(error) if is_to_try_again(&error) && Instant::now() < until => {}
                Err(error) if is_to_try_again(&error) => return Err(ErrorKind::TimedOut.into()),
                Err(error) => return Err(error),
            }
        }
    }

    fn read(&mut self, buffer: &mut [u8], within: Duration) -> io::Result<Option<usize>> {
        self.port.set_timeout(within)?;
        let read = self.port.read(buffer);
        self.port.set_timeout(PROGRESS)?;
        match read {
            Ok(length) => Ok(Some(length)),
            Err(error) if error.kind() == ErrorKind::TimedOut || is_to_try_again(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Closing kills what is still on its way, and nothing says when the last byte has left; draining a line that flow
    /// control holds has no end. So it is waited for as long as so many bytes take.
    fn finish(&mut self) -> io::Result<bool> {
        // Start, eight bits, stop.
        let needed = Duration::from_millis(self.written * 10_000 / u64::from(self.line.baud.max(1)));
        std::thread::sleep(needed.saturating_sub(self.opened.elapsed()).min(LAST_BYTES));
        Ok(false)
    }

    fn abandon(&mut self) {
        // If even this fails the line is gone already, which is what is wanted.
        let _ = self.port.clear(ClearBuffer::Output);
    }
}

fn is_to_try_again(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use comanda_shared::kitchen::Proof;
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use crate::printing::answers::Abilities;
    use crate::printing::talk::{Farewell, Onlooker, Talk};

    struct Nobody;

    impl Onlooker for Nobody {
        fn progress(&self) {}
        fn waits(&self, _: Option<crate::printing::board::Wait>) {}
        fn is_leaving(&self) -> bool {
            false
        }
    }

    /// A pseudo-terminal: the printer's end, and the path of ours.
    fn terminal() -> (File, std::path::PathBuf) {
        let printer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&printer).unwrap();
        unlockpt(&printer).unwrap();
        let path = ptsname(&printer, Vec::new()).unwrap();
        (File::from(printer), path.into_string().unwrap().into())
    }

    fn line(flow: FlowControl) -> SerialLine {
        SerialLine { baud: 115_200, flow }
    }

    const FAREWELL: Farewell = Farewell { patience: Duration::from_secs(1), is_expected: false };

    #[test]
    fn every_byte_arrives_as_it_was_sent_and_answers_come_back() {
        let (mut printer, path) = terminal();
        let link = serial(&path, line(FlowControl::None)).unwrap();
        // All bytes there are, also those a terminal would take for its own.
        let job: Vec<u8> = (0..=255).cycle().take(3_000).collect();
        let expected = job.clone();
        let reading = std::thread::spawn(move || {
            let mut got = vec![0; expected.len() + 3];
            printer.read_exact(&mut got).unwrap();
            assert!(got.starts_with(&expected) && got.ends_with(&[0x1D, b'r', 1]));
            printer.write_all(&[0x00]).unwrap();
            printer
        });
        let abilities = Abilities { in_order: true, ..Abilities::default() };
        assert_eq!(Talk::new(link, &Nobody).print(&job, abilities, FAREWELL, 1).unwrap(), Proof::Answered);
        reading.join().unwrap();
    }

    #[test]
    fn a_printer_that_answers_nothing_has_been_sent_its_job() {
        let (mut printer, path) = terminal();
        let link = serial(&path, line(FlowControl::None)).unwrap();
        assert_eq!(
            Talk::new(link, &Nobody).print(b"ticket\n", Abilities::default(), FAREWELL, 1).unwrap(),
            Proof::Sent
        );
        let mut got = [0; 7];
        printer.read_exact(&mut got).unwrap();
        assert_eq!(&got, b"ticket\n");
    }

    #[test]
    fn a_printer_that_takes_nothing_is_stalled_and_how_much_it_took_is_known() {
        let (_printer, path) = terminal();
        let mut link = serial(&path, line(FlowControl::None)).unwrap();
        let mut taken = 0;
        let stalled = loop {
            match link.write(&[b'x'; 1024]) {
                Ok(length) => taken += length,
                Err(error) => break error,
            }
        };
        assert_eq!(stalled.kind(), ErrorKind::TimedOut);
        assert!(taken > 0, "the kernel's own room");
    }

    #[test]
    fn what_is_not_there_was_sent_nothing() {
        let gone = Path::new("/dev/usb/lp-none");
        for opened in [usb(gone), serial(gone, line(FlowControl::Hardware))] {
            let Err(broken) = opened else { panic!("there is none") };
            assert_eq!((broken.sent, broken.reason.kind()), (0, ErrorKind::NotFound));
        }
        let Err(broken) = serial(Path::new("/dev/null"), line(FlowControl::None)) else { panic!("no terminal") };
        assert_eq!(broken.sent, 0);
    }
}
