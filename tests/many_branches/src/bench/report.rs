//! What the run found out, as a page.
#![expect(clippy::float_arithmetic, reason = "ratios that are printed")]

use std::fmt::Write as _;

use comanda_tests::fsync::percentile;

use super::Measured;

/// The page.
pub fn text(measured: &Measured) -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').take(3).collect::<Vec<_>>().join(", ");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut text = format!(
        "# Sync, measured\n\nOne branch, mosquitto with TLS, `comanda-cloud` and PostgreSQL on one machine of {cores} cores, whose load was \
         {load} at the end (1, 5, 15 minutes; of which this run is some). Made by `bench-sync --write`.\n\n"
    );
    if cfg!(debug_assertions) {
        text.push_str("**A debug build: these figures say that it runs, and nothing of how fast it is.**\n\n");
    }
    let Measured { entries, day: (orders, day), .. } = measured;
    let ratio = percentile(&measured.behind, 99).as_secs_f64() / percentile(&measured.idle, 99).as_secs_f64().max(1e-9);
    let rows = [
        ("catch-up, entries a second", format!("{:.0} of {entries}", measured.catch_up), "20,000".to_owned()),
        ("the same rows by UNNEST alone", format!("{:.0} a second", measured.limit), String::new()),
        ("catch-up over that", format!("{:.2}", measured.catch_up / measured.limit), "0.6".to_owned()),
        ("a day, caught up", format!("{orders} orders in {day:.2?}"), "5,000 in 3 s".to_owned()),
        (
            "live: commit at the branch → PostgreSQL's commit heard of",
            format!("p50 {:.2?}, p99 {:.2?}", percentile(&measured.live, 50), percentile(&measured.live, 99)),
            "p50 10 ms, p99 60 ms".to_owned(),
        ),
        (
            "an order's answer, p99: line cut; while catching up",
            format!("{:.2?}; {:.2?}", percentile(&measured.idle, 99), percentile(&measured.behind, 99)),
            "1.2 times".to_owned(),
        ),
        ("the one over the other", format!("{ratio:.2}, {} entries still to go", measured.left), String::new()),
    ];
    text.push_str("| what | measured | aim |\n|---|---|---|\n");
    for (what, seen, aim) in rows {
        writeln!(text, "| {what} | {seen} | {aim} |").unwrap_or_default();
    }
    text.push_str(
        "\nCatch-up is from the first word until the last acknowledgement, with forced row-level security, orders, sums, payments, \
         kitchen times and the chain. UNNEST alone is the same header, body and hash into one table with both keys, in groups of 500 \
         with a commit each.\n",
    );
    text
}
