//! Reading a catalog file: everything that is wrong with it is named at once, and nothing is taken from a bad one.
//!
//! The file is walked value by value instead of being deserialized in one step, because serde stops at its first error
//! and an owner with forty slips in a menu would have to send it forty times.
//!
//! The codes, which stay as they are once clients know them:
//! - `json.malformed`: not JSON; the place is the line and column.
//! - `field.missing` (or null), `field.unknown`, `field.repeated` (there twice), `field.type` (a text for a number…).
//! - `key.invalid`, `sku.invalid`: not 1–64 of `A-Z a-z 0-9 . _ -`; `key.duplicate`, `sku.duplicate`: there before.
//! - `name.empty`, `name.too_long` (over 120), `name.control_character` (a line break or the like).
//! - `description.too_long` (over 500), `description.control_character` (a line break is none).
//! - `picture.invalid`: not 64 hexadecimal digits in small letters; whether a branch keeps it is not asked.
//! - `barcode.invalid`: not 1–64 visible ASCII characters. `currency.invalid`: not three capitals.
//! - `price.negative`, `price.too_high` (over [`MAX_PRICE`]); `number.out_of_range` for every other number.
//! - `tax.unknown`, `station.unknown`: not in the file; `tax.repeated`, `station.repeated`: twice in one product;
//!   `station.missing`: a product made nowhere.
//! - `group.min_over_max`, `group.max_over_modifiers`, `group.min_over_modifiers`, `group.defaults_over_max`.
//! - `stations.empty`, `categories.empty`, `products.too_many` ([`MAX_PRODUCTS`]), `modifiers.too_many`
//!   ([`MAX_MODIFIERS`]), `choices.too_many` ([`MAX_CHOICES`]).
//! - `combo.made`: a station, a target or modifiers of the combo itself; `combo.itself`, `combo.nested`: a combo in a combo;
//!   `combo.too_many_parts` ([`MAX_PARTS`]); `slot.min_over_max`, `slot.no_choices`; `product.unknown`: a choice that is
//!   not in the file; `choice.repeated`: twice in one slot.

mod combo;
mod cursor;
mod json;
mod product;
mod register;
#[cfg(test)]
mod tests;
mod values;

use serde::Serialize;

use self::combo::Waiting;
use self::cursor::{BadRows, Cursor, every};
use self::register::{KEY, Register, SKU};
use super::{Catalog, Category, Contents, Station, Tax};
use crate::ids::{CategoryId, NewIds, ProductId, StationId, TaxId};
use crate::money::{Currency, Permille};

/// How many products a file may have.
pub const MAX_PRODUCTS: usize = 10_000;

/// How many modifiers a product may have, over all its groups.
pub const MAX_MODIFIERS: usize = 200;

/// How many choices a combo may offer, over all its slots.
pub const MAX_CHOICES: usize = 200;

/// How many parts one combo may come to: the sum of what its slots allow.
pub const MAX_PARTS: usize = 20;

/// The highest price, in minor units.
pub const MAX_PRICE: i64 = 1_000_000_000_000;

/// One thing that is wrong with a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BadRow {
    /// Where, like `categories[2].products[5].price`; `archivo` for the whole, `línea 3, columna 14` for what is no JSON.
    pub place: String,
    /// Which kind of mistake, for programs; the module lists them.
    pub code: &'static str,
    /// What the owner reads, in Spanish, with the value that is wrong.
    pub message: String,
}

/// Reads a catalog file. What has the same key or sku in `previous` keeps its id, everything else gets one from `ids`.
///
/// # Errors
/// Every bad row of the file, at least one.
pub fn read(json: &[u8], previous: Option<&Catalog>, ids: &mut dyn NewIds) -> Result<Catalog, Vec<BadRow>> {
    let file = json::parse(json).map_err(|bad| vec![bad])?;
    let bad = BadRows::default();
    let contents = Importer::new(previous, ids).contents(&Cursor::root(&file, &bad));
    let bad = bad.into_rows();
    if !bad.is_empty() {
        return Err(bad);
    }
    let contents = contents.expect("a file without a bad row is complete");
    Ok(contents.try_into().expect("a file without a bad row has nothing twice and names only what it has"))
}

/// What is known while a file is walked from top to bottom.
struct Importer<'f, 'i> {
    previous: Option<&'f Catalog>,
    ids: &'i mut dyn NewIds,
    currency: Currency,
    /// `None` when the file gave no list: then what products name is not held against them.
    taxes: Option<Register<'f, TaxId>>,
    stations: Option<Register<'f, StationId>>,
    products: Register<'f, ProductId>,
    combos: Vec<Waiting<'f>>,
    /// Some products could not be read so far as their sku: what combos name is not held against them.
    misses_products: bool,
}

