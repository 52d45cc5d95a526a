//! What is in the bundle: a `tar.gz` of JSON and text.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

use comanda_shared::alert::Alert;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::alerts;
use crate::health::doctor::{Diagnosis, examine};
use crate::health::metrics;
use crate::http::server::Branch;
use crate::http::whereabouts::ServedAt;
use crate::journal::{DataFolder, Journal, OpenError, open_reader, within};

/// What counting a table may take; of a larger one it is not told how many rows it has.
const PATIENCE: Duration = Duration::from_millis(500);
/// Closed alerts that are told.
const CLOSED_ALERTS: u32 = 200;

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The branch's file could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It could not be read.
    #[error("could not read the branch's file")]
    Read(#[from] rusqlite::Error),
    /// The bundle could not be packed or written.
    #[error("could not write the bundle")]
    Write(#[from] std::io::Error),
    /// Looking failed; a bug, logged where it happened.
    #[error("an internal error")]
    Panicked,
}

/// What was gathered for a bundle.
pub struct Gathered {
    at: Timestamp,
    diagnosis: Diagnosis,
    /// What Prometheus would read, of a daemon that runs.
    metrics: Option<String>,
    /// The last lines of its log.
    log: Option<String>,
    /// What it logs.
    filter: Option<String>,
    places: ServedAt,
    data: DataFolder,
    branch: Value,
    alerts: Value,
    tables: Value,
    journal: Value,
}

impl Gathered {
    /// Of the daemon that serves this branch; takes as long as the doctor does.
    ///
    /// # Errors
    /// [`BundleError`].
    pub async fn from_daemon(branch: &Branch) -> Result<Self, BundleError> {
        // Without figures it is still a bundle.
        let metrics = metrics::text(branch).await.ok();
        let (journal, data, places) = (branch.journal.clone(), branch.folder.clone(), branch.whereabouts.served_at());
        let gathered = tokio::task::spawn_blocking(move || Self::without_daemon(&journal, &data, places));
        let gathered = gathered.await.map_err(|_| BundleError::Panicked)??;
        Ok(Self { metrics, log: Some(branch.logs.recent()), filter: branch.logs.filter(), ..gathered })
    }

    /// Of a branch that nobody serves.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn without_daemon(journal: &Journal, data: &DataFolder, places: ServedAt) -> Result<Self, BundleError> {
        let environment = journal.environment();
        // A connection of its own: counting a large table takes longer than a screen may wait.
        let connection = open_reader(&data.database(), environment)?;
        let (metrics, log, filter) = (None, None, None);
        Ok(Self {
            at: environment.clock.now(),
            diagnosis: examine(data, environment, &places),
            metrics,
            log,
            filter,
            places,
            data: data.clone(),
            branch: branch(journal),
            alerts: alerts(&connection)?,
            tables: tables(&connection)?,
            journal: kinds(&connection)?,
        })
    }

    /// The bundle's bytes.
    ///
    /// # Errors
    /// [`BundleError::Write`].
    pub fn packed(&self) -> Result<Vec<u8>, BundleError> {
        let doctor = json!({"grade": self.diagnosis.grade(), "lines": self.diagnosis.lines()});
        let settings = json!({
            "listen": self.places.listen(), "guests": self.places.guests, "data_dir": self.data.path(), "backup_dir": self.data.backups(), "log": self.filter,
        });
        let documents = [
            ("version.json", versions(self.at)),
            ("doctor.json", doctor),
            ("settings.json", settings),
            ("branch.json", self.branch.clone()),
            ("alerts.json", self.alerts.clone()),
            ("tables.json", self.tables.clone()),
            ("journal.json", self.journal.clone()),
        ];
        let mut files = vec![("doctor.txt", self.diagnosis.text())];
        files.extend(documents.into_iter().map(|(name, document)| (name, format!("{document:#}\n"))));
        files.extend(self.metrics.clone().map(|text| ("metrics.txt", text)));
        files.extend(self.log.clone().map(|text| ("log.txt", text)));

        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
        for (name, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o600);
            header.set_mtime(self.at.as_second().max(0).unsigned_abs());
            archive.append_data(&mut header, format!("comanda-soporte/{name}"), text.as_bytes())?;
        }
        Ok(archive.into_inner()?.finish()?)
    }

    /// What the bundle's file is called.
    pub fn file_name(&self) -> String {
        format!("comanda-soporte-{}.tar.gz", self.at.strftime("%Y%m%dT%H%M%SZ"))
    }
}

