//! What the run found out, as a page.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use comanda_tests::fsync::percentile;

use super::comanda::Paced;
use super::{LINES, PRINTERS, Run};

/// The page.
pub fn text(tickets: usize, runs: &BTreeMap<&str, Option<[Run; 2]>>, paced: &Paced) -> String {
    let mut text = format!(
        "# Printing, measured\n\n{tickets} tickets of {LINES} lines over {PRINTERS} emulated printers (`tests/src/printer.rs`), all \
         well, and then with the first of them stalled until the others were done. Made by `bench-printing --write`.\n\n"
    );
    if cfg!(debug_assertions) {
        text.push_str("**A debug build: these figures say that it runs, and nothing of how fast it is.**\n\n");
    }
    text.push_str("| program | three healthy printers done, all well | one stalled | rate kept | stalled one done after | lost | unmarked doubles |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for (name, both) in runs {
        match both {
            Some([well, stalled]) => {
                let recovered = stalled.recovered.map_or_else(|| "never".to_owned(), |time| format!("{time:.2?}"));
                let row = writeln!(
                    text,
                    "| {name} | {:.2?} | {:.2?} | {:.2} | {recovered} | {} | {} |",
                    well.healthy,
                    stalled.healthy,
                    well.healthy.as_secs_f64() / stalled.healthy.as_secs_f64(),
                    well.lost + stalled.lost,
                    well.unmarked_doubles + stalled.unmarked_doubles
                );
                row.unwrap_or_default();
            }
            None => text.push_str(&format!("| {name} | not installed here, not measured | | | | | |\n")),
        }
    }
    text.push('\n');
    if let Some(Some([well, stalled])) = runs.get("Comanda") {
        let p99 = |run: &Run| percentile(&run.accepted, 99);
        let line = format!(
            "Comanda accepted orders with p99 {:.2?}, and {:.2?} with one printer stalled ({:.2} times).\n\n",
            p99(well),
            p99(stalled),
            p99(stalled).as_secs_f64() / p99(well).as_secs_f64().max(f64::MIN_POSITIVE)
        );
        text.push_str(&line);
    }
    let budget = Duration::from_millis(10) + paced.fsync_p99 * 2;
    text.push_str(&format!(
        "At fifty orders a second: order → first byte p50 {:.2?}, p99 {:.2?}; the budget is 10 ms and twice the disk's flush (p99 {:.2?}), \
         {budget:.2?}.\n",
        percentile(&paced.first_bytes, 50),
        percentile(&paced.first_bytes, 99),
        paced.fsync_p99
    ));
    text
}
