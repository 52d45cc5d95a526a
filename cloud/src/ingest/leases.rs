//! Which shards of branches this process works for: those whose advisory lock it holds in PostgreSQL, on a connection
//! of its own. A process that dies loses its connection, and with it the locks; another takes them.
//!
//! It is an arrangement to share the work, not what keeps it right: the row of a branch is locked for every message.

use std::collections::BTreeSet;
use std::time::Duration;

use comanda_shared::protocol::topic::SHARDS;
use tokio::sync::watch;
use tokio_postgres::NoTls;

/// The class of our advisory locks.
const CLASS: i32 = 0x43_4d;
const PAUSE: Duration = Duration::from_secs(2);

/// Keeps trying for every shard, and says which it has; ends when nobody listens.
pub async fn keep(address: String, held: watch::Sender<BTreeSet<u8>>) {
    loop {
        if let Err(error) = hold(&address, &held).await {
            tracing::warn!(%error, "the leases on branches are lost with the connection to PostgreSQL");
        }
        held.send_replace(BTreeSet::new());
        tokio::select! {
            () = held.closed() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn hold(address: &str, held: &watch::Sender<BTreeSet<u8>>) -> Result<(), tokio_postgres::Error> {
    const TRY: &str = "
        SELECT shard FROM UNNEST($2::int[]) AS wanted (shard) WHERE pg_try_advisory_lock($1::int, shard)";
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    let driver = tokio::spawn(connection);
    let mut ours = BTreeSet::new();
    let ended = loop {
        let wanted: Vec<i32> = (0..SHARDS).filter(|shard| !ours.contains(shard)).map(i32::from).collect();
        let taken = match client.query(TRY, &[&CLASS, &wanted]).await {
            Ok(taken) => taken,
            Err(error) => break Err(error),
        };
        ours.extend(taken.iter().filter_map(|row| u8::try_from(row.get::<_, i32>(0)).ok()));
        held.send_if_modified(|known| {
            let has_changed = *known != ours;
            known.clone_from(&ours);
            has_changed
        });
        tokio::select! {
            () = held.closed() => break Ok(()),
            () = tokio::time::sleep(PAUSE) => {}
        }
    };
    driver.abort();
    ended
}