/// Writes the bundle into `support` beside the data, readable by its owner only; the one before is thrown away.
///
/// # Errors
/// [`BundleError`].
pub fn write(gathered: &Gathered, data: &DataFolder) -> Result<PathBuf, BundleError> {
    let packed = gathered.packed()?;
    let folder = data.path().join("support");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir(&folder)?;
    let path = folder.join(gathered.file_name());
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(&packed)?;
    Ok(path)
}

fn versions(at: Timestamp) -> Value {
    let read = |path: &str| std::fs::read_to_string(path).map(|text| text.trim().to_owned()).ok();
    let system = read("/etc/os-release").and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?.to_owned();
        Some(line.trim_matches('"').to_owned())
    });
    json!({
        "comanda_edge": env!("CARGO_PKG_VERSION"),
        "sqlite": rusqlite::version(),
        "system": system,
        "kernel": read("/proc/sys/kernel/osrelease"),
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "up_seconds": read("/proc/uptime").and_then(|text| text.split('.').next()?.parse::<u64>().ok()),
        "at": at,
    })
}

/// How the branch is set up: its code and hours, not what it is called; its printers, its stations, the menu's size.
fn branch(journal: &Journal) -> Value {
    let configuration = journal.configuration();
    let settings = &configuration.settings;
    let stations: Vec<&str> = configuration
        .catalog
        .as_deref()
        .map(|catalog| catalog.stations().iter().map(|station| station.name.as_str()).collect())
        .unwrap_or_default();
    json!({
        "code": settings.code,
        "timezone": settings.timezone,
        "day_starts_at": settings.day_starts_at,
        "catalog_version": configuration.catalog_version,
        "stations": stations,
        "printers": configuration.printers.as_slice(),
    })
}

/// As they are stored: who took one is an id.
fn alerts(connection: &Connection) -> rusqlite::Result<Value> {
    let told = |alerts: Vec<Alert>| alerts.iter().map(|alert| json!(alert)).collect::<Vec<_>>();
    let open = alerts::queries::open(connection)?;
    let closed = alerts::queries::closed(connection, CLOSED_ALERTS)?;
    Ok(json!({"open": told(open), "closed": told(closed)}))
}

/// How many rows each table has, null where counting takes too long, and how large the file is.
fn tables(connection: &Connection) -> rusqlite::Result<Value> {
    const NAMES: &str =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut names = connection.prepare(NAMES)?;
    let names = names.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut rows = serde_json::Map::new();
    for name in names {
        // A table's name of our own migrations.
        let count = format!("SELECT coalesce(sum(1), 0) FROM \"{name}\"");
        let count = |file: &Connection| file.query_row(&count, [], |row| row.get::<_, i64>(0));
        let counted = within(connection, PATIENCE, count)?;
        rows.insert(name, json!(counted));
    }
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok(json!({
        "rows": rows,
        "page_size": pragma("page_size")?,
        "pages": pragma("page_count")?,
        "free_pages": pragma("freelist_count")?,
    }))
}

/// How many entries of each kind there are, null where counting takes too long, and the lives of the journal.
fn kinds(connection: &Connection) -> rusqlite::Result<Value> {
    const KINDS: &str = "SELECT header ->> '$.kind' AS kind, sum(1) FROM journal GROUP BY kind ORDER BY kind";
    const LIVES: &str =
        "SELECT hex(journal_id), first_sequence, reason FROM lineage ORDER BY first_sequence LIMIT 1000";
    let kind = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, json!(row.get::<_, i64>(1)?)));
    let entries = within(connection, PATIENCE, |file| {
        file.prepare(KINDS)?.query_map([], kind)?.collect::<rusqlite::Result<serde_json::Map<_, _>>>()
    })?;
    let mut statement = connection.prepare(LIVES)?;
    let life = |row: &rusqlite::Row<'_>| {
        let (journal, first, reason): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(json!({"journal": journal, "first_sequence": first, "reason": reason}))
    };
    let lives = statement.query_map([], life)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(json!({"entries": entries, "lives": lives}))
}
