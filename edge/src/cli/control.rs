//! Commands of whoever holds the box, executed by the process that holds the branch: the daemon when it runs, the
//! command line itself when not.

use comanda_shared::branch::DirectiveKind;
use comanda_shared::catalog::export;
use comanda_shared::catalog::import::BadRow;
use comanda_shared::staff::{Actor, Role};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use crate::beginning;
use crate::branch::settings::{self, NewSettings};
use crate::catalog::feature::{self as catalog, BadCatalog};
use crate::customers;
use crate::devices::by_name::{self as devices, ScreenName};
use crate::http::server::Branch;
use crate::http::whereabouts::ServedAt;
use crate::journal::{CommandError, DataFolder, Journal, Request, open_reader};
use crate::orders::erasure;
use crate::printing::discovery::{self, Found, Range};
use crate::printing::setup::{self as printers, ChangedPrinter, NewPrinter};
use crate::printing::surroundings::Surroundings;
use crate::staff::secrets::{Pepper, Pin};
use crate::staff::setup as staff;
use crate::support::{self, Gathered};
use crate::sync::{enrolment, pen, salvage};
use crate::tls::certificates::Renewal;
use crate::tls::command as ca;

/// A command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Control {
    /// Replace the catalog.
    CatalogImport {
        /// The file's text.
        file: String,
    },
    /// Show the catalog as a file.
    CatalogExport,
    /// Somebody works here from now on.
    StaffAdd {
        /// What they are called.
        name: String,
        /// As what.
        role: Role,
        /// Their PIN.
        pin: String,
    },
    /// Make a script's credential.
    TokenCreate {
        /// What the script is called.
        name: String,
        /// What it may do.
        role: Role,
    },
    /// Make a code that lets a screen in.
    DeviceCode {
        /// What it is called.
        name: String,
        /// What it opens.
        screen: ScreenName,
        /// A kitchen screen's stations, by their keys.
        stations: Vec<String>,
    },
    /// Show the screens that are let in.
    DeviceList,
    /// Put a screen out.
    DeviceRevoke {
        /// What it is called.
        name: String,
    },
    /// Add a printer.
    PrinterAdd(NewPrinter),
    /// Set a printer up otherwise.
    PrinterChange {
        /// What it is called.
        name: String,
        /// What becomes another.
        change: ChangedPrinter,
    },
    /// Show the printers.
    PrinterList,
    /// Look for printers.
    PrinterDiscover {
        /// The addresses to look at; the machine's own networks when absent.
        range: Option<Range>,
    },
    /// Have a printer print a test page.
    PrinterTest {
        /// What it is called.
        name: String,
    },
    /// Take a printer away.
    PrinterRemove {
        /// What it is called.
        name: String,
    },
    /// Show the settings.
    SettingsShow,
    /// Change some settings.
    SettingsSet(NewSettings),
    /// Show what is logged, or log something else from now on.
    LogLevel {
        /// What.
        filter: Option<String>,
    },
    /// Write what support needs to know into a file.
    SupportBundle,
    /// Show the authority for HTTPS.
    CaShow,
    /// Make the certificate for HTTPS anew.
    CaRenew {
        /// And the authority as well.
        authority: bool,
    },
    /// Begin for real.
    Begin {
        /// The branch's name, by whoever means it.
        name: String,
    },
    /// Join the cloud.
    Enroll {
        /// Where it is.
        cloud: String,
        /// The code.
        code: String,
    },
    /// Hand in what was not sent to it.
    Salvage,
    /// Leave it.
    Leave,
    /// Erase what the guests with this phone number told.
    ErasePersonal {
        /// The number, however it is written.
        phone: String,
    },
}

/// What a command answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: serde_json::Value,
    /// Whether it did what was asked.
    pub is_good: bool,
}

impl Answer {
    /// What was asked was done.
    pub fn good(text: impl Into<String>, json: serde_json::Value) -> Self {
        Self { text: text.into(), json, is_good: true }
    }
}

/// Executes a command that only the daemon can; none when any process that holds the branch can.
pub fn execute_in_daemon(branch: &Branch, runtime: &Handle, control: &Control) -> Option<anyhow::Result<Answer>> {
    match control {
        Control::LogLevel { filter } => {
            let set = filter.as_deref().map_or(Ok(()), |filter| branch.logs.set_filter(filter));
            let answer = |()| {
                let filter = branch.logs.filter().unwrap_or_default();
                Answer::good(filter.clone(), serde_json::json!({"filter": filter}))
            };
            Some(set.map(answer).map_err(Into::into))
        }
        Control::SupportBundle => {
            let gathered = runtime.block_on(Gathered::from_daemon(branch));
            Some(gathered.map_err(Into::into).and_then(|gathered| bundled(&gathered, &branch.folder)))
        }
        Control::CaRenew { authority } => Some(ca::renew_now(branch, renewal(*authority))),
        Control::Begin { name } => Some(begin(branch, name)),
        _ => None,
    }
}

