//! Setting printers up: adding, listing, removing.

use comanda_shared::ids::{JobId, NewIds, PrinterId};
use comanda_shared::printer::{CodePage, Printer, PrinterAdded, PrinterAddress, PrinterRemoved};
use comanda_shared::staff::Actor;
use serde::{Deserialize, Serialize};

use super::feature::{self, PrinterCommand};
use crate::journal::{CommandError, Failure, Journal, Request};

/// A printer as an installer describes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewPrinter {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub address: PrinterAddress,
    /// The stations it serves, by their key in the catalog.
    pub stations: Vec<String>,
    /// Characters a line in the normal font.
    pub columns: u8,
    /// The code page its text is sent in.
    pub code_page: CodePage,
    /// The number of that code page on this model, where it differs from Epson's.
    pub code_page_number: Option<u8>,
    /// The printer that takes over, by name.
    pub fallback: Option<String>,
    /// Whether it stands at the counter: prints what guests get, and opens the drawer.
    #[serde(default)]
    pub is_counter: bool,
}

/// Why a printer could not be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrinterRefusal {
    /// The name is empty, too long or has control characters.
    #[error("a printer's name has 1 to 60 printable characters")]
    Name,
    /// Another printer is called so.
    #[error("there is a printer called «{0}» already")]
    NameTaken(String),
    /// Paper is 20 to 80 characters wide.
    #[error("{0} characters a line cannot be: 48 or 42 on 80 mm paper, 32 on 58 mm")]
    Columns(u8),
    /// The catalog has no such station.
    #[error("the catalog has no station «{wanted}»; it has: {known}")]
    StationUnknown {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: String,
    },
    /// There is no such printer.
    #[error("there is no printer called «{0}»")]
    Unknown(String),
}

/// Adds a printer.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub fn add(journal: &Journal, new: NewPrinter) -> Result<PrinterId, CommandError<PrinterRefusal>> {
    let request = Request::once(journal.environment(), Actor::Operator);
    journal.command_blocking(request, move |step| {
        let configuration = step.configuration();
        let refuse = Failure::Refused;
        let name = checked_name(&new.name).map_err(refuse)?;
        if configuration.printer_named(&name).is_some() {
            return Err(refuse(PrinterRefusal::NameTaken(name)));
        }
        if !(20..=80).contains(&new.columns) {
            return Err(refuse(PrinterRefusal::Columns(new.columns)));
        }
        let catalog = configuration.catalog.as_deref();
        let station = |key: &String| {
            let found = catalog.and_then(|catalog| catalog.station_by_key(key));
            found.map(|station| station.id).ok_or_else(|| {
                let keys = catalog.map(|catalog| catalog.stations().iter().map(|station| station.key.as_str()));
                let known = keys.map(|keys| keys.collect::<Vec<_>>().join(", ")).unwrap_or_default();
                refuse(PrinterRefusal::StationUnknown { wanted: key.clone(), known })
            })
        };
        let stations = new.stations.iter().map(station).collect::<Result<Vec<_>, _>>()?;
        let fallback = match &new.fallback {
            None => None,
            Some(other) => {
                let found = configuration.printer_named(other);
                Some(found.ok_or_else(|| refuse(PrinterRefusal::Unknown(other.clone())))?.id)
            }
        };
        let id = PrinterId::from_uuid(step.ids().next_id());
        let printer = Printer {
            id,
            name,
            address: new.address.clone(),
            columns: new.columns,
            code_page: new.code_page,
            code_page_number: new.code_page_number,
            stations,
            fallback,
            is_counter: new.is_counter,
            is_removed: false,
        };
        step.record(PrinterAdded { printer })?;
        Ok(id)
    })
}

/// Has a printer print a test page, and learns anew what it answers.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub fn test(journal: &Journal, name: &str) -> Result<JobId, CommandError<PrinterRefusal>> {
    let request = Request::once(journal.environment(), Actor::Operator);
    let name = name.to_owned();
    journal.command_blocking(request, move |step| {
        let unknown = || Failure::Refused(PrinterRefusal::Unknown(name.clone()));
        let printer = step.configuration().printer_named(&name).map(|printer| printer.id).ok_or_else(unknown)?;
        let page = feature::command_printer(step, printer, PrinterCommand::Test, Actor::Operator);
        page.map_err(|failure| match failure {
            Failure::Refused(_) => unknown(),
            Failure::Storage(error) => Failure::Storage(error),
        })?
        .ok_or_else(unknown)
    })
}

/// Takes a printer away; its tickets still name it.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub fn remove(journal: &Journal, name: &str) -> Result<PrinterId, CommandError<PrinterRefusal>> {
    let request = Request::once(journal.environment(), Actor::Operator);
    let name = name.to_owned();
    journal.command_blocking(request, move |step| {
        let printer = step.configuration().printer_named(&name).map(|printer| printer.id);
        let printer = printer.ok_or_else(|| Failure::Refused(PrinterRefusal::Unknown(name.clone())))?;
        step.record(PrinterRemoved { printer })?;
        Ok(printer)
    })
}

fn checked_name(name: &str) -> Result<String, PrinterRefusal> {
    let name = name.trim();
    let fits = (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(PrinterRefusal::Name) }
}
