//! Load and save of guests' cards.

use std::collections::BTreeSet;

use comanda_shared::customer::{Customer, CustomerPersonal};
use comanda_shared::ids::CustomerId;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::document;
use crate::orders::search::folded;

impl Aggregate for Customer {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM customer WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str =
            "INSERT OR REPLACE INTO customer (id, phone, phone_back, name, document) VALUES (?1, ?2, ?3, ?4, ?5)";
        const FORGET: &str = "DELETE FROM customer_word WHERE customer_id = ?1";
        const REMEMBER: &str = "INSERT INTO customer_word (word, customer_id) VALUES (?1, ?2)";
        let personal = self.personal.known();
        let phone = personal.and_then(|personal| personal.phone.as_ref()).map(comanda_shared::customer::Phone::key);
        let back: Option<String> = phone.as_ref().map(|phone| phone.chars().rev().collect());
        let name = personal.and_then(|personal| personal.name.as_deref()).map(folded).unwrap_or_default();
        let row = params![self.id.as_bytes(), phone, back, name, document::write(self)];
        connection.prepare_cached(SAVE)?.execute(row)?;
        connection.prepare_cached(FORGET)?.execute([self.id.as_bytes()])?;
        let mut remember = connection.prepare_cached(REMEMBER)?;
        for word in personal.map(words_of).unwrap_or_default() {
            remember.execute(params![word, self.id.as_bytes()])?;
        }
        Ok(())
    }
}

/// The words a card is found by: of the name, the e-mail and the document.
pub fn words_of(personal: &CustomerPersonal) -> BTreeSet<String> {
    let number = personal.document.as_ref().map(|document| document.number.as_str());
    let texts = [personal.name.as_deref(), personal.email.as_deref(), number];
    texts.into_iter().flatten().flat_map(words).collect()
}

/// The words of a text: lower case, without accents.
pub fn words(text: &str) -> Vec<String> {
    let folded = folded(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(ToOwned::to_owned).collect()
}

/// Whose card has the phone number of these digits.
///
/// # Errors
/// When SQLite cannot read.
pub fn owner_of_phone(connection: &Connection, key: &str) -> rusqlite::Result<Option<CustomerId>> {
    const OWNER: &str = "SELECT id FROM customer WHERE phone = ?1";
    let id = |row: &rusqlite::Row<'_>| row.get(0).map(Uuid::from_bytes).map(CustomerId::from_uuid);
    connection.prepare_cached(OWNER)?.query_row([key], id).optional()
}
