//! `limits-fsync [FOLDER] [COUNT]`: the median and the worst hundredth of a flush in a folder.

use std::path::PathBuf;

use anyhow::{Context, Result};
use comanda_tests::fsync;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| ".".into()));
    let count = arguments.next().map_or(Ok(1000), |text| text.parse()).context("COUNT is a number")?;

    let flushes = fsync::measure(&folder, count)?;
    println!(
        "{count} flushes of 4 KiB in {}: p50 {} µs, p99 {} µs",
        folder.display(),
        flushes.percentile(50).as_micros(),
        flushes.percentile(99).as_micros()
    );
    Ok(())
}
