//! What the protocol needs to know of a branch, and its raw entries.

use std::collections::BTreeMap;

use comanda_shared::ids::{BranchId, JournalId};
use comanda_shared::protocol::command::{AT_ONCE, Command, CommandResult};
use comanda_shared::protocol::directive::State;
use comanda_shared::protocol::receiver::{HeardLife, Question};
use comanda_shared::protocol::{ChainHash, Life, PersonalData, SentEntry};
use jiff::Timestamp;
use uuid::Uuid;

use super::read::ReadEntry;
use crate::db::{CompanyId, DbError, Transaction};

/// A branch of a company, of which a transaction speaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Whose.
    pub company: CompanyId,
    /// Which.
    pub branch: BranchId,
}

/// The line to a branch, locked until the transaction ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The box that may speak for the branch.
    pub appliance: Option<Uuid>,
    /// The session of its last hello.
    pub session: u64,
    /// The last command it carried out.
    pub commands_done: u64,
}

/// An entry with its place.
pub struct PlacedEntry<'e> {
    /// Its sequence.
    pub sequence: u64,
    /// The chain with it.
    pub hash: ChainHash,
    /// The bytes.
    pub entry: &'e SentEntry,
    /// What it says.
    pub read: &'e ReadEntry,
}

fn number(value: i64) -> u64 {
    value.cast_unsigned()
}

fn hash(bytes: &[u8]) -> ChainHash {
    ChainHash(bytes.try_into().unwrap_or_default())
}

const LOCK: &str = "
    SELECT appliance_id, session, commands_done
      FROM link
     WHERE company_id = $1 AND branch_id = $2
       FOR UPDATE";

/// Makes sure that PostgreSQL hears of [`lock`] and of [`insert_entries`] as soon as they are begun, before what is begun later.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn prepare(transaction: &Transaction<'_>) -> Result<(), DbError> {
    transaction.prepare(LOCK).await?;
    Ok(transaction.prepare(INSERT).await?)
}

/// Locks the line to a branch.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn lock(transaction: &Transaction<'_>, place: Place) -> Result<Option<Link>, DbError> {
    let row = transaction.query_opt(LOCK, &[&place.company.0, &place.branch.uuid()]).await?;
    Ok(row.map(|row| Link { appliance: row.get(0), session: number(row.get(1)), commands_done: number(row.get(2)) }))
}

/// The lives of a branch, in the order of their epochs.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn lives(transaction: &Transaction<'_>, place: Place) -> Result<Vec<HeardLife>, DbError> {
    const LIVES: &str = "
        SELECT epoch, journal_id, first_sequence, parent_hash, applied, hash
          FROM life
         WHERE company_id = $1 AND branch_id = $2
         ORDER BY epoch
         LIMIT 100000";
    let rows = transaction.query(LIVES, &[&place.company.0, &place.branch.uuid()]).await?;
    let life = |row: &tokio_postgres::Row| HeardLife {
        life: Life { journal: JournalId::from_uuid(row.get(1)), first: number(row.get(2)), parent: hash(row.get(3)) },
        epoch: row.get::<_, i32>(0).cast_unsigned(),
        applied: number(row.get(4)),
        hash: hash(row.get(5)),
    };
    Ok(rows.iter().map(life).collect())
}

/// Writes a new life.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn open_life(transaction: &Transaction<'_>, place: Place, heard: &HeardLife) -> Result<(), DbError> {
    const OPEN: &str = "
        INSERT INTO life (company_id, branch_id, epoch, journal_id, first_sequence, parent_hash, applied, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (company, branch, epoch) = (place.company.0, place.branch.uuid(), heard.epoch.cast_signed());
    let (first, applied) = (heard.life.first.cast_signed(), heard.applied.cast_signed());
    let (parent, hash) = (heard.life.parent.0.as_slice(), heard.hash.0.as_slice());
    let journal = heard.life.journal.uuid();
    transaction.execute(OPEN, &[&company, &branch, &epoch, &journal, &first, &parent, &applied, &hash]).await?;
    Ok(())
}

