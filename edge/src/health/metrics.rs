//! What a monitoring system reads, measured when it asks. `systemd/grafana-dashboard.json` and `systemd/alerts.yml` use
//! these names; a test holds them together.

use comanda_shared::ids::PrinterId;
use jiff::{SignedDuration, Timestamp};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::{Registry, Unit};
use rusqlite::{Connection, params};

use super::branch::Waiting;
use crate::alerts;
use crate::backup::BackupFolder;
use crate::http::problem::Problem;
use crate::http::server::Branch;
use crate::journal::{ReadError, room};
use crate::live::presence::Status;

/// The text's kind.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything, as OpenMetrics text.
///
/// # Errors
/// When the branch's file cannot be read.
pub async fn text(branch: &Branch) -> Result<String, Problem> {
    let waiting = branch.journal.readers().read(Waiting::of).await?;
    let orders = branch.journal.readers().read(orders_by_day).await?;
    let open = branch.journal.readers().read(alerts::queries::open).await?;
    let mut registry = Registry::with_prefix("comanda");
    writer(&mut registry, branch);
    files(&mut registry, branch);
    let now = branch.journal.environment().clock.now();
    printers(&mut registry, branch, now).await?;
    sync(&mut registry, branch);
    let failures = branch.roll.troubles().iter().map(|(_, trouble)| u64::from(trouble.failures)).sum();
    counter(&mut registry, "follower_failures", "Parts of the program that failed and were started again", failures);
    gauge(&mut registry, "alerts_open", "Alerts that are open", i64::try_from(open.len()).unwrap_or(i64::MAX));
    let oldest = waiting.oldest.map_or(0, |at| now.duration_since(at).as_secs().max(0));
    gauge(&mut registry, "print_jobs_waiting", "Print jobs that wait for a printer", waiting.count.cast_signed());
    seconds(&mut registry, "print_oldest_wait", "How long the oldest of them has waited", oldest);
    gauge(
        &mut registry,
        "live_screens",
        "Screens that listen",
        i64::try_from(branch.live.screens()).unwrap_or(i64::MAX),
    );
    let now_late = |wanted: Status| {
        let screens = branch.live.present();
        let of_it = screens.iter().filter(|screen| screen.is_connected && screen.status(now) == wanted).count();
        i64::try_from(of_it).unwrap_or(i64::MAX)
    };
    gauge(&mut registry, "live_screens_late", "Screens that painted nothing for 25 seconds", now_late(Status::Late));
    gauge(&mut registry, "live_screens_dead", "Screens that painted nothing for a minute", now_late(Status::Dead));
    gauge(&mut registry, "day_orders", "Orders taken in the newest day of business", orders);
    if let Ok(backups) = BackupFolder::at(branch.folder.backups()).list()
        && let Some(newest) = backups.first()
    {
        let age = now.duration_since(newest.name.at).as_secs();
        seconds(&mut registry, "backup_age", "How old the newest backup is", age);
    }
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|_| ReadError::Panicked)?;
    Ok(text)
}

/// What stands and waits at one printer.
struct Queue {
    printer: PrinterId,
    name: String,
    waiting: i64,
    oldest: Option<Timestamp>,
    /// What came out in the last day, by how it is known to have.
    proofs: Vec<(String, i64)>,
}

