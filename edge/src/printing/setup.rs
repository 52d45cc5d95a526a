//! Setting printers up: adding, changing, removing; [`named`] does so by the names people use.

mod named;

pub use named::{ChangedPrinter, NewPrinter, add, change, remove, test};

use comanda_shared::ids::{NewIds, PrinterId, StationId};
use comanda_shared::paper::DrawerPin;
use comanda_shared::printer::{CodePage, Printer, PrinterAdded, PrinterAddress, PrinterChanged, PrinterRemoved};
use serde::Deserialize;
use utoipa::ToSchema;

use super::models::{self, Model};
use crate::journal::{Failure, Step};

/// How a printer is set up: everything but which one it is.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PrinterPlan)]
pub struct Plan {
    /// What people call it.
    #[schema(max_length = 60)]
    pub name: String,
    /// Where it is: `tcp://192.168.1.50:9100`, `usb:/dev/usb/lp0`, `serial:/dev/ttyUSB0?baud=9600&flow=none`, `virtual:`.
    #[schema(value_type = String, example = "tcp://192.168.1.50:9100")]
    pub address: PrinterAddress,
    /// Characters a line in the normal font: 48 or 42 on 80 mm paper, 32 on 58 mm. Absent, the model's, or 48.
    #[schema(minimum = 20, maximum = 80)]
    pub columns: Option<u8>,
    /// The code page its text is sent in. Absent, the model's best, or PC850.
    pub code_page: Option<CodePage>,
    /// The number of that code page on this model, where it differs from Epson's.
    pub code_page_number: Option<u8>,
    /// The stations it serves.
    #[serde(default)]
    pub stations: Vec<StationId>,
    /// The printer that takes over.
    pub fallback: Option<PrinterId>,
    /// Whether it stands at the counter.
    #[serde(default)]
    pub is_counter: bool,
    /// Whether it stands at the pass: prints each order whole, for whoever puts it together.
    #[serde(default)]
    pub is_pass: bool,
    /// Its model, by its key in the table of models; absent where the printer itself may say.
    pub model: Option<String>,
    /// Whether it sounds with each ticket.
    #[serde(default)]
    pub beeps: bool,
    /// The pin of its socket on which the drawer hangs.
    #[serde(default)]
    pub drawer: DrawerPin,
    /// How long a ticket may take to come out here, in seconds, before another printer had better print it. Absent, a minute.
    #[schema(minimum = 10, maximum = 3600)]
    pub limit_seconds: Option<u16>,
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
    /// A ticket may take ten seconds to an hour.
    #[error("a ticket may take 10 to 3600 seconds, not {0}")]
    Limit(u16),
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
    /// There is no such printer that could take over; none takes over for itself.
    #[error("no other printer takes over from this one by that name")]
    FallbackUnknown,
    /// The table of models has no such key.
    #[error("there is no model «{0}»")]
    ModelUnknown(String),
    /// The model does not have the code page.
    #[error("{model} is not known to have the code page {page}; it has {best}, and others by a number of your own")]
    PageMissing {
        /// What was asked for.
        page: CodePage,
        /// Of which model.
        model: String,
        /// What it has.
        best: CodePage,
    },
}

/// Adds a printer as it is planned.
///
/// # Errors
/// When it cannot be so, or SQLite fails; then nothing has happened.
pub fn add_planned(step: &mut Step<'_>, plan: Plan) -> Result<PrinterId, Failure<PrinterRefusal>> {
    let id = PrinterId::from_uuid(step.ids().next_id());
    let printer = checked(step, id, plan).map_err(Failure::Refused)?;
    step.record(PrinterAdded { printer })?;
    Ok(id)
}

/// Sets a printer up otherwise; what is so already changes nothing.
///
/// # Errors
/// As [`add_planned`], and when there is no such printer.
pub fn change_planned(step: &mut Step<'_>, id: PrinterId, plan: Plan) -> Result<PrinterId, Failure<PrinterRefusal>> {
    let before = in_use(step, id)?;
    let printer = checked(step, id, plan).map_err(Failure::Refused)?;
    if printer != before {
        step.record(PrinterChanged { printer })?;
    }
    Ok(id)
}

/// Takes a printer away; its tickets still name it.
///
/// # Errors
/// When there is no such printer, or SQLite fails; then nothing has happened.
pub fn remove_known(step: &mut Step<'_>, id: PrinterId) -> Result<PrinterId, Failure<PrinterRefusal>> {
    in_use(step, id)?;
    step.record(PrinterRemoved { printer: id })?;
    Ok(id)
}

fn in_use(step: &Step<'_>, id: PrinterId) -> Result<Printer, Failure<PrinterRefusal>> {
    let configuration = step.configuration();
    let found = configuration.printers.iter().find(|printer| printer.id == id && !printer.is_removed);
    found.cloned().ok_or_else(|| Failure::Refused(PrinterRefusal::Unknown(id.to_string())))
}

/// The printer, if it can be set up so.
fn checked(step: &Step<'_>, id: PrinterId, plan: Plan) -> Result<Printer, PrinterRefusal> {
    let configuration = step.configuration();
    let name = checked_name(&plan.name)?;
    if configuration.printer_named(&name).is_some_and(|other| other.id != id) {
        return Err(PrinterRefusal::NameTaken(name));
    }
    let model = match &plan.model {
        None => None,
        Some(key) => Some(models::named(key).ok_or_else(|| PrinterRefusal::ModelUnknown(key.clone()))?),
    };
    let columns = plan.columns.or(model.map(|model| model.columns)).unwrap_or(48);
    if !(20..=80).contains(&columns) {
        return Err(PrinterRefusal::Columns(columns));
    }
    let code_page = plan.code_page.or(model.map(Model::best_page)).unwrap_or_default();
    if let Some(model) = model.filter(|model| model.page_number(code_page).is_none())
        && plan.code_page_number.is_none()
    {
        let (model, best) = (model.name.to_owned(), model.best_page());
        return Err(PrinterRefusal::PageMissing { page: code_page, model, best });
    }
    if let Some(limit) = plan.limit_seconds.filter(|limit| !(10..=3600).contains(limit)) {
        return Err(PrinterRefusal::Limit(limit));
    }
    let catalog = configuration.catalog.as_deref();
    let is_known = |station: &&StationId| catalog.is_some_and(|catalog| catalog.station(station).is_some());
    if let Some(unknown) = plan.stations.iter().find(|station| !is_known(station)) {
        let known = catalog.map(|catalog| catalog.stations().iter().map(|station| station.id.to_string()));
        let known = known.map(|known| known.collect::<Vec<_>>().join(", ")).unwrap_or_default();
        return Err(PrinterRefusal::StationUnknown { wanted: unknown.to_string(), known });
    }
    let may_take_over = |other: &Printer| Some(other.id) == plan.fallback && other.id != id && !other.is_removed;
    if plan.fallback.is_some() && !configuration.printers.iter().any(may_take_over) {
        return Err(PrinterRefusal::FallbackUnknown);
    }
    Ok(Printer {
        id,
        name,
        address: plan.address,
        columns,
        code_page,
        code_page_number: plan.code_page_number,
        stations: plan.stations,
        fallback: plan.fallback,
        is_counter: plan.is_counter,
        is_pass: plan.is_pass,
        is_removed: false,
        model: plan.model,
        beeps: plan.beeps,
        drawer: plan.drawer,
        limit_seconds: plan.limit_seconds,
    })
}

fn checked_name(name: &str) -> Result<String, PrinterRefusal> {
    let name = name.trim();
    let fits = (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(PrinterRefusal::Name) }
}