/// Moves a life from where it was.
///
/// # Errors
/// When PostgreSQL refuses, or the life is not where it was: then somebody else has moved it.
pub async fn move_life(transaction: &Transaction<'_>, place: Place, was: u64, to: &HeardLife) -> Result<bool, DbError> {
    const MOVE: &str = "
        UPDATE life SET applied = $5, hash = $6, heard_at = now()
         WHERE company_id = $1 AND branch_id = $2 AND epoch = $3 AND applied = $4";
    let (company, branch, epoch) = (place.company.0, place.branch.uuid(), to.epoch.cast_signed());
    let (was, applied, hash) = (was.cast_signed(), to.applied.cast_signed(), to.hash.0.as_slice());
    let moved = transaction.execute(MOVE, &[&company, &branch, &epoch, &was, &applied, &hash]).await?;
    Ok(moved == 1)
}

/// Where the chain stood at the entries a hello asks about.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn chain_at(
    transaction: &Transaction<'_>,
    place: Place,
    lives: &[HeardLife],
    asked: &[Question],
) -> Result<BTreeMap<Question, ChainHash>, DbError> {
    // Each by its key, as orders are read.
    const AT: &str = "
        SELECT there.epoch, there.sequence, there.hash
          FROM UNNEST($3::int[], $4::bigint[]) AS asked (epoch, sequence)
         CROSS JOIN LATERAL (SELECT epoch, sequence, hash
                               FROM entry
                              WHERE company_id = $1 AND branch_id = $2
                                AND epoch = asked.epoch AND sequence = asked.sequence
                             OFFSET 0) AS there";
    let journal_of: BTreeMap<i32, JournalId> =
        lives.iter().map(|heard| (heard.epoch.cast_signed(), heard.life.journal)).collect();
    let epoch_of: BTreeMap<JournalId, i32> = journal_of.iter().map(|(epoch, journal)| (*journal, *epoch)).collect();
    let (mut epochs, mut sequences) = (Vec::new(), Vec::new());
    for (journal, sequence) in asked {
        if let Some(epoch) = epoch_of.get(journal) {
            epochs.push(*epoch);
            sequences.push(sequence.cast_signed());
        }
    }
    let rows = transaction.query(AT, &[&place.company.0, &place.branch.uuid(), &epochs, &sequences]).await?;
    let found = rows.iter().filter_map(|row| {
        let journal = journal_of.get(&row.get::<_, i32>(0))?;
        Some(((*journal, number(row.get(1))), hash(row.get(2))))
    });
    Ok(found.collect())
}

const INSERT: &str = "
    INSERT INTO entry (company_id, branch_id, epoch, sequence, event_id, kind, business_day, header, body, hash, salt,
                       personal)
    SELECT $1::uuid, $2::uuid, $3::int, sequence, event_id, kind, business_day, header, body, hash, salt, personal
      FROM UNNEST($4::bigint[], $5::uuid[], $6::text[], $7::date[], $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[],
                  $12::bytea[])
        AS new (sequence, event_id, kind, business_day, header, body, hash, salt, personal)";

/// Inserts entries; there is one statement for any number of them.
///
/// # Errors
/// When PostgreSQL refuses: an entry that is there under another sequence is such a case.
pub async fn insert_entries(
    transaction: &Transaction<'_>,
    place: Place,
    epoch: u32,
    entries: &[PlacedEntry<'_>],
) -> Result<(), DbError> {
    let sequences: Vec<i64> = entries.iter().map(|entry| entry.sequence.cast_signed()).collect();
    // An entry whose header this program cannot read is kept under an id made of its hash.
    let ids: Vec<Uuid> = entries.iter().map(|entry| event_id(entry)).collect();
    let kinds: Vec<String> = entries.iter().map(kind).collect();
    let days: Vec<_> =
        entries.iter().map(|entry| entry.read.header.as_ref().map(|header| header.business_day)).collect();
    let headers: Vec<&[u8]> = entries.iter().map(|entry| entry.entry.header.as_slice()).collect();
    let bodies: Vec<&[u8]> = entries.iter().map(|entry| entry.entry.body.as_slice()).collect();
    let hashes: Vec<&[u8]> = entries.iter().map(|entry| entry.hash.0.as_slice()).collect();
    let salts: Vec<Option<&[u8]>> = entries.iter().map(|entry| salt(entry.entry)).collect();
    let personal: Vec<Option<&[u8]>> = entries.iter().map(|entry| personal(entry.entry)).collect();
    let (company, branch, epoch) = (place.company.0, place.branch.uuid(), epoch.cast_signed());
    let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 12] =
        [&company, &branch, &epoch, &sequences, &ids, &kinds, &days, &headers, &bodies, &hashes, &salts, &personal];
    transaction.execute(INSERT, &parameters).await?;
    Ok(())
}

