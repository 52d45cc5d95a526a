//! The world: what happens next, by chance.

use uuid::Uuid;

use super::Flaw;
use super::branch::{Appliance, Disk};
use super::chance::Chance;
use super::cloud::Cloud;
use crate::ids::BranchId;
use crate::protocol::{Downward, Input, Log, Output, Sender, Standing, Upward};

const STEPS: u64 = 250;
const HELLOS: u64 = 3;
const STEPS_TO_SETTLE: u64 = 6_000;

/// A message under way; the box it is from or for by its index.
enum Mail {
    Up(usize, Upward),
    Down(BranchId, Downward),
}

pub struct World {
    pub boxes: Vec<Appliance>,
    pub cloud: Cloud,
    chance: Chance,
    flaw: Option<Flaw>,
    now_ms: u64,
    mail: Vec<(u64, Mail)>,
    /// Runs in which a box was cloned have no cloud that is set back, and the other way round: a person has to sort
    /// out both at once.
    may_clone: bool,
    is_mended: bool,
}

impl World {
    pub fn new(seed: u64, flaw: Option<Flaw>) -> Self {
        let mut chance = Chance::of(seed);
        let count = 1 + chance.pick(3);
        let boxes = (1..=count as u128).map(|n| {
            let disk = Disk::new(&mut chance);
            Appliance::new(BranchId::from_uuid(Uuid::from_u128(n)), disk)
        });
        let boxes = boxes.collect();
        let may_clone = chance.once_in(3);
        let cloud = Cloud { flaw, ..Cloud::default() };
        Self { boxes, cloud, chance, flaw, now_ms: 0, mail: Vec::new(), may_clone, is_mended: false }
    }

