//! A branch's desk: works through what the branch has said, as much as waits in one transaction, and answers after the
//! commit.

use comanda_shared::protocol::directive::{Directives, State};
use comanda_shared::protocol::receiver::{self, HeardLife, Verdict};
use comanda_shared::protocol::{Ack, Batch, Downward, Hello, Refusal, Refused, Upward, WINDOW, Welcome};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::project::{Projection, is_about_data, project, project_hopefully};
use super::read::{ReadEntry, Said};
use super::store::{self, Link, Place, PlacedEntry, Told};
use crate::db::{Database, DbError, Transaction, all, for_company};
use crate::directives::store as directives;

/// Messages of a branch in one transaction.
pub const TOGETHER: usize = 16;

/// What comes to a desk.
pub enum Incoming {
    /// The branch said this.
    Said(Box<Said>),
    /// Something is laid down for the branch, or asked of it.
    Called,
}

/// Works through what came for a branch, in that order, and says what to answer: only once this has returned is it true.
/// Boxes fetch documents from the address given.
///
/// # Errors
/// When PostgreSQL cannot; then nothing has happened, and the branch will say it again.
pub async fn work(
    database: &Database,
    place: Place,
    documents: &str,
    messages: &[Incoming],
) -> Result<Vec<Downward>, DbError> {
    match work_with(Care::Hopeful, database, place, documents, messages).await {
        Err(error) if is_about_data(&error) => work_with(Care::Careful, database, place, documents, messages).await,
        done => done,
    }
}

/// Whether one of the entries may be poison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Care {
    /// Hardly: if so, the whole is done again with care.
    Hopeful,
    /// One is, and is to hold up none of the others.
    Careful,
}

async fn work_with(
    care: Care,
    database: &Database,
    place: Place,
    documents: &str,
    messages: &[Incoming],
) -> Result<Vec<Downward>, DbError> {
    let mut client = database.client().await?;
    let mut transaction = for_company(&mut client, place.company).await?;
    store::prepare(&transaction).await?;
    // Said in a row, the lock first: PostgreSQL reads the lives once it has it.
    let (link, lives, zone) = tokio::try_join!(
        biased;
        store::lock(&transaction, place),
        store::lives(&transaction, place),
        zone(&transaction, place),
    )?;
    let Some(link) = link else {
        return Ok(messages.iter().filter_map(|message| refusal(message, Refusal::Stranger)).collect());
    };
    let mut desk = Desk { care, place, documents, link, lives, zone, taken: None, answers: Vec::new() };
    for message in messages {
        desk.take(&mut transaction, message).await?;
    }
    desk.write(&mut transaction).await?;
    transaction.commit().await?;
    Ok(desk.answers)
}

async fn zone(transaction: &Transaction<'_>, place: Place) -> Result<TimeZone, DbError> {
    const ZONE: &str = "SELECT timezone FROM company WHERE company_id = $1";
    let name: String = transaction.query_one(ZONE, &[&place.company.0]).await?.get(0);
    Ok(TimeZone::get(&name).unwrap_or(TimeZone::UTC))
}

struct Desk<'d> {
    care: Care,
    place: Place,
    documents: &'d str,
    link: Link,
    lives: Vec<HeardLife>,
    zone: TimeZone,
    taken: Option<Taken<'d>>,
    answers: Vec<Downward>,
}

/// Entries of one life that are judged and not written yet: what batches in a row bring is written at once.
struct Taken<'d> {
    /// Where the life was before them.
    was: u64,
    /// Where it is with them.
    life: HeardLife,
    entries: Vec<PlacedEntry<'d>>,
    /// The branch's own end, as it said last.
    head: u64,
    clock_skew_ms: i64,
}

impl<'d> Desk<'d> {
    async fn take(&mut self, transaction: &mut Transaction<'_>, incoming: &'d Incoming) -> Result<(), DbError> {
        let said = match incoming {
            Incoming::Said(said) => said,
            Incoming::Called => {
                self.write(transaction).await?;
                self.tell_commands(transaction).await?;
                return self.tell_directives(transaction).await;
            }
        };
        if !matches!(said.message, Upward::Batch(_)) {
            // What else is said may ask about what is stored.
            self.write(transaction).await?;
        }
        match &said.message {
            Upward::State(state) => self.state(transaction, state).await,
            Upward::Hello(hello) => self.hello(transaction, hello).await,
            Upward::Batch(batch) => self.batch(transaction, batch, &said.entries).await,
            Upward::CommandsDone { upto, results, .. } => {
                store::keep_results(transaction, self.place, *upto, results).await?;
                self.link.commands_done = *upto;
                self.tell_commands(transaction).await
            }
        }
    }