fn event_id(entry: &PlacedEntry<'_>) -> Uuid {
    let unreadable = || {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&entry.hash.0[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    };
    entry.read.header.as_ref().map_or_else(unreadable, |header| header.id.uuid())
}

/// PostgreSQL's text has no NUL.
fn kind(entry: &PlacedEntry<'_>) -> String {
    entry.read.header.as_ref().map_or_else(|| "?".to_owned(), |header| header.kind.replace('\0', "?"))
}

const fn salt(entry: &SentEntry) -> Option<&[u8]> {
    match &entry.personal {
        PersonalData::None => None,
        PersonalData::Kept { salt, .. } | PersonalData::Erased { salt } => Some(salt.as_slice()),
    }
}

const fn personal(entry: &SentEntry) -> Option<&[u8]> {
    match &entry.personal {
        PersonalData::Kept { data, .. } => Some(data.as_slice()),
        PersonalData::None | PersonalData::Erased { .. } => None,
    }
}

/// An entry read back, and which it is.
pub struct KeptEntry {
    /// The epoch of its life.
    pub epoch: u32,
    /// Its sequence.
    pub sequence: u64,
    /// The chain with it.
    pub hash: ChainHash,
    /// The bytes.
    pub entry: SentEntry,
}

/// Up to `limit` entries after a place, in the order in which they were applied.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn entries_after(
    transaction: &Transaction<'_>,
    place: Place,
    after: (u32, u64),
    limit: i64,
) -> Result<Vec<KeptEntry>, DbError> {
    const AFTER: &str = "
        SELECT epoch, sequence, header, body, hash, salt, personal
          FROM entry
         WHERE company_id = $1 AND branch_id = $2 AND (epoch, sequence) > ($3, $4)
         ORDER BY epoch, sequence
         LIMIT $5";
    let (epoch, sequence) = (after.0.cast_signed(), after.1.cast_signed());
    let rows = transaction.query(AFTER, &[&place.company.0, &place.branch.uuid(), &epoch, &sequence, &limit]).await?;
    let entry = |row: &tokio_postgres::Row| {
        let salt = row.get::<_, Option<&[u8]>>(5).map(|salt| salt.try_into().unwrap_or_default());
        let personal = match (salt, row.get::<_, Option<Vec<u8>>>(6)) {
            (None, _) => PersonalData::None,
            (Some(salt), Some(data)) => PersonalData::Kept { salt, data },
            (Some(salt), None) => PersonalData::Erased { salt },
        };
        KeptEntry {
            epoch: row.get::<_, i32>(0).cast_unsigned(),
            sequence: number(row.get(1)),
            hash: hash(row.get(4)),
            entry: SentEntry { header: row.get(2), body: row.get(3), personal },
        }
    };
    Ok(rows.iter().map(entry).collect())
}

/// What a hello tells about the branch.
pub struct Told<'h> {
    /// The session.
    pub session: u64,
    /// The last command it carried out.
    pub commands: u64,
    /// Its own end.
    pub head: u64,
    /// Its program's version.
    pub app: &'h str,
    /// How far its clock is ahead of ours, milliseconds.
    pub clock_skew_ms: i64,
    /// Why it may not go on, when it may not.
    pub refusal: Option<String>,
}

/// Keeps what a hello told.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn keep_hello(transaction: &Transaction<'_>, place: Place, told: &Told<'_>) -> Result<(), DbError> {
    const KEEP: &str = "
        UPDATE link SET session = $3, commands_done = $4, head = greatest(head, $5), app = $6, clock_skew_ms = $7,
                        refusal = $8, heard_at = now()
         WHERE company_id = $1 AND branch_id = $2";
    let app: String = told.app.chars().filter(|letter| *letter != '\0').take(64).collect();
    let (session, commands, head) = (told.session.cast_signed(), told.commands.cast_signed(), told.head.cast_signed());
    let (company, branch) = (place.company.0, place.branch.uuid());
    transaction
        .execute(KEEP, &[&company, &branch, &session, &commands, &head, &app, &told.clock_skew_ms, &told.refusal])
        .await?;
    Ok(())
}

