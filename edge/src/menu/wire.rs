//! The menu as it is sent to guests.

use comanda_shared::availability::Stockouts;
use comanda_shared::branch::{Interval, OpeningHours, Settings};
use comanda_shared::catalog::{Catalog, Category, ComboSlot, Modifier, ModifierGroup, Product};
use comanda_shared::ids::{CategoryId, ProductId};
use comanda_shared::money::{Currency, Money};
use comanda_shared::order::OrderType;
use comanda_shared::picture::PictureHash;
use comanda_shared::time::LocalInstant;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::branch::opening::wire::{StateView, StatusWord};

/// What the branch sells, as a guest sees it. Prices are in minor units, as at a table.
#[derive(Serialize, ToSchema)]
pub struct Menu<'a> {
    /// The branch's name.
    name: &'a str,
    time_zone: &'a str,
    /// None before there is a catalog.
    #[schema(required)]
    currency: Option<Currency>,
    opening: MenuOpening,
    /// When it sells, from Monday to Sunday; none where that was not said.
    #[schema(required)]
    week: Option<[&'a [Interval]; 7]>,
    /// In the order of the menu, those of which something is on sale.
    categories: Vec<MenuCategory<'a>>,
}

/// Whether the branch is open.
#[derive(Serialize, ToSchema)]
struct MenuOpening {
    status: StatusWord,
    /// When that changes by itself.
    #[schema(required)]
    until: Option<LocalInstant>,
    /// So many minutes all of it takes longer; 0 unless it is busy.
    extra_minutes: u16,
}

/// A heading of the menu.
#[derive(Serialize, ToSchema)]
struct MenuCategory<'a> {
    id: CategoryId,
    name: &'a str,
    products: Vec<MenuProduct<'a>>,
}

/// Something that can be ordered.
#[derive(Serialize, ToSchema)]
struct MenuProduct<'a> {
    id: ProductId,
    name: &'a str,
    /// What is in it.
    #[schema(required)]
    description: Option<&'a str>,
    price: i64,
    /// What it looks like.
    #[schema(required)]
    photo: Option<MenuPhoto>,
    /// Whether it can be had: it has not run out, nor has all of something that must be chosen with it.
    available: bool,
    /// What is chosen with it.
    choices: Vec<MenuChoice<'a>>,
}

/// Paths of a photo in two sizes.
#[derive(Serialize, ToSchema)]
struct MenuPhoto {
    /// At most 320 pixels a side.
    small: String,
    /// At most 1280.
    large: String,
}

/// Something to choose: modifiers, or a part of a combo.
#[derive(Serialize, ToSchema)]
struct MenuChoice<'a> {
    name: &'a str,
    /// How many have to be chosen.
    min: u32,
    /// How many may be chosen; 0 for as many as there are.
    max: u32,
    options: Vec<MenuOption<'a>>,
}

/// What may be chosen.
#[derive(Serialize, ToSchema)]
struct MenuOption<'a> {
    name: &'a str,
    /// What it adds to the price.
    price: i64,
    available: bool,
}

/// What the menu is made of, at a moment.
#[derive(Clone, Copy)]
pub struct Offer<'a> {
    /// The catalog in use.
    pub catalog: &'a Catalog,
    /// What ran out.
    pub stockouts: &'a Stockouts,
    /// When.
    pub now: Timestamp,
}

impl<'a> Menu<'a> {
    /// The menu of a branch; empty before it has a catalog.
    pub fn of(settings: &'a Settings, opening: StateView, offer: Option<Offer<'a>>) -> Self {
        let StateView { status, until, extra_minutes, .. } = opening;
        Self {
            name: &settings.name,
            time_zone: &settings.timezone,
            currency: offer.map(|offer| offer.catalog.currency()),
            opening: MenuOpening { status, until, extra_minutes },
            week: settings.hours.as_ref().map(week),
            categories: offer.map(|offer| offer.categories()).unwrap_or_default(),
        }
    }
}

fn week(hours: &OpeningHours) -> [&[Interval]; 7] {
    let OpeningHours { monday, tuesday, wednesday, thursday, friday, saturday, sunday, exceptions: _ } = hours;
    [monday, tuesday, wednesday, thursday, friday, saturday, sunday].map(Vec::as_slice)
}

impl<'a> Offer<'a> {
    fn categories(self) -> Vec<MenuCategory<'a>> {
        let active = self.catalog.categories().iter().filter(|category| category.is_active);
        active.map(|category| self.category(category)).filter(|category| !category.products.is_empty()).collect()
    }

    fn category(self, category: &'a Category) -> MenuCategory<'a> {
        let on_sale = category.products.iter().filter(|product| product.is_active);
        let products = on_sale.map(|product| self.product(product)).collect();
        MenuCategory { id: category.id, name: &category.name, products }
    }

    fn product(self, product: &'a Product) -> MenuProduct<'a> {
        let groups = product.modifier_groups.iter().map(|group| self.group(group));
        let slots = product.combo.iter().map(|slot| self.slot(slot));
        let choices: Vec<MenuChoice<'a>> = groups.chain(slots).filter(|choice| !choice.options.is_empty()).collect();
        MenuProduct {
            id: product.id,
            name: &product.name,
            description: product.description.as_deref(),
            price: product.price_for(OrderType::DineIn).minor(),
            photo: product.picture.map(MenuPhoto::of),
            available: self.has(product.id) && choices.iter().all(MenuChoice::can_be_made),
            choices,
        }
    }

    fn group(self, group: &'a ModifierGroup) -> MenuChoice<'a> {
        let option = |modifier: &'a Modifier| MenuOption {
            name: &modifier.name,
            price: modifier.price.minor(),
            available: self.stockouts.modifiers_left(&modifier.sku, self.now) != Some(0),
        };
        let active = group.modifiers.iter().filter(|modifier| modifier.is_active);
        MenuChoice { name: &group.name, min: group.min, max: group.max, options: active.map(option).collect() }
    }

    fn slot(self, slot: &'a ComboSlot) -> MenuChoice<'a> {
        let option = |(product, price): (&'a Product, Money)| MenuOption {
            name: &product.name,
            price: price.minor(),
            available: self.has(product.id),
        };
        let parts = slot.choices.iter().filter(|choice| self.catalog.is_on_sale(&choice.product));
        let parts = parts.filter_map(|choice| Some((self.catalog.product_by_id(&choice.product)?, choice.price)));
        MenuChoice { name: &slot.name, min: slot.min, max: slot.max, options: parts.map(option).collect() }
    }

    fn has(self, product: ProductId) -> bool {
        self.stockouts.products_left(product, self.now) != Some(0)
    }
}

impl MenuChoice<'_> {
    /// Whether something is left of what has to be chosen.
    fn can_be_made(&self) -> bool {
        self.min == 0 || self.options.iter().any(|option| option.available)
    }
}

impl MenuPhoto {
    fn of(picture: PictureHash) -> Self {
        let at = |size: &str| format!("/api/v1/menu/photos/{picture}/{size}");
        Self { small: at("small"), large: at("large") }
    }
}