    async fn hello(&mut self, transaction: &Transaction<'_>, hello: &Hello) -> Result<(), DbError> {
        if self.link.appliance != Some(hello.appliance) {
            tracing::warn!(branch.id = %self.place.branch, "a box that may not speak for this branch said hello");
            let refusal = self.refusal_of(transaction, hello).await?;
            self.answers.push(refused(hello.session, refusal));
            return Ok(());
        }
        let asked = receiver::questions(hello);
        let held = store::chain_at(transaction, self.place, &self.lives, &asked).await?;
        let greeting = receiver::greet(&self.lives, hello, &held);
        if let Some(life) = greeting.opens {
            tracing::info!(branch.id = %self.place.branch, epoch = life.epoch, "a journal's life begins");
            store::open_life(transaction, self.place, &life).await?;
            self.lives.push(life);
        }
        let told = Told {
            session: hello.session,
            commands: hello.commands,
            head: hello.head,
            app: &hello.app,
            clock_skew_ms: store::skew(hello.now_ms),
            refusal: greeting.answer.as_ref().err().map(|refusal| serde_json::json!(refusal).to_string()),
        };
        store::keep_hello(transaction, self.place, &told).await?;
        (self.link.session, self.link.commands_done) = (hello.session, hello.commands);
        match greeting.answer {
            Ok(life) => {
                self.answers.push(welcome(hello.session, &life));
                self.tell_commands(transaction).await
            }
            Err(refusal) => {
                tracing::warn!(branch.id = %self.place.branch, ?refusal, "a branch cannot go on as it stands");
                self.answers.push(refused(hello.session, refusal));
                Ok(())
            }
        }
    }

    /// A box in whose place another speaks is told so, and how much of it the cloud has; any other is a stranger.
    async fn refusal_of(&self, transaction: &Transaction<'_>, hello: &Hello) -> Result<Refusal, DbError> {
        if self.link.appliance.is_none() || !store::was_here(transaction, self.place, hello.appliance).await? {
            return Ok(Refusal::Stranger);
        }
        let lives = hello.lineage.lives().iter().rev();
        let known = lives.filter_map(|life| self.lives.iter().find(|known| known.life.journal == life.journal));
        Ok(Refusal::Fenced { applied: known.map(|known| known.applied).next().unwrap_or_default() })
    }

    async fn tell_commands(&mut self, transaction: &Transaction<'_>) -> Result<(), DbError> {
        let commands = store::commands_after(transaction, self.place, self.link.commands_done).await?;
        if !commands.is_empty() {
            self.answers.push(Downward::Commands { commands });
        }
        Ok(())
    }

    async fn state(&mut self, transaction: &Transaction<'_>, state: &State) -> Result<(), DbError> {
        if self.link.appliance != Some(state.appliance) {
            tracing::warn!(branch.id = %self.place.branch, "a box that may not speak for this branch reported");
            return Ok(());
        }
        store::keep_state(transaction, self.place, state).await?;
        directives::keep_reports(transaction, self.place, &state.directives).await?;
        self.tell_commands(transaction).await?;
        self.tell_directives(transaction).await
    }

    async fn tell_directives(&mut self, transaction: &Transaction<'_>) -> Result<(), DbError> {
        let pointers = directives::due(transaction, self.place).await?;
        let wanted = directives::wanted(transaction, self.place).await?;
        if !pointers.is_empty() || !wanted.is_empty() {
            let from = self.documents.to_owned();
            self.answers.push(Downward::Directives(Directives { from, pointers, wanted }));
        }
        Ok(())
    }

