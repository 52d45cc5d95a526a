//! What PostgreSQL takes of the same rows when nothing else is done with them.

use std::time::{Duration, Instant};

use anyhow::Result;
use comanda_many_branches::LightBranch;
use comanda_shared::protocol::Log;
use comanda_tests::chain::Chain;
use tokio_postgres::NoTls;
use uuid::Uuid;

/// Rows in one transaction: as many as a batch has.
const TOGETHER: u32 = 500;

/// Inserts a branch's entries, and says how many a second.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn rows_a_second(chain: &Chain, branch: &LightBranch) -> Result<f64> {
    const TABLE: &str = "
        CREATE TABLE limit_entry (
            company_id uuid NOT NULL, branch_id uuid NOT NULL, epoch integer NOT NULL, sequence bigint NOT NULL,
            event_id uuid NOT NULL, kind text NOT NULL, business_day date, header bytea NOT NULL, body bytea NOT NULL,
            hash bytea NOT NULL, salt bytea, personal bytea, received_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (company_id, branch_id, epoch, sequence), UNIQUE (company_id, branch_id, event_id))";
    const INSERT: &str = "
        INSERT INTO limit_entry (company_id, branch_id, epoch, sequence, event_id, kind, business_day, header, body, hash)
        SELECT $1::uuid, $2::uuid, 1, sequence, event_id, 'order.placed', '2026-01-01'::date, header, body, hash
          FROM UNNEST($3::bigint[], $4::uuid[], $5::bytea[], $6::bytea[], $7::bytea[])
            AS new (sequence, event_id, header, body, hash)";
    let (mut client, connection) = tokio_postgres::connect(&chain.postgres.address("postgres"), NoTls).await?;
    let driver = tokio::spawn(connection);
    client.batch_execute(TABLE).await?;
    let statement = client.prepare(INSERT).await?;
    let (company, own) = (Uuid::from_u128(1), branch.identity.branch.uuid());
    let (mut after, mut took) = (0_u64, Duration::ZERO);
    loop {
        let (entries, hashes) = {
            let journal = branch.journal();
            let Ok(entries) = journal.entries(after, TOGETHER);
            let hashes: Vec<Vec<u8>> = (1..=entries.len() as u64)
                .filter_map(|index| journal.hash_at(after + index).ok().flatten())
                .map(|hash| hash.0.to_vec())
                .collect();
            drop(journal);
            (entries, hashes)
        };
        if entries.is_empty() {
            break;
        }
        let sequences: Vec<i64> = (1..=entries.len() as u64).map(|index| (after + index).cast_signed()).collect();
        let ids: Vec<Uuid> =
            sequences.iter().map(|sequence| Uuid::from_u128(u128::from(sequence.cast_unsigned()))).collect();
        let headers: Vec<&[u8]> = entries.iter().map(|entry| entry.header.as_slice()).collect();
        let bodies: Vec<&[u8]> = entries.iter().map(|entry| entry.body.as_slice()).collect();
        let begun = Instant::now();
        let transaction = client.transaction().await?;
        transaction.execute(&statement, &[&company, &own, &sequences, &ids, &headers, &bodies, &hashes]).await?;
        transaction.commit().await?;
        took += begun.elapsed();
        after += entries.len() as u64;
    }
    client.batch_execute("DROP TABLE limit_entry").await?;
    drop(client);
    driver.abort();
    Ok(super::rate(after, took))
}
