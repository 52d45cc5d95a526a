//! Setting printers up: adding, changing, removing.

use comanda_shared::ids::{JobId, NewIds, PrinterId, StationId};
use comanda_shared::paper::DrawerPin;
use comanda_shared::printer::{CodePage, Printer, PrinterAdded, PrinterAddress, PrinterChanged, PrinterRemoved};
use comanda_shared::staff::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::feature::{self, PrinterCommand};
use super::models::{self, Model};
use crate::journal::{CommandError, Failure, Journal, Request, Step};

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
            model: None,
            beeps: false,
            drawer: DrawerPin::default(),
            limit_seconds: None,
        }
    }
}

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
    let (configuration, refuse) = (step.configuration(), Failure::Refused);
    let catalog = configuration.catalog.as_deref();
    let station = |key: &String| {
        let found = catalog.and_then(|catalog| catalog.station_by_key(key));
        found.map(|station| station.id).ok_or_else(|| {
            let keys = catalog.map(|catalog| catalog.stations().iter().map(|station| station.key.as_str()));
            let known = keys.map(|keys| keys.collect::<Vec<_>>().join(", ")).unwrap_or_default();
            refuse(PrinterRefusal::StationUnknown { wanted: key.clone(), known })
        })
    };
    let fallback = match &new.fallback {
        None => None,
        Some(other) => {
            let found = configuration.printer_named(other);
            Some(found.ok_or_else(|| refuse(PrinterRefusal::Unknown(other.clone())))?.id)
        }
    };
    Ok(Plan {
        name: new.name.clone(),
        address: new.address.clone(),
        columns: new.columns,
        code_page: new.code_page,
        code_page_number: new.code_page_number,
        stations: new.stations.iter().map(station).collect::<Result<Vec<_>, _>>()?,
        fallback,
        is_counter: new.is_counter,
        model: new.model.clone(),
        beeps: new.beeps,
        drawer: new.drawer,
        limit_seconds: new.limit_seconds,
    })
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
        is_removed: false,
        model: plan.model,
        beeps: plan.beeps,
        drawer: plan.drawer,
        limit_seconds: plan.limit_seconds,
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
