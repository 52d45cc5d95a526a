//! Which shards of branches this process works for: those whose advisory lock it holds in PostgreSQL, on a connection
//! of its own. A process that dies loses its connection, and with it the locks; another that may have more takes them.
//!
//! It is an arrangement to share the work, not what keeps it right: the row of a branch is locked for every message.

use std::collections::BTreeSet;
use std::time::Duration;

use comanda_shared::protocol::topic::SHARDS;
use tokio::sync::watch;
use tokio_postgres::{Client, NoTls};

/// The class of our advisory locks.
const CLASS: i32 = 0x43_4d;
const PAUSE: Duration = Duration::from_secs(2);

/// Keeps trying for shards until it has so many, and says which it has; ends when nobody listens.
pub async fn keep(address: String, most: u8, held: watch::Sender<BTreeSet<u8>>) {
    loop {
        if let Err(error) = hold(&address, most, &held).await {
            tracing::warn!(%error, "the leases on branches are lost with the connection to PostgreSQL");
        }
        held.send_replace(BTreeSet::new());
        tokio::select! {
            () = held.closed() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn hold(address: &str, most: u8, held: &watch::Sender<BTreeSet<u8>>) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    let driver = tokio::spawn(connection);
    let mut ours = BTreeSet::new();
    let ended = loop {
        if let Err(error) = take_more(&client, most, &mut ours).await {
            break Err(error);
        }
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

/// One after another: a lock that is more than there is room for would keep its branches from everybody.
async fn take_more(client: &Client, most: u8, ours: &mut BTreeSet<u8>) -> Result<(), tokio_postgres::Error> {
    const TRY: &str = "SELECT pg_try_advisory_lock($1, $2)";
    // Also asked when there is nothing to take: who does not answer has lost its locks.
    client.query_one("SELECT 1", &[]).await?;
    for shard in 0..SHARDS {
        if ours.len() >= usize::from(most) {
            break;
        }
        if !ours.contains(&shard) && client.query_one(TRY, &[&CLASS, &i32::from(shard)]).await?.get(0) {
            ours.insert(shard);
        }
    }
    Ok(())
}
