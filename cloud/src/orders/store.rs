//! Orders and their lines, many at once.

use std::collections::BTreeSet;

use comanda_shared::ids::{BranchId, OrderId};
use comanda_shared::order::{LineState, Order, Stage};
use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::Orders;
use crate::db::{DbError, Transaction};
use crate::ingest::store::Place;

/// Those of the orders that are there.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn load(transaction: &Transaction<'_>, place: Place, ids: &[OrderId]) -> Result<Orders, DbError> {
    // Each by its key, whatever PostgreSQL knows of the table: of `order_id = ANY ($3)` and a table without statistics it makes a
    // walk over every order of the branch.
    const LOAD: &str = "
        SELECT there.order_id, there.document
          FROM UNNEST($3::uuid[]) AS asked (order_id)
         CROSS JOIN LATERAL (SELECT order_id, document
                               FROM orders
                              WHERE company_id = $1 AND branch_id = $2 AND order_id = asked.order_id
                             OFFSET 0) AS there";
    let ids: BTreeSet<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let rows = transaction.query(LOAD, &[&place.company.0, &place.branch.uuid(), &ids]).await?;
    let mut orders = Orders::new();
    for row in rows {
        let id = OrderId::from_uuid(row.get(0));
        match serde_json::from_slice(row.get(1)) {
            Ok(order) => drop(orders.insert(id, order)),
            // Written by this program: only an older or newer one can have written otherwise, and a rebuild mends it.
            Err(error) => tracing::error!(order.id = %id, %error, "an order cannot be read back: rebuild the branch"),
        }
    }
    Ok(orders)
}

/// Writes orders, without their lines.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn save(transaction: &Transaction<'_>, place: Place, orders: &Orders) -> Result<(), DbError> {
    const SAVE: &str = "
        INSERT INTO orders (company_id, branch_id, order_id, consecutive, number, type, channel, status, business_day,
                            placed_at, accepted_at, ready_at, currency, subtotal, discount, tax, total, document)
        SELECT $1::uuid, $2::uuid, *
          FROM UNNEST($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[],
                      $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::bigint[],
                      $15::bigint[], $16::bigint[], $17::bigint[], $18::bytea[])
        ON CONFLICT (company_id, branch_id, order_id) DO UPDATE
           SET type = excluded.type, status = excluded.status, accepted_at = excluded.accepted_at, ready_at = excluded.ready_at,
               subtotal = excluded.subtotal, discount = excluded.discount, tax = excluded.tax, total = excluded.total,
               document = excluded.document";
    let (company, branch) = (place.company.0, place.branch.uuid());
    let orders: Vec<&Order> = orders.values().collect();
    let each = |column: fn(&Order) -> String| orders.iter().copied().map(column).collect::<Vec<String>>();
    let amounts = |column: fn(&Order) -> i64| orders.iter().copied().map(column).collect::<Vec<i64>>();
    let ids: Vec<Uuid> = orders.iter().map(|order| order.id.uuid()).collect();
    let consecutives = each(|order| order.consecutive.clone());
    let numbers = each(|order| order.number.clone());
    let types = each(|order| order.order_type.as_str().to_owned());
    let channels = each(channel);
    let statuses = each(|order| order.status.as_str().to_owned());
    let days: Vec<_> = orders.iter().map(|order| order.business_day).collect();
    let placed: Vec<Timestamp> = orders.iter().map(|order| order.created_at).collect();
    let accepted: Vec<Option<Timestamp>> = orders.iter().map(|order| order.accepted_at).collect();
    let ready: Vec<Option<Timestamp>> = orders.iter().copied().map(ready_at).collect();
    let currencies = each(|order| order.currency.code().to_owned());
    let (subtotals, discounts) =
        (amounts(|order| order.totals.subtotal.minor()), amounts(|order| order.totals.discount.minor()));
    let (taxes, totals) = (amounts(|order| order.totals.tax.minor()), amounts(|order| order.totals.total.minor()));
    let documents: Vec<Vec<u8>> = orders.iter().copied().map(document).collect();
    let parameters: [&(dyn ToSql + Sync); 18] = [
        &company,
        &branch,
        &ids,
        &consecutives,
        &numbers,
        &types,
        &channels,
        &statuses,
        &days,
        &placed,
        &accepted,
        &ready,
        &currencies,
        &subtotals,
        &discounts,
        &taxes,
        &totals,
        &documents,
    ];
    transaction.execute(SAVE, &parameters).await?;
    Ok(())
}

