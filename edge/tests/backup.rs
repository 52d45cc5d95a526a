//! Backups of a real branch, and the way back: it sells on, and gives no number twice.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use comanda_edge::backup::create::Proof;
use comanda_edge::backup::{BackupError, BackupFolder, BackupKey, Progress, create, restore, verify};
use comanda_edge::catalog::feature::import;
use comanda_edge::catalog::pictures::{Shelf, Size, Sizes};
use comanda_edge::environment::Environment;
use comanda_edge::journal::{DataFolder, Journal, OpenError, Request, StartError};
use comanda_edge::orders::feature::{self, Wish};
use comanda_edge::staff::secrets::Pepper;
use comanda_shared::ids::{LineId, OrderId};
use comanda_shared::money::Quantity;
use comanda_shared::order::{Channel, NewLine, OrderPersonal, OrderType, PlaceOrder};
use comanda_shared::staff::{Actor, Role};
use tempfile::{TempDir, tempdir};
use uuid::Uuid;

const MENU: &str = r#"{"currency": "COP", "taxes": [], "stations": [{"id": "plancha", "name": "Plancha"}],
    "categories": [{"id": "carta", "name": "Carta", "products": [
        {"sku": "burger", "name": "Hamburguesa", "price": 1850000, "tax": [], "station": "plancha"}]}]}"#;

struct Branch {
    journal: Journal,
    writer: JoinHandle<()>,
}

impl Branch {
    fn open(data: &DataFolder) -> Self {
        let (journal, writer) = Journal::start(data, Environment::system()).unwrap();
        Self { journal, writer }
    }

    fn sell(&self, orders: u32) -> Vec<String> {
        (0..orders).map(|_| self.sell_one()).collect()
    }

    fn sell_one(&self) -> String {
        let line = NewLine {
            id: LineId::from_uuid(Uuid::nil()),
            product: "burger".to_owned(),
            quantity: Quantity::whole(1),
            modifiers: Vec::new(),
            notes: None,
            course: None,
            is_held: false,
            choices: Vec::new(),
        };
        let order = PlaceOrder {
            id: OrderId::from_uuid(Uuid::nil()),
            order_type: OrderType::Takeaway,
            channel: Channel::Pos,
            table: None,
            external_number: None,
            scheduled_for: None,
            lines: vec![line],
            personal: OrderPersonal::default(),
        };
        let request = Request::once(self.journal.environment(), Actor::Operator);
        let work = feature::run(&self.journal, request, Role::Admin, Wish::Place(order));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(work).unwrap().into_inner().order.consecutive
    }

    fn close(self) {
        self.journal.readers().close_idle();
        self.journal.stop();
        drop(self.journal);
        self.writer.join().unwrap();
    }
}

fn lived_branch(folder: &TempDir) -> (DataFolder, Branch) {
    let data = DataFolder::at(&folder.path().join("data")).unwrap();
    let branch = Branch::open(&data);
    import(&branch.journal, Actor::Operator, MENU.as_bytes()).unwrap();
    Pepper::at(&data.pepper(), branch.journal.environment()).unwrap();
    (data, branch)
}

fn back_up(data: &DataFolder) -> comanda_edge::backup::Made {
    create(data, &BackupFolder::at(data.backups()), &Environment::system(), Proof::Replayed, |_| {}).unwrap()
}

#[test]
fn a_branch_comes_back_on_another_box_sells_on_and_numbers_nothing_twice() {
    let folder = tempdir().unwrap();
    let (data, branch) = lived_branch(&folder);
    let before = branch.sell(3);
    let sizes = Sizes([b"small".to_vec(), b"medium".to_vec(), b"large".to_vec()]);
    let picture = Shelf::of(data.clone()).keep(&sizes, &Environment::system()).unwrap();
    let mut steps = Vec::new();
    let to = BackupFolder::at(data.backups());
    let made = create(&data, &to, &Environment::system(), Proof::Sound, |step| steps.push(step)).unwrap();
    use Progress::{Copying, Packing, Proving, ReadingBack, Thinning};
    assert_eq!(steps, [Copying, Proving, Packing, ReadingBack, Thinning]);
    let lost = branch.sell(5);
    let code = BackupKey::of(&data).unwrap().show_once(&data).unwrap().expect("nobody has seen it");
    assert_eq!(BackupKey::of(&data).unwrap().show_once(&data).unwrap(), None, "it is shown once");
    branch.close();

    let elsewhere = tempdir().unwrap();
    let other = DataFolder::at(&elsewhere.path().join("data")).unwrap();
    let key = BackupKey::from_code(&code).unwrap();
    // A box that has pictures of its own keeps them, and is given those of the backup.
    let own =
        Shelf::of(other.clone()).keep(&Sizes([Vec::new(), Vec::new(), Vec::new()]), &Environment::system()).unwrap();
    let restored = restore(&made.file, &key, &other, &Environment::system(), |_| {}).unwrap();
    assert_eq!((restored.manifest.sequence, restored.kept), (made.name.sequence, None));
    assert_eq!(std::fs::read(other.pepper()).unwrap(), std::fs::read(data.pepper()).unwrap());
    let shelf = Shelf::of(other.clone());
    assert_eq!(shelf.take(picture, Size::Medium).unwrap(), Some(b"medium".to_vec()));
    assert_eq!(shelf.take(own, Size::Medium).unwrap(), Some(Vec::new()));

    let branch = Branch::open(&other);
    let after = branch.sell(4);
    branch.close();
    let given: Vec<&String> = before.iter().chain(&lost).chain(&after).collect();
    let different: BTreeSet<&&String> = given.iter().collect();
    assert_eq!(different.len(), given.len(), "a number was given twice: {given:?}");
    assert_eq!(after[0], "SUC-L-001001");
    back_up(&other);
}

