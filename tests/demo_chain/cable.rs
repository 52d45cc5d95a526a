//! `cable FROM TO FILE`: carries bytes from one address to another while FILE is not there, and pulls the plug while it
//! is. Ends with its process.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use comanda_tests::chain::Cable;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().context("usage: cable FROM TO FILE");
    let (from, to, file) = (next()?, next()?, PathBuf::from(next()?));
    let cable = Cable::between(from.parse().context("FROM is an address")?, to.parse().context("TO is an address")?)?;
    let mut is_cut = false;
    loop {
        match (is_cut, file.exists()) {
            (false, true) => cable.cut(),
            (true, false) => cable.mend(),
            _ => {}
        }
        is_cut = file.exists();
        std::thread::sleep(Duration::from_millis(200));
    }
}
