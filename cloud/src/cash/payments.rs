//! Payments, as their orders have them.

use comanda_shared::order::{Order, Payment};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::db::{DbError, Transaction};
use crate::ingest::store::Place;
use crate::orders::Orders;

/// Writes those payments of orders that are not as they were.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn save_payments(
    transaction: &Transaction<'_>,
    place: Place,
    before: &Orders,
    after: &Orders,
) -> Result<(), DbError> {
    const SAVE: &str = "
        INSERT INTO payment (company_id, branch_id, payment_id, order_id, business_day, taken_at, method, currency, amount,
                             tip, refunded, shift_id)
        SELECT $1::uuid, $2::uuid, *
          FROM UNNEST($3::uuid[], $4::uuid[], $5::date[], $6::timestamptz[], $7::text[], $8::text[], $9::bigint[],
                      $10::bigint[], $11::bigint[], $12::uuid[])
        ON CONFLICT (company_id, branch_id, payment_id) DO UPDATE SET refunded = excluded.refunded";
    let all = after.values().flat_map(|order| order.payments.iter().map(move |payment| (order, payment)));
    let is_as_it_was =
        |order: &Order, payment: &Payment| before.get(&order.id).is_some_and(|was| was.payments.contains(payment));
    let new = all.filter(|(order, payment)| !is_as_it_was(order, payment));
    let payments: Vec<&Payment> = new.map(|(_, payment)| payment).collect();
    if payments.is_empty() {
        return Ok(());
    }
    let (company, branch) = (place.company.0, place.branch.uuid());
    let ids: Vec<Uuid> = payments.iter().map(|payment| payment.taken.payment.uuid()).collect();
    let of: Vec<Uuid> = payments.iter().map(|payment| payment.taken.order.uuid()).collect();
    let days: Vec<Date> = payments.iter().map(|payment| payment.taken.business_day).collect();
    let at: Vec<Timestamp> = payments.iter().map(|payment| payment.taken.at).collect();
    let methods: Vec<&str> = payments.iter().map(|payment| payment.taken.method.as_str()).collect();
    let currencies: Vec<String> =
        payments.iter().map(|payment| payment.taken.amount.currency().code().to_owned()).collect();
    let amounts: Vec<i64> = payments.iter().map(|payment| payment.taken.amount.minor()).collect();
    let tips: Vec<i64> = payments.iter().map(|payment| payment.taken.tip.minor()).collect();
    let refunded: Vec<i64> = payments.iter().map(|payment| payment.refunded().minor()).collect();
    let shifts: Vec<Option<Uuid>> = payments.iter().map(|payment| payment.taken.shift.map(|id| id.uuid())).collect();
    let parameters: [&(dyn ToSql + Sync); 12] =
        [&company, &branch, &ids, &of, &days, &at, &methods, &currencies, &amounts, &tips, &refunded, &shifts];
    transaction.execute(SAVE, &parameters).await?;
    Ok(())
}
