//! Printers as an installer speaks of them on the command line: by the names people use.

use comanda_shared::ids::{JobId, PrinterId, StationId};
use comanda_shared::paper::DrawerPin;
use comanda_shared::printer::{CodePage, PrinterAddress, PrinterRemoved};
use comanda_shared::staff::Actor;
use serde::{Deserialize, Serialize};

use super::{Plan, PrinterRefusal, add_planned, change_planned};
use crate::journal::{CommandError, Configuration, Failure, Journal, Request, Step};
use crate::printing::feature::{self, PrinterCommand};

/// A printer as an installer describes it on the command line: by the names people use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewPrinter {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub address: PrinterAddress,
    /// The stations it serves, by their key in the catalog.
    pub stations: Vec<String>,
    /// Characters a line in the normal font; the model's, or 48, when nobody says.
    pub columns: Option<u8>,
    /// The code page its text is sent in; the model's best, or PC850, when nobody says.
    pub code_page: Option<CodePage>,
    /// The number of that code page on this model, where it differs from Epson's.
    pub code_page_number: Option<u8>,
    /// The printer that takes over, by name.
    pub fallback: Option<String>,
    /// Whether it stands at the counter: prints what guests get, and opens the drawer.
    #[serde(default)]
    pub is_counter: bool,
    /// Whether it stands at the pass: prints each order whole, for whoever puts it together.
    #[serde(default)]
    pub is_pass: bool,
    /// Its model, by its key in the table of models.
    #[serde(default)]
    pub model: Option<String>,
    /// Whether it sounds with each ticket.
    #[serde(default)]
    pub beeps: bool,
    /// The pin of its socket on which the drawer hangs.
    #[serde(default)]
    pub drawer: DrawerPin,
    /// How long a ticket may take to come out here, in seconds.
    #[serde(default)]
    pub limit_seconds: Option<u16>,
}

impl NewPrinter {
    /// An ordinary one: 80 mm paper, PC850, no station yet.
    pub fn at(name: &str, address: PrinterAddress) -> Self {
        Self {
            name: name.to_owned(),
            address,
            stations: Vec::new(),
            columns: None,
            code_page: None,
            code_page_number: None,
            fallback: None,
            is_counter: false,
            is_pass: false,
            model: None,
            beeps: false,
            drawer: DrawerPin::default(),
            limit_seconds: None,
        }
    }
}

/// What becomes another of a printer, by the names people use; what is absent stays as it is.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct ChangedPrinter {
    /// What people call it.
    pub name: Option<String>,
    /// Where it is.
    pub address: Option<PrinterAddress>,
    /// The stations it serves, by their key in the catalog; none means those it has.
    pub stations: Vec<String>,
    /// Characters a line in the normal font.
    pub columns: Option<u8>,
    /// The code page its text is sent in.
    pub code_page: Option<CodePage>,
    /// The number of that code page on this model.
    pub code_page_number: Option<u8>,
    /// The printer that takes over, by name.
    pub fallback: Option<String>,
    /// Whether it stands at the counter.
    pub is_counter: Option<bool>,
    /// Whether it stands at the pass.
    pub is_pass: Option<bool>,
    /// Its model, by its key in the table of models.
    pub model: Option<String>,
    /// Whether it sounds with each ticket.
    pub beeps: Option<bool>,
    /// How long a ticket may take to come out here, in seconds.
    pub limit_seconds: Option<u16>,
}

/// Adds a printer.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub fn add(journal: &Journal, new: NewPrinter) -> Result<PrinterId, CommandError<PrinterRefusal>> {
    let request = Request::once(journal.environment(), Actor::Operator);
    journal.command_blocking(request, move |step| {
        let plan = planned(step, &new)?;
        add_planned(step, plan)
    })
}

/// The plan of what is described by name.
fn planned(step: &Step<'_>, new: &NewPrinter) -> Result<Plan, Failure<PrinterRefusal>> {
    let configuration = step.configuration();
    Ok(Plan {
        name: new.name.clone(),
        address: new.address.clone(),
        columns: new.columns,
        code_page: new.code_page,
        code_page_number: new.code_page_number,
        stations: stations_by_key(&configuration, &new.stations)?,
        fallback: by_name(&configuration, new.fallback.as_ref())?,
        is_counter: new.is_counter,
        is_pass: new.is_pass,
        model: new.model.clone(),
        beeps: new.beeps,
        drawer: new.drawer,
        limit_seconds: new.limit_seconds,
    })
}

fn stations_by_key(configuration: &Configuration, keys: &[String]) -> Result<Vec<StationId>, Failure<PrinterRefusal>> {
    let catalog = configuration.catalog.as_deref();
    let station = |key: &String| {
        let found = catalog.and_then(|catalog| catalog.station_by_key(key));
        found.map(|station| station.id).ok_or_else(|| {
            let keys = catalog.map(|catalog| catalog.stations().iter().map(|station| station.key.as_str()));
            let known = keys.map(|keys| keys.collect::<Vec<_>>().join(", ")).unwrap_or_default();
            Failure::Refused(PrinterRefusal::StationUnknown { wanted: key.clone(), known })
        })
    };
    keys.iter().map(station).collect()
}

fn by_name(configuration: &Configuration, name: Option<&String>) -> Result<Option<PrinterId>, Failure<PrinterRefusal>> {
    let Some(name) = name else { return Ok(None) };
    let found = configuration.printer_named(name).map(|printer| printer.id);
    found.map(Some).ok_or_else(|| Failure::Refused(PrinterRefusal::Unknown(name.clone())))
}

/// Sets a printer up otherwise.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub fn change(
    journal: &Journal,
    name: &str,
    change: ChangedPrinter,
) -> Result<PrinterId, CommandError<PrinterRefusal>> {
    let request = Request::once(journal.environment(), Actor::Operator);
    let name = name.to_owned();
    journal.command_blocking(request, move |step| {
        let configuration = step.configuration();
        let unknown = || Failure::Refused(PrinterRefusal::Unknown(name.clone()));
        let known = configuration.printer_named(&name).ok_or_else(unknown)?;
        // Another model has other pages, of which it knows the best itself.
        let is_same_model = change.model.is_none() || change.model == known.model;
        let plan = Plan {
            name: change.name.unwrap_or_else(|| known.name.clone()),
            address: change.address.unwrap_or_else(|| known.address.clone()),
            columns: change.columns.or(Some(known.columns)),
            code_page: change.code_page.or(is_same_model.then_some(known.code_page)),
            code_page_number: change.code_page_number.or(known.code_page_number.filter(|_| is_same_model)),
            stations: match change.stations.is_empty() {
                true => known.stations.clone(),
                false => stations_by_key(&configuration, &change.stations)?,
            },
            fallback: by_name(&configuration, change.fallback.as_ref())?.or(known.fallback),
            is_counter: change.is_counter.unwrap_or(known.is_counter),
            is_pass: change.is_pass.unwrap_or(known.is_pass),
            model: change.model.or_else(|| known.model.clone()),
            beeps: change.beeps.unwrap_or(known.beeps),
            drawer: known.drawer,
            limit_seconds: change.limit_seconds.or(known.limit_seconds),
        };
        change_planned(step, known.id, plan)
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
