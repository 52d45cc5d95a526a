//! A box at a branch: its disk, and the sender while the program runs.

use std::convert::Infallible;

use serde_json::json;
use uuid::Uuid;

use super::chance::Chance;
use crate::ids::{BranchId, JournalId};
use crate::protocol::{ChainHash, Identity, Life, Lineage, Log, PersonalData, Sender, SentEntry};

/// What survives a crash. A backup is a clone of it.
#[derive(Clone)]
pub struct Disk {
    pub lives: Vec<Life>,
    pub entries: Vec<(SentEntry, ChainHash)>,
    pub cursor: u64,
    pub commands: u64,
    /// What the commands did: their sequences, in order.
    pub effects: Vec<u64>,
}

impl Disk {
    pub fn new(chance: &mut Chance) -> Self {
        let journal = JournalId::from_uuid(Uuid::from_u64_pair(1, chance.next()));
        let life = Life { journal, first: 1, parent: ChainHash::GENESIS };
        let mut disk = Self { lives: vec![life], entries: Vec::new(), cursor: 0, commands: 0, effects: Vec::new() };
        // A life and its first entry are written together.
        disk.append_command(chance);
        disk
    }

    pub fn head_hash(&self) -> ChainHash {
        self.entries.last().map_or(ChainHash::GENESIS, |(_, hash)| *hash)
    }

    /// One command of a few entries; now and then one with more than fit a batch.
    pub fn append_command(&mut self, chance: &mut Chance) {
        let count = if chance.once_in(1_000) { 520 } else { 1 + chance.below(4) };
        for index in 0..count {
            let sequence = self.entries.len() as u64 + 1;
            let id = Uuid::from_u64_pair(chance.next(), chance.next());
            let header = json!({"sequence": sequence, "id": id, "last_of_command": index + 1 == count});
            let entry = SentEntry {
                header: header.to_string().into_bytes(),
                body: format!("{{\"amount\":{}}}", chance.below(1_000_000)).into_bytes(),
                personal: PersonalData::None,
            };
            let hash = self.head_hash().then(&entry.header, &entry.body);
            self.entries.push((entry, hash));
        }
    }

    pub fn open_life(&mut self, first: u64, parent: ChainHash, journal: Option<JournalId>, chance: &mut Chance) {
        let journal = journal.unwrap_or_else(|| JournalId::from_uuid(Uuid::from_u64_pair(2, chance.next())));
        self.lives.push(Life { journal, first, parent });
        // The numbers are skipped.
        self.append_command(chance);
    }
}

impl Log for Disk {
    type Error = Infallible;

    fn lineage(&self) -> Result<Lineage, Infallible> {
        Ok(Lineage::try_from(self.lives.clone()).expect("lives follow each other"))
    }

    fn head(&self) -> Result<u64, Infallible> {
        Ok(self.entries.len() as u64)
    }

    fn hash_at(&self, sequence: u64) -> Result<Option<ChainHash>, Infallible> {
        let index = sequence.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        Ok(index.and_then(|index| self.entries.get(index)).map(|(_, hash)| *hash))
    }

    fn entries(&self, after: u64, limit: u32) -> Result<Vec<SentEntry>, Infallible> {
        let after = usize::try_from(after).expect("an index");
        let entries = self.entries.iter().skip(after).take(limit as usize);
        Ok(entries.map(|(entry, _)| entry.clone()).collect())
    }
}

pub struct Appliance {
    pub branch: BranchId,
    pub disk: Disk,
    pub backup: Disk,
    /// None while the program is down.
    pub sender: Option<Sender>,
    pub is_connected: bool,
}

impl Appliance {
    pub fn new(branch: BranchId, disk: Disk) -> Self {
        let mut appliance = Self { branch, backup: disk.clone(), disk, sender: None, is_connected: false };
        appliance.start();
        appliance
    }

    pub fn start(&mut self) {
        let me = Identity { branch: self.branch, appliance: Uuid::nil(), app: "simulated".to_owned() };
        self.sender = Some(Sender::new(me, self.disk.cursor, self.disk.commands));
        self.is_connected = false;
    }

    pub fn crash(&mut self) {
        self.sender = None;
        self.is_connected = false;
    }
}