const fn renewal(of_authority: bool) -> Renewal {
    if of_authority { Renewal::Authority } else { Renewal::Leaf }
}

/// The daemon closes the branch, puts the trial aside and opens it again.
fn begin(branch: &Branch, name: &str) -> anyhow::Result<Answer> {
    beginning::check_meant(&branch.journal, name)?;
    let folder = branch.folder.clone();
    let trial = branch.journal.readers().read_blocking(move |connection| beginning::look(connection, &folder))?;
    if let Some(obstacle) = trial.obstacle {
        return Err(obstacle.into());
    }
    branch.wish.ask(Actor::Operator);
    let text = format!("{} orders of the trial are put aside; the daemon opens the branch again", trial.orders);
    Ok(Answer::good(text, serde_json::json!({"orders": trial.orders})))
}

fn bundled(gathered: &Gathered, folder: &DataFolder) -> anyhow::Result<Answer> {
    let file = support::bundle::write(gathered, folder)?;
    Ok(Answer::good(file.display().to_string(), serde_json::json!({"file": file})))
}

/// Executes a command in the process that holds the branch.
///
/// # Errors
/// When it is refused or the branch cannot write; then nothing has changed.
pub fn execute(journal: &Journal, folder: &DataFolder, control: Control) -> anyhow::Result<Answer> {
    Ok(match control {
        Control::CatalogImport { file } => {
            pen::check(journal, folder, DirectiveKind::Catalog)??;
            import_catalog(journal, &file)?
        }
        Control::CatalogExport => {
            let catalog = journal.configuration().catalog.clone();
            let text = export::write(&*catalog.ok_or_else(|| anyhow::anyhow!("the branch has no catalog yet"))?);
            let json = serde_json::from_str(&text)?;
            Answer::good(text, json)
        }
        Control::StaffAdd { name, role, pin } => {
            let pin: Pin = pin.parse()?;
            let pepper = Pepper::at(&folder.pepper(), journal.environment())?;
            let id = staff::add_staff(journal, &pepper, &name, role, &pin)?;
            Answer::good(format!("{} works here as {role}", name.trim()), serde_json::json!({"id": id}))
        }
        Control::TokenCreate { name, role } => {
            let (id, token) = staff::create_token(journal, &name, role)?;
            Answer::good(token.clone(), serde_json::json!({"id": id, "token": token}))
        }
        Control::DeviceCode { name, screen, stations } => devices::code(journal, name, screen, &stations)?,
        Control::DeviceList => devices::list(journal)?,
        Control::DeviceRevoke { name } => devices::revoke(journal, &name)?,
        Control::PrinterAdd(new) => {
            let name = new.name.trim().to_owned();
            let id = printers::add(journal, new)?;
            Answer::good(format!("{name} is set up"), serde_json::json!({"id": id}))
        }
        Control::PrinterChange { name, change } => {
            let id = printers::change(journal, &name, change)?;
            Answer::good(format!("{name} is set up otherwise"), serde_json::json!({"id": id}))
        }
        Control::PrinterList => list_printers(journal),
        Control::PrinterDiscover { range } => discover_printers(journal, range)?,
        Control::PrinterTest { name } => {
            let job = printers::test(journal, &name)?;
            Answer::good(format!("a test page for {name} is queued"), serde_json::json!({"job": job}))
        }
        Control::PrinterRemove { name } => {
            let id = printers::remove(journal, &name)?;
            Answer::good(format!("{name} is taken away"), serde_json::json!({"id": id}))
        }
        Control::SettingsShow => {
            let settings = journal.configuration().settings.clone();
            Answer::good(toml_like(&settings), serde_json::to_value(&*settings)?)
        }
        Control::Begin { .. } => anyhow::bail!("a file that is open does not change places"),
        Control::LogLevel { .. } => anyhow::bail!("the daemon does not run: say what it logs in its settings"),
        Control::SupportBundle => {
            let listen = std::net::SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, 8080));
            bundled(&Gathered::without_daemon(journal, folder, ServedAt::only(listen))?, folder)?
        }
        Control::CaShow => ca::show(folder)?,
        Control::CaRenew { authority } => ca::renew_later(folder, renewal(authority))?,
        Control::Enroll { cloud, code } => {
            let identity = enrolment::enrol(folder, &cloud, &code)?;
            let text = format!("this box speaks for branch {} from now on", identity.branch);
            Answer::good(text, serde_json::json!({"branch": identity.branch}))
        }
        Control::ErasePersonal { phone } => {
            let connection = open_reader(&folder.database(), journal.environment())?;
            let orders = erasure::orders_of(&connection, &phone)?;
            let card = customers::erasure::card_of(&connection, &phone)?;
            drop(connection);
            let request = Request::once(journal.environment(), Actor::Operator);
            let erased = erasure::erase(journal, folder, &request, &orders)?;
            let of_card = card.map(|card| customers::erasure::erase(journal, folder, &request, card)).transpose()?;
            let cards = u32::from(of_card == Some(true));
            Answer::good(
                format!("what guests told is erased from {erased} orders and {cards} cards"),
                serde_json::json!({"orders": erased, "cards": cards}),
            )
        }
        Control::Salvage => {
            let handed_in = salvage::hand_in(journal, folder)?;
            let text = format!(
                "{} entries handed in, up to {}: the owner decides about them",
                handed_in.entries, handed_in.upto
            );
            Answer::good(text, serde_json::to_value(handed_in)?)
        }
        Control::Leave => {
            enrolment::leave(folder)?;
            Answer::good("this box speaks for no branch of a cloud any more", serde_json::json!({}))
        }
        Control::SettingsSet(new) => {
            pen::check(journal, folder, DirectiveKind::Settings)??;
            let settings = settings::change(journal, Actor::Operator, new)?;
            Answer::good(toml_like(&settings), serde_json::to_value(&settings)?)
        }
    })
}

