//! What can be said on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use comanda_shared::paper::DrawerPin;
use comanda_shared::printer::{CodePage, PrinterAddress};
use comanda_shared::staff::Role;

use super::control::Control;
use crate::branch::settings::NewSettings;
use crate::config::Beside;
use crate::devices::by_name::ScreenName;
use crate::http::trust::Trust;
use crate::journal::verify::PrintedHead;
use crate::mdns::naming::WantedName;
use crate::printing::discovery::Range;
use crate::printing::setup::{ChangedPrinter, NewPrinter};

/// The restaurant appliance that never stops selling: the branch daemon.
#[derive(Debug, Parser)]
#[command(name = "comanda-edge", version, about)]
pub struct Arguments {
    /// The branch's data folder; the platform's own when absent.
    #[arg(long, global = true, env = "COMANDA_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// A TOML file with settings of the program.
    #[arg(long, global = true, env = "COMANDA_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the branch until told to stop.
    Run(RunOptions),
    /// Serve a branch to learn on beside the branch: made anew each time, framed «PRÁCTICA», and nothing of it is real.
    Practice(PracticeOptions),
    /// The menu.
    Catalog {
        /// What about it.
        #[command(subcommand)]
        act: CatalogAct,
    },
    /// Who works here.
    Staff {
        /// What about them.
        #[command(subcommand)]
        act: StaffAct,
    },
    /// Credentials of scripts.
    Token {
        /// What about them.
        #[command(subcommand)]
        act: TokenAct,
    },
    /// The screens that are let in.
    Device {
        /// What about them.
        #[command(subcommand)]
        act: DeviceAct,
    },
    /// The printers.
    Printer {
        /// What about them.
        #[command(subcommand)]
        act: PrinterAct,
    },
    /// What the branch is called and how it counts its days.
    Settings {
        /// What about them.
        #[command(subcommand)]
        act: SettingsAct,
    },
    /// Begin for real: what was sold while the branch was tried out is put aside in a file that is kept; catalog, staff,
    /// printers and screens stay. It happens once.
    Begin {
        /// The branch's name, by whoever means it.
        name: String,
    },
    /// Join the cloud: this box speaks for the code's branch from now on.
    Enroll {
        /// The code the owner was given; it works once.
        code: String,
        /// Where the cloud is: https://…
        #[arg(long, env = "COMANDA_CLOUD", value_name = "URL")]
        cloud: String,
    },
    /// Take a branch over from a box that is gone, with what the cloud has of it. The daemon must be stopped.
    TakeOver {
        /// The code the owner was given; it works once. Without one, what a code before began is gone on with.
        code: Option<String>,
        /// Where the cloud is: https://…
        #[arg(long, env = "COMANDA_CLOUD", value_name = "URL")]
        cloud: String,
    },
    /// Hand in what this box had not sent when another took its place: the owner looks at it in the cloud.
    Salvage,
    /// Leave the cloud: the branch stands alone, with the catalog and settings it uses now, which can be changed here again.
    Leave,
    /// What guests told about themselves.
    Privacy {
        /// What about it.
        #[command(subcommand)]
        act: PrivacyAct,
    },
    /// Backups: encrypted copies of the branch, and the way back.
    Backup {
        /// What about them.
        #[command(subcommand)]
        act: BackupAct,
    },
    /// Look at disk, machine, database, backups and printers, and say what to do about each.
    Doctor {
        /// Where the branch should answer, when it is not where the settings say.
        #[arg(long, env = "COMANDA_LISTEN", value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
        /// Where guests should find the menu, when it is not where the settings say.
        #[arg(long, env = "COMANDA_GUESTS", value_name = "WHERE")]
        guests: Option<Beside>,
    },
    /// The log.
    Log {
        /// What about it.
        #[command(subcommand)]
        act: LogAct,
    },
    /// The branch's own authority for HTTPS, which is put on tablets.
    Ca {
        /// What about it.
        #[command(subcommand)]
        act: CaAct,
    },
    /// Help for whoever helps.
    Support {
        /// What of it.
        #[command(subcommand)]
        act: SupportAct,
    },
    /// The journal: everything that happened.
    Journal {
        /// What about it.
        #[command(subcommand)]
        act: JournalAct,
    },
}

