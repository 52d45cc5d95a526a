//! A real restaurant's orders (`data/README.md`): a catalog, the orders as a client sends them, and what must come of each.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

const FILE: &str = include_str!("../data/chipotle-orders.tsv");

/// Where a line is made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Station {
    /// What is cooked.
    Grill,
    /// Drinks, chips and sides.
    Packing,
}

impl Station {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Grill, Self::Packing];

    /// Its id in the catalog.
    pub fn id(self) -> &'static str {
        match self {
            Self::Grill => "grill",
            Self::Packing => "packing",
        }
    }

    /// Its name in the catalog; tickets say it in capitals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grill => "Plancha",
            Self::Packing => "Empaque",
        }
    }

    fn of(item: &str) -> Self {
        let packed = ["Chips", "Side", "Canned", "Bottled", "6 Pack", "Izze", "Nantucket"];
        if packed.iter().any(|start| item.starts_with(start)) { Self::Packing } else { Self::Grill }
    }
}

/// The catalog and the orders.
pub struct Chipotle {
    products: Vec<Product>,
    /// In the order of the file.
    pub orders: Vec<Order>,
}

/// One order to be sent.
#[derive(Clone, Debug)]
pub struct Order {
    /// The body of `POST orders`.
    pub body: Value,
    /// What it must cost, in cents.
    pub total: i64,
    /// What the stations must read, in the order of the lines.
    pub rows: Vec<ExpectedRow>,
}

/// One row of a ticket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpectedRow {
    /// Where.
    pub station: Station,
    /// How many.
    pub quantity: u32,
    /// The product's name.
    pub name: String,
    /// The price's name, then the choices' in the order of the file.
    pub modifiers: Vec<String>,
}

/// One row of the file.
struct FileLine<'a> {
    order: &'a str,
    quantity: u32,
    item: &'a str,
    choices: Vec<&'a str>,
    /// Of one piece, in cents.
    unit_price: i64,
}

struct Product {
    name: String,
    sku: String,
    /// Cents to modifier sku.
    prices: BTreeMap<i64, String>,
    /// Name and modifier sku, in the order they were first chosen.
    choices: Vec<(String, String)>,
}

impl Chipotle {
    /// Reads the file that is built into this crate.
    ///
    /// # Errors
    /// When a row is not what `data/README.md` says.
    pub fn read() -> Result<Self> {
        let rows = FILE.lines().enumerate().skip(1);
        let lines: Vec<_> = rows
            .map(|(number, row)| FileLine::read(row).with_context(|| format!("row {}: {row:?}", number + 1)))
            .collect::<Result<_>>()?;

        let mut skus = Skus::default();
        let mut products: Vec<Product> = Vec::new();
        let mut by_name = HashMap::new();
        for line in &lines {
            let position = *by_name.entry(line.item).or_insert_with(|| {
                products.push(Product::named(line.item, &mut skus));
                products.len() - 1
            });
            products[position].learn(line, &mut skus);
        }

        let of_one_order = lines.chunk_by(|one, next| one.order == next.order);
        let orders = of_one_order.map(|lines| Order::of(lines, |item| &products[by_name[item]])).collect();
        Ok(Self { products, orders })
    }

    /// The catalog in the file format of `catalog import`.
    pub fn catalog(&self) -> Value {
        let categories: Vec<_> = Station::ALL
            .map(|station| {
                let here = self.products.iter().filter(|product| Station::of(&product.name) == station);
                let products: Vec<_> = here.map(Product::in_catalog).collect();
                json!({"id": format!("from-{}", station.id()), "name": station.name(), "products": products})
            })
            .into();
        json!({
            "currency": "USD",
            "taxes": [{"id": "none", "name": "Sin impuesto", "permille": 0, "included": true}],
            "stations": Station::ALL.map(|station| json!({"id": station.id(), "name": station.name()})),
            "categories": categories,
        })
    }
}

