//! What must hold in the cloud once all is quiet: as PostgreSQL answers its owner, beside what the branches have.

use comanda_tests::chain::Chain;

use crate::LightBranch;
use crate::journal::{ENTRIES_OF_AN_ORDER, amounts};

/// Everything that is wrong with what the cloud has of these branches, which are all of them. The first is said.
///
/// # Errors
/// What is wrong, in words.
pub fn judge(chain: &Chain, branches: &[LightBranch]) -> Result<(), String> {
    const ENDS: &str = "
        SELECT DISTINCT ON (branch_id) branch_id, applied, encode(hash, 'hex') FROM life ORDER BY branch_id, epoch DESC";
    let sql = |question: &str| chain.postgres.sql(question).map_err(|error| format!("{error:#}"));
    let ask = |what: &str, question: &str, meant: String| {
        let answered = sql(question)?;
        if answered == meant { Ok(()) } else { Err(format!("{what}: {answered} instead of {meant}")) }
    };
    let mut ends: Vec<String> = branches
        .iter()
        .map(|branch| {
            let (applied, hash) = branch.journal().end();
            format!("{}|{applied}|{}", branch.identity.branch, hex::encode(hash.0))
        })
        .collect();
    ends.sort();
    let seen = sql(ENDS)?;
    if let Some((seen, meant)) = seen.lines().zip(&ends).find(|(seen, meant)| seen != meant) {
        return Err(format!("the ends differ: the cloud has {seen}, the branch {meant}"));
    }
    ask("branches", "SELECT count(*) FROM life WHERE epoch = 1", branches.len().to_string())?;

    let of_all = |of: fn(&LightBranch) -> u64| branches.iter().map(of).sum::<u64>();
    let entries = of_all(|branch| branch.journal().end().0);
    ask("entries", "SELECT count(*) FROM entry", entries.to_string())?;
    let orders = of_all(|branch| branch.journal().orders);
    let (total, paid) = amounts();
    let times = |amount: i64| (amount * i64::try_from(orders).unwrap_or(i64::MAX)).to_string();
    ask("orders", "SELECT count(*) FROM orders", orders.to_string())?;
    ask("what they come to", "SELECT coalesce(sum(total), 0) FROM orders", times(total))?;
    ask("orders of the hours", "SELECT coalesce(sum(placed), 0) FROM sales_hour", orders.to_string())?;
    ask("money of the hours", "SELECT coalesce(sum(total), 0) FROM sales_hour", times(total))?;
    ask("payments", "SELECT coalesce(sum(amount), 0) FROM payment", times(paid))?;
    ask("takings of the days", "SELECT coalesce(sum(amount), 0) FROM takings_day", times(paid))?;
    ask("lines the kitchen made", "SELECT coalesce(sum(lines), 0) FROM kitchen_hour", orders.to_string())?;
    let poisoned = of_all(|branch| branch.journal().poisoned);
    ask("entries set aside", "SELECT count(*) FROM dead_letter", poisoned.to_string())?;
    if entries < orders * ENTRIES_OF_AN_ORDER { Err("there are too few entries".to_owned()) } else { Ok(()) }
}
