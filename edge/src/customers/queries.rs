//! Reads of guests: found as people look for them, and what they ordered.

use comanda_shared::customer::{Customer, last_digits};
use comanda_shared::ids::CustomerId;
use comanda_shared::order::Order;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::store::{words, words_of};
use crate::journal::document;

/// Digits that are enough to look a number up by its end.
const ENOUGH_DIGITS: usize = 3;

/// The cards a text finds: by the last digits of the phone, or by the beginnings of words of name, e-mail and document,
/// accents and case apart. Without a text, those made last.
///
/// # Errors
/// When SQLite cannot read.
pub fn search(connection: &Connection, text: &str, limit: usize) -> rusqlite::Result<Vec<Customer>> {
    let mut wanted = words(text);
    if wanted.is_empty() {
        return latest(connection, limit);
    }
    if is_number(text) {
        let found = by_last_digits(connection, &last_digits(text), limit)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    // The longest word leaves the fewest cards to look at.
    wanted.sort_by_key(|word| std::cmp::Reverse(word.len()));
    by_words(connection, &wanted, limit)
}

fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= ENOUGH_DIGITS && !text.chars().any(char::is_alphabetic)
}

fn latest(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<Customer>> {
    const LATEST: &str = "SELECT document FROM customer WHERE phone IS NOT NULL ORDER BY id DESC LIMIT ?1";
    connection.prepare_cached(LATEST)?.query_map(params![rows(limit)], |row| document::read(row, 0))?.collect()
}

fn by_last_digits(connection: &Connection, digits: &str, limit: usize) -> rusqlite::Result<Vec<Customer>> {
    // A colon comes right after the nine.
    const FIND: &str = "
        SELECT document FROM customer
         WHERE phone_back >= ?1 AND phone_back < ?1 || ':'
         ORDER BY name, id LIMIT ?2";
    let back: String = digits.chars().rev().collect();
    connection.prepare_cached(FIND)?.query_map(params![back, rows(limit)], |row| document::read(row, 0))?.collect()
}

fn by_words(connection: &Connection, wanted: &[String], limit: usize) -> rusqlite::Result<Vec<Customer>> {
    const FIND: &str = "
        SELECT document FROM customer
         WHERE id IN (SELECT customer_id FROM customer_word WHERE word >= ?1 AND word < ?2)
         ORDER BY name, id";
    let Some(first) = wanted.first() else { return Ok(Vec::new()) };
    let after = format!("{first}{}", char::MAX);
    let mut statement = connection.prepare_cached(FIND)?;
    let mut cards = statement.query(params![first, after])?;
    let mut found = Vec::new();
    while let Some(row) = cards.next()? {
        let card: Customer = document::read(row, 0)?;
        let words = card.personal.known().map(words_of).unwrap_or_default();
        if wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted.as_str()))) {
            found.push(card);
        }
        if found.len() == limit {
            break;
        }
    }
    Ok(found)
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// What somebody's orders came to.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Habits {
    /// How many orders, without those that were cancelled.
    pub orders: u32,
    /// What these cost, minor units, without tips.
    pub spent: i64,
    /// When the last was taken.
    pub last_seen: Option<Timestamp>,
}

/// What somebody's orders came to.
///
/// # Errors
/// When SQLite cannot read.
pub fn habits(connection: &Connection, customer: CustomerId) -> rusqlite::Result<Habits> {
    const SUM: &str = "
        SELECT count(*), coalesce(sum(total), 0), max(created_at) FROM orders
         WHERE customer_id = ?1 AND status <> 'cancelled' AND status <> 'merged'";
    let habits = |row: &rusqlite::Row<'_>| {
        let last: Option<i64> = row.get(2)?;
        let last_seen = last.and_then(|at| Timestamp::from_microsecond(at).ok());
        Ok(Habits { orders: row.get(0)?, spent: row.get(1)?, last_seen })
    };
    connection.prepare_cached(SUM)?.query_row([customer.as_bytes()], habits)
}

/// Somebody's orders, the latest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn orders_of(connection: &Connection, customer: CustomerId, limit: u32) -> rusqlite::Result<Vec<Order>> {
    const ORDERS: &str = "
        SELECT document FROM orders WHERE customer_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2";
    let mut statement = connection.prepare_cached(ORDERS)?;
    statement.query_map(params![customer.as_bytes(), limit], |row| document::read(row, 0))?.collect()
}
