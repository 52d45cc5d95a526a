//! What an hour brings besides: a disk that takes five milliseconds for a flush, a backup in the middle of a rush, nothing to
//! do at all.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use comanda_tests::disk::{self, Disk, Medium, empty_ext4};
use comanda_tests::menu;
use comanda_tests::process::Usage;

use crate::closing::{self, Closing};
use crate::load;
use crate::logging_in::{self, LoggingIn};
use crate::long_life::{self, LongLife};
use crate::server::{Kind, Server};
use crate::{REFUSING, Settings, fresh};

/// What a flush of the slow disk takes: that of a cheap SSD, and a quarter of an SD card's.
const FLUSH: Duration = Duration::from_millis(5);
const SLOW_DISK_BYTES: u64 = 768 * 1024 * 1024;
/// How long a branch with nothing to do is watched.
const IDLE: Duration = Duration::from_secs(20);
/// Clients of the load with a backup beside it, and orders there were before, so that the backup has something to copy.
const CLIENTS: usize = 16;
const ORDERS_BEFORE: u64 = 20_000;

/// What was found out.
pub struct HardTimes {
    /// Durable orders a second with 64 clients on the slow disk, of the minimal program and of Comanda, in rounds; or why not.
    pub slow_disk: Result<Vec<[f64; 2]>, String>,
    /// The p99 of an order without and with backups and their checkpoints beside it, in rounds.
    pub beside_a_backup: Vec<[Duration; 2]>,
    /// The share of one core that a branch uses that has nothing to do.
    pub idle_share: f64,
    /// A drawer counted after a long day.
    pub closing: Closing,
    /// People who change at the till in a rush.
    pub logging_in: LoggingIn,
    /// A branch that has sold for years.
    pub long_life: LongLife,
}

/// Measures all of it, what swings most in rounds.
pub fn measure(settings: &Settings, folder: &Path) -> Result<HardTimes> {
    Ok(HardTimes {
        slow_disk: on_a_slow_disk(settings, folder).map_err(|error| format!("{error:#}")),
        beside_a_backup: beside_a_backup(settings, folder)?,
        idle_share: idle_share(folder)?,
        closing: closing::measure(folder)?,
        logging_in: logging_in::measure(folder)?,
        long_life: long_life::measure(settings, folder)?,
    })
}

fn on_a_slow_disk(settings: &Settings, folder: &Path) -> Result<Vec<[f64; 2]>> {
    let rate = |kind| -> Result<f64> {
        let slow = SlowDisk(Mutex::new(empty_ext4(SLOW_DISK_BYTES).map_err(|complaint| anyhow!(complaint))?));
        let place = tempfile::tempdir_in(folder).context("make a folder for the slow disk")?;
        let (shown, mounted) = (place.path().join("shown"), place.path().join("mounted"));
        std::fs::create_dir(&shown).context("make a folder for the slow disk")?;
        let session = disk::show(slow, &shown).context("show the slow disk")?;
        let disk = Disk::mount(&shown.join(disk::FILE), &mounted).map_err(|complaint| anyhow!(complaint))?;
        let mut server = Server::new(kind, &mounted)?;
        server.start()?;
        server.set_up(&[(menu::GRILL, REFUSING), (menu::BAR, REFUSING)])?;
        let load = load::closed_loop(&server, 64, settings.load_time, &menu::four_dishes().to_string())?;
        server.kill()?;
        drop(disk);
        session.umount_and_join().context("let go of the slow disk")?;
        eprintln!("  {kind:?}, a flush of {FLUSH:?}: {:.0} orders/s", load.per_second());
        Ok(load.per_second())
    };
    (0..settings.rounds).map(|_| Ok([rate(Kind::Minimal)?, rate(Kind::Comanda)?])).collect()
}

/// Bytes in memory that take their time to be safe.
struct SlowDisk(Mutex<Vec<u8>>);

impl SlowDisk {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Medium for SlowDisk {
    fn size(&self) -> usize {
        self.bytes().len()
    }

    fn read(&self, range: Range<usize>) -> Vec<u8> {
        self.bytes()[range].to_vec()
    }

    fn write(&self, at: usize, bytes: &[u8]) {
        self.bytes()[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn flush(&self) {
        std::thread::sleep(FLUSH);
    }
}

fn beside_a_backup(settings: &Settings, folder: &Path) -> Result<Vec<[Duration; 2]>> {
    let (server, _data) = fresh(Kind::Comanda, folder)?;
    let body = menu::four_dishes().to_string();
    load::place_many(&server, CLIENTS, ORDERS_BEFORE, &body)?;
    (0..settings.rounds).map(|_| without_and_with_backups(&server, settings.load_time, &body)).collect()
}

fn without_and_with_backups(server: &Server, load_time: Duration, body: &str) -> Result<[Duration; 2]> {
    let alone = load::closed_loop(server, CLIENTS, load_time, body)?;
    let is_over = AtomicBool::new(false);
    let (beside, backups) = std::thread::scope(|scope| {
        let backups = scope.spawn(|| -> Result<u32> {
            let mut made = 0;
            while !is_over.load(Ordering::Relaxed) {
                server.back_up()?;
                made += 1;
            }
            Ok(made)
        });
        let beside = load::closed_loop(server, CLIENTS, load_time, body);
        is_over.store(true, Ordering::Relaxed);
        (beside, backups.join())
    });
    let (beside, backups) = (beside?, backups.map_err(|_| anyhow!("the backups panicked"))??);
    eprintln!("  p99 {:?}, beside {backups} backups {:?}", alone.percentile(99), beside.percentile(99));
    Ok([alone.percentile(99), beside.percentile(99)])
}

fn idle_share(folder: &Path) -> Result<f64> {
    let (server, _data) = fresh(Kind::Comanda, folder)?;
    std::thread::sleep(Duration::from_secs(2));
    let before = Usage::of(server.process()?)?;
    std::thread::sleep(IDLE);
    let after = Usage::of(server.process()?)?;
    Ok((after.cpu - before.cpu).as_secs_f64() / IDLE.as_secs_f64())
}
