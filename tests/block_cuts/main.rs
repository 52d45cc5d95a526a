//! Power cuts under the real program: the daemon sells and prints on ext4, on a loop device, on a disk that remembers every
//! block and every flush. From that record, what the disk would hold after a cut at any point is made, mounted, recovered by
//! ext4 and by the daemon, and judged: every acknowledged order is there, once; no number is given twice; the journal and
//! its tables are whole; no ticket came out for an order that is not there.
//!
//! `COMANDA_CUTS` says how many (4; 200 with `COMANDA_LONG`), `COMANDA_SEED` repeats a run's choice. A cut takes a second or
//! two. Where there is no /dev/fuse or no loop device, or this is not root, it says so and is skipped.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod recorder;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use comanda_tests::branch::place_until_acknowledged;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::daemon::Daemon;
use comanda_tests::disk::{self, Disk, empty_ext4};
use comanda_tests::menu;
use comanda_tests::printer::{Answers, EmulatedPrinter};
use comanda_tests::random::Random;
use recorder::Recorder;
use tempfile::TempDir;

const DISK_BYTES: u64 = 48 * 1024 * 1024;
const CLIENTS: u64 = 4;
const ORDERS_EACH: u64 = 12;
const PATIENCE: Duration = Duration::from_secs(60);

/// What happened on the disk, and when by its operations.
struct Day {
    recorder: Recorder,
    token: String,
    /// From here on there is a branch that sells.
    open_at: usize,
    /// Each acknowledged order: the operation by which it was, its key, and its id.
    acknowledged: Vec<(usize, String, String)>,
    /// Each ticket: the operation by which it had come out, and the order's number on it.
    tickets: Vec<(usize, String)>,
    // Kept for its port: what a cut leaves prints there again.
    _printer: EmulatedPrinter,
}