impl<'f, 'i> Importer<'f, 'i> {
    fn new(previous: Option<&'f Catalog>, ids: &'i mut dyn NewIds) -> Self {
        // Only a refused file keeps this currency.
        let currency = Currency::COP;
        let products = Register::new(SKU);
        let (taxes, stations, combos, misses_products) = (None, None, Vec::new(), false);
        Self { previous, ids, currency, taxes, stations, products, combos, misses_products }
    }

    fn contents(&mut self, root: &Cursor<'f>) -> Option<Contents> {
        let file = root.object(&["currency", "taxes", "stations", "categories"])?;
        let currency = file.required("currency").and_then(|at| values::currency(&at));
        self.currency = currency.unwrap_or(self.currency);
        let taxes = file.required("taxes").and_then(|at| self.taxes(&at));
        let stations = file.required("stations").and_then(|at| self.stations(&at));
        let categories = file.required("categories").and_then(|at| self.categories(&at));
        let categories = self.combos(categories);
        Some(Contents { currency: currency?, taxes: taxes?, stations: stations?, categories: categories? })
    }

    fn taxes(&mut self, at: &Cursor<'f>) -> Option<Vec<Tax>> {
        let rows = at.items()?;
        let mut keys = Register::new(KEY);
        let taxes = every(rows.iter().map(|row| self.tax(row, &mut keys)));
        self.taxes = Some(keys);
        taxes
    }

    fn tax(&mut self, at: &Cursor<'f>, keys: &mut Register<'f, TaxId>) -> Option<Tax> {
        let row = at.object(&["id", "name", "permille", "included"])?;
        let old = |key: &str| self.previous?.tax_by_key(key);
        let id = |key: &str| old(key).map_or_else(|| TaxId::new(self.ids), |old| old.id);
        let key = row.required("id").and_then(|at| keys.claim(&at, id));
        let name = row.required("name").and_then(|at| values::name(&at));
        let rate = row.required("permille").and_then(|at| values::within(&at, 0..=1000));
        let included = row.required("included").and_then(|at| at.boolean());
        let (key, id) = key?;
        Some(Tax { id, key, name: name?, rate: Permille(rate?), included: included? })
    }

    fn stations(&mut self, at: &Cursor<'f>) -> Option<Vec<Station>> {
        let rows = at.items()?;
        if rows.is_empty() {
            at.refuse("stations.empty", "No hay estaciones: hace falta al menos una para preparar.".to_owned());
        }
        let mut keys = Register::new(KEY);
        let stations = every(rows.iter().map(|row| self.station(row, &mut keys)));
        self.stations = Some(keys);
        stations
    }

    fn station(&mut self, at: &Cursor<'f>, keys: &mut Register<'f, StationId>) -> Option<Station> {
        let row = at.object(&["id", "name"])?;
        let old = |key: &str| self.previous?.station_by_key(key);
        let id = |key: &str| old(key).map_or_else(|| StationId::new(self.ids), |old| old.id);
        let key = row.required("id").and_then(|at| keys.claim(&at, id));
        let name = row.required("name").and_then(|at| values::name(&at));
        let (key, id) = key?;
        Some(Station { id, key, name: name? })
    }

    fn categories(&mut self, at: &Cursor<'f>) -> Option<Vec<Category>> {
        let rows = at.items()?;
        if rows.is_empty() {
            at.refuse("categories.empty", "El menú no tiene categorías: hace falta al menos una.".to_owned());
        }
        let mut keys = Register::new(KEY);
        let mut products = 0;
        let categories = every(rows.iter().map(|row| self.category(row, &mut keys, &mut products)));
        if products > MAX_PRODUCTS {
            at.refuse("products.too_many", format!("Hay {products} productos y el máximo es {MAX_PRODUCTS}."));
        }
        categories
    }

    fn category(
        &mut self,
        at: &Cursor<'f>,
        keys: &mut Register<'f, CategoryId>,
        products_so_far: &mut usize,
    ) -> Option<Category> {
        let row = at.object(&["id", "name", "active", "products"]);
        let rows = row.as_ref().and_then(|row| row.required("products")).and_then(|at| at.items());
        self.misses_products |= rows.is_none();
        let row = row?;
        let old = |key: &str| self.previous?.category_by_key(key);
        let id = |key: &str| old(key).map_or_else(|| CategoryId::new(self.ids), |old| old.id);
        let key = row.required("id").and_then(|at| keys.claim(&at, id));
        let name = row.required("name").and_then(|at| values::name(&at));
        let is_active = values::boolean_or(row.optional("active"), true);
        let products = rows.and_then(|rows| {
            *products_so_far += rows.len();
            every(rows.iter().map(|row| self.product(row)))
        });
        let (key, id) = key?;
        Some(Category { id, key, name: name?, is_active: is_active?, products: products? })
    }
}