    pub fn live_through_it(&mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            let index = self.chance.pick(self.boxes.len());
            match self.chance.below(100) {
                0..30 => {
                    self.boxes[index].disk.append_command(&mut self.chance);
                    self.tell(index, Input::Committed)?;
                }
                30..78 => self.deliver()?,
                78..86 => self.pass_time()?,
                86..90 => self.connect_or_cut(index)?,
                90..92 => self.boxes[index].crash(),
                92..95 => self.ask_something(index),
                95..97 => self.boxes[index].backup = self.boxes[index].disk.clone(),
                97 => self.set_a_disk_back(index),
                98 => self.cloud_disk(),
                _ => self.clone_a_box(index),
            }
            if self.boxes[index].sender.is_none() && self.chance.once_in(3) {
                self.boxes[index].start();
            }
        }
        Ok(())
    }

    fn ask_something(&mut self, index: usize) {
        let branch = self.boxes[index].branch;
        let stored = self.cloud.stored.entry(branch).or_default();
        stored.ask(&mut self.chance);
        let pending = stored.pending();
        self.post(Mail::Down(branch, pending));
    }

    fn set_a_disk_back(&mut self, index: usize) {
        let appliance = &mut self.boxes[index];
        // A program that restores a backup opens a new life itself; that is never set back to before its life.
        if appliance.backup.lives.len() == appliance.disk.lives.len() && self.chance.once_in(2) {
            appliance.disk = appliance.backup.clone();
            appliance.crash();
        }
    }

    fn cloud_disk(&mut self) {
        match self.chance.below(3) {
            0 if !self.may_clone => self.cloud.stored = self.cloud.backup.clone(),
            _ => self.cloud.backup = self.cloud.stored.clone(),
        }
    }

    fn clone_a_box(&mut self, index: usize) {
        if self.may_clone && self.boxes.len() < 4 {
            let original = &self.boxes[index];
            let clone = Appliance::new(original.branch, original.disk.clone());
            self.boxes.push(clone);
        }
    }

    fn connect_or_cut(&mut self, index: usize) -> Result<(), String> {
        if self.boxes[index].sender.is_none() {
            return Ok(());
        }
        if self.boxes[index].is_connected {
            self.boxes[index].is_connected = false;
            self.tell(index, Input::Disconnected)
        } else {
            self.boxes[index].is_connected = true;
            let session = self.chance.next();
            self.tell(index, Input::Connected { session })
        }
    }

    fn pass_time(&mut self) -> Result<(), String> {
        self.now_ms += self.chance.below(5_000);
        if self.flaw == Some(Flaw::NoPatience) {
            return Ok(());
        }
        (0..self.boxes.len()).try_for_each(|index| self.tell(index, Input::Tick))
    }

    /// Messages arrive out of order; some never, some twice, some after seconds.
    fn post(&mut self, mail: Mail) {
        if !self.is_mended && self.chance.once_in(12) {
            return;
        }
        let delay = if self.chance.once_in(20) { 20_000 } else { 50 };
        let at = self.now_ms + self.chance.below(delay);
        if self.chance.once_in(12) {
            let again = match &mail {
                Mail::Up(from, message) => Mail::Up(*from, message.clone()),
                Mail::Down(to, message) => Mail::Down(*to, message.clone()),
            };
            let later = at + self.chance.below(10_000);
            self.mail.push((later, again));
        }
        self.mail.push((at, mail));
    }

    fn deliver(&mut self) -> Result<(), String> {
        let Some(next) = (0..self.mail.len()).min_by_key(|&index| self.mail[index].0) else { return Ok(()) };
        let (at, mail) = self.mail.swap_remove(next);
        self.now_ms = self.now_ms.max(at);
        match mail {
            Mail::Up(from, message) => {
                let branch = self.boxes[from].branch;
                let message = if self.chance.once_in(16) { through_the_wire(&message)? } else { message };
                for answer in self.cloud.hear(branch, &message, &mut self.chance) {
                    self.post(Mail::Down(branch, answer));
                }
                Ok(())
            }
            Mail::Down(branch, message) => {
                let hearers: Vec<_> =
                    (0..self.boxes.len()).filter(|&index| self.boxes[index].branch == branch).collect();
                hearers.into_iter().try_for_each(|index| {
                    if !self.boxes[index].is_connected {
                        return Ok(());
                    }
                    let message = self.as_trusted(index, message.clone());
                    self.tell(index, Input::Heard(message))
                })
            }
        }
    }

    fn as_trusted(&self, index: usize, message: Downward) -> Downward {
        match message {
            Downward::Welcome(mut welcome) if self.flaw == Some(Flaw::TrustsItsCursor) => {
                let disk = &self.boxes[index].disk;
                let Ok(hash) = disk.hash_at(disk.cursor);
                if let Some(hash) = hash {
                    (welcome.applied, welcome.hash) = (disk.cursor, hash);
                }
                Downward::Welcome(welcome)
            }
            other => other,
        }
    }

    fn tell(&mut self, index: usize, input: Input) -> Result<(), String> {
        let flaw = self.flaw;
        let appliance = &mut self.boxes[index];
        let Some(sender) = &mut appliance.sender else { return Ok(()) };
        let is_all_told = flaw == Some(Flaw::NoCommandOrder);
        let told = match &input {
            Input::Heard(Downward::Commands { commands }) if is_all_told => Some(commands.clone()),
            _ => None,
        };
        let Ok(mut outputs) = sender.step(self.now_ms, input, &appliance.disk);
        if let Some(commands) = told {
            outputs.retain(|output| !matches!(output, Output::Commands(_)));
            outputs.push(Output::Commands(commands));
        }
        outputs.into_iter().try_for_each(|output| self.carry_out(index, output))
    }

    fn carry_out(&mut self, index: usize, output: Output) -> Result<(), String> {
        let is_connected = self.boxes[index].is_connected;
        match output {
            Output::Send(message) => {
                if is_connected {
                    self.post(Mail::Up(index, message));
                }
            }
            Output::CursorMoved(to) => {
                self.what_was_said_to_be_safe_is_safe(index, to)?;
                // Written down now and then only.
                if self.chance.once_in(2) || self.flaw == Some(Flaw::TrustsItsCursor) {
                    self.boxes[index].disk.cursor = to;
                }
            }
            Output::OpenLife { first, parent, journal } => {
                self.boxes[index].disk.open_life(first, parent, journal, &mut self.chance);
                if self.chance.once_in(10) {
                    self.boxes[index].crash();
                }
                self.tell(index, Input::LifeOpened)?;
            }
            Output::Commands(commands) => self.obey(index, &commands),
            // What is laid down is fetched, by its hash, from elsewhere: nothing here carries it.
            Output::Directives(_) => {}
            Output::Hangup => {
                self.boxes[index].is_connected = false;
                self.tell(index, Input::Disconnected)?;
            }
        }
        Ok(())
    }

    /// While the cloud's own disk is never set back, a branch is told of nothing that is not stored.
    fn what_was_said_to_be_safe_is_safe(&self, index: usize, upto: u64) -> Result<(), String> {
        let appliance = &self.boxes[index];
        let Ok(lineage) = appliance.disk.lineage();
        let question = (lineage.life_of(upto).journal, upto);
        let is_stored =
            self.cloud.stored.get(&appliance.branch).is_some_and(|stored| stored.log.contains_key(&question));
        if is_stored || !self.may_clone || upto == 0 {
            return Ok(());
        }
        Err(format!("the branch was told that {upto} is safe, and it is not"))
    }

    /// Effects and the record of them are one transaction.
    fn obey(&mut self, index: usize, commands: &[crate::protocol::command::Command]) {
        let crashes = self.chance.once_in(10);
        let appliance = &mut self.boxes[index];
        if !crashes || self.flaw == Some(Flaw::EffectBeforeRecord) {
            appliance.disk.effects.extend(commands.iter().map(|command| command.sequence));
        }
        if crashes {
            return appliance.crash();
        }
        let last = commands.iter().map(|command| command.sequence).max();
        let upto = last.map_or(appliance.disk.commands, |last| last.max(appliance.disk.commands));
        appliance.disk.commands = upto;
        if let Some(sender) = &mut appliance.sender {
            sender.commands_carried_out(upto);
        }
        let branch = appliance.branch;
        self.post(Mail::Up(index, Upward::CommandsDone { branch, upto, results: Vec::new() }));
    }

    /// From here on nothing is lost and nobody falls.
    pub fn mend_and_settle(&mut self) -> Result<(), String> {
        self.is_mended = true;
        // What is still under way arrives; then each box connects anew, as it would say hello again after a while.
        for _ in 0..STEPS_TO_SETTLE {
            self.deliver()?;
        }
        // A box that nobody tells anything learns only from its next hello that another goes on in its place.
        for _ in 0..HELLOS {
            self.boxes.iter_mut().for_each(Appliance::crash);
            self.settle()?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), String> {
        for _ in 0..STEPS_TO_SETTLE {
            for index in 0..self.boxes.len() {
                if self.boxes[index].sender.is_none() {
                    self.boxes[index].start();
                }
                if !self.boxes[index].is_connected {
                    self.connect_or_cut(index)?;
                }
            }
            if self.is_settled() {
                return Ok(());
            }
            if self.mail.is_empty() || self.chance.once_in(10) {
                if self.mail.is_empty() {
                    self.now_ms += 60_000;
                }
                self.pass_time()?;
                for branch in self.cloud.stored.keys().copied().collect::<Vec<_>>() {
                    let pending = self.cloud.stored[&branch].pending();
                    self.post(Mail::Down(branch, pending));
                }
            }
            self.deliver()?;
        }
        let standings: Vec<_> = self.boxes.iter().map(|b| b.sender.as_ref().map(Sender::standing)).collect();
        Err(format!("the two sides do not come together: {standings:?}"))
    }

    fn is_settled(&self) -> bool {
        self.boxes.iter().all(|appliance| {
            let Some(sender) = &appliance.sender else { return false };
            let stored = self.cloud.stored.get(&appliance.branch);
            let asked = stored.map_or(0, |stored| stored.commands.len() as u64);
            let Ok(head) = appliance.disk.head();
            match sender.standing() {
                Standing::Barred(_) => true,
                Standing::Streaming => sender.cursor() == head && appliance.disk.commands >= asked,
                Standing::Offline | Standing::Greeting => false,
            }
        })
    }
}

fn through_the_wire(message: &Upward) -> Result<Upward, String> {
    let read = Upward::decode(&message.encode()).map_err(|error| error.to_string())?;
    if read == *message { Ok(read) } else { Err("a message is another after its way over the wire".to_owned()) }
}
