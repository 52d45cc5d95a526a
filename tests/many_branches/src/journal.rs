//! A branch's journal in memory: entries of real shapes, chained as the daemon chains them.

use std::convert::Infallible;

use comanda_shared::event::{Event, Header};
use comanda_shared::ids::{BranchId, CommandId, EventId, JournalId};
use comanda_shared::order::Order;
use comanda_shared::protocol::{ChainHash, Life, Lineage, Log, PersonalData, SentEntry};
use comanda_shared::staff::Actor;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use uuid::{Builder, Uuid};

/// Entries of one order: taken, accepted, told to the kitchen; made, ready; paid.
pub const ENTRIES_OF_AN_ORDER: u64 = 6;

const PLACED: &str = include_str!("../../../shared/tests/golden/order.placed.v1.combo.json");
const ACCEPTED: &str = include_str!("../../../shared/tests/golden/order.accepted.v1.json");
const ISSUED: &str = include_str!("../../../shared/tests/golden/ticket.issued.v1.combo.json");
const READY: &str = include_str!("../../../shared/tests/golden/kitchen.line_ready.v1.json");
const ADVANCED: &str = include_str!("../../../shared/tests/golden/order.advanced.v1.json");
const PAID: &str = include_str!("../../../shared/tests/golden/payment.taken.v1.json");

/// What one of these orders comes to and what is paid of it, minor units: as the branch's own transition function says.
///
/// # Panics
/// When the golden bodies are no events any more.
pub fn amounts() -> (i64, i64) {
    let mut state = None;
    for (kind, body) in [("order.placed", PLACED), ("payment.taken", PAID)] {
        let event = Event::read(kind, 1, body.trim()).expect("a golden body reads");
        Order::apply(&mut state, &event);
    }
    let order: Order = state.expect("an order that was placed is there");
    (order.totals.total.minor(), order.payments.iter().map(|payment| payment.taken.amount.minor()).sum())
}

/// A branch's journal.
#[derive(Clone)]
pub struct Journal {
    lives: Vec<Life>,
    entries: Vec<(SentEntry, ChainHash)>,
    /// What distinguishes the ids made here from everybody else's.
    salt: u64,
    ids: u64,
    /// Orders taken in it.
    pub orders: u64,
    /// Entries in it that no cloud can read.
    pub poisoned: u64,
}

impl Journal {
    /// A journal that begins with its opening.
    pub fn begin(branch: BranchId, salt: u64, at: Timestamp) -> Self {
        let (lives, entries) = (Vec::new(), Vec::new());
        let mut journal = Self { lives, entries, salt, ids: 0, orders: 0, poisoned: 0 };
        let life = JournalId::from_uuid(journal.id(at));
        journal.lives.push(Life { journal: life, first: 1, parent: ChainHash::GENESIS });
        let opened = json!({"branch": branch, "journal": life, "business_day": day_of(at)});
        journal.command(at, &[("branch.opened", opened)]);
        journal
    }

    /// The same up to an entry, gone on with by another box in a life of its own.
    pub fn taken_over(&self, upto: u64, salt: u64, at: Timestamp) -> Self {
        let mut taken = Self { salt, ids: 0, ..self.clone() };
        taken.entries.truncate(usize::try_from(upto).unwrap_or(usize::MAX));
        let placed = taken.entries.iter().filter(|(entry, _)| is_of_kind(entry, "order.placed")).count();
        taken.orders = placed as u64;
        let life = JournalId::from_uuid(taken.id(at));
        let parent = taken.end().1;
        taken.lives.push(Life { journal: life, first: upto + 1, parent });
        taken.command(at, &[("branch.numbers_skipped", json!({"journal": life}))]);
        taken
    }

    /// The last entry and the chain with it.
    pub fn end(&self) -> (u64, ChainHash) {
        let hash = self.entries.last().map_or(ChainHash::GENESIS, |(_, hash)| *hash);
        (self.entries.len() as u64, hash)
    }

