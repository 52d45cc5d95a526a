//! The branch as an installer sees it: backups, menu, staff, printers.

use std::net::ToSocketAddrs;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use comanda_shared::printer::{Printer, PrinterAddress};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::check::{Check, Finding};
use super::limits::{Limits, Stand};
use crate::backup::{BackupFolder, BackupKey};
use crate::environment::Environment;
use crate::journal::{Configuration, DataFolder, open_reader};
use crate::sync::identity::Identity;
use crate::sync::store;

const CONNECT: Duration = Duration::from_secs(1);
/// A ticket that waits longer is late in any kitchen.
const LATE_S: i64 = 60;
const VERY_LATE_S: i64 = 600;

/// Looks at the branch; without its file there is nothing to look at.
pub fn look(data: &DataFolder, environment: &Environment) -> Vec<Finding> {
    let now = environment.clock.now();
    if !data.database().exists() {
        return Vec::new();
    }
    let mut found = backups(data, now);
    let Ok(connection) = open_reader(&data.database(), environment) else { return found };
    let configuration = crate::branch::store::load(&connection)
        .and_then(|branch| branch.map(|branch| Configuration::load(&connection, &branch)).transpose());
    match configuration {
        Ok(Some(configuration)) => {
            found.push(catalog(&configuration));
            found.push(stations(&configuration));
            found.push(printers(&configuration));
        }
        Ok(None) => found.push(Check::BranchCatalog.unseen("la base no tiene sucursal")),
        Err(error) => found.push(Check::BranchCatalog.unseen(error)),
    }
    found.push(staff(&connection).unwrap_or_else(|error| Check::BranchStaff.unseen(error)));
    found.push(queue(&connection, now).unwrap_or_else(|error| Check::PrintersQueue.unseen(error)));
    found.extend(cloud(data, &connection, now));
    found
}

/// What the cloud lacks, and how long the box may still speak to it.
fn cloud(data: &DataFolder, connection: &Connection, now: Timestamp) -> [Finding; 2] {
    let identity = match Identity::read(&data.identity()) {
        Ok(Some(identity)) => identity,
        Ok(None) => return [Check::SyncBacklog, Check::SyncCertificate].map(|check| check.good("sin nube")),
        Err(error) => return [Check::SyncBacklog.unseen(&error), Check::SyncCertificate.unseen(&error)],
    };
    let limits = Limits::default();
    let backlog = match store::unsent(connection) {
        Err(error) => Check::SyncBacklog.unseen(error),
        Ok(None) => Check::SyncBacklog.good("al día"),
        Ok(Some((waiting, since))) => {
            let age = now.duration_since(since);
            let seen = format!("faltan {waiting}, la más vieja de {}", hours(age));
            match limits.sync(waiting, age) {
                Stand::Wrong(_) => Check::SyncBacklog.attention(seen),
                Stand::Between | Stand::Right => Check::SyncBacklog.good(seen),
            }
        }
    };
    let left = identity.not_after.duration_since(now);
    let seen = format!("vence en {} días", left.as_hours().div_euclid(24));
    let certificate = match limits.certificate(left) {
        Stand::Wrong(_) if left.is_negative() => Check::SyncCertificate.bad("venció"),
        Stand::Wrong(_) => Check::SyncCertificate.attention(seen),
        Stand::Between | Stand::Right => Check::SyncCertificate.good(seen),
    };
    [backlog, certificate]
}

fn backups(data: &DataFolder, now: Timestamp) -> Vec<Finding> {
    let folder = BackupFolder::at(data.backups());
    let age = match folder.list() {
        Err(error) => Check::BackupAge.bad(error.to_string()),
        Ok(backups) => match backups.first().map(|newest| now.duration_since(newest.name.at)) {
            None => Check::BackupAge.attention("no hay ninguna"),
            Some(age) if age > SignedDuration::from_hours(72) => Check::BackupAge.bad(hours(age)),
            Some(age) if age > SignedDuration::from_hours(26) => Check::BackupAge.attention(hours(age)),
            Some(age) => Check::BackupAge.good(hours(age)),
        },
    };
    let device = |path: &std::path::Path| std::fs::metadata(path).map(|found| found.dev()).ok();
    let elsewhere = match device(folder.path()) {
        Some(other) if Some(other) != device(data.path()) => Check::BackupElsewhere.good("en otro disco"),
        Some(_) | None => Check::BackupElsewhere.attention("en el mismo disco que los datos"),
    };
    let key = match BackupKey::was_seen(data) {
        true => Check::BackupKey.good("alguien lo tiene"),
        false => Check::BackupKey.attention("nadie lo ha visto"),
    };
    vec![age, elsewhere, key]
}