fn import_catalog(journal: &Journal, file: &str) -> anyhow::Result<Answer> {
    match catalog::import(journal, Actor::Operator, file.as_bytes()) {
        Ok(imported) => {
            let text = format!(
                "version {} in use: {} products in {} categories, {} modifiers, {} stations",
                imported.version, imported.products, imported.categories, imported.modifiers, imported.stations
            );
            Ok(Answer::good(text, serde_json::to_value(imported)?))
        }
        Err(CommandError::Refused(BadCatalog(rows))) => {
            let line = |row: &BadRow| format!("  {}: {} [{}]", row.place, row.message, row.code);
            let lines: Vec<String> = rows.iter().map(line).collect();
            let text = format!("nothing was imported; {} rows are not valid:\n{}", rows.len(), lines.join("\n"));
            Ok(Answer { text, json: serde_json::json!({"errors": rows}), is_good: false })
        }
        Err(error) => Err(error.into()),
    }
}

fn list_printers(journal: &Journal) -> Answer {
    let configuration = journal.configuration();
    let in_use: Vec<_> = configuration.printers.iter().filter(|printer| !printer.is_removed).collect();
    let station = |id: &comanda_shared::ids::StationId| {
        let found = configuration.catalog.as_deref().and_then(|catalog| catalog.station(id));
        found.map_or_else(|| "?".to_owned(), |station| station.key.clone())
    };
    let line = |printer: &&comanda_shared::printer::Printer| {
        let stations: Vec<String> = printer.stations.iter().map(station).collect();
        format!("{}\t{}\t{} columns\t{}", printer.name, printer.address, printer.columns, stations.join(", "))
    };
    let text = if in_use.is_empty() {
        "no printer is set up".to_owned()
    } else {
        in_use.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    Answer::good(text, serde_json::json!({"items": in_use}))
}

fn discover_printers(journal: &Journal, range: Option<Range>) -> anyhow::Result<Answer> {
    let known = journal.readers().read_blocking(discovery::known)?;
    let found = discovery::discover(&Surroundings::default(), range, &known);
    let line = |found: &Found| {
        let name = known.iter().find(|(printer, _)| Some(printer.id) == found.printer);
        let what = name.map_or(found.says.as_deref(), |(printer, _)| Some(printer.name.as_str()));
        let hardware = found.hardware.as_deref().unwrap_or("-");
        format!("{}\t{hardware}\t{}", found.address, what.unwrap_or("not set up"))
    };
    let text = if found.is_empty() {
        "no printer was found".to_owned()
    } else {
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    Ok(Answer::good(text, serde_json::json!({"items": found})))
}

fn toml_like(settings: &comanda_shared::branch::Settings) -> String {
    format!(
        "name          {}\ncode          {}\ntimezone      {}\nday starts at {}",
        settings.name, settings.code, settings.timezone, settings.day_starts_at
    )
}
