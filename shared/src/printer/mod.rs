//! The branch's printers: what they are called, where they are, and which stations they serve.
//!
//! Not here: how a printer is doing. That is of the moment, and stands with the spooler.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::event::{Event, event_family};
use crate::ids::{PrinterId, StationId};
use crate::paper::DrawerPin;

/// Where a printer is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum PrinterAddress {
    /// On the network, speaking plain TCP (port 9100 on nearly all).
    Tcp {
        /// Name or address of the printer.
        host: String,
        /// Its port.
        port: u16,
    },
    /// On USB: a device file of the kernel's printer driver.
    Usb {
        /// `/dev/usb/lp0`, or better a name that stays with the printer.
        path: PathBuf,
    },
    /// On a serial line.
    Serial {
        /// `/dev/ttyUSB0`, or better `/dev/serial/by-id/…`.
        path: PathBuf,
        /// As the printer's switches are set.
        line: SerialLine,
    },
    /// Nowhere: tickets are kept and drawn as pictures. For setting up, teaching and tests.
    Virtual,
}

/// How a serial printer is set: eight bits, no parity, one stop bit, and this.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SerialLine {
    /// Bits a second.
    pub baud: u32,
    /// How the printer says that it can take no more.
    pub flow: FlowControl,
}

/// How a serial printer says that it can take no more.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum FlowControl {
    /// Not at all: what it has no room for is lost.
    #[default]
    None,
    /// By a wire: its DTR on our CTS.
    Hardware,
    /// By XOFF and XON.
    Software,
}

impl FlowControl {
    /// All of them, by the name they are given in an address.
    const ALL: [(&str, Self); 3] = [("none", Self::None), ("hardware", Self::Hardware), ("software", Self::Software)];

    fn as_str(self) -> &'static str {
        let named = Self::ALL.into_iter().find(|(_, flow)| *flow == self);
        named.expect("every kind of flow control has its name").0
    }
}

/// Why a text is no printer address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "«{0}» is not a printer address: tcp://HOST:9100, usb:/dev/usb/lp0, serial:/dev/ttyUSB0?baud=9600&flow=none or virtual: is meant"
)]
pub struct AddressError(String);

impl std::str::FromStr for PrinterAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if matches!(text, "virtual" | "virtual:") {
            return Ok(Self::Virtual);
        }
        let not_one = || AddressError(text.to_owned());
        if let Some(path) = text.strip_prefix("usb:") {
            return Ok(Self::Usb { path: device(path).ok_or_else(not_one)? });
        }
        if let Some(place) = text.strip_prefix("serial:") {
            let (path, settings) = place.split_once('?').unwrap_or((place, ""));
            let (path, line) = device(path).zip(serial_line(settings)).ok_or_else(not_one)?;
            return Ok(Self::Serial { path, line });
        }
        let place = text.strip_prefix("tcp://").ok_or_else(not_one)?;
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| not_one())?),
            None => (place, 9100),
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        if host.is_empty() || port == 0 || !host.bytes().all(plain) {
            return Err(not_one());
        }
        Ok(Self::Tcp { host: host.to_owned(), port })
    }
}

/// A device of this machine, and nothing else that has a path.
fn device(path: &str) -> Option<PathBuf> {
    let is_one = path.starts_with("/dev/") && !path.contains("..") && !path.chars().any(char::is_control);
    is_one.then(|| PathBuf::from(path))
}

/// `baud=9600&flow=none`, which is also what is not said.
fn serial_line(settings: &str) -> Option<SerialLine> {
    let mut line = SerialLine { baud: 9600, flow: FlowControl::None };
    for setting in settings.split('&').filter(|setting| !setting.is_empty()) {
        match setting.split_once('=')? {
            ("baud", baud) => line.baud = baud.parse().ok().filter(|baud| (1200..=921_600).contains(baud))?,
            ("flow", flow) => line.flow = FlowControl::ALL.into_iter().find(|(name, _)| *name == flow)?.1,
            _ => return None,
        }
    }
    Some(line)
}

impl std::fmt::Display for PrinterAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp { host, port } => write!(formatter, "tcp://{host}:{port}"),
            Self::Usb { path } => write!(formatter, "usb:{}", path.display()),
            Self::Serial { path, line: SerialLine { baud, flow } } => {
                write!(formatter, "serial:{}?baud={baud}&flow={}", path.display(), flow.as_str())
            }
            Self::Virtual => formatter.write_str("virtual:"),
        }
    }
}