impl<'a> FileLine<'a> {
    fn read(row: &'a str) -> Result<Self> {
        let fields: Vec<_> = row.split('\t').collect();
        let [order, quantity, item, choices, total] = fields[..] else {
            anyhow::bail!("{} fields", fields.len());
        };
        let quantity: u32 = quantity.parse().context("quantity")?;
        let total = cents(total).context("price")?;
        ensure!(quantity > 0 && total % i64::from(quantity) == 0, "{quantity} pieces do not share {total} cents");
        Ok(Self { order, quantity, item, choices: leaves(choices), unit_price: total / i64::from(quantity) })
    }
}

/// `$16.98 ` in cents.
fn cents(text: &str) -> Option<i64> {
    let (dollars, cents) = text.trim().strip_prefix('$')?.split_once('.')?;
    let two_digits = cents.len() == 2;
    Some(dollars.replace(',', "").parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok().filter(|_| two_digits)?)
}

/// The single choices of `NULL`, `Sprite`, `Rice, Cheese` or `[Salsa, [Rice, Cheese]]`.
fn leaves(choices: &str) -> Vec<&str> {
    let all = choices.split(',').map(|choice| choice.trim_matches([' ', '[', ']']));
    all.filter(|choice| !choice.is_empty() && *choice != "NULL").collect()
}

impl Product {
    fn named(name: &str, skus: &mut Skus) -> Self {
        Self { name: name.to_owned(), sku: skus.give(name), prices: BTreeMap::new(), choices: Vec::new() }
    }

    fn learn(&mut self, line: &FileLine<'_>, skus: &mut Skus) {
        let Self { sku, prices, choices, .. } = self;
        prices.entry(line.unit_price).or_insert_with(|| skus.give(&format!("{sku} price {}", line.unit_price)));
        for choice in &line.choices {
            if !choices.iter().any(|(known, _)| known == choice) {
                choices.push(((*choice).to_owned(), skus.give(&format!("{sku} {choice}"))));
            }
        }
    }

    fn in_catalog(&self) -> Value {
        let option = |sku: &str, name: &str, price: i64| json!({"sku": sku, "name": name, "price": price});
        let prices: Vec<_> = self.prices.iter().map(|(cents, sku)| option(sku, &price_name(*cents), *cents)).collect();
        let choices: Vec<_> = self.choices.iter().map(|(name, sku)| option(sku, name, 0)).collect();
        let group = |kind: &str, name: &str, min: usize, max: usize, options: &[Value]| json!({"id": format!("{}-{kind}", self.sku), "name": name, "min": min, "max": max, "modifiers": options});
        let mut groups = vec![group("prices", "Precio", 1, 1, &prices)];
        if !choices.is_empty() {
            groups.push(group("choices", "Opciones", 0, choices.len().min(19), &choices));
        }
        json!({
            "sku": self.sku,
            "name": self.name,
            "price": 0,
            "tax": "none",
            "station": Station::of(&self.name).id(),
            "target_seconds": 300,
            "modifier_groups": groups,
        })
    }

    fn choice_sku(&self, choice: &str) -> &str {
        self.choices.iter().find(|(name, _)| name == choice).map_or("", |(_, sku)| sku)
    }
}

fn price_name(cents: i64) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

impl Order {
    fn of<'p>(lines: &[FileLine<'_>], product_of: impl Fn(&str) -> &'p Product) -> Self {
        let sent = lines.iter().map(|line| {
            let product = product_of(line.item);
            let price = product.prices.get(&line.unit_price).map_or("", String::as_str);
            let choices = line.choices.iter().map(|choice| product.choice_sku(choice));
            let modifiers: Vec<_> = std::iter::once(price).chain(choices).collect();
            json!({"product": product.sku, "quantity": line.quantity, "modifiers": modifiers})
        });
        let rows = lines.iter().map(|line| ExpectedRow {
            station: Station::of(line.item),
            quantity: line.quantity,
            name: line.item.to_owned(),
            modifiers: std::iter::once(price_name(line.unit_price))
                .chain(line.choices.iter().map(|choice| (*choice).to_owned()))
                .collect(),
        });
        Self {
            body: json!({"type": "takeaway", "lines": sent.collect::<Vec<_>>()}),
            total: lines.iter().map(|line| i64::from(line.quantity) * line.unit_price).sum(),
            rows: rows.collect(),
        }
    }
}

