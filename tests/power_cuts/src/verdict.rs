//! What must hold after a power cut, judged from the tables and the journal as they are found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use comanda_edge::journal::aggregates::Aggregate;
use comanda_edge::journal::replay::{differences, replay_into};
use comanda_edge::journal::verify::verify;
use comanda_edge::journal::{CommandError, ReadError, open_reader};
use comanda_edge::orders::feature::Wish;
use comanda_shared::ids::OrderId;
use comanda_shared::order::{LineState, Order};
use rusqlite::Connection;

use crate::branch::{Asked, Branch, Told};
use crate::trial::Knowledge;

/// A promise that was broken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Violation {
    /// The branch does not open.
    DoesNotOpen(String),
    /// A table cannot be read.
    DoesNotRead(String),
    /// SQLite finds its file damaged.
    Damaged(String),
    /// The chain of the journal is broken.
    Chain(String),
    /// What was acknowledged under this key is not there.
    Lost(String),
    /// What was asked under this key happened this often.
    Doubled(String, usize),
    /// An order is not what was acknowledged.
    Changed(String),
    /// An order's totals are not those of its lines, or the day's not those of its orders.
    Sums(String),
    /// Orders were numbered twice or with a gap.
    Numbers(String),
    /// Tickets, print jobs and the journal do not belong together.
    Tickets(String),
    /// What was asked again was not taken, or made another order.
    Repeat(String),
    /// Replaying the journal gives other tables.
    Replay(String),
}

/// Judges what is found before anybody asks for anything.
pub fn of(branch: &Branch, knowledge: &Knowledge) -> Vec<Violation> {
    let found = branch.read(|connection| {
        let mut found = sound(connection)?;
        let commands = commands(connection)?;
        let orders = orders(connection)?;
        found.extend(acknowledged(knowledge, &commands, &orders));
        found.extend(doubled(knowledge, &commands));
        found.extend(sums(connection, &orders)?);
        found.extend(numbers(&orders));
        found.extend(tickets(connection)?);
        Ok(found)
    });
    unless_unread(found)
}

/// Judges what is found after what was not answered was asked once more.
pub fn of_repeats(branch: &Branch, knowledge: &Knowledge, told: &[Told]) -> Vec<Violation> {
    let mut found = Vec::new();
    for told in told {
        match (&told.answer, &told.asked.wish) {
            (Ok(_), _) => {}
            // Asked for together with what makes it impossible, in another order than before.
            (Err(CommandError::Refused(_)), Wish::Change { .. }) => {}
            (Err(error), _) => found.push(Violation::Repeat(format!("{}: {error}", told.asked.key))),
        }
    }
    let judged = branch.read(|connection| {
        let (commands, orders) = (commands(connection)?, orders(connection)?);
        let mut found = numbers(&orders);
        for told in told.iter().filter(|told| told.answer.is_ok()) {
            match commands.get(&told.asked.request().command.to_string()) {
                Some(1) => {}
                Some(times) => found.push(Violation::Doubled(told.asked.key.clone(), *times)),
                None => found.push(Violation::Lost(told.asked.key.clone())),
            }
        }
        let placed = |wish: &Wish| matches!(wish, Wish::Place(_));
        let made: BTreeSet<OrderId> = told
            .iter()
            .filter(|told| placed(&told.asked.wish))
            .filter_map(|told| told.answer.clone().ok())
            .map(|outcome| outcome.into_inner().id)
            .chain(knowledge.acknowledged.iter().map(|(_, order)| order.id))
            .collect();
        let missing = made.iter().filter(|id| !orders.contains_key(id)).count();
        if missing > 0 {
            found.push(Violation::Lost(format!("{missing} orders after they were asked for again")));
        }
        found.extend(sums(connection, &orders)?);
        found.extend(tickets(connection)?);
        Ok(found)
    });
    found.extend(unless_unread(judged));
    found
}

/// Replays the journal into a new file on the same disk and compares. The file is of this recovery, by its seed: the power may
/// have left half of another's.
pub fn of_replay(branch: &Branch, seed: u64) -> Vec<Violation> {
    let environment = branch.journal().environment();
    let file = PathBuf::from(format!("replay-{seed:x}.db"));
    let compared = branch.read(|connection| {
        if let Err(error) = replay_into(connection, &file, environment) {
            return Ok(vec![Violation::Replay(error.to_string())]);
        }
        let Ok(replayed) = open_reader(&file, environment) else {
            return Ok(vec![Violation::Replay("what it gave does not open".to_owned())]);
        };
        let found = differences(connection, &replayed)?;
        Ok(found.into_iter().map(|difference| Violation::Replay(format!("{difference:?}"))).collect())
    });
    unless_unread(compared)
}

fn unless_unread(found: Result<Vec<Violation>, ReadError>) -> Vec<Violation> {
    found.unwrap_or_else(|error| vec![Violation::DoesNotRead(format!("{error:?}"))])
}

fn sound(connection: &Connection) -> rusqlite::Result<Vec<Violation>> {
    let mut found = Vec::new();
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        found.push(Violation::Damaged(verdict));
    }
    let chain = verify(connection)?;
    found.extend(
        chain.faults.into_iter().map(|fault| Violation::Chain(format!("{}: {}", fault.sequence, fault.reason))),
    );
    Ok(found)
}

/// How often each command happened, by its id.
fn commands(connection: &Connection) -> rusqlite::Result<BTreeMap<String, usize>> {
    const COMMANDS: &str = "
        SELECT header ->> '$.command', count(*) FROM journal
         WHERE header ->> '$.last_of_command' AND header ->> '$.request' IS NOT NULL
         GROUP BY 1 ORDER BY 1";
    let mut read = connection.prepare_cached(COMMANDS)?;
    let rows = read.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
    rows.map(|row| row.map(|(command, count)| (command, usize::try_from(count).unwrap_or_default()))).collect()
}