/// Whether a box spoke for a branch once.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn was_here(transaction: &Transaction<'_>, place: Place, appliance: Uuid) -> Result<bool, DbError> {
    const WAS: &str = "
        SELECT EXISTS (SELECT FROM appliance WHERE company_id = $1 AND branch_id = $2 AND appliance_id = $3)";
    Ok(transaction.query_one(WAS, &[&place.company.0, &place.branch.uuid(), &appliance]).await?.get(0))
}

/// Keeps how a branch is.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn keep_state(transaction: &Transaction<'_>, place: Place, state: &State) -> Result<(), DbError> {
    const KEEP: &str = "
        UPDATE link SET head = greatest(head, $3), disk_free = $4, printers = $5, told_at = now(), heard_at = now()
         WHERE company_id = $1 AND branch_id = $2";
    let (company, branch, head) = (place.company.0, place.branch.uuid(), state.head.cast_signed());
    let free = state.disk_free.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    let printers = serde_json::to_string(&state.printers).unwrap_or_default().replace("\\u0000", "?");
    transaction.execute(KEEP, &[&company, &branch, &head, &free, &printers]).await?;
    Ok(())
}

/// Keeps that a branch was heard, and how far it is.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn keep_heard(
    transaction: &Transaction<'_>,
    place: Place,
    head: u64,
    clock_skew_ms: i64,
) -> Result<(), DbError> {
    const KEEP: &str = "
        UPDATE link SET head = greatest(head, $3), clock_skew_ms = $4, heard_at = now()
         WHERE company_id = $1 AND branch_id = $2";
    let (company, branch, head) = (place.company.0, place.branch.uuid(), head.cast_signed());
    transaction.execute(KEEP, &[&company, &branch, &head, &clock_skew_ms]).await?;
    Ok(())
}

/// The commands a branch has still to carry out.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn commands_after(transaction: &Transaction<'_>, place: Place, done: u64) -> Result<Vec<Command>, DbError> {
    const AFTER: &str = "
        SELECT sequence, command_id, kind, version, body
          FROM command
         WHERE company_id = $1 AND branch_id = $2 AND sequence > $3
         ORDER BY sequence
         LIMIT $4";
    let limit = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    let (company, branch, done) = (place.company.0, place.branch.uuid(), done.cast_signed());
    let rows = transaction.query(AFTER, &[&company, &branch, &done, &limit]).await?;
    let command = |row: &tokio_postgres::Row| Command {
        sequence: number(row.get(0)),
        id: row.get(1),
        kind: row.get(2),
        version: row.get::<_, i16>(3).cast_unsigned(),
        body: serde_json::from_str(row.get(4)).unwrap_or_default(),
    };
    Ok(rows.iter().map(command).collect())
}

/// Keeps how far a branch is with its commands, and what became of them.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn keep_results(
    transaction: &Transaction<'_>,
    place: Place,
    upto: u64,
    results: &[CommandResult],
) -> Result<(), DbError> {
    const DONE: &str = "UPDATE link SET commands_done = $3 WHERE company_id = $1 AND branch_id = $2";
    const OUTCOME: &str = "
        UPDATE command SET outcome = $4
         WHERE company_id = $1 AND branch_id = $2 AND sequence = $3 AND outcome IS NULL";
    let (company, branch) = (place.company.0, place.branch.uuid());
    transaction.execute(DONE, &[&company, &branch, &upto.cast_signed()]).await?;
    for result in results {
        let outcome = serde_json::to_string(&result.outcome).unwrap_or_default();
        transaction.execute(OUTCOME, &[&company, &branch, &result.sequence.cast_signed(), &outcome]).await?;
    }
    Ok(())
}

/// How far a clock is ahead of ours.
pub fn skew(their_ms: i64) -> i64 {
    their_ms.saturating_sub(Timestamp::now().as_millisecond())
}
