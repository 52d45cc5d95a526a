//! The page `docs/power-cuts.md`, written from a run.

use std::fmt::Write;

use crate::platter::{Plant, Survival};
use crate::trial::Tally;

/// The safeguards that are taken away, in the order of the page.
pub const PLANTS: [Plant; 4] =
    [Plant::CommitsNotFlushed, Plant::AnsweredBeforeCommit, Plant::LyingFlush, Plant::NamesNotFlushed];

const fn planted(plant: Plant) -> &'static str {
    match plant {
        Plant::Nothing => "nothing",
        Plant::CommitsNotFlushed => "commits are not flushed (`synchronous = NORMAL`)",
        Plant::AnsweredBeforeCommit => "whoever asks is answered before the commit",
        Plant::LyingFlush => "the disk says that it has flushed, and has not",
        Plant::NamesNotFlushed => "the names of new files are not flushed",
    }
}

const HEAD: &str = "# Power cuts

Written by the run itself: `COMANDA_BLESS=1 cargo test -p comanda-power-cuts`. What is cut and judged, and how, stands at the
head of [`tests/power_cuts/src/lib.rs`](../tests/power_cuts/src/lib.rs).

The daemon's own writer, schema, migrations and projections run on a disk in memory. Each run is a few commits of orders that
are taken, added to, voided and cancelled, several in one commit, with start and orderly stop; one run begins on an empty
disk, one has a log that is due to be moved into the file. The power goes **before every operation** of a run, and once more
at some operation of each recovery. Then the branch is opened again and judged: what was acknowledged is there once and as it
was acknowledged, lines and totals agree, tickets and print jobs came with their order, no number was given twice or left out,
`PRAGMA integrity_check` is content, the chain of the journal verifies; what was sent and not answered is asked again and is
one order; after one cut in a hundred the journal is replayed and gives the same tables.

";

/// The page.
pub fn page(sound: &Tally, seeds: &[u64], planted_faults: &[(Plant, Tally)]) -> String {
    let mut page = HEAD.to_owned();
    let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
    // Writing into a string does not fail.
    let _ = writeln!(page, "| what was not flushed, and survived | cuts | something wrong |\n|---|---|---|");
    for survival in Survival::EACH {
        let cuts = sound.by_survival.get(&survival).copied().unwrap_or_default();
        let is_mode = |cut: &crate::trial::Cut| cut.second.map_or(cut.survival, |(_, second)| second) == survival;
        let wrong = sound.violations.iter().filter(|(cut, _)| is_mode(cut)).count();
        let _ = writeln!(page, "| {} | {cuts} | {wrong} |", survival.name());
    }
    let _ = writeln!(
        page,
        "| **together** | **{}**, {} of them in a recovery | **{}** |\n\nSeeds: {}. `make test-long` makes a hundred times as \
         many, of other seeds.\n",
        sound.cuts(),
        sound.in_recovery,
        sound.violations.len(),
        seeds.join(", "),
    );
    page.push_str(
        "## Does it notice?\nA harness that never failed proves nothing. With one safeguard taken away, the same cuts find:\n\n\
         | taken away | cuts | after which something was wrong |\n|---|---|---|\n",
    );
    for (plant, tally) in planted_faults {
        let _ = writeln!(page, "| {} | {} | {} |", planted(*plant), tally.cuts(), tally.failed);
    }
    page.push_str(
        "\n## What this does not show\nThe disk is a model: sectors of 512 bytes are written whole or not at all, and a flush \
         that succeeds is kept. A drive that lies about flushing loses orders, as the table says; `comanda-edge doctor` times \
         flushes and says when a drive answers faster than a drive can.\n",
    );
    page
}