/// A day of selling, ended by a kill.
fn a_day() -> Result<Day, String> {
    let recorder = Recorder::holding(empty_ext4(DISK_BYTES)?);
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().join("fuse");
    std::fs::create_dir(&shown).unwrap();
    let session = disk::show(recorder.clone(), &shown).map_err(|error| format!("fuse: {error}"))?;
    let mounted = Disk::mount(&shown.join(disk::FILE), &folder.path().join("data"))?;

    let printer = EmulatedPrinter::start(Answers::Processes).unwrap();
    let mut daemon = Daemon::beside_this_program(folder.path()).unwrap();
    daemon.start().unwrap();
    daemon.import_catalog(&menu::catalog()).unwrap();
    daemon.add_printer("Cocina", &printer.uri(), menu::GRILL).unwrap();
    let token = daemon.create_token("cashier").unwrap();
    let open_at = recorder.position();

    let address = daemon.address();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (recorder, token) = (recorder.clone(), token.clone());
            std::thread::spawn(move || {
                let mut till = Client::new(address, PATIENCE).with_token(&token);
                let order = |number| {
                    let key = idempotency_key(client, number);
                    let taken = place_until_acknowledged(&mut till, &key, &menu::four_dishes(), PATIENCE).unwrap();
                    (recorder.position(), key, taken["id"].as_str().unwrap().to_owned())
                };
                (0..ORDERS_EACH).map(order).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut tickets: Vec<(usize, String)> = Vec::new();
    let see = |tickets: &mut Vec<(usize, String)>| {
        for ticket in printer.tickets().iter().skip(tickets.len()) {
            tickets.push((recorder.position(), ticket.number.clone()));
        }
    };
    while clients.iter().any(|client| !client.is_finished()) {
        see(&mut tickets);
        std::thread::sleep(Duration::from_millis(5));
    }
    let acknowledged: Vec<_> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
    std::thread::sleep(Duration::from_millis(300));
    see(&mut tickets);
    daemon.kill().unwrap();
    drop(mounted);
    session.umount_and_join().map_err(|error| format!("fuse: {error}"))?;
    Ok(Day { recorder, token, open_at, acknowledged, tickets, _printer: printer })
}

/// What is wrong with what a cut left; nothing when nothing is.
fn judge(day: &Day, image: &[u8], position: usize, random: &mut Random) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("image");
    std::fs::write(&file, image).unwrap();
    let disk = match mount(&file, &folder.path().join("data")) {
        Ok(disk) => disk,
        Err(complaint) => return vec![format!("ext4 does not come back: {complaint}")],
    };
    let found = found_in(day, &folder, position, random);
    drop(disk);
    found
}

/// As an appliance does when it starts. The superblock of ext4 is two sectors with one checksum: where only one of them was
/// kept, a mount refuses it, and the check of the start takes another of its copies.
fn mount(file: &Path, at: &Path) -> Result<Disk, String> {
    Disk::mount(file, at).or_else(|complaint| {
        println!("the check of the start has to mend it: {complaint}");
        Disk::repair_and_mount(file, at)
    })
}

fn found_in(day: &Day, folder: &TempDir, position: usize, random: &mut Random) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut daemon = Daemon::beside_this_program(folder.path()).unwrap();
    for call in [&["journal", "verify"][..], &["journal", "replay", "--check"]] {
        let called = match call {
            [a, b] => daemon.call([a, b]),
            [a, b, c] => daemon.call([a, b, c]),
            _ => unreachable!("there are two calls"),
        };
        wrong.extend(called.err().map(|error| error.to_string()));
    }
    if let Err(error) = daemon.start() {
        wrong.push(format!("the daemon does not start: {error:#}"));
        return wrong;
    }
    let mut till = Client::new(daemon.address(), PATIENCE).with_token(&day.token);
    let listed = till.get("/api/v1/orders?limit=200").unwrap();
    let orders = listed.json().unwrap()["items"].as_array().cloned().unwrap_or_default();
    let field =
        |name: &'static str| orders.iter().map(move |order| order[name].as_str().unwrap_or_default().to_owned());
    let (ids, numbers): (BTreeSet<String>, BTreeSet<String>) = (field("id").collect(), field("consecutive").collect());
    if ids.len() != orders.len() || numbers.len() != orders.len() {
        wrong.push("a number or an id is there twice".to_owned());
    }
    let acknowledged: Vec<_> = day.acknowledged.iter().filter(|(at, ..)| *at <= position).collect();
    let lost = acknowledged.iter().filter(|(_, _, id)| !ids.contains(id)).count();
    if lost > 0 {
        wrong.push(format!("{lost} of {} acknowledged orders are gone", acknowledged.len()));
    }
    let called: BTreeSet<String> = field("number").collect();
    let orphans = day.tickets.iter().filter(|(at, number)| *at <= position && !called.contains(number)).count();
    if orphans > 0 {
        wrong.push(format!("{orphans} tickets came out for orders that are not there"));
    }
    // Whoever asks again gets the order there is.
    if let Some((_, key, id)) =
        acknowledged.get(usize::try_from(random.below(acknowledged.len().max(1) as u64)).unwrap())
    {
        match place_until_acknowledged(&mut till, key, &menu::four_dishes(), PATIENCE) {
            Ok(again) if again["id"].as_str() != Some(id) && lost == 0 => {
                wrong.push("a repeat became another order".to_owned());
            }
            Ok(_) => {}
            Err(error) => wrong.push(format!("who asks again is not let in: {error:#}")),
        }
    }
    daemon.kill().unwrap();
    wrong
}

fn cuts_of_this_run() -> u64 {
    let usual = if std::env::var_os("COMANDA_LONG").is_some() { 200 } else { 4 };
    std::env::var("COMANDA_CUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn nothing_acknowledged_or_printed_is_lost_by_a_power_cut_under_the_real_program() {
    let day = match a_day() {
        Ok(day) => day,
        Err(reason) => return println!("skipped: no recorded disk here ({reason})"),
    };
    let (seed, cuts) = (Random::seed_of_this_run(), cuts_of_this_run());
    let mut random = Random::seeded(seed);
    let (open, end) = (day.open_at as u64, day.recorder.position() as u64);
    println!(
        "COMANDA_SEED={seed} COMANDA_CUTS={cuts}: {} orders, {} tickets, operations {open} to {end}",
        day.acknowledged.len(),
        day.tickets.len()
    );
    assert_eq!(day.acknowledged.len() as u64, CLIENTS * ORDERS_EACH);
    assert!(!day.tickets.is_empty());
    for cut in 0..cuts {
        let position = usize::try_from(open + random.below(end - open + 1)).unwrap();
        let image = day.recorder.cut_at(position, None, &mut random);
        let wrong = judge(&day, &image, position, &mut random);
        assert!(wrong.is_empty(), "cut {cut} at operation {position}: {wrong:?}");
    }

    // That this can fail: a disk that says it has flushed and has not.
    let is_caught = (0..40).any(|_| {
        let position = day.recorder.position();
        let image = day.recorder.cut_at(position, Some(day.open_at), &mut random);
        judge(&day, &image, position, &mut random).iter().any(|wrong| wrong.contains("are gone"))
    });
    assert!(is_caught, "a disk that lies loses orders, and nobody noticed");
}