/// What to do about what guests told.
#[derive(Debug, Subcommand)]
pub enum PrivacyAct {
    /// Erase names, addresses and notes of every order with this phone number, here and in the cloud; the sales stay.
    Erase {
        /// The number, however it is written.
        #[arg(long)]
        phone: String,
    },
}

/// How to serve.
#[derive(Debug, Default, Args)]
pub struct RunOptions {
    /// An address and port to listen on over HTTP; may be given several times.
    #[arg(long, env = "COMANDA_LISTEN", value_delimiter = ',', value_name = "ADDRESS")]
    pub listen: Vec<SocketAddr>,
    /// Where to listen over HTTPS: auto (port 8443 beside port 8080 of HTTP), off, or addresses with commas between.
    #[arg(long, env = "COMANDA_HTTPS", value_name = "WHERE")]
    pub https: Option<Beside>,
    /// Where guests find the menu, and nothing else: auto (port 8090 beside HTTP's addresses), off, or addresses with commas between.
    #[arg(long, env = "COMANDA_GUESTS", value_name = "WHERE")]
    pub guests: Option<Beside>,
    /// Where backups go, like a second disk; a folder beside the data when absent.
    #[arg(long, env = "COMANDA_BACKUP_DIR", value_name = "DIR")]
    pub backup_dir: Option<PathBuf>,
    /// The name it answers to under .local, or the next that is free: comanda for comanda.local; off for none.
    #[arg(long, env = "COMANDA_LOCAL_NAME", value_name = "NAME")]
    pub local_name: Option<WantedName>,
    /// A name the branch is called by on the network, besides its addresses and .local; may be given several times.
    #[arg(long = "host", env = "COMANDA_HOSTS", value_delimiter = ',', value_name = "NAME")]
    pub hosts: Vec<String>,
    /// Whom on the local network the branch answers: paired (screens let in with a code, and scripts), or network (whoever is
    /// on it).
    #[arg(long, env = "COMANDA_TRUST", value_name = "WHOM")]
    pub trust: Option<Trust>,
}

/// How to practise.
#[derive(Debug, Args)]
pub struct PracticeOptions {
    /// The address and port to listen on; the port after the branch's own when absent.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Print on the branch's own printers; without, tickets and receipts are pictures.
    #[arg(long)]
    pub print: bool,
    /// Whom on the local network it answers, as with the branch.
    #[arg(long, env = "COMANDA_TRUST", value_name = "WHOM")]
    pub trust: Option<Trust>,
}

/// What to do with screens.
#[derive(Debug, Subcommand)]
pub enum DeviceAct {
    /// Make a code that lets one screen in, once and for ten minutes.
    Code {
        /// What people will call the screen.
        name: String,
        /// What it opens: till, kitchen, board, expo or manager.
        #[arg(long, default_value = "manager")]
        screen: ScreenName,
        /// A station it shows, by its key in the catalog, for a kitchen screen; may be given several times. All when absent.
        #[arg(long = "station", value_name = "KEY")]
        stations: Vec<String>,
    },
    /// Show those that are paired.
    List,
    /// Put one out: it reaches nothing any more.
    Revoke {
        /// What it is called.
        name: String,
    },
}

/// What to do with the menu.
#[derive(Debug, Subcommand)]
pub enum CatalogAct {
    /// Replace it by the one in a file: all of it or nothing.
    Import {
        /// The file, JSON.
        file: PathBuf,
    },
    /// Print it as a file that can be imported again.
    Export,
}

