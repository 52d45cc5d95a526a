//! What cannot be had, and what an event makes of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AvailabilityEvent, StockedOut};
use crate::event::Event;
use crate::ids::{ModifierId, ProductId};

/// What can run out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A product.
    Product(ProductId),
    /// A modifier, by its sku: «queso extra» runs out in every product that has it.
    Modifier(String),
}

/// Until when something cannot be had.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// Until somebody says that it is back.
    TurnedBack,
    /// Until a time; then it can be had again by itself.
    Instant(Timestamp),
    /// Not yet: so many are left, and then none.
    Count(u32),
}

/// Something that ran out, or of which only so many are left.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stockout {
    /// What.
    pub item: Item,
    /// Its sku.
    pub sku: String,
    /// What people called it when it was said.
    pub name: String,
    /// For a modifier, its ids in the products that have it.
    pub modifiers: Vec<ModifierId>,
    /// Until when.
    pub until: Until,
    /// Why, when somebody said.
    pub reason: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// Everything that ran out or is counted, by what it is.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "Vec<Stockout>", into = "Vec<Stockout>")]
pub struct Stockouts(BTreeMap<Item, Stockout>);

impl From<Vec<Stockout>> for Stockouts {
    fn from(all: Vec<Stockout>) -> Self {
        Self(all.into_iter().map(|stockout| (stockout.item.clone(), stockout)).collect())
    }
}

impl From<Stockouts> for Vec<Stockout> {
    fn from(stockouts: Stockouts) -> Self {
        stockouts.0.into_values().collect()
    }
}

impl Stockouts {
    /// What the event makes of it.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        let Event::Availability(event) = event else { return };
        let all = &mut state.get_or_insert_default().0;
        match event {
            AvailabilityEvent::StockedOut(out) => {
                all.insert(out.item.clone(), Stockout::of(out));
            }
            AvailabilityEvent::Restocked(back) => {
                all.remove(&back.item);
            }
            AvailabilityEvent::Counted(counted) => {
                if let Some(stockout) = all.get_mut(&counted.item) {
                    stockout.until = Until::Count(counted.left);
                }
            }
        }
    }

    /// What is said of the item, also when its time has passed.
    pub fn get(&self, item: &Item) -> Option<&Stockout> {
        self.0.get(item)
    }

    /// What holds at this moment, in an order of its own that stays.
    pub fn in_force(&self, now: Timestamp) -> impl Iterator<Item = &Stockout> {
        self.0.values().filter(move |stockout| !stockout.is_over(now))
    }

    /// Those whose time has passed.
    pub(super) fn over(&self, now: Timestamp) -> impl Iterator<Item = &Item> {
        self.0.values().filter(move |stockout| stockout.is_over(now)).map(|stockout| &stockout.item)
    }

    /// How many of the product can be had; `None` as many as one likes.
    pub fn products_left(&self, product: ProductId, now: Timestamp) -> Option<u32> {
        self.0.get(&Item::Product(product)).and_then(|stockout| stockout.left(now))
    }

    /// How many of the modifier can be had; `None` as many as one likes.
    pub fn modifiers_left(&self, sku: &str, now: Timestamp) -> Option<u32> {
        self.0.get(&Item::Modifier(sku.to_owned())).and_then(|stockout| stockout.left(now))
    }

    /// Those of which so many are left.
    pub(super) fn counted(&self) -> impl Iterator<Item = (&Stockout, u32)> {
        self.0.values().filter_map(|stockout| match stockout.until {
            Until::Count(left) => Some((stockout, left)),
            Until::TurnedBack | Until::Instant(_) => None,
        })
    }

    /// Whether nothing was ever said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether orders change anything here.
    pub fn counts_anything(&self) -> bool {
        self.counted().next().is_some()
    }
}

impl Stockout {
    fn of(out: &StockedOut) -> Self {
        Self {
            item: out.item.clone(),
            sku: out.sku.clone(),
            name: out.name.clone(),
            modifiers: out.modifiers.clone(),
            until: out.until,
            reason: out.reason.clone(),
            since: out.at,
        }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        matches!(self.until, Until::Instant(until) if until <= now)
    }

    fn left(&self, now: Timestamp) -> Option<u32> {
        match self.until {
            Until::TurnedBack => Some(0),
            Until::Instant(until) => (now < until).then_some(0),
            Until::Count(left) => Some(left),
        }
    }
}