    async fn batch(
        &mut self,
        transaction: &mut Transaction<'_>,
        batch: &'d Batch,
        read: &'d [ReadEntry],
    ) -> Result<(), DbError> {
        let head = batch.head();
        let (life, gap) = match receiver::judge(&self.lives, self.link.session, batch) {
            Verdict::Apply { skip, life } => {
                if self.taken.as_ref().is_some_and(|taken| taken.life.epoch != life.epoch) {
                    self.write(transaction).await?;
                }
                self.apply(batch, read, skip, life);
                (life, false)
            }
            Verdict::Known { life } => (life, false),
            Verdict::Gap { life } => (life, true),
            Verdict::Refuse(refusal) => {
                self.answers.push(refused(head.session, refusal));
                return Ok(());
            }
        };
        let ack = Ack {
            session: head.session,
            epoch: life.epoch,
            applied: life.applied,
            hash: life.hash,
            credit: credit(),
            gap,
            now_ms: now_ms(),
            echo_ms: head.sent_at_ms,
        };
        // What is acknowledged up to here needs no answer of its own when the next says more.
        if let Some(Downward::Ack(last)) = self.answers.last_mut()
            && !last.gap
            && !gap
            && last.session == ack.session
            && last.epoch == ack.epoch
        {
            *last = ack;
        } else {
            self.answers.push(Downward::Ack(ack));
        }
        Ok(())
    }

    fn apply(&mut self, batch: &'d Batch, read: &'d [ReadEntry], skip: u64, life: HeardLife) {
        let known = self.lives.iter_mut().find(|known| known.epoch == life.epoch);
        let known = known.expect("a batch is applied to a life that is known");
        let was = std::mem::replace(known, life).applied;
        let (head, clock_skew_ms) = (batch.head().last, store::skew(batch.head().sent_at_ms));
        let taken = self.taken.get_or_insert(Taken { was, life, entries: Vec::new(), head, clock_skew_ms });
        (taken.life, taken.head, taken.clock_skew_ms) = (life, head, clock_skew_ms);
        let new = batch.entries().zip(read).skip(usize::try_from(skip).unwrap_or(usize::MAX));
        let placed =
            |((sequence, entry, hash), read): ((_, _, &_), _)| PlacedEntry { sequence, hash: *hash, entry, read };
        taken.entries.extend(new.map(placed));
    }

    /// Writes what was taken: the entries as they came, and all that is derived of them.
    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<(), DbError> {
        let Some(Taken { was, life, entries, head, clock_skew_ms }) = self.taken.take() else { return Ok(()) };
        let place = self.place;
        let projection = Projection { place, epoch: life.epoch, zone: self.zone.clone() };
        // Said in a row, without waiting for each answer. What is there already is asked for first, so that what becomes of it is
        // computed while PostgreSQL writes the entries down.
        let hopefully = async {
            match self.care {
                Care::Hopeful => project_hopefully(transaction, &projection, &entries).await,
                Care::Careful => Ok(()),
            }
        };
        let (projected, inserted, moved, heard) = tokio::join!(
            biased;
            hopefully,
            store::insert_entries(transaction, place, life.epoch, &entries),
            store::move_life(transaction, place, was, &life),
            store::keep_heard(transaction, place, head, clock_skew_ms),
        );
        let moved =
            moved.map(|is_moved| assert!(is_moved, "the branch's row is locked, so nobody else moves its lives"));
        all([inserted, moved, heard, projected])?;
        match self.care {
            Care::Hopeful => Ok(()),
            Care::Careful => project(transaction, &projection, &entries).await,
        }
    }
}

fn credit() -> u16 {
    u16::try_from(WINDOW).unwrap_or(1)
}

fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

fn welcome(session: u64, life: &HeardLife) -> Downward {
    Downward::Welcome(Welcome {
        session,
        proto: comanda_shared::protocol::VERSION,
        journal: life.life.journal,
        epoch: life.epoch,
        applied: life.applied,
        hash: life.hash,
        credit: credit(),
        now_ms: now_ms(),
    })
}

const fn refused(session: u64, refusal: Refusal) -> Downward {
    Downward::Refused(Refused { session, refusal })
}

fn refusal(incoming: &Incoming, refusal: Refusal) -> Option<Downward> {
    let Incoming::Said(said) = incoming else { return None };
    match &said.message {
        Upward::Hello(hello) => Some(refused(hello.session, refusal)),
        Upward::Batch(batch) => Some(refused(batch.head().session, refusal)),
        Upward::CommandsDone { .. } | Upward::State(_) => None,
    }
}