fn orders(connection: &Connection) -> rusqlite::Result<BTreeMap<OrderId, Order>> {
    let mut read = connection.prepare_cached("SELECT id FROM orders ORDER BY id")?;
    let ids = read.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
    let load = |id: [u8; 16]| Order::load(connection, uuid::Uuid::from_bytes(id));
    let loaded = ids.map(|id| load(id?)).filter_map(Result::transpose);
    loaded.map(|order| order.map(|order| (order.id, order))).collect()
}

fn acknowledged(
    knowledge: &Knowledge,
    commands: &BTreeMap<String, usize>,
    orders: &BTreeMap<OrderId, Order>,
) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut latest: BTreeMap<OrderId, &Order> = BTreeMap::new();
    for (asked, order) in &knowledge.acknowledged {
        match commands.get(&asked.request().command.to_string()) {
            Some(1) => {}
            Some(times) => found.push(Violation::Doubled(asked.key.clone(), *times)),
            None => found.push(Violation::Lost(asked.key.clone())),
        }
        let known = latest.entry(order.id).or_insert(order);
        if known.version < order.version {
            *known = order;
        }
    }
    let may_have_changed = |id: &OrderId| {
        knowledge.unanswered.iter().any(|asked| matches!(&asked.wish, Wish::Change { order, .. } if order == id))
    };
    for (id, order) in latest {
        match orders.get(&id) {
            None => found.push(Violation::Lost(order.consecutive.clone())),
            Some(there) if there == order => {}
            Some(there) if there.version > order.version && may_have_changed(&id) => {
                let kept = order.lines.iter().all(|line| there.lines.iter().any(|other| other.id == line.id));
                if !kept || there.consecutive != order.consecutive {
                    found.push(Violation::Changed(order.consecutive.clone()));
                }
            }
            Some(_) => found.push(Violation::Changed(order.consecutive.clone())),
        }
    }
    found
}

/// What was sent and not answered happened once or not at all.
fn doubled(knowledge: &Knowledge, commands: &BTreeMap<String, usize>) -> Vec<Violation> {
    let times = |asked: &Asked| commands.get(&asked.request().command.to_string()).copied().unwrap_or_default();
    let twice = knowledge.unanswered.iter().filter(|asked| times(asked) > 1);
    twice.map(|asked| Violation::Doubled(asked.key.clone(), times(asked))).collect()
}

fn sums(connection: &Connection, orders: &BTreeMap<OrderId, Order>) -> rusqlite::Result<Vec<Violation>> {
    let mut found = Vec::new();
    let mut day = 0;
    for order in orders.values() {
        let open = order.lines.iter().filter(|line| matches!(line.state, LineState::Open));
        let subtotal: i64 = open.map(|line| line.amounts.subtotal.minor()).sum();
        let is_cancelled = order.status.as_str() == "cancelled";
        if subtotal != order.totals.subtotal.minor() {
            found.push(Violation::Sums(order.consecutive.clone()));
        }
        day += if is_cancelled { 0 } else { order.totals.total.minor() };
    }
    const DAY: &str = "SELECT coalesce(sum(total), 0), coalesce(sum(placed), 0) FROM sales_day";
    let (total, placed): (i64, i64) = connection.query_row(DAY, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if (total, placed) != (day, i64::try_from(orders.len()).unwrap_or(-1)) {
        found.push(Violation::Sums(format!("the day has {placed} orders of {total}, not {} of {day}", orders.len())));
    }
    Ok(found)
}

/// Consecutive numbers of each series are 1, 2, 3, ….
fn numbers(orders: &BTreeMap<OrderId, Order>) -> Vec<Violation> {
    let mut series: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for order in orders.values() {
        if let Some((name, number)) = order.consecutive.rsplit_once('-') {
            series.entry(name).or_default().push(number.parse().unwrap_or_default());
        }
    }
    let mut found = Vec::new();
    for (name, mut given) in series {
        given.sort_unstable();
        if !given.iter().copied().eq(1..=given.len() as u64) {
            found.push(Violation::Numbers(format!("{name}: {given:?}")));
        }
    }
    found
}

/// A ticket is in the journal, in its table, and has one job; and so the other way round.
fn tickets(connection: &Connection) -> rusqlite::Result<Vec<Violation>> {
    const ISSUED: &str = "SELECT count(*) FROM journal WHERE header ->> '$.kind' = 'ticket.issued'";
    const KEPT: &str = "
        SELECT count(*) FROM ticket
         WHERE EXISTS (SELECT 1 FROM orders WHERE orders.id = ticket.order_id)
           AND 1 = (SELECT count(*) FROM print_job WHERE print_job.ticket_id = ticket.id)";
    const JOBS: &str = "SELECT count(*) FROM print_job WHERE ticket_id IS NOT NULL";
    const UNTOLD: &str = "
        SELECT count(*) FROM orders
         WHERE accepted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.order_id = orders.id)";
    let count = |sql: &str| connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
    let (issued, kept, jobs, untold) = (count(ISSUED)?, count(KEPT)?, count(JOBS)?, count(UNTOLD)?);
    let is_whole = issued == kept && kept == jobs && untold == 0;
    let words = format!("{issued} issued, {kept} kept with their order and job, {jobs} jobs, {untold} orders without");
    Ok(if is_whole { Vec::new() } else { vec![Violation::Tickets(words)] })
}
