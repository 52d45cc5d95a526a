//! What can be said on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;

/// The company's side: hears what every branch did, exactly once.
#[derive(Debug, Parser)]
#[command(name = "comanda-cloud", version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The database, as the program works with it.
#[derive(Clone, Debug, Args)]
pub struct Connection {
    /// The database, as role comanda_app: postgresql://comanda_app@HOST/NAME
    #[arg(long, env = "COMANDA_CLOUD_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: String,
}

/// Where keys and certificates are.
#[derive(Clone, Debug, Args)]
pub struct Keys {
    /// The folder of the authority of devices: its key must be backed up and shown to nobody.
    #[arg(long, env = "COMANDA_CLOUD_KEYS", value_name = "DIR")]
    pub keys: PathBuf,
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeOptions {
    /// The database.
    #[command(flatten)]
    pub connection: Connection,
    /// The keys.
    #[command(flatten)]
    pub keys: Keys,
    /// The address and port to listen on.
    #[arg(long, env = "COMANDA_CLOUD_LISTEN", default_value = "127.0.0.1:8090", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where boxes fetch documents, with their certificates.
    #[arg(long, env = "COMANDA_CLOUD_LISTEN_BOXES", default_value = "0.0.0.0:8443", value_name = "ADDRESS")]
    pub listen_boxes: SocketAddr,
    /// The same as boxes find it; the broker's name and this port when absent: https://HOST:PORT
    #[arg(long, env = "COMANDA_CLOUD_DOCUMENTS_FOR_BRANCHES", value_name = "URL")]
    pub documents_for_branches: Option<String>,
    /// The broker: HOST:PORT
    #[arg(long, env = "COMANDA_CLOUD_BROKER", value_name = "HOST:PORT")]
    pub broker: String,
    /// The broker as branches find it, where that is another way: HOST:PORT
    #[arg(long, env = "COMANDA_CLOUD_BROKER_FOR_BRANCHES", value_name = "HOST:PORT")]
    pub broker_for_branches: Option<String>,
    /// Of the 64 shards of branches, how many this process works for at most; others are for processes beside it.
    #[arg(long, env = "COMANDA_CLOUD_MOST_SHARDS", default_value_t = 64, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub most_shards: u8,
    /// How long boxes' certificates are good for: 2160h, 90m. They ask for the next one at two thirds of it.
    #[arg(long, env = "COMANDA_CLOUD_BOX_CERTIFICATES", default_value = "2160h", value_name = "DURATION")]
    pub box_certificates: SignedDuration,
    /// What is logged.
    #[arg(long, env = "COMANDA_LOG", default_value = "info")]
    pub log: String,
}

/// What becomes of an order that was handed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Verdict {
    /// It counts.
    Accept,
    /// It does not.
    SetAside,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring the database up to date, as its owner.
    Migrate {
        /// The database, as its owner.
        #[arg(long, env = "COMANDA_CLOUD_OWNER", value_name = "URL", hide_env_values = true)]
        owner: String,
    },
    /// Make what is missing of keys and certificates, and write the broker's configuration.
    Prepare {
        /// The keys.
        #[command(flatten)]
        keys: Keys,
        /// A name or address under which branches reach the broker; may be given several times.
        #[arg(long = "broker-name", required = true)]
        broker_names: Vec<String>,
        /// Where the broker is to listen.
        #[arg(long, default_value = "0.0.0.0:8883")]
        broker_listen: SocketAddr,
    },
    /// Serve until told to stop.
    Serve(ServeOptions),
    /// Make a company.
    CompanyCreate {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// Its name in addresses.
        slug: String,
        /// Its name.
        name: String,
    },
    /// Make a branch of a company.
    BranchCreate {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// The company's slug.
        company: String,
        /// What heads its consecutive numbers.
        code: String,
        /// What people call it.
        name: String,
    },
    /// Make a code for a box of a branch: its first, or one that takes its place.
    Code {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY/CODE
        branch: String,
    },
    /// No box speaks for this branch any more.
    Revoke {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY/CODE
        branch: String,
    },
    /// Make a token of a company for the API; it is shown once.
    TokenCreate {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// The company's slug.
        company: String,
        /// What it is called, to end it by.
        name: String,
    },
    /// End the tokens of this name.
    TokenRevoke {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// The company's slug.
        company: String,
        /// What they are called.
        name: String,
    },
    /// Publish a catalog file for all branches of a company, or for one.
    CatalogPublish {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY, or COMPANY/CODE
        scope: String,
        /// The file.
        file: PathBuf,
    },
    /// Show what a box had not sent when another took its place, and handed in since.
    Salvage {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY/CODE
        branch: String,
    },
    /// Count an order that was handed in, or put it aside.
    SalvageDecide {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY/CODE
        branch: String,
        /// The order's id, or `all` of those that wait.
        order: String,
        /// What becomes of it.
        #[arg(value_enum)]
        verdict: Verdict,
    },
    /// Publish a list of who works at the branches; PINs in it are kept as verifiers only.
    StaffPublish {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// The keys.
        #[command(flatten)]
        keys: Keys,
        /// COMPANY, or COMPANY/CODE
        scope: String,
        /// The file: {"staff": [{"key", "name", "role", "active"?, "pin"?, "id"?}]}
        file: PathBuf,
    },
    /// Publish the settings of a branch.
    SettingsPublish {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY/CODE
        branch: String,
        /// JSON: name, code, timezone, day_starts_at.
        settings: String,
    },
    /// What is laid down for the branches of a company, and what they use.
    Directives {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// The company's slug.
        company: String,
    },
    /// Ask something of a branch.
    Ask {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY/CODE
        branch: String,
        /// What: availability.set
        kind: String,
        /// What exactly, JSON.
        body: String,
    },
    /// Have what the guests with this phone number told erased, at every branch and here; the sales stay.
    Erase {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// The company's slug.
        company: String,
        /// The number, however it is written; it is not kept.
        phone: String,
    },
    /// What was asked of a branch, and what became of it.
    Asked {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY/CODE
        branch: String,
    },
    /// How the branches are.
    Fleet {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// Of this company only.
        #[arg(long)]
        company: Option<String>,
    },
    /// Make all that is derived of a branch again of its entries.
    Rebuild {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY/CODE
        branch: String,
    },
    /// Entries that were set aside; a rebuild tries them again.
    DeadLetters {
        /// The database.
        #[command(flatten)]
        connection: Connection,
        /// COMPANY/CODE
        branch: String,
    },
}