/// Skus given so far: two names with the same slug get different ones.
#[derive(Default)]
struct Skus(BTreeSet<String>);

impl Skus {
    fn give(&mut self, name: &str) -> String {
        let slug = slug(name);
        let numbered = (2_u32..).map(|number| format!("{slug}-{number}"));
        let free = std::iter::once(slug.clone()).chain(numbered).find(|sku| !self.0.contains(sku));
        let sku = free.unwrap_or(slug);
        self.0.insert(sku.clone());
        sku
    }
}

fn slug(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modifiers_of(line: &Value) -> Vec<&str> {
        line["modifiers"].as_array().unwrap().iter().map(|sku| sku.as_str().unwrap()).collect()
    }

    #[test]
    fn the_orders_are_those_of_the_file() {
        let chipotle = Chipotle::read().unwrap();
        let lines: usize = chipotle.orders.iter().map(|order| order.rows.len()).sum();
        let total: i64 = chipotle.orders.iter().map(|order| order.total).sum();
        assert_eq!((chipotle.orders.len(), lines, total), (1_834, 4_622, 3_450_016));
    }

    #[test]
    fn every_line_names_what_the_catalog_has_and_keeps_its_limits() {
        let chipotle = Chipotle::read().unwrap();
        let catalog = chipotle.catalog();
        let categories = catalog["categories"].as_array().unwrap();
        let products: HashMap<_, _> = categories
            .iter()
            .flat_map(|category| category["products"].as_array().unwrap())
            .map(|product| (product["sku"].as_str().unwrap(), product))
            .collect();
        assert_eq!(products.len(), 50);

        for order in &chipotle.orders {
            let mut total = 0;
            for line in order.body["lines"].as_array().unwrap() {
                let chosen = modifiers_of(line);
                let distinct: BTreeSet<_> = chosen.iter().collect();
                assert!(chosen.len() <= 20 && distinct.len() == chosen.len(), "{line}");
                let groups = products[line["product"].as_str().unwrap()]["modifier_groups"].as_array().unwrap();
                let mut found = 0;
                for group in groups {
                    let options = group["modifiers"].as_array().unwrap();
                    let of_group: Vec<_> =
                        options.iter().filter(|option| chosen.contains(&option["sku"].as_str().unwrap())).collect();
                    let allowed = group["min"].as_u64().unwrap()..=group["max"].as_u64().unwrap();
                    assert!(allowed.contains(&u64::try_from(of_group.len()).unwrap()), "{line}");
                    let price: i64 = of_group.iter().map(|option| option["price"].as_i64().unwrap()).sum();
                    total += line["quantity"].as_i64().unwrap() * price;
                    found += of_group.len();
                }
                assert_eq!(found, chosen.len(), "{line}");
            }
            assert_eq!(total, order.total);
        }
    }

    #[test]
    fn nested_choices_are_read_as_single_ones() {
        assert_eq!(leaves("[Fresh Tomato Salsa, [Rice, Black Beans]]"), ["Fresh Tomato Salsa", "Rice", "Black Beans"]);
        assert_eq!(leaves("NULL"), Vec::<&str>::new());
        assert_eq!(leaves("Sprite"), ["Sprite"]);
    }

    #[test]
    fn names_that_differ_in_a_hyphen_keep_different_skus() {
        let mut skus = Skus::default();
        assert_eq!(
            [skus.give("Tomatillo-Green Salsa"), skus.give("Tomatillo Green Salsa")],
            ["tomatillo-green-salsa", "tomatillo-green-salsa-2"]
        );
    }
}