type Labels = Vec<(&'static str, String)>;

async fn printers(registry: &mut Registry, branch: &Branch, now: Timestamp) -> Result<(), ReadError> {
    let configuration = branch.journal.configuration();
    let read = branch.journal.readers().read(move |connection| {
        let in_use = configuration.printers.iter().filter(|printer| !printer.is_removed);
        in_use.map(|printer| queue(connection, printer.id, &printer.name, now)).collect::<rusqlite::Result<Vec<_>>>()
    });
    let waiting = Family::<Labels, Gauge>::default();
    let oldest = Family::<Labels, Gauge>::default();
    let breaker = Family::<Labels, Gauge>::default();
    let proofs = Family::<Labels, Gauge>::default();
    for queue in read.await? {
        let labels = vec![("printer", queue.name)];
        waiting.get_or_create(&labels).set(queue.waiting);
        let age = queue.oldest.map_or(0, |at| now.duration_since(at).as_secs().max(0));
        oldest.get_or_create(&labels).set(age);
        let is_closed = branch.board.standing(queue.printer).breaker.is_closed();
        breaker.get_or_create(&labels).set(i64::from(!is_closed));
        for (proof, count) in queue.proofs {
            let labels: Labels = labels.iter().cloned().chain([("proof", proof)]).collect();
            proofs.get_or_create(&labels).set(count);
        }
    }
    registry.register("printer_jobs_waiting", "Print jobs that wait for this printer", waiting);
    registry.register_with_unit("printer_oldest_wait", "How long the oldest of them has waited", Unit::Seconds, oldest);
    registry.register(
        "printer_breaker_open",
        "1 while the printer was given up and is only tried now and then",
        breaker,
    );
    registry.register("printer_proofs_day", "What came out in the last day, by how that is known", proofs);
    Ok(())
}

fn queue(connection: &Connection, printer: PrinterId, name: &str, now: Timestamp) -> rusqlite::Result<Queue> {
    const WAITING: &str = "SELECT count(*), min(created_at) FROM print_job WHERE printer_id = ?1 AND ended_at IS NULL";
    const PROOFS: &str = "
        SELECT proof, count(*) FROM print_job
         WHERE printer_id = ?1 AND ended_at > ?2 AND proof IS NOT NULL
         GROUP BY proof ORDER BY proof";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?));
    let (waiting, oldest) = connection.prepare_cached(WAITING)?.query_row(params![printer.uuid().as_bytes()], row)?;
    let since = now.saturating_sub(SignedDuration::from_hours(24)).map_or(0, Timestamp::as_microsecond);
    let mut proofs = connection.prepare_cached(PROOFS)?;
    let proofs = proofs.query_map(params![printer.uuid().as_bytes(), since], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let proofs = proofs.collect::<rusqlite::Result<_>>()?;
    let oldest = oldest.and_then(|at| Timestamp::from_microsecond(at).ok());
    Ok(Queue { printer, name: name.to_owned(), waiting, oldest, proofs })
}

/// How far the cloud is behind; nothing of a branch that stands alone.
fn sync(registry: &mut Registry, branch: &Branch) {
    let status = branch.sync.status();
    if status.branch.is_some() {
        let waiting = branch.committed.borrow().saturating_sub(status.acknowledged);
        gauge(registry, "sync_waiting", "Entries the cloud does not have yet", waiting.cast_signed());
    }
}

fn writer(registry: &mut Registry, branch: &Branch) {
    let load = branch.journal.load();
    counter(registry, "writer_commits_us", "How long commits took together, in microseconds", load.commits_us);
    counter(registry, "writer_steps", "Pieces of work the writer has run", load.steps);
    counter(registry, "writer_commits", "Commits made", load.commits);
    counter(
        registry,
        "writer_long_steps",
        "Pieces of work that held the writer over five milliseconds",
        load.long_steps,
    );
    counter(registry, "journal_entries", "Entries of the journal", *branch.committed.borrow());
    let longest = load.longest_step_us.cast_signed();
    gauge(registry, "writer_longest_step_us", "The longest a piece of work held the writer, in microseconds", longest);
}

fn files(registry: &mut Registry, branch: &Branch) {
    let length = |ending: &str| {
        let mut path = branch.folder.database().into_os_string();
        path.push(ending);
        std::fs::metadata(path).map_or(0, |file| file.len().cast_signed())
    };
    bytes(registry, "database", "The branch's file", length(""));
    bytes(registry, "database_log", "The log not yet moved into it", length("-wal"));
    if let Ok((free, all)) = room(branch.folder.path()) {
        bytes(registry, "disk_free", "Room left where the data is", free.cast_signed());
        bytes(registry, "disk_size", "Room there is in all", all.cast_signed());
    }
}

fn orders_by_day(connection: &Connection) -> rusqlite::Result<i64> {
    const NEWEST: &str = "
        SELECT coalesce(sum(placed), 0) FROM sales_day
         WHERE business_day = (SELECT max(business_day) FROM sales_day)";
    connection.prepare_cached(NEWEST)?.query_row([], |row| row.get(0))
}

fn counter(registry: &mut Registry, name: &str, help: &str, value: u64) {
    registry.register(name, help, ConstCounter::new(value));
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    registry.register(name, help, ConstGauge::new(value));
}

fn seconds(registry: &mut Registry, name: &str, help: &str, value: i64) {
    registry.register_with_unit(name, help, Unit::Seconds, ConstGauge::new(value));
}

fn bytes(registry: &mut Registry, name: &str, help: &str, value: i64) {
    registry.register_with_unit(name, help, Unit::Bytes, ConstGauge::new(value));
}
