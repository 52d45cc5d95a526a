//! Guests of La Esquina: a real order's shape, said in the words of the menu.

use std::collections::HashMap;

use anyhow::{Context, Result};
use comanda_tests::random::Random;
use serde_json::{Value, json};

use crate::shapes::{self, LineShape, Shape};

const MENU: &str = include_str!("../data/esquina-menu.json");

const NAMES: [&str; 16] = [
    "Ana",
    "Jhon Fredy",
    "Luz Marina",
    "Andrés",
    "Yuliana",
    "Don Álvaro",
    "Sofía",
    "Brayan",
    "Ángela",
    "Mauricio",
    "Íngrid",
    "Nicolás",
    "Doña Rosalba",
    "Tomás",
    "Valentina",
    "Óscar",
];
const ADDRESSES: [&str; 8] = [
    "Cra. 13 # 54-21, apto. 302",
    "Calle 57 # 10-44",
    "Cra. 7 # 60-18, oficina 501",
    "Calle 63 # 9-32, torre 2, apto. 804",
    "Av. Caracas # 52-10, local 3",
    "Calle 53 # 15-27, casa",
    "Cra. 9 # 59-61, portería",
    "Diag. 61C # 22-15, piso 2",
];
const ORDER_NOTES: [&str; 6] = [
    "Llamar al llegar, el timbre no sirve",
    "Con servilletas y cubiertos, por favor",
    "Es para compartir",
    "Paga con billete de $ 100.000",
    "Sin pitillos",
    "Cumpleaños de la niña: ponerle una velita",
];
const LINE_NOTES: [&str; 7] = [
    "bien tostada",
    "la salsa aparte",
    "partida por la mitad",
    "que no quede seca",
    "para el niño, sin picante",
    "en dos bolsas",
    "la más ñapa posible",
];

/// The menu, as the guests read it.
pub struct Menu {
    /// In the order of the menu.
    products: Vec<Product>,
    by_sku: HashMap<String, usize>,
}

struct Product {
    sku: String,
    groups: Vec<Group>,
    slots: Vec<Slot>,
}

/// What is chosen in a combo.
struct Slot {
    key: String,
    min: usize,
    max: usize,
    /// By sku.
    choices: Vec<String>,
}

struct Group {
    min: usize,
    max: usize,
    modifiers: Vec<String>,
}

impl Menu {
    /// The menu that is imported into the demo branch.
    pub fn of_la_esquina() -> Result<Self> {
        let file: Value = serde_json::from_str(MENU).context("the menu is no JSON")?;
        let categories = list(&file["categories"]);
        let products: Vec<_> =
            categories.iter().flat_map(|category| list(&category["products"])).map(product).collect();
        let by_sku = products.iter().enumerate().map(|(position, product)| (product.sku.clone(), position)).collect();
        Ok(Self { products, by_sku })
    }

    /// The order of a guest who orders in this shape: the body of `POST orders`.
    pub fn order(&self, shape: &Shape, random: &mut Random) -> Value {
        let mut lines: Vec<_> = shape.lines.iter().map(|line| self.line(line, random)).collect();
        if random.below(6) == 0 {
            lines[0] = self.combo(random).unwrap_or_else(|| lines[0].take());
        }
        let mut order = json!({"lines": lines});
        match random.below(100) {
            0..45 => order["type"] = "takeaway".into(),
            45..80 => {
                order["type"] = "dine_in".into();
                order["table"] = (1 + random.below(14)).to_string().into();
            }
            _ => {
                order["type"] = "delivery".into();
                order["delivery"] = json!({"address": pick(&ADDRESSES, random)});
                order["customer"] = json!({"name": pick(&NAMES, random), "phone": phone(random)});
            }
        }
        if order["type"] == "takeaway" && random.below(3) > 0 {
            order["customer"] = json!({"name": pick(&NAMES, random)});
        }
        if random.below(9) == 0 {
            order["notes"] = pick(&ORDER_NOTES, random).into();
        }
        order
    }

    /// What a guest adds later: the body of `POST orders/{id}/lines`.
    pub fn addition(&self, shape: &Shape, random: &mut Random) -> Value {
        json!({"lines": shape.lines.iter().take(1).map(|line| self.line(line, random)).collect::<Vec<_>>()})
    }

    fn line(&self, shape: &LineShape, random: &mut Random) -> Value {
        self.asked(self.counterpart(shape.item), shape.quantity, shape.choices, random)
    }