    /// An order, from taken to paid.
    pub fn sell(&mut self, at: Timestamp) {
        let [order, head, part, ticket, payment, paid_by] = std::array::from_fn(|_| self.id(at));
        self.orders += 1;
        let (day, number) = (day_of(at), self.orders);
        let mut placed = body_of(PLACED);
        (placed["order"], placed["at"], placed["business_day"]) = (json!(order), json!(at), json!(day));
        placed["number"] = format!("D-{number:04}").into();
        placed["consecutive"] = format!("{:x}-D-{number:06}", self.salt).into();
        (placed["lines"][0]["id"], placed["lines"][1]["id"]) = (json!(head), json!(part));
        placed["lines"][1]["part_of"] = json!(head);
        let mut issued = body_of(ISSUED);
        (issued["ticket"]["id"], issued["ticket"]["order"]) = (json!(ticket), json!(order));
        issued["ticket"]["kind"] = "new".into();
        issued["ticket"]["lines"][0]["line"] = json!(part);
        let station = issued["ticket"]["station"].clone();
        let of_order = |mut body: Value| {
            (body["order"], body["at"]) = (json!(order), json!(at));
            body
        };
        let accepted = of_order(body_of(ACCEPTED));
        let mut ready = of_order(body_of(READY));
        (ready["line"], ready["station"]) = (json!(part), station);
        let mut advanced = of_order(body_of(ADVANCED));
        advanced["to"] = "ready".into();
        let mut paid = of_order(body_of(PAID));
        (paid["payment"], paid["command"], paid["business_day"]) = (json!(payment), json!(paid_by), json!(day));
        self.command(at, &[("order.placed", placed), ("order.accepted", accepted), ("ticket.issued", issued)]);
        self.command(at, &[("kitchen.line_ready", ready), ("order.advanced", advanced)]);
        self.command(at, &[("payment.taken", paid)]);
    }

    /// An entry whose body is not what its kind says.
    pub fn poison(&mut self, at: Timestamp) {
        self.poisoned += 1;
        self.command(at, &[("order.placed", json!({"order": "none", "nul": "\u{0}"}))]);
    }

    fn command(&mut self, at: Timestamp, events: &[(&str, Value)]) {
        let command = CommandId::from_uuid(self.id(at));
        for (index, (kind, body)) in events.iter().enumerate() {
            let body = body.to_string().into_bytes();
            let header = Header {
                sequence: self.entries.len() as u64 + 1,
                id: EventId::from_uuid(self.id(at)),
                kind: (*kind).to_owned(),
                version: 1,
                aggregate: Uuid::nil(),
                command,
                request: None,
                last_of_command: index + 1 == events.len(),
                actor: Actor::Branch,
                approver: None,
                device: None,
                at,
                business_day: day_of(at),
                clock_suspect: false,
                personal: None,
            };
            let header = serde_json::to_vec(&header).expect("a header is plain data, which JSON can always hold");
            let hash = self.end().1.then(&header, &body);
            self.entries.push((SentEntry { header, body, personal: PersonalData::None }, hash));
        }
    }

    fn id(&mut self, at: Timestamp) -> Uuid {
        self.ids += 1;
        let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
        let mut unique = [0; 10];
        unique[..4].copy_from_slice(&self.salt.to_be_bytes()[4..]);
        unique[4..].copy_from_slice(&self.ids.to_be_bytes()[2..]);
        Builder::from_unix_timestamp_millis(millis, &unique).into_uuid()
    }
}

fn is_of_kind(entry: &SentEntry, kind: &str) -> bool {
    let header: Option<Header> = serde_json::from_slice(&entry.header).ok();
    header.is_some_and(|header| header.kind == kind) && !entry.body.windows(6).any(|bytes| bytes == b"\"none\"")
}

fn body_of(golden: &str) -> Value {
    serde_json::from_str(golden).expect("a golden body is JSON")
}

/// The day of business, as a branch in Bogotá has it.
fn day_of(at: Timestamp) -> Date {
    let zone = TimeZone::get("America/Bogota").unwrap_or(TimeZone::UTC);
    comanda_shared::time::business_day(at, &zone, jiff::civil::time(4, 0, 0, 0))
}

impl Log for Journal {
    type Error = Infallible;

    fn lineage(&self) -> Result<Lineage, Infallible> {
        Ok(Lineage::try_from(self.lives.clone()).expect("lives that follow each other are a lineage"))
    }

    fn head(&self) -> Result<u64, Infallible> {
        Ok(self.entries.len() as u64)
    }

    fn hash_at(&self, sequence: u64) -> Result<Option<ChainHash>, Infallible> {
        let index = sequence.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        Ok(index.and_then(|index| self.entries.get(index)).map(|(_, hash)| *hash))
    }

    fn entries(&self, after: u64, limit: u32) -> Result<Vec<SentEntry>, Infallible> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.entries.iter().skip(after).take(limit).map(|(entry, _)| entry.clone()).collect())
    }
}