impl Serialize for PrinterAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PrinterAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A printer of the branch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Printer {
    /// The printer.
    pub id: PrinterId,
    /// What people call it; unique among the printers in use.
    pub name: String,
    /// Where it is.
    pub address: PrinterAddress,
    /// Characters a line in the normal font: 48 or 42 on 80 mm paper, 32 on 58 mm.
    pub columns: u8,
    /// The code page its text is sent in.
    pub code_page: CodePage,
    /// The number of that code page on this model (`ESC t n`), where it differs from Epson's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_page_number: Option<u8>,
    /// The stations it serves.
    pub stations: Vec<StationId>,
    /// The printer that takes over when this one cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<PrinterId>,
    /// Whether it stands at the counter: prints what guests get, and opens the drawer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_counter: bool,
    /// Whether it stands at the pass: prints each order whole, for whoever puts it together.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_pass: bool,
    /// Its model, by its key in the table of models; none where the printer itself may say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether it sounds with each ticket.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beeps: bool,
    /// The pin of its socket on which the drawer hangs.
    #[serde(default, skip_serializing_if = "DrawerPin::is_usual")]
    pub drawer: DrawerPin,
    /// How long a ticket may take to come out here, in seconds, before another printer had better print it; a minute when
    /// nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_seconds: Option<u16>,
    /// Whether it has been taken away; its tickets still name it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_removed: bool,
}

/// The table of characters a printer is told to use; the bytes stand with the printing code.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CodePage {
    /// Multilingual; the one nearly every printer numbers alike.
    #[default]
    Pc850,
    /// As PC850, with the euro.
    Pc858,
    /// Windows Western.
    Wpc1252,
    /// The first PC; lacks Á Í Ó Ú.
    Pc437,
}

impl CodePage {
    /// All of them, by the name they are given in files and on the command line.
    pub const ALL: [(&str, Self); 4] =
        [("pc850", Self::Pc850), ("pc858", Self::Pc858), ("wpc1252", Self::Wpc1252), ("pc437", Self::Pc437)];
}

impl std::str::FromStr for CodePage {
    type Err = CodePageError;

    fn from_str(text: &str) -> Result<Self, CodePageError> {
        let named = Self::ALL.into_iter().find(|(name, _)| *name == text);
        named.map(|(_, page)| page).ok_or_else(|| CodePageError(text.to_owned()))
    }
}

impl std::fmt::Display for CodePage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named = Self::ALL.into_iter().find(|(_, page)| page == self);
        formatter.write_str(named.expect("every code page has its name").0)
    }
}

/// A text that names no code page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is not a code page: pc850, pc858, wpc1252 or pc437 is meant")]
pub struct CodePageError(String);

event_family! {
    /// What happens to the branch's printers.
    PrinterEvent {
        /// A printer is there.
        Added(PrinterAdded) = "printer.added",
        /// A printer is set up otherwise, or was found at another address.
        Changed(PrinterChanged) = "printer.changed",
        /// A printer has been taken away.
        Removed(PrinterRemoved) = "printer.removed",
    }
}

/// A printer is there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PrinterAdded {
    /// The printer as it was set up.
    pub printer: Printer,
}

/// A printer is set up otherwise, or was found at another address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PrinterChanged {
    /// The printer as it is set up now.
    pub printer: Printer,
}

/// A printer has been taken away.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PrinterRemoved {
    /// Which.
    pub printer: PrinterId,
}

impl PrinterEvent {
    /// The printer it happened to.
    pub const fn printer(&self) -> PrinterId {
        match self {
            Self::Added(added) => added.printer.id,
            Self::Changed(changed) => changed.printer.id,
            Self::Removed(removed) => removed.printer,
        }
    }
}

impl Printer {
    /// What the event makes of the printer; `None` before it was added.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        match event {
            Event::Printer(PrinterEvent::Added(added)) => *state = Some(added.printer.clone()),
            Event::Printer(PrinterEvent::Changed(changed)) => *state = Some(changed.printer.clone()),
            Event::Printer(PrinterEvent::Removed(_)) => {
                if let Some(printer) = state {
                    printer.is_removed = true;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_what_it_printed() {
        for text in [
            "tcp://192.168.1.50:9100",
            "tcp://cocina.local:9101",
            "usb:/dev/usb/lp0",
            "serial:/dev/ttyUSB0?baud=19200&flow=hardware",
            "virtual:",
        ] {
            assert_eq!(text.parse::<PrinterAddress>().unwrap().to_string(), text);
        }
        let serial = "serial:/dev/ttyUSB0".parse::<PrinterAddress>().unwrap();
        assert_eq!(serial.to_string(), "serial:/dev/ttyUSB0?baud=9600&flow=none");
        assert_eq!("tcp://cocina".parse::<PrinterAddress>().unwrap().to_string(), "tcp://cocina:9100");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "192.168.1.50",
            "tcp://",
            "tcp://:9100",
            "tcp://a b:9100",
            "tcp://a:0",
            "tcp://a:99999",
            "usb",
            "usb:/etc/passwd",
            "usb:/dev/../etc/passwd",
            "serial:/dev/ttyS0?baud=7",
            "serial:/dev/ttyS0?parity=even",
        ] {
            assert!(text.parse::<PrinterAddress>().is_err(), "{text}");
        }
    }
}