    /// Any combo, mostly one of it.
    fn combo(&self, random: &mut Random) -> Option<Value> {
        let combos: Vec<&Product> = self.products.iter().filter(|product| !product.slots.is_empty()).collect();
        let combo = combos[index_below(combos.len(), random)?];
        let quantity = if random.below(5) == 0 { 2 } else { 1 };
        Some(self.asked(combo, quantity, 0, random))
    }

    fn asked(&self, product: &Product, quantity: u32, wanted: usize, random: &mut Random) -> Value {
        let mut line = json!({
            "product": product.sku,
            "quantity": quantity,
            "modifiers": product.choose(wanted, random),
        });
        if !product.slots.is_empty() {
            line["choices"] = product.slots.iter().flat_map(|slot| self.fill(slot, random)).collect();
        }
        if random.below(14) == 0 {
            line["notes"] = pick(&LINE_NOTES, random).into();
        }
        line
    }

    /// What the slot asks for, and now and then what it allows; each with few wishes of its own.
    fn fill(&self, slot: &Slot, random: &mut Random) -> Vec<Value> {
        let more = index_below(slot.max - slot.min + 1, random).filter(|_| random.below(3) == 0).unwrap_or_default();
        let choice = |_| {
            let sku = &slot.choices[index_below(slot.choices.len(), random)?];
            let wanted = index_below(3, random)?;
            let modifiers = self.products[*self.by_sku.get(sku)?].choose(wanted, random);
            Some(json!({"slot": slot.key, "product": sku, "modifiers": modifiers}))
        };
        (0..slot.min + more).filter_map(choice).collect()
    }

    /// An item that nobody thought of is always the same product as well.
    fn counterpart(&self, item: &str) -> &Product {
        let known = shapes::counterpart(item).and_then(|sku| self.by_sku.get(sku)).copied();
        let sum: usize = item.bytes().map(usize::from).sum();
        &self.products[known.unwrap_or(sum % self.products.len())]
    }
}

impl Product {
    /// As many modifiers as the guest chose things, as far as the groups allow; in any case what they require.
    fn choose(&self, wanted: usize, random: &mut Random) -> Vec<String> {
        let mut counts: Vec<_> = self.groups.iter().map(|group| group.min).collect();
        let mut open = wanted.min(6).saturating_sub(counts.iter().sum());
        for _ in 0..open * 3 {
            let Some(position) = index_below(self.groups.len(), random).filter(|_| open > 0) else { break };
            if counts[position] < self.groups[position].max {
                counts[position] += 1;
                open -= 1;
            }
        }
        let chosen = self.groups.iter().zip(counts).flat_map(|(group, count)| group.choose(count, random));
        chosen.collect()
    }
}

impl Group {
    fn choose(&self, count: usize, random: &mut Random) -> Vec<String> {
        let mut left = self.modifiers.clone();
        let mut draw = || index_below(left.len(), random).map(|position| left.swap_remove(position));
        (0..count).filter_map(|_| draw()).collect()
    }
}

fn product(row: &Value) -> Product {
    let groups = list(&row["modifier_groups"]);
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default();
    let group = |group: &Value| Group {
        min: number(&group["min"]),
        max: number(&group["max"]),
        modifiers: list(&group["modifiers"]).iter().map(|modifier| word(&modifier["sku"])).collect(),
    };
    let slot = |slot: &Value| Slot {
        key: word(&slot["id"]),
        min: number(&slot["min"]),
        max: number(&slot["max"]),
        choices: list(&slot["choices"]).iter().map(|choice| word(&choice["sku"])).collect(),
    };
    let slots = list(&row["combo"]).iter().map(slot).collect();
    Product { sku: word(&row["sku"]), groups: groups.iter().map(group).collect(), slots }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Any of them.
pub fn pick(words: &[&'static str], random: &mut Random) -> &'static str {
    index_below(words.len(), random).map_or("", |position| words[position])
}

/// A position in something of this length; `None` when it is empty.
fn index_below(length: usize, random: &mut Random) -> Option<usize> {
    let end = u64::try_from(length).ok().filter(|end| *end > 0)?;
    usize::try_from(random.below(end)).ok()
}

/// Made up; it looks like a mobile phone of Colombia.
fn phone(random: &mut Random) -> String {
    format!("300555{:04}", random.below(10_000))
}
