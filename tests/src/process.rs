//! What Linux says about a process and this machine.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_setaffinity};

/// `/proc` counts processor time in hundredths of a second (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// What a process has used.
pub struct Usage {
    /// Processor time, user and system.
    pub cpu: Duration,
    /// Memory in RAM.
    pub resident_kib: u64,
}

impl Usage {
    /// Of a running process.
    ///
    /// # Errors
    /// When it does not run.
    pub fn of(process: u32) -> Result<Self> {
        let stat = read(&format!("/proc/{process}/stat"))?;
        // The name in parentheses may hold anything; the state follows it, and user and system time are the 12th and
        // 13th after that (proc(5): fields 14 and 15).
        let (_, rest) = stat.rsplit_once(')').context("no name in /proc/PID/stat")?;
        let ticks: u32 = rest.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u32>().ok()).sum();
        let status = read(&format!("/proc/{process}/status"))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let resident_kib = resident.trim().trim_end_matches(" kB").parse().context("VmRSS")?;
        Ok(Self { cpu: TICK * ticks, resident_kib })
    }
}

/// From now on this thread, and every process and thread it starts, runs on one core only, the first being 0.
///
/// # Errors
/// When there is no such core.
pub fn keep_to_core(core: usize) -> Result<()> {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores).with_context(|| format!("keep to core {core}"))
}

/// All files in a folder and below.
///
/// # Errors
/// When one cannot be looked at.
pub fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let entry = entry.context("list a data folder")?;
        let metadata = entry.metadata().context("look at a data file")?;
        bytes += if metadata.is_dir() { folder_bytes(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

/// Of the last minute, five and fifteen.
pub fn load_average() -> String {
    let text = read("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

/// The processor, the memory, the kernel, in one line.
pub fn machine() -> String {
    let processor = read("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = read("/proc/meminfo").unwrap_or_default();
    let kib = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")).unwrap_or_default();
    let gib = kib.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() / (1024 * 1024);
    let kernel = read("/proc/sys/kernel/osrelease").unwrap_or_default();
    let model = model.trim_start_matches([':', ' ', '\t']);
    format!("{model}, {cores} cores (shared), {gib} GiB, Linux {}", kernel.trim())
}

/// The first line a program prints, or that it did not.
pub fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}

fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("read {path}"))
}
