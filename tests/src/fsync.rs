//! What a flush to this disk costs: the floor under every durable order.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long flushes took, in ascending order.
pub struct Flushes(Vec<Duration>);

impl Flushes {
    /// The duration that `percent` of the flushes did not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        percentile(&self.0, percent)
    }
}

/// The value that `percent` of a sorted list do not exceed; zero of an empty one.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let position = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(position).copied().unwrap_or_default()
}

/// Appends `count` pages of 4 KiB to a file in `folder`, each flushed by itself, and removes the file.
///
/// # Errors
/// When the folder takes no file.
pub fn measure(folder: &Path, count: usize) -> Result<Flushes> {
    let path = folder.join(format!("fsync-{}.tmp", std::process::id()));
    let mut file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        file.write_all(&[0x5a; 4096]).context("append a page")?;
        let begun = Instant::now();
        file.sync_data().context("flush")?;
        times.push(begun.elapsed());
    }
    drop(file);
    std::fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
    times.sort_unstable();
    Ok(Flushes(times))
}