fn hours(age: SignedDuration) -> String {
    format!("hace {} horas", age.as_hours())
}

fn catalog(configuration: &Configuration) -> Finding {
    match &configuration.catalog {
        Some(_) => Check::BranchCatalog.good(format!("versión {}", configuration.catalog_version)),
        None => Check::BranchCatalog.attention("no hay menú"),
    }
}

fn in_use(configuration: &Configuration) -> impl Iterator<Item = &Printer> {
    configuration.printers.iter().filter(|printer| !printer.is_removed)
}

fn stations(configuration: &Configuration) -> Finding {
    let Some(catalog) = &configuration.catalog else { return Check::PrintersStations.good("aún no hay menú") };
    let is_served = |station: &comanda_shared::ids::StationId| {
        in_use(configuration).any(|printer| printer.stations.contains(station))
    };
    let without: Vec<&str> = catalog
        .stations()
        .iter()
        .filter(|station| !is_served(&station.id))
        .map(|station| station.name.as_str())
        .collect();
    match without.is_empty() {
        true => Check::PrintersStations.good("todas"),
        false => Check::PrintersStations.attention(format!("sin impresora: {}", without.join(", "))),
    }
}

/// Connects and says nothing: a printer prints nothing of that. On a cable, its device is there while it is plugged in.
fn printers(configuration: &Configuration) -> Finding {
    let silent = |printer: &&Printer| match &printer.address {
        PrinterAddress::Virtual => false,
        PrinterAddress::Tcp { host, port } => !connects(host, *port),
        PrinterAddress::Usb { path } | PrinterAddress::Serial { path, .. } => !path.exists(),
    };
    let count = in_use(configuration).count();
    let silent: Vec<&str> = in_use(configuration).filter(silent).map(|printer| printer.name.as_str()).collect();
    match silent.is_empty() {
        true => Check::PrintersAnswer.good(format!("{count} en uso")),
        false => Check::PrintersAnswer.attention(format!("no responde: {}", silent.join(", "))),
    }
}

fn connects(host: &str, port: u16) -> bool {
    let addresses = (host, port).to_socket_addrs().into_iter().flatten();
    addresses.into_iter().any(|address| std::net::TcpStream::connect_timeout(&address, CONNECT).is_ok())
}

fn staff(connection: &Connection) -> rusqlite::Result<Finding> {
    let count: i64 = connection.query_row("SELECT count(*) FROM staff_secret", [], |row| row.get(0))?;
    Ok(match count {
        0 => Check::BranchStaff.attention("nadie tiene PIN"),
        some => Check::BranchStaff.good(format!("{some} con PIN")),
    })
}

fn queue(connection: &Connection, now: Timestamp) -> rusqlite::Result<Finding> {
    let waiting = Waiting::of(connection)?;
    let seen = format!("{} esperan", waiting.count);
    Ok(match waiting.oldest.map(|at| now.duration_since(at).as_secs()) {
        Some(VERY_LATE_S..) => Check::PrintersQueue.bad(seen),
        Some(LATE_S..) => Check::PrintersQueue.attention(seen),
        Some(_) | None => Check::PrintersQueue.good(seen),
    })
}

/// What waits for printers.
pub struct Waiting {
    /// How many jobs.
    pub count: u64,
    /// Since when the oldest does.
    pub oldest: Option<Timestamp>,
}

impl Waiting {
    /// What waits now.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn of(connection: &Connection) -> rusqlite::Result<Self> {
        const WAITING: &str = "
            SELECT count(*), min(created_at) FROM print_job INDEXED BY print_job_waiting
             WHERE ended_at IS NULL AND status IN ('queued', 'sending')";
        let (count, oldest): (i64, Option<i64>) =
            connection.prepare_cached(WAITING)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let oldest = oldest.and_then(|at| Timestamp::from_microsecond(at).ok());
        Ok(Self { count: count.cast_unsigned(), oldest })
    }
}
