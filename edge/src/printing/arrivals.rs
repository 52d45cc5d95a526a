//! Printers that turn up: plugged in, or announcing themselves on the network.
//!
//! The manager is told once of each that nobody has set up (`printer.new`), with the number it is shown by; one that was
//! plugged in and says that it prints receipts prints that number at once, so that whoever holds its cable sees which it is.
//! Nothing is sent unasked to anything on the network: an office printer there would print it. It is over when the printer is
//! set up, unplugged, or somebody has seen to it.
//!
//! Whatever cannot be read or asked now is looked at again with the next look; no printer in use and no order feels any of it.

use std::collections::BTreeSet;
use std::net::SocketAddrV4;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use comanda_shared::alert::{Alert, AlertKey, AlertKind, Matter};
use comanda_shared::printer::{Printer, PrinterAddress};
use comanda_shared::staff::Actor;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::announced::{self, Announced};
use super::surroundings::{Plugged, Surroundings};
use super::{discovery, numbering};
use crate::alerts;
use crate::followers::Roll;
use crate::journal::{Journal, Step};

/// How often it is looked what hangs on USB.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often the network is asked who prints.
const ASK_EVERY: Duration = Duration::from_secs(300);
/// The largest number that a page has room for.
const LARGEST: u8 = 99;

/// A printer that is not set up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = Plugged)]
pub struct Arrived {
    /// How it is set up: `usb:/dev/usb/lp0`, `tcp://192.168.1.50:9100`.
    #[schema(value_type = String)]
    address: PrinterAddress,
    /// Which it is, whatever number the kernel gives it: `usb J7QF012345`; its address where nothing tells it from others.
    hardware: String,
    /// What it says it is: `EPSON TM-T20II`; may be nothing.
    says: String,
    /// What stands on its page, large; none before it was told of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 99)]
    number: Option<u8>,
}

/// Something that prints and that nobody has set up.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Stranger {
    address: PrinterAddress,
    hardware: String,
    says: String,
    /// Whether it was plugged in since the last look.
    is_fresh: bool,
    prints_receipts: bool,
}

impl Stranger {
    fn on_usb(plugged: Plugged, is_fresh: bool) -> Self {
        let Plugged { address, hardware, says, prints_receipts } = plugged;
        Self { address, hardware, says, is_fresh, prints_receipts }
    }

    fn on_the_network(announced: &Announced, surroundings: &Surroundings) -> Self {
        let address = PrinterAddress::Tcp { host: announced.host.to_string(), port: announced.port };
        let hardware = surroundings.hardware_at(&address).unwrap_or_else(|| address.to_string());
        let says = announced.says.clone().unwrap_or_default();
        Self { address, hardware, says, is_fresh: false, prints_receipts: false }
    }

    fn matter(&self, number: u8) -> Matter {
        let (address, says) = (self.address.clone(), self.says.clone());
        Matter::PrinterNew { device: device(&self.hardware), address, says, number }
    }
}

/// The same for the same hardware, always.
fn device(hardware: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(hardware.as_bytes()).as_bytes()[..16]);
    Uuid::from_bytes(bytes)
}

fn key(hardware: &str) -> AlertKey {
    AlertKey { kind: AlertKind::PrinterNew, subject: device(hardware) }
}

const fn number_of(alert: &Alert) -> Option<u8> {
    match &alert.matter {
        Matter::PrinterNew { number, .. } => Some(*number),
        _ => None,
    }
}

/// Whether a printer in use stands there, or is it.
fn is_set_up(known: &[(Printer, Option<String>)], address: &PrinterAddress, device_of: Uuid) -> bool {
    known.iter().any(|(printer, hardware)| {
        printer.address == *address || hardware.as_deref().is_some_and(|hardware| device(hardware) == device_of)
    })
}

/// What waits to be set up: of what hangs on USB now, and of what was told of on the network.
///
/// # Errors
/// When SQLite cannot read.
pub fn waiting(connection: &Connection, on_usb: Vec<Plugged>) -> rusqlite::Result<Vec<Arrived>> {
    let known = discovery::known(connection)?;
    let mut waiting = Vec::new();
    for Plugged { address, hardware, says, .. } in on_usb {
        if !is_set_up(&known, &address, device(&hardware)) {
            let told = alerts::queries::last_about(connection, &key(&hardware))?;
            waiting.push(Arrived { number: told.as_ref().and_then(number_of), address, hardware, says });
        }
    }
    for alert in alerts::queries::open(connection)? {
        if let Matter::PrinterNew { device, address: address @ PrinterAddress::Tcp { .. }, says, number } = alert.matter
            && !is_set_up(&known, &address, device)
        {
            waiting.push(Arrived { hardware: address.to_string(), address, says, number: Some(number) });
        }
    }
    Ok(waiting)
}

/// The thread that looks.
pub struct Arrivals {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Arrivals {
    /// Begins to look.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(journal: Journal, surroundings: Surroundings, roll: Roll) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let mut porter = Porter::new(journal, surroundings);
        let run = move || {
            let is_stopping = || stopped.try_recv() == Err(mpsc::TryRecvError::Disconnected);
            roll.keep("printer arrivals", is_stopping, || {
                while stopped.recv_timeout(LOOK_EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
                    porter.look(Instant::now());
                }
            });
        };
        let thread = std::thread::Builder::new().name("printer arrivals".to_owned()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Ends it; a page that is being printed is finished first.
    pub fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the look-out for printers panicked");
        }
    }
}

