//! The cloud: what it has stored of each branch, and what it makes of a message.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Flaw;
use super::chance::Chance;
use crate::ids::{BranchId, JournalId};
use crate::protocol::command::{self, Command};
use crate::protocol::receiver::{self, HeardLife, Verdict};
use crate::protocol::{Ack, Batch, ChainHash, Downward, Refusal, Refused, SentEntry, Upward, Welcome};

/// What is stored of a branch; one transaction changes it.
#[derive(Clone, Default)]
pub struct Stored {
    pub session: u64,
    pub heard: Vec<HeardLife>,
    pub log: BTreeMap<(JournalId, u64), (SentEntry, ChainHash)>,
    /// How often each entry had its effect, by its id.
    pub effects: BTreeMap<Uuid, u32>,
    pub amount: u64,
    pub commands: Vec<Command>,
    pub commands_done: u64,
    /// Where each life ended when it was fenced.
    pub fenced: BTreeMap<JournalId, u64>,
}

#[derive(Default)]
pub struct Cloud {
    pub stored: BTreeMap<BranchId, Stored>,
    pub backup: BTreeMap<BranchId, Stored>,
    pub flaw: Option<Flaw>,
}

pub fn id_and_amount(entry: &SentEntry) -> (Uuid, u64) {
    let header: serde_json::Value = serde_json::from_slice(&entry.header).expect("a header");
    let body: serde_json::Value = serde_json::from_slice(&entry.body).expect("a body");
    let id = header["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    (id, body["amount"].as_u64().expect("an amount"))
}

impl Cloud {
    /// Takes a message; the cloud may crash before or after its commit, and then answers nothing.
    pub fn hear(&mut self, branch: BranchId, message: &Upward, chance: &mut Chance) -> Vec<Downward> {
        let (dies_before, dies_after) = (chance.once_in(40), chance.once_in(40));
        let mut stored = self.stored.remove(&branch).unwrap_or_default();
        let before = dies_before.then(|| stored.clone());
        let answers = self.change(&mut stored, message, chance);
        let answers = match self.flaw {
            Some(Flaw::AckBeforeCommit) => answers,
            _ if dies_before || dies_after => Vec::new(),
            _ => answers,
        };
        self.stored.insert(branch, before.unwrap_or(stored));
        answers
    }

    fn change(&self, stored: &mut Stored, message: &Upward, chance: &mut Chance) -> Vec<Downward> {
        match message {
            Upward::Hello(hello) => {
                let asked = receiver::questions(hello);
                let looked_up =
                    asked.into_iter().filter_map(|question| Some((question, stored.log.get(&question)?.1))).collect();
                let looked_up = if self.flaw == Some(Flaw::NoForkCheck) { BTreeMap::new() } else { looked_up };
                let greeting = receiver::greet(&stored.heard, hello, &looked_up);
                if let Some(life) = greeting.opens {
                    if let Some(before) = stored.heard.last() {
                        stored.fenced.insert(before.life.journal, before.applied);
                    }
                    stored.heard.push(life);
                }
                stored.commands_done = hello.commands;
                stored.session = hello.session;
                let credit = u16::try_from(chance.below(9)).expect("few");
                let answer = match greeting.answer {
                    Ok(life) => welcome(hello.session, &life, credit),
                    Err(refusal) => refused(hello.session, refusal),
                };
                vec![answer, stored.pending()]
            }
            Upward::Batch(batch) => {
                let verdict = self.flawed(receiver::judge(&stored.heard, stored.session, batch), stored, batch);
                stored.batch(verdict, batch, chance)
            }
            Upward::CommandsDone { upto, .. } => {
                stored.commands_done = *upto;
                Vec::new()
            }
            Upward::State(_) => Vec::new(),
        }
    }

    fn flawed(&self, verdict: Verdict, stored: &Stored, batch: &Batch) -> Verdict {
        let head = batch.head();
        let as_told = |skip| {
            let known = stored.heard.iter().find(|known| known.life.journal == head.journal);
            let life = known.map(|known| HeardLife { applied: head.last, hash: head.after, ..*known });
            life.map_or(verdict.clone(), |life| Verdict::Apply { skip, life })
        };
        match (self.flaw, &verdict) {
            (Some(Flaw::NoTrim), Verdict::Apply { life, .. }) => Verdict::Apply { skip: 0, life: *life },
            (Some(Flaw::NoMemory), Verdict::Known { .. }) => as_told(0),
            (Some(Flaw::NoGapCheck), Verdict::Gap { .. }) => as_told(0),
            (Some(Flaw::NoFence), _) => {
                let of_any_session = receiver::judge(&stored.heard, head.session, batch);
                if matches!(of_any_session, Verdict::Refuse(Refusal::Fenced { .. })) { as_told(0) } else { verdict }
            }
            (Some(Flaw::NoChainCheck), Verdict::Refuse(Refusal::Hello)) => {
                let known = stored.heard.last().filter(|known| known.epoch == head.epoch);
                match known {
                    Some(known) if head.last > known.applied => as_told((known.applied + 1).saturating_sub(head.first)),
                    _ => verdict,
                }
            }
            _ => verdict,
        }
    }
}

impl Stored {
    fn batch(&mut self, verdict: Verdict, batch: &Batch, chance: &mut Chance) -> Vec<Downward> {
        let head = batch.head();
        let (life, gap) = match verdict {
            Verdict::Apply { skip, life } => {
                let new = batch.entries().skip(usize::try_from(skip).expect("few"));
                for (sequence, entry, hash) in new {
                    let (id, amount) = id_and_amount(entry);
                    *self.effects.entry(id).or_default() += 1;
                    self.amount += amount;
                    self.log.insert((life.life.journal, sequence), (entry.clone(), *hash));
                }
                let known = self.heard.iter_mut().find(|known| known.epoch == life.epoch);
                *known.expect("a life that is known") = life;
                (life, false)
            }
            Verdict::Known { life } => (life, false),
            Verdict::Gap { life } => (life, true),
            Verdict::Refuse(refusal) => return vec![refused(head.session, refusal)],
        };
        vec![Downward::Ack(Ack {
            session: head.session,
            epoch: life.epoch,
            applied: life.applied,
            hash: life.hash,
            credit: u16::try_from(chance.below(9)).expect("few"),
            gap,
            now_ms: 0,
            echo_ms: head.sent_at_ms,
        })]
    }

    pub fn pending(&self) -> Downward {
        let pending = self.commands.iter().filter(|command| command.sequence > self.commands_done);
        Downward::Commands { commands: pending.take(command::AT_ONCE).cloned().collect() }
    }

    pub fn ask(&mut self, chance: &mut Chance) {
        self.commands.push(Command {
            sequence: self.commands.len() as u64 + 1,
            id: Uuid::from_u64_pair(chance.next(), chance.next()),
            kind: "simulated".to_owned(),
            version: 1,
            body: serde_json::Value::Null,
        });
    }
}

const fn welcome(session: u64, life: &HeardLife, credit: u16) -> Downward {
    Downward::Welcome(Welcome {
        session,
        proto: 1,
        journal: life.life.journal,
        epoch: life.epoch,
        applied: life.applied,
        hash: life.hash,
        credit,
        now_ms: 0,
    })
}

const fn refused(session: u64, refusal: Refusal) -> Downward {
    Downward::Refused(Refused { session, refusal })
}
