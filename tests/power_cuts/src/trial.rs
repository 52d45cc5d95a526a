//! A run of orders, made once and written down, and the cuts of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use comanda_edge::journal::{CommandError, PAGES_MOVED_TOGETHER, StartError};
use comanda_edge::orders::feature::Wish;
use comanda_shared::ids::{LineId, OrderId};
use comanda_shared::money::Quantity;
use comanda_shared::order::{
    AddLines, Cancel, Channel, LineState, NewLine, Order, OrderCommand, OrderPersonal, OrderType, PlaceOrder, VoidLine,
};
use uuid::Uuid;

use crate::branch::{Asked, Branch, Told};
use crate::disk::{Disk, Image, Operation};
use crate::platter::{PAGE, Plant, Platter, Survival};
use crate::random::Random;
use crate::verdict::{self, Violation};

/// A run: where it began, what the disk was asked, and what people were told.
pub struct Run {
    /// What the dice and the choice of wishes come from.
    pub seed: u64,
    base: Image,
    operations: Vec<Operation>,
    told: Vec<Told>,
    moved_its_log: bool,
}

/// What a branch lived through before its run was with other dice: the same ones would give the same ids twice.
const BEFORE: u64 = 1 << 40;

/// A branch that was furnished, has taken an order, and was closed in good order.
///
/// # Panics
/// When the daemon refuses what it should take.
pub fn settled_branch(folder: &Path, seed: u64) -> Image {
    let disk = Arc::new(Disk::default());
    let branch = Branch::open(&disk, folder, seed ^ BEFORE).expect("a branch opens on an empty disk");
    branch.furnish();
    drop(Guests::new(seed, "base").visit(&branch));
    branch.close();
    disk.image()
}

/// A branch whose log will soon be long enough to be moved into its file, as a killed daemon leaves it.
///
/// # Panics
/// When the daemon refuses what it should take.
pub fn busy_branch(folder: &Path, seed: u64) -> Image {
    /// So few less than the daemon moves together that a run's own fill them.
    const MISSING: usize = 70;
    let full = usize::try_from(PAGES_MOVED_TOGETHER).expect("no fewer than none") - MISSING;
    let disk = Arc::new(Disk::default());
    let branch = Branch::open(&disk, folder, seed ^ BEFORE).expect("a branch opens on an empty disk");
    branch.furnish();
    let log = |image: &Image| image.iter().find(|(name, _)| name.ends_with("-wal")).map_or(0, |(_, bytes)| bytes.len());
    while log(&disk.image()) < full * PAGE {
        branch.furnish_menu();
    }
    let image = disk.image();
    branch.close();
    image
}

impl Run {
    /// Takes orders in `groups` commits on a branch that is there, and closes it.
    ///
    /// # Panics
    /// When the daemon refuses what it should take.
    pub fn on(base: Image, folder: &Path, seed: u64, groups: usize) -> Self {
        let disk = Arc::new(Disk::holding(&base));
        let branch = Branch::open(&disk, folder, seed).expect("a branch opens");
        Self::of(base, &disk, branch, seed, groups)
    }

    /// The same as the daemon does it, with a thread beside the writer that moves the log: not the same run twice.
    ///
    /// # Panics
    /// When the daemon refuses what it should take.
    pub fn with_a_thread_beside(base: Image, folder: &Path, seed: u64, groups: usize) -> Self {
        let disk = Arc::new(Disk::holding(&base));
        let branch = Branch::open_with_a_thread_beside(&disk, folder, seed).expect("a branch opens");
        Self::of(base, &disk, branch, seed, groups)
    }

    fn of(base: Image, disk: &Disk, branch: Branch, seed: u64, groups: usize) -> Self {
        if base.is_empty() {
            branch.furnish();
        }
        let mut guests = Guests::new(seed, "run");
        let told: Vec<Told> = (0..groups).flat_map(|_| guests.visit(&branch)).collect();
        let file = disk.image().into_keys().find(|name| name.ends_with("branch.db")).expect("a branch has a file");
        let (file, ..) = disk.open(Some(&file), false).expect("it is there");
        // A commit flushes the log; only who moves it flushes the file.
        let moves = |operation: &Operation| matches!(operation, Operation::Sync(inode, _) if *inode == file);
        let moved_its_log = disk.operations().iter().any(moves);
        branch.close();
        Self { seed, base, operations: disk.operations(), told, moved_its_log }
    }

