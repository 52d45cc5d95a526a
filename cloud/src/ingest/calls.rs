//! Calls: whoever writes something that a branch is to be told of calls it in the same transaction, and the process that
//! works for the branch hears of it with the commit, over `LISTEN`.
//!
//! A call may be lost, with its connection or a lease on the move: every branch reports within minutes, and is told then.

use std::time::Duration;

use comanda_shared::ids::BranchId;
use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, NoTls};

use crate::db::{DbError, Transaction};

const PAUSE: Duration = Duration::from_secs(2);

/// Calls a branch, once the transaction is committed.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn call(transaction: &Transaction<'_>, branch: BranchId) -> Result<(), DbError> {
    transaction.execute("SELECT pg_notify('comanda_down', $1)", &[&branch.to_string()]).await?;
    Ok(())
}

/// Hears calls until nobody listens.
pub async fn hear(address: String, called: mpsc::Sender<BranchId>) {
    while !called.is_closed() {
        if let Err(error) = listen(&address, &called).await {
            tracing::warn!(%error, "calls to branches are not heard until PostgreSQL is back");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(address: &str, called: &mpsc::Sender<BranchId>) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = tokio_postgres::connect(address, NoTls).await?;
    let listening = client.batch_execute("LISTEN comanda_down");
    tokio::pin!(listening);
    let mut is_listening = false;
    loop {
        tokio::select! {
            begun = &mut listening, if !is_listening => {
                begun?;
                is_listening = true;
            }
            message = std::future::poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(call))) => {
                    // One that finds no room is made up for by the branch's next report.
                    if let Ok(branch) = call.payload().parse() {
                        let _ = called.try_send(branch);
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
            () = called.closed() => return Ok(()),
        }
    }
}
