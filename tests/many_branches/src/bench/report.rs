//! What the run found out, as a page.
#![expect(clippy::float_arithmetic, reason = "ratios that are printed")]

use std::fmt::Write as _;
use std::time::Duration;

use comanda_tests::fsync::percentile;
use comanda_tests::process::{load_average, machine};

use super::Measured;
use super::selling::Round;

fn median_of(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// The page.
pub fn text(measured: &Measured) -> String {
    let (machine, load) = (machine(), load_average());
    let mut text = format!(
        "# Sync, measured\n\nBranches, mosquitto with TLS, `comanda-cloud` and PostgreSQL on one machine: {machine}. Its load was {load} at the \
         end (1, 5, 15 minutes; of which this run is some). Made by `bench-sync --write`.\n\n"
    );
    if cfg!(debug_assertions) {
        text.push_str("**A debug build: these figures say that it runs, and nothing of how fast it is.**\n\n");
    }
    let Measured { entries, day: (orders, day), catch_ups, .. } = measured;
    let over_rounds = |figure: fn(&[f64; 2]) -> f64| median_of(catch_ups.iter().map(figure).collect());
    let (catch_up, limit) = (over_rounds(|round| round[0]), over_rounds(|round| round[1]));
    let share = over_rounds(|round| round[0] / round[1]);
    let (crowd, selling) = (&measured.crowd, &measured.selling);
    let median = |figure: fn(&Round) -> Duration| {
        let mut figures: Vec<_> = selling.rounds.iter().map(figure).collect();
        figures.sort_unstable();
        percentile(&figures, 50)
    };
    let (cut, behind) = (median(|round| round.cut), median(|round| round.behind));
    let beside_another = median(|round| round.beside_another);
    let over = |other: Duration| format!("{:.2}", behind.as_secs_f64() / other.as_secs_f64().max(1e-9));
    let sold: usize = selling.rounds.iter().map(|round| round.orders).sum();
    let hundredths = measured.idle_bytes / 10_000;
    let rows = [
        (
            "catch-up, entries a second",
            format!("{catch_up:.0} of {entries}, median of {} rounds", catch_ups.len()),
            "20,000".to_owned(),
        ),
        ("the same rows by UNNEST alone", format!("{limit:.0} a second"), String::new()),
        ("catch-up over that", format!("{share:.2}"), "0.6".to_owned()),
        ("a day, caught up", format!("{orders} orders in {day:.2?}"), "5,000 in 3 s".to_owned()),
        (
            "live: commit at the branch → PostgreSQL's commit heard of",
            format!("p50 {:.2?}, p99 {:.2?}", percentile(&measured.live, 50), percentile(&measured.live, 99)),
            "p50 10 ms, p99 60 ms".to_owned(),
        ),
        (
            "live among a crowd: the same while many branches sell",
            format!(
                "{} branches: p50 {:.2?}, p95 {:.2?}, p99 {:.2?}",
                crowd.branches,
                percentile(&crowd.lags, 50),
                percentile(&crowd.lags, 95),
                percentile(&crowd.lags, 99)
            ),
            "1,000 branches, p95 2 s".to_owned(),
        ),
        (
            "the cloud's process for each of them",
            format!("{} KiB, {} millionths of a core", crowd.kib, crowd.core_millionths),
            String::new(),
        ),
        (
            "an order's answer, p99: line cut; another branch catches up; this one does",
            format!(
                "{cut:.2?}; {beside_another:.2?}; {behind:.2?}: medians of {} rounds, the last of {sold} orders while {} went up in each",
                selling.rounds.len(),
                selling.backlog
            ),
            String::new(),
        ),
        ("the last over the first", over(cut), "1.2".to_owned()),
        ("the last over the second: what its own backlog costs a branch", over(beside_another), String::new()),
        (
            "a line with nothing to say, a day",
            format!("{}.{:02} MB", hundredths / 100, hundredths % 100),
            "10 MB".to_owned(),
        ),
    ];
    text.push_str("| what | measured | aim |\n|---|---|---|\n");
    for (what, seen, aim) in rows {
        writeln!(text, "| {what} | {seen} | {aim} |").unwrap_or_default();
    }
    text.push_str(
        "\nCatch-up is from the first word until the last acknowledgement, with forced row-level security, orders, sums, payments, \
         kitchen times and the chain. UNNEST alone is the same header, body and hash into one table with both keys, in groups of 500 \
         with a commit each. In the crowd each branch sells every ten seconds. A quiet line is what its daemon and the broker say, TLS \
         included, without what TCP and IP add.\n",
    );
    text.push_str(if selling.is_apart {
        "\nFor the three rows about an order's answer the branch and its till have one core and the disk, and broker, cloud and database the other core \
         and their files in memory: they are not in the same box.\n"
    } else {
        "\nFor the three rows about an order's answer broker, cloud and database shared processor and disk with the branch.\n"
    });
    text
}