    /// A branch that begins on an empty disk: migrations, menu, printers, then `groups` commits.
    ///
    /// # Panics
    /// When the daemon refuses what it should take.
    pub fn from_nothing(folder: &Path, seed: u64, groups: usize) -> Self {
        Self::on(Image::new(), folder, seed, groups)
    }

    /// Places where the power can go: before each operation, and after the last.
    pub fn places(&self) -> usize {
        self.operations.len() + 1
    }

    /// Whether the disk was asked for the same.
    pub fn is_the_same_as(&self, other: &Self) -> bool {
        self.operations.iter().map(Operation::shape).eq(other.operations.iter().map(Operation::shape))
    }

    /// Whether the log was moved into the file between its orders, and not only at the stop.
    pub fn moved_its_log(&self) -> bool {
        self.moved_its_log
    }

    /// Those that are answered.
    pub fn answers(&self) -> usize {
        self.told.len()
    }

    /// Cuts the power at these places, which grow, once each; and of every `second`-th, again in the recovery.
    pub fn cut(&self, places: impl IntoIterator<Item = usize>, plant: Plant, second: usize, folder: &Path) -> Tally {
        let mut platter = Platter::holding(&self.base, plant);
        let mut done = 0;
        let mut tally = Tally::default();
        for place in places {
            for operation in &self.operations[done..place] {
                platter.apply(operation);
            }
            done = place;
            let survival = Survival::EACH[(place + usize::try_from(self.seed % 5).unwrap_or(0)) % Survival::EACH.len()];
            let cut = Cut { seed: self.seed, place, survival, second: None };
            let mut random = Random::seeded(self.seed ^ (place as u64) << 20);
            let image = platter.cut(self.operations.get(place), survival, &mut random);
            let knowledge = Knowledge::at(&self.told, place, plant);
            let (found, recovery) = recover(&image, &knowledge, folder, self.seed ^ (place as u64 + 1), place);
            tally.count(cut, found);
            if let Some(recovery) = recovery.filter(|_| place % second == 0) {
                let again = recovery.cut_again(&image, &knowledge, plant, &mut random, folder, cut);
                tally.count(again.0, again.1);
            }
        }
        tally
    }
}

/// One cut, so that it can be made again.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// The run's seed.
    pub seed: u64,
    /// Before which operation.
    pub place: usize,
    /// What survived.
    pub survival: Survival,
    /// And then again, at this operation of the recovery, with this surviving.
    pub second: Option<(usize, Survival)>,
}

/// What came of cuts.
#[derive(Default, Debug)]
pub struct Tally {
    /// How many were made, by what survived.
    pub by_survival: BTreeMap<Survival, usize>,
    /// How many fell in a recovery.
    pub in_recovery: usize,
    /// What was wrong, with the cut that shows it.
    pub violations: Vec<(Cut, Violation)>,
    /// Cuts after which something was wrong.
    pub failed: usize,
}

impl Tally {
    /// How many cuts were made.
    pub fn cuts(&self) -> usize {
        self.by_survival.values().sum()
    }

    /// These and those.
    pub fn join(&mut self, other: Self) {
        for (survival, count) in other.by_survival {
            *self.by_survival.entry(survival).or_default() += count;
        }
        self.in_recovery += other.in_recovery;
        self.failed += other.failed;
        self.violations.extend(other.violations);
    }

    fn count(&mut self, cut: Cut, found: Vec<Violation>) {
        let survival = cut.second.map_or(cut.survival, |(_, survival)| survival);
        *self.by_survival.entry(survival).or_default() += 1;
        self.in_recovery += usize::from(cut.second.is_some());
        self.failed += usize::from(!found.is_empty());
        self.violations.extend(found.into_iter().map(|violation| (cut, violation)));
    }
}