#[test]
fn what_is_restored_over_is_kept_and_the_present_file_is_not_needed() {
    let folder = tempdir().unwrap();
    let (data, branch) = lived_branch(&folder);
    branch.sell(2);
    let made = back_up(&data);
    branch.close();
    std::fs::write(data.database(), "not a database any more").unwrap();
    let key = BackupKey::of(&data).unwrap();
    let restored = restore(&made.file, &key, &data, &Environment::system(), |_| {}).unwrap();
    assert_eq!(std::fs::read_to_string(restored.kept.unwrap()).unwrap(), "not a database any more");
    let branch = Branch::open(&data);
    assert_eq!(branch.sell(1), ["SUC-L-001001"]);
    branch.close();
}

#[test]
fn a_backup_that_was_changed_cut_short_or_made_for_another_key_is_refused_and_nothing_is_touched() {
    let folder = tempdir().unwrap();
    let (data, branch) = lived_branch(&folder);
    branch.sell(1);
    let made = back_up(&data);
    branch.close();
    let before = std::fs::read(data.database()).unwrap();
    let whole = std::fs::read(&made.file).unwrap();
    let key = BackupKey::of(&data).unwrap();
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for (what, bytes) in [("changed", &changed[..]), ("cut short", &whole[..whole.len() - 1]), ("empty", &[])] {
        let file = folder.path().join("bad");
        std::fs::write(&file, bytes).unwrap();
        let refused = restore(&file, &key, &data, &Environment::system(), |_| {});
        assert!(matches!(refused, Err(BackupError::Undecipherable { .. })), "{what}: {refused:?}");
    }
    let elsewhere = DataFolder::at(&folder.path().join("elsewhere")).unwrap();
    let other = BackupKey::of(&elsewhere).unwrap();
    let refused = verify(&made.file, &other, &data, &Environment::system(), |_| {});
    assert!(matches!(refused, Err(BackupError::Undecipherable { .. })), "another key: {refused:?}");
    assert_eq!(std::fs::read(data.database()).unwrap(), before);
    verify(&made.file, &key, &data, &Environment::system(), |_| {}).unwrap();
    assert!(scratch_of(&data).is_empty(), "nothing is left lying about");
}

#[test]
fn an_unsound_file_makes_no_backup() {
    let folder = tempdir().unwrap();
    let (data, branch) = lived_branch(&folder);
    branch.sell(2);
    branch.close();
    let file = rusqlite::Connection::open(data.database()).unwrap();
    file.execute_batch("DROP TRIGGER journal_is_never_changed; UPDATE journal SET body = '{}' WHERE sequence = 3")
        .unwrap();
    drop(file);
    let to = BackupFolder::at(data.backups());
    let refused = create(&data, &to, &Environment::system(), Proof::Sound, |_| {});
    assert!(matches!(refused, Err(BackupError::Unsound(_))), "{refused:?}");
    assert!(to.list().unwrap().is_empty() && scratch_of(&data).is_empty());
}

#[test]
fn a_branch_sells_while_it_is_backed_up() {
    let folder = tempdir().unwrap();
    let (data, branch) = lived_branch(&folder);
    branch.sell(1);
    let branch = Arc::new(branch);
    let selling = std::thread::spawn({
        let branch = Arc::clone(&branch);
        move || branch.sell(20)
    });
    let made = back_up(&data);
    assert_eq!(selling.join().unwrap().len(), 20);
    verify(&made.file, &BackupKey::of(&data).unwrap(), &data, &Environment::system(), |_| {}).unwrap();
    Arc::into_inner(branch).unwrap().close();
}

#[test]
fn a_branch_whose_file_is_gone_does_not_begin_anew() {
    let folder = tempdir().unwrap();
    let (data, branch) = lived_branch(&folder);
    branch.close();
    std::fs::rename(data.database(), folder.path().join("away.db")).unwrap();
    let refused = Journal::start(&data, Environment::system()).map(drop);
    assert!(matches!(refused, Err(StartError::Open(OpenError::Gone(_)))), "{refused:?}");
    assert!(!data.database().exists());
}

fn scratch_of(data: &DataFolder) -> Vec<std::ffi::OsString> {
    let entries = std::fs::read_dir(Path::new(data.path())).unwrap().flatten().map(|entry| entry.file_name());
    entries.filter(|name| name.to_string_lossy().starts_with("scratch-")).collect()
}