/// Who looks, and remembers what was there before.
struct Porter {
    journal: Journal,
    surroundings: Surroundings,
    /// Where those are asked who announce themselves.
    group: SocketAddrV4,
    /// What hung on USB at the last look; none before the first.
    before: Option<BTreeSet<String>>,
    asked_at: Option<Instant>,
}

/// What one look finds there is to say.
struct News {
    arrived: Vec<Stranger>,
    over: Vec<AlertKey>,
    /// Numbers that others have.
    taken: BTreeSet<u8>,
}

impl Porter {
    const fn new(journal: Journal, surroundings: Surroundings) -> Self {
        Self { journal, surroundings, group: announced::GROUP, before: None, asked_at: None }
    }

    /// Looks once; tells of what is new, and has it show its number.
    fn look(&mut self, at: Instant) {
        let plugged = self.surroundings.plugged();
        let now: BTreeSet<String> = plugged.iter().map(|plugged| plugged.hardware.clone()).collect();
        let is_fresh = |hardware: &String| self.before.as_ref().is_some_and(|before| !before.contains(hardware));
        let on_usb = plugged.into_iter().map(|plugged| {
            let is_fresh = is_fresh(&plugged.hardware);
            Stranger::on_usb(plugged, is_fresh)
        });
        let mut strangers: Vec<Stranger> = on_usb.collect();
        strangers.extend(self.announced(at));
        let read = self.journal.readers().read_blocking(|connection| news(connection, &strangers));
        let told = read.map_err(|error| error.to_string()).and_then(|news| self.tell(news));
        match told {
            Ok(numbered) => {
                self.before = Some(now);
                numbered.iter().for_each(show_number);
            }
            Err(error) => tracing::warn!(error, "could not tell of new printers; looked at again"),
        }
    }

    /// Who announces themselves, where it is time to ask.
    fn announced(&mut self, at: Instant) -> Vec<Stranger> {
        if self.asked_at.is_some_and(|asked| at.duration_since(asked) < ASK_EVERY) {
            return Vec::new();
        }
        self.asked_at = Some(at);
        let found = announced::ask(&self.surroundings.own_addresses(), self.group, announced::PATIENCE);
        found.iter().map(|announced| Stranger::on_the_network(announced, &self.surroundings)).collect()
    }

    /// Raises and clears what is to be; answers with those that have a number now.
    fn tell(&self, news: News) -> Result<Vec<(Stranger, u8)>, String> {
        let News { arrived, over, mut taken } = news;
        let mut numbered = Vec::new();
        for stranger in arrived {
            let Some(number) = (1..=LARGEST).find(|number| taken.insert(*number)) else { break };
            numbered.push((stranger, number));
        }
        if numbered.is_empty() && over.is_empty() {
            return Ok(numbered);
        }
        let matters: Vec<Matter> = numbered.iter().map(|(stranger, number)| stranger.matter(*number)).collect();
        let work = move |step: &mut Step<'_>| {
            over.iter().try_for_each(|key| alerts::feature::clear(step, key))?;
            matters.into_iter().try_for_each(|matter| alerts::feature::raise(step, matter, &[]).map(drop))
        };
        self.journal.operate_blocking(Actor::Branch, work).map_err(|error| error.to_string())?;
        Ok(numbered)
    }
}

/// What there is to say of these, as the branch's file knows them.
fn news(connection: &Connection, strangers: &[Stranger]) -> rusqlite::Result<News> {
    let known = discovery::known(connection)?;
    let (mut open, mut over, mut taken) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    for alert in alerts::queries::open(connection)? {
        let Matter::PrinterNew { device, address, number, .. } = &alert.matter else { continue };
        let is_there = || strangers.iter().any(|stranger| self::device(&stranger.hardware) == *device);
        let is_gone = matches!(address, PrinterAddress::Usb { .. }) && !is_there();
        if is_gone || is_set_up(&known, address, *device) {
            over.push(alert.matter.key());
        } else {
            open.insert(*device);
            taken.insert(*number);
        }
    }
    let mut arrived: Vec<Stranger> = Vec::new();
    for stranger in strangers {
        let id = device(&stranger.hardware);
        if open.contains(&id) || is_set_up(&known, &stranger.address, id) {
            continue;
        }
        let last = alerts::queries::last_about(connection, &key(&stranger.hardware))?;
        // What somebody has seen to is told of again only when it is plugged in anew.
        if stranger.is_fresh || last.as_ref().is_none_or(|alert| alert.taken.is_none()) {
            open.insert(id);
            arrived.push(stranger.clone());
        } else {
            taken.extend(last.as_ref().and_then(number_of));
        }
    }
    Ok(News { arrived, over, taken })
}

/// Where nothing comes out, the screen that shows the number has it printed by hand.
fn show_number((stranger, number): &(Stranger, u8)) {
    let (address, says) = (&stranger.address, &stranger.says);
    tracing::info!(%address, says, number, "a new printer turned up");
    if stranger.prints_receipts
        && let Err(error) = numbering::print(address, *number)
    {
        tracing::info!(%address, %error, "a new printer did not print its number");
    }
}

#[cfg(test)]
mod tests;