/// What the world outside knows at the moment of a cut.
#[derive(Clone, Default)]
pub struct Knowledge {
    /// What was acknowledged: by key, what was asked and the order as it was answered, in the order of the answers.
    pub acknowledged: Vec<(Asked, Order)>,
    /// What was sent and not answered: it may have happened or not, and is asked again.
    pub unanswered: Vec<Asked>,
}

impl Knowledge {
    fn at(told: &[Told], place: usize, plant: Plant) -> Self {
        let mut knowledge = Self::default();
        for told in told.iter().filter(|told| told.sent <= place) {
            let answered = if plant == Plant::AnsweredBeforeCommit { told.run } else { told.answered };
            match &told.answer {
                Ok(outcome) if answered <= place => {
                    knowledge.acknowledged.push((told.asked.clone(), outcome.clone().into_inner()));
                }
                _ => knowledge.unanswered.push(told.asked.clone()),
            }
        }
        knowledge
    }

    fn and_then(&self, told: &[Told], place: usize, plant: Plant) -> Self {
        let mut knowledge = self.clone();
        let later = Self::at(told, place, plant);
        let is_known = |asked: &Asked| later.acknowledged.iter().any(|(known, _)| known.key == asked.key);
        knowledge.unanswered.retain(|asked| !is_known(asked));
        // A repeat is answered with the order as it is now: not what that key once made of it.
        let fresh = later
            .acknowledged
            .into_iter()
            .filter(|(asked, _)| !self.acknowledged.iter().any(|(known, _)| known.key == asked.key));
        knowledge.acknowledged.extend(fresh);
        knowledge
    }
}

struct Recovery {
    operations: Vec<Operation>,
    told: Vec<Told>,
}

/// Opens what the power left, judges it, asks again what was not answered, and judges that.
fn recover(
    image: &Image,
    knowledge: &Knowledge,
    folder: &Path,
    seed: u64,
    place: usize,
) -> (Vec<Violation>, Option<Recovery>) {
    let disk = Arc::new(Disk::holding(image));
    let branch = match Branch::open(&disk, folder, seed) {
        Ok(branch) => branch,
        Err(error) => return (vec![Violation::DoesNotOpen(chain(&error))], None),
    };
    let mut found = verdict::of(&branch, knowledge);
    let told = branch.ask(&knowledge.unanswered);
    found.extend(verdict::of_repeats(&branch, knowledge, &told));
    if place.is_multiple_of(REPLAYED_EVERY) {
        found.extend(verdict::of_replay(&branch, seed));
    }
    branch.close();
    (found, Some(Recovery { operations: disk.operations(), told }))
}

/// A replay costs ten times what the other checks do together.
const REPLAYED_EVERY: usize = 100;

fn chain(error: &StartError) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        words.push_str(&format!(": {error}"));
        source = error.source();
    }
    words
}

impl Recovery {
    /// The power goes again while the branch recovers.
    fn cut_again(
        &self,
        image: &Image,
        knowledge: &Knowledge,
        plant: Plant,
        random: &mut Random,
        folder: &Path,
        first: Cut,
    ) -> (Cut, Vec<Violation>) {
        let place = random.below(self.operations.len() + 1);
        let survival = Survival::EACH[random.below(Survival::EACH.len())];
        let mut platter = Platter::holding(image, plant);
        self.operations[..place].iter().for_each(|operation| platter.apply(operation));
        let left = platter.cut(self.operations.get(place), survival, random);
        let knowledge = knowledge.and_then(&self.told, place, plant);
        let (found, _) = recover(&left, &knowledge, folder, random.bits(), place);
        (Cut { second: Some((place, survival)), ..first }, found)
    }
}

/// Guests and waiters, by chance.
pub struct Guests {
    random: Random,
    name: &'static str,
    asked: usize,
    orders: Vec<Order>,
}

impl Guests {
    /// Those of this seed; their keys begin with `name`.
    pub const fn new(seed: u64, name: &'static str) -> Self {
        Self { random: Random::seeded(seed), name, asked: 0, orders: Vec::new() }
    }