/// What to do with staff.
#[derive(Debug, Subcommand)]
pub enum StaffAct {
    /// Somebody works here from now on.
    Add {
        /// What they are called.
        name: String,
        /// As what: owner, admin, limited_admin, cashier, waiter, kitchen, rider or employee.
        #[arg(long)]
        role: Role,
        /// Four to eight digits.
        #[arg(long)]
        pin: String,
    },
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenAct {
    /// Make one and print it, this once.
    Create {
        /// What the script is called.
        #[arg(long)]
        name: String,
        /// What it may do: owner, admin, limited_admin, cashier, waiter, kitchen, rider or employee.
        #[arg(long)]
        role: Role,
    },
}

/// What to do with printers.
#[derive(Debug, Subcommand)]
pub enum PrinterAct {
    /// Add one.
    Add {
        /// What people call it.
        name: String,
        /// Where it is: tcp://HOST:9100, usb:/dev/usb/lp0, serial:/dev/ttyUSB0?baud=9600&flow=none, or virtual:
        address: PrinterAddress,
        /// A station it serves, by its key in the catalog; may be given several times.
        #[arg(long = "station", value_name = "KEY")]
        stations: Vec<String>,
        /// Characters a line in the normal font: 48 or 42 on 80 mm paper, 32 on 58 mm; the model's, or 48, when absent.
        #[arg(long)]
        columns: Option<u8>,
        /// The code page: pc850, pc858, wpc1252 or pc437; the model's best, or pc850, when absent.
        #[arg(long)]
        code_page: Option<CodePage>,
        /// The number of the code page on this model, where it differs from Epson's.
        #[arg(long)]
        code_page_number: Option<u8>,
        /// The printer that takes over, by name.
        #[arg(long)]
        fallback: Option<String>,
        /// It stands at the counter: prints what guests get, and opens the drawer.
        #[arg(long)]
        counter: bool,
        /// It stands at the pass: prints each order whole, for whoever puts it together.
        #[arg(long)]
        pass: bool,
        /// Its model, when it does not say it itself: tm-t20ii, pos-5890….
        #[arg(long, value_name = "KEY")]
        model: Option<String>,
        /// It sounds with each ticket.
        #[arg(long)]
        beeps: bool,
        /// How long a ticket may take to come out here, in seconds, before another printer had better print it.
        #[arg(long, value_name = "SECONDS")]
        limit: Option<u16>,
    },
    /// Set one up otherwise; what is not said stays as it is.
    Change {
        /// What it is called.
        name: String,
        /// What to call it from now on.
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        /// Where it is now.
        #[arg(long)]
        address: Option<PrinterAddress>,
        /// A station it serves, by its key in the catalog; may be given several times, and then these are all.
        #[arg(long = "station", value_name = "KEY")]
        stations: Vec<String>,
        /// Characters a line in the normal font.
        #[arg(long)]
        columns: Option<u8>,
        /// The code page: pc850, pc858, wpc1252 or pc437.
        #[arg(long)]
        code_page: Option<CodePage>,
        /// The number of the code page on this model, where it differs from Epson's.
        #[arg(long)]
        code_page_number: Option<u8>,
        /// The printer that takes over, by name.
        #[arg(long)]
        fallback: Option<String>,
        /// Whether it stands at the counter.
        #[arg(long)]
        counter: Option<bool>,
        /// Whether it stands at the pass.
        #[arg(long)]
        pass: Option<bool>,
        /// Its model.
        #[arg(long, value_name = "KEY")]
        model: Option<String>,
        /// Whether it sounds with each ticket.
        #[arg(long)]
        beeps: Option<bool>,
        /// How long a ticket may take to come out here, in seconds.
        #[arg(long, value_name = "SECONDS")]
        limit: Option<u16>,
    },
    /// Show them.
    List,
    /// Look for printers on the local network and on USB; nothing is printed.
    Discover {
        /// The addresses to look at, as 192.168.1.0/24; those of this machine's own networks when absent.
        range: Option<Range>,
    },
    /// Have one print a test page.
    Test {
        /// What it is called.
        name: String,
    },
    /// Take one away.
    Remove {
        /// What it is called.
        name: String,
    },
}

/// What to do with settings.
#[derive(Debug, Subcommand)]
pub enum SettingsAct {
    /// Show them.
    Show,
    /// Change some of them.
    Set {
        /// The name people know the branch by.
        #[arg(long)]
        name: Option<String>,
        /// Two to six capital letters or digits that head every consecutive number.
        #[arg(long)]
        code: Option<String>,
        /// IANA time zone.
        #[arg(long)]
        timezone: Option<String>,
        /// The hour at which a day of business begins, like 04:00.
        #[arg(long)]
        day_starts_at: Option<jiff::civil::Time>,
        /// What is proposed as a tip, of a thousand: 100 for a tenth, 0 for none.
        #[arg(long)]
        tip_permille: Option<u16>,
        /// To what the sum of a payment in cash is rounded, minor units: 5000 for fifty pesos, 0 for not at all.
        #[arg(long)]
        cash_rounding: Option<i64>,
    },
}

/// What to do with backups.
#[derive(Debug, Subcommand)]
pub enum BackupAct {
    /// Make one now; the branch sells meanwhile.
    Create {
        /// The folder, a USB stick's for example; the branch's own when absent.
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
        /// Prove besides that replaying the journal gives the same tables, which takes longer.
        #[arg(long)]
        full: bool,
        /// Keep the recovery code for a person who asks with `backup key`: what a timer says goes into a log.
        #[arg(long)]
        unattended: bool,
    },
    /// Show those that are kept.
    List {
        /// The folder; the branch's own when absent.
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
    },
    /// Prove one: decrypt, unpack, check and replay it.
    Verify {
        /// The archive.
        file: PathBuf,
        /// The recovery code, on another box than the one that made it.
        #[arg(long, env = "COMANDA_RECOVERY_CODE", hide_env_values = true)]
        code: Option<String>,
    },
    /// Put one in place of the branch's file; the daemon must not be running.
    Restore {
        /// The archive.
        file: PathBuf,
        /// The recovery code, on another box than the one that made it.
        #[arg(long, env = "COMANDA_RECOVERY_CODE", hide_env_values = true)]
        code: Option<String>,
    },
    /// Show the recovery code, if nobody has seen it yet.
    Key,
}

/// What to do with the log.
#[derive(Debug, Subcommand)]
pub enum LogAct {
    /// Show what the running daemon logs, or have it log something else until it ends.
    Level {
        /// error, warn, info, debug, or a filter like comanda_edge::printing=debug,info
        filter: Option<String>,
    },
}

/// What to do with the authority for HTTPS.
#[derive(Debug, Subcommand)]
pub enum CaAct {
    /// Show it: its fingerprint, until when its certificate is good and for which names, and the authority to put on tablets.
    Show,
    /// Make the certificate anew; tablets notice nothing. A branch that runs shows it at once.
    Renew {
        /// Make the authority anew as well, because its key was stolen or it lacks a name: every tablet has to be given it again.
        #[arg(long)]
        authority: bool,
    },
}

/// What to do for support.
#[derive(Debug, Subcommand)]
pub enum SupportAct {
    /// Write what support needs to know into a file: how the box is, figures, versions, the log; no names, no telephones.
    Bundle,
}

/// What to do with the journal.
#[derive(Debug, Subcommand)]
pub enum JournalAct {
    /// Check every link of the chain; and that what stands on a Z report is still so.
    Verify {
        /// «Registro» and «Huella» of a Z report, as they are printed: "1234 3f2a…"
        #[arg(long, value_name = "NUMBER AND HASH")]
        printed: Option<PrintedHead>,
    },
    /// Replay it, and compare the tables with what the replay gives; or write the replay to a new file.
    Replay {
        /// Only compare, with a file that is thrown away; this is what happens without --into.
        #[arg(long, conflicts_with = "into")]
        check: bool,
        /// The file to write, which must not exist; the daemon must not be running.
        #[arg(long, value_name = "FILE")]
        into: Option<PathBuf>,
    },
    /// Print every entry as a line of JSON, without personal data.
    Export,
    /// Say how long it is and how much room it takes.
    Stats,
}

impl Command {
    /// The command as the daemon takes it.
    ///
    /// # Errors
    /// When a file it names cannot be read, or it is one that the daemon does not take.
    pub fn into_control(self) -> anyhow::Result<Control> {
        Ok(match self {
            Self::Catalog { act: CatalogAct::Import { file } } => {
                let text = std::fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
                let text = String::from_utf8(text).with_context(|| format!("{} is not UTF-8", file.display()))?;
                Control::CatalogImport { file: text }
            }
            Self::Catalog { act: CatalogAct::Export } => Control::CatalogExport,
            Self::Staff { act: StaffAct::Add { name, role, pin } } => Control::StaffAdd { name, role, pin },
            Self::Token { act: TokenAct::Create { name, role } } => Control::TokenCreate { name, role },
            Self::Device { act } => match act {
                DeviceAct::Code { name, screen, stations } => Control::DeviceCode { name, screen, stations },
                DeviceAct::List => Control::DeviceList,
                DeviceAct::Revoke { name } => Control::DeviceRevoke { name },
            },
            Self::Printer { act } => match act {
                PrinterAct::Add {
                    name,
                    address,
                    stations,
                    columns,
                    code_page,
                    code_page_number,
                    fallback,
                    counter,
                    pass,
                    model,
                    beeps,
                    limit,
                } => Control::PrinterAdd(NewPrinter {
                    name,
                    address,
                    stations,
                    columns,
                    code_page,
                    code_page_number,
                    fallback,
                    is_counter: counter,
                    is_pass: pass,
                    model,
                    beeps,
                    drawer: DrawerPin::default(),
                    limit_seconds: limit,
                }),
                PrinterAct::Change {
                    name,
                    rename,
                    address,
                    stations,
                    columns,
                    code_page,
                    code_page_number,
                    fallback,
                    counter,
                    pass,
                    model,
                    beeps,
                    limit,
                } => Control::PrinterChange {
                    name,
                    change: ChangedPrinter {
                        name: rename,
                        address,
                        stations,
                        columns,
                        code_page,
                        code_page_number,
                        fallback,
                        is_counter: counter,
                        is_pass: pass,
                        model,
                        beeps,
                        limit_seconds: limit,
                    },
                },
                PrinterAct::List => Control::PrinterList,
                PrinterAct::Discover { range } => Control::PrinterDiscover { range },
                PrinterAct::Test { name } => Control::PrinterTest { name },
                PrinterAct::Remove { name } => Control::PrinterRemove { name },
            },
            Self::Settings { act: SettingsAct::Show } => Control::SettingsShow,
            Self::Settings {
                act: SettingsAct::Set { name, code, timezone, day_starts_at, tip_permille, cash_rounding },
            } => {
                let payment_codes = std::collections::BTreeMap::new();
                let new = NewSettings {
                    name,
                    code,
                    timezone,
                    day_starts_at,
                    tip_permille,
                    cash_rounding,
                    payment_codes,
                    fiscal: None,
                    hours: None,
                    shows_pictures: None,
                };
                Control::SettingsSet(new)
            }
            Self::Log { act: LogAct::Level { filter } } => Control::LogLevel { filter },
            Self::Support { act: SupportAct::Bundle } => Control::SupportBundle,
            Self::Ca { act: CaAct::Show } => Control::CaShow,
            Self::Ca { act: CaAct::Renew { authority } } => Control::CaRenew { authority },
            Self::Enroll { code, cloud } => Control::Enroll { cloud, code },
            Self::Salvage => Control::Salvage,
            Self::Leave => Control::Leave,
            Self::Privacy { act: PrivacyAct::Erase { phone } } => Control::ErasePersonal { phone },
            Self::Run(_)
            | Self::Practice(_)
            | Self::Journal { .. }
            | Self::Backup { .. }
            | Self::Doctor { .. }
            | Self::Begin { .. }
            | Self::TakeOver { .. } => {
                anyhow::bail!("this is not a command to the daemon")
            }
        })
    }
}