/// Writes those lines of orders that are not as they were.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn save_lines(
    transaction: &Transaction<'_>,
    place: Place,
    before: &Orders,
    after: &Orders,
) -> Result<(), DbError> {
    const SAVE: &str = "
        INSERT INTO order_line (company_id, branch_id, order_id, ordinal, line_id, product_id, name, quantity, total,
                                is_voided)
        SELECT $1::uuid, $2::uuid, *
          FROM UNNEST($3::uuid[], $4::int[], $5::uuid[], $6::uuid[], $7::text[], $8::bigint[], $9::bigint[],
                      $10::boolean[])
        ON CONFLICT (company_id, branch_id, order_id, ordinal) DO UPDATE
           SET line_id = excluded.line_id, product_id = excluded.product_id, name = excluded.name,
               quantity = excluded.quantity, total = excluded.total, is_voided = excluded.is_voided";
    let (company, branch) = (place.company.0, place.branch.uuid());
    let all = after.values().flat_map(|order| order.lines.iter().enumerate().map(move |line| (order, line)));
    let was = |order: &Order, index: usize| before.get(&order.id).and_then(|order| order.lines.get(index));
    let lines: Vec<_> = all.filter(|(order, (index, line))| was(order, *index) != Some(*line)).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let orders: Vec<Uuid> = lines.iter().map(|(order, _)| order.id.uuid()).collect();
    let ordinals: Vec<i32> = lines.iter().map(|(_, (index, _))| i32::try_from(*index).unwrap_or(i32::MAX)).collect();
    let ids: Vec<Uuid> = lines.iter().map(|(_, (_, line))| line.id.uuid()).collect();
    let products: Vec<Uuid> = lines.iter().map(|(_, (_, line))| line.product.uuid()).collect();
    let names: Vec<&str> = lines.iter().map(|(_, (_, line))| line.name.as_str()).collect();
    let quantities: Vec<i64> = lines.iter().map(|(_, (_, line))| line.quantity.thousandths()).collect();
    let totals: Vec<i64> = lines.iter().map(|(_, (_, line))| line.amounts.total().minor()).collect();
    let voided: Vec<bool> = lines.iter().map(|(_, (_, line))| line.state != LineState::Open).collect();
    let parameters: [&(dyn ToSql + Sync); 10] =
        [&company, &branch, &orders, &ordinals, &ids, &products, &names, &quantities, &totals, &voided];
    transaction.execute(SAVE, &parameters).await?;
    Ok(())
}

/// Removes the rows of lines that these orders do not have any more.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn remove_lines(transaction: &Transaction<'_>, place: Place, orders: &[&Order]) -> Result<(), DbError> {
    const REMOVE: &str = "
        DELETE FROM order_line WHERE company_id = $1 AND branch_id = $2 AND order_id = $3 AND ordinal >= $4";
    // Few: only orders whose lines went over to another.
    for order in orders {
        let lines = i32::try_from(order.lines.len()).unwrap_or(i32::MAX);
        transaction.execute(REMOVE, &[&place.company.0, &place.branch.uuid(), &order.id.uuid(), &lines]).await?;
    }
    Ok(())
}

/// Blanks what a guest told beside the entries about an order or a card; the chain does not cover it.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn blank_personal(transaction: &Transaction<'_>, place: Place, about: Uuid) -> Result<(), DbError> {
    const BLANK: &str = "
        UPDATE entry SET personal = NULL
         WHERE company_id = $1 AND branch_id = $2 AND personal IS NOT NULL AND position($3::bytea IN header) > 0";
    let id = about.to_string().into_bytes();
    transaction.execute(BLANK, &[&place.company.0, &place.branch.uuid(), &id]).await?;
    Ok(())
}

/// The orders of the transaction's company whose guest gave this phone number, however it was written: by its last ten
/// digits.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn orders_of_phone(transaction: &Transaction<'_>, phone: &str) -> Result<Vec<(BranchId, OrderId)>, DbError> {
    const FIND: &str = r"
        SELECT branch_id, order_id
          FROM orders
         WHERE right(regexp_replace(convert_from(document, 'UTF8')::jsonb #>> '{personal,known,customer_phone}',
                                    '\D', '', 'g'), 10)
               = nullif(right(regexp_replace($1, '\D', '', 'g'), 10), '')
         ORDER BY placed_at
         LIMIT 100000";
    let rows = transaction.query(FIND, &[&phone]).await?;
    Ok(rows.iter().map(|row| (BranchId::from_uuid(row.get(0)), OrderId::from_uuid(row.get(1)))).collect())
}

/// When the kitchen had made it for the first time.
pub fn ready_at(order: &Order) -> Option<Timestamp> {
    order.reached.get(&Stage::Ready).copied()
}

/// As it is stored.
pub fn channel(order: &Order) -> String {
    let name = serde_json::to_value(order.channel).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn document(order: &Order) -> Vec<u8> {
    serde_json::to_vec(order).expect("an order is plain data, which JSON can always hold")
}

/// Removes what is derived of a branch, before a rebuild.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn forget(transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
    const FORGET: [&str; 4] = [
        "DELETE FROM orders WHERE company_id = $1 AND branch_id = $2",
        "DELETE FROM order_line WHERE company_id = $1 AND branch_id = $2",
        "DELETE FROM sales_hour WHERE company_id = $1 AND branch_id = $2",
        "DELETE FROM sales_product WHERE company_id = $1 AND branch_id = $2",
    ];
    for statement in FORGET {
        transaction.execute(statement, &[&place.company.0, &place.branch.uuid()]).await?;
    }
    Ok(())
}