    /// One to four of them ask at once.
    ///
    /// # Panics
    /// When the daemon refuses what it should take.
    pub fn visit(&mut self, branch: &Branch) -> Vec<Told> {
        let told = self.ask_of(branch);
        for told in &told {
            match &told.answer {
                Ok(_) => {}
                // Two of one group can want the same line gone.
                Err(CommandError::Refused(_)) => {}
                Err(error) => panic!("{:?} was answered {error}", told.asked),
            }
        }
        told.into_iter().filter(|told| told.answer.is_ok()).collect()
    }

    /// The same, whatever the answers are.
    pub fn ask_of(&mut self, branch: &Branch) -> Vec<Told> {
        let group: Vec<Asked> = (0..=self.random.below(4)).map(|_| self.wish()).collect();
        let told = branch.ask(&group);
        told.iter().filter_map(|told| told.answer.clone().ok()).for_each(|outcome| self.know(outcome.into_inner()));
        told
    }

    /// The next order somebody wants.
    pub fn order_asked(&mut self) -> Asked {
        self.asked += 1;
        Asked { key: format!("{}-{}", self.name, self.asked), wish: self.order() }
    }

    /// The next thing somebody wants.
    fn wish(&mut self) -> Asked {
        self.asked += 1;
        let key = format!("{}-{}", self.name, self.asked);
        let wish = match (self.random.below(6), self.random.below(self.orders.len().max(1))) {
            (3, index) if index < self.orders.len() => {
                let lines = self.lines();
                change(&self.orders[index], OrderCommand::AddLines(AddLines { lines }))
            }
            (4, index) => match self.orders.get(index).and_then(open_line) {
                Some((order, line)) => {
                    change(order, OrderCommand::VoidLine(VoidLine { line, reason: "se cayó".to_owned() }))
                }
                None => self.order(),
            },
            (5, index) if index < self.orders.len() => change(
                &self.orders[index],
                OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned(), refund: None }),
            ),
            _ => self.order(),
        };
        Asked { key, wish }
    }

    fn know(&mut self, order: Order) {
        self.orders.retain(|known| known.id != order.id);
        if !order.status.is_final() {
            self.orders.push(order);
        }
    }

    fn order(&mut self) -> Wish {
        let order_type = [OrderType::DineIn, OrderType::Takeaway, OrderType::Delivery][self.random.below(3)];
        let personal = match order_type {
            OrderType::Delivery => OrderPersonal {
                customer_name: Some("Ana".to_owned()),
                customer_phone: Some("3001234567".to_owned()),
                delivery_address: Some("Calle 1 # 2-3".to_owned()),
                ..OrderPersonal::default()
            },
            OrderType::DineIn | OrderType::Takeaway => OrderPersonal::default(),
        };
        Wish::Place(PlaceOrder {
            id: OrderId::from_uuid(Uuid::nil()),
            order_type,
            channel: Channel::Pos,
            table: (order_type == OrderType::DineIn).then(|| "4".to_owned()),
            external_number: None,
            scheduled_for: None,
            lines: self.lines(),
            personal,
        })
    }

    fn lines(&mut self) -> Vec<NewLine> {
        let line = |random: &mut Random| NewLine {
            id: LineId::from_uuid(Uuid::nil()),
            product: ["burger", "soda", "combo"][random.below(3)].to_owned(),
            quantity: Quantity::whole(u32::try_from(1 + random.below(3)).unwrap_or(1)),
            modifiers: Vec::new(),
            notes: None,
            course: None,
            is_held: false,
            choices: Vec::new(),
        };
        (0..=self.random.below(3)).map(|_| line(&mut self.random)).collect()
    }
}

fn change(order: &Order, command: OrderCommand) -> Wish {
    Wish::Change { order: order.id, version: None, command }
}

fn open_line(order: &Order) -> Option<(&Order, LineId)> {
    let line = order.lines.iter().find(|line| matches!(line.state, LineState::Open))?;
    (order.lines.len() > 1).then_some((order, line.id))
}
