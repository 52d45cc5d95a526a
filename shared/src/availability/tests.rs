//! What is said of an item holds until it is said otherwise, its time passes, or orders have taken the last.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::catalog::{Catalog, sample};
use crate::event::Event;
use crate::ids::{LineId, ModifierId, OrderId};
use crate::money::Quantity;
use crate::order::{
    self, AddLines, Cancel, Channel, Context, NewLine, Order, OrderCommand, OrderEvent, OrderPersonal, OrderType,
    PlaceOrder, VoidLine,
};
use crate::staff::{Actor, Role};

static MENU: LazyLock<Catalog> = LazyLock::new(sample::catalog);

fn now() -> Timestamp {
    "2026-11-22T12:00:00-05:00".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn chips() -> Item {
    Item::Product(MENU.product("salchipapa-especial").unwrap().id)
}

fn out(until: Until) -> AvailabilityCommand {
    out_with(Vec::new(), until)
}

fn out_with(modifiers: Vec<ModifierId>, until: Until) -> AvailabilityCommand {
    AvailabilityCommand::Out { sku: "una".to_owned(), name: "Una".to_owned(), modifiers, until, reason: None }
}

/// A branch's stockouts and one order.
#[derive(Default)]
struct House {
    stockouts: Option<Stockouts>,
    order: Option<Order>,
    ids: u128,
}

impl House {
    fn stockouts(&self) -> Stockouts {
        self.stockouts.clone().unwrap_or_default()
    }

    fn say(&mut self, item: &Item, command: AvailabilityCommand, at: Timestamp) -> usize {
        let events = decide(&self.stockouts(), item, command, (Actor::Operator, Role::Kitchen), at).unwrap();
        let count = events.len();
        events.into_iter().for_each(|event| Stockouts::apply(&mut self.stockouts, &event.into()));
        count
    }

    fn left(&self) -> Option<u32> {
        let Item::Product(product) = chips() else { unreachable!("chips are a product") };
        self.stockouts().products_left(product, now())
    }

    fn next(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    fn lines(&mut self, quantities: &[u32]) -> Vec<NewLine> {
        let line = |quantity: &u32| NewLine {
            id: LineId::from_uuid(self.next()),
            product: "salchipapa-especial".to_owned(),
            quantity: Quantity::whole(*quantity),
            modifiers: required(),
            notes: None,
            course: None,
            is_held: false,
            choices: Vec::new(),
        };
        quantities.iter().map(line).collect()
    }

    /// As the branch does it: decide, apply, react.
    fn run(&mut self, command: &OrderCommand) -> bool {
        let numbers = crate::branch::Counter::default().next("ESQ", OrderType::Takeaway);
        let stockouts = self.stockouts();
        let context = Context {
            now: now(),
            business_day: "2026-11-22".parse().unwrap(),
            actor: Actor::Operator,
            role: Role::Admin,
            approver: None,
            command: crate::ids::CommandId::from_uuid(Uuid::nil()),
            shift: None,
            device: None,
            catalog: Some(&MENU),
            catalog_version: 1,
            stockouts: &stockouts,
            cash_rounding: 0,
            opening: crate::branch::Opening::always(),
            numbers: &numbers,
        };
        let Ok(events) = order::decide(self.order.as_ref(), command, &context) else { return false };
        for event in events {
            self.record(event);
        }
        true
    }

    fn record(&mut self, event: OrderEvent) {
        Order::apply(&mut self.order, &Event::Order(event.clone()));
        let counted = counts_due(&self.stockouts(), self.order.as_ref().unwrap(), &event);
        counted.into_iter().for_each(|counted| Stockouts::apply(&mut self.stockouts, &counted.into()));
    }

    fn place(&mut self, quantities: &[u32]) -> bool {
        self.order = None;
        let place = PlaceOrder {
            id: OrderId::from_uuid(self.next()),
            order_type: OrderType::Takeaway,
            channel: Channel::Pos,
            table: None,
            external_number: None,
            scheduled_for: None,
            lines: self.lines(quantities),
            personal: OrderPersonal::default(),
        };
        self.run(&OrderCommand::Place(place))
    }
}

fn required() -> Vec<String> {
    let product = MENU.product("salchipapa-especial").unwrap();
    let groups = product.modifier_groups.iter();
    groups.flat_map(|group| group.modifiers.iter().take(group.min as usize)).map(|one| one.sku.clone()).collect()
}

#[test]
fn what_is_said_twice_is_written_once_and_what_is_back_is_forgotten() {
    let mut house = House::default();
    assert_eq!(house.say(&chips(), out(Until::TurnedBack), now()), 1);
    assert_eq!(house.say(&chips(), out(Until::TurnedBack), now()), 0);
    assert_eq!(house.left(), Some(0));
    assert_eq!(house.say(&chips(), out(Until::Count(5)), now()), 1, "it is another thing to say");
    assert_eq!(house.left(), Some(5));
    assert_eq!(house.say(&chips(), AvailabilityCommand::Back, now()), 1);
    assert_eq!(house.say(&chips(), AvailabilityCommand::Back, now()), 0);
    assert_eq!((house.left(), house.stockouts().is_empty()), (None, true));
}

#[test]
fn a_time_that_passed_is_over_by_itself_and_written_down_with_the_next_thing_said() {
    let mut house = House::default();
    house.say(&chips(), out(Until::Instant(later(60))), now());
    assert_eq!(house.stockouts().in_force(later(59)).count(), 1);
    assert_eq!(house.stockouts().in_force(later(60)).count(), 0);
    let cheese = Item::Modifier("queso-extra".to_owned());
    assert_eq!(house.say(&cheese, out(Until::TurnedBack), later(61)), 2);
    assert!(house.stockouts().get(&chips()).is_none());
}

#[test]
fn times_that_passed_counts_beyond_counting_and_strangers_are_refused() {
    let say = |role: Role, command| decide(&Stockouts::default(), &chips(), command, (Actor::Operator, role), now());
    assert_eq!(say(Role::Admin, out(Until::Instant(now()))), Err(AvailabilityRejection::UntilPassed));
    assert_eq!(say(Role::Admin, out(Until::Count(MOST_LEFT + 1))), Err(AvailabilityRejection::CountTooLarge));
    let missing = Err(AvailabilityRejection::PermissionMissing(crate::staff::Permission::CatalogAvailability));
    assert_eq!(say(Role::Rider, out(Until::TurnedBack)), missing);
}

#[test]
fn a_modifier_is_counted_in_every_product_that_has_it() {
    let (_, extra) = MENU.product("salchipapa-especial").unwrap().modifier("queso-extra").unwrap();
    let ids: Vec<ModifierId> = vec![extra.id];
    let item = Item::Modifier("queso-extra".to_owned());
    let mut house = House::default();
    house.say(&item, out_with(ids, Until::Count(2)), now());
    let mut lines = house.lines(&[2]);
    lines[0].modifiers.push("queso-extra".to_owned());
    house.order = None;
    assert!(house.place(&[1]), "one without cheese");
    assert!(house.run(&OrderCommand::AddLines(AddLines { lines })));
    assert_eq!(house.stockouts().modifiers_left("queso-extra", now()), Some(0));
}

proptest! {
    /// Whatever is ordered, voided and cancelled, what is left is what there was less what counts in open orders.
    #[test]
    fn what_is_left_and_what_is_sold_are_what_there_was(
        begin in 1_u32..30,
        orders in prop::collection::vec((prop::collection::vec(1_u32..6, 1..4), 0_u8..4), 1..12),
    ) {
        let mut house = House::default();
        house.say(&chips(), out(Until::Count(begin)), now());
        let mut sold = 0;
        for (quantities, end) in orders {
            let asked: u32 = quantities.iter().sum();
            let is_taken = house.place(&quantities);
            prop_assert_eq!(is_taken, asked <= begin - sold, "{} of {}", asked, begin - sold);
            if is_taken {
                match end {
                    0 => { house.run(&OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned(), refund: None })); }
                    1 => {
                        let line = house.order.as_ref().unwrap().lines[0].id;
                        house.run(&OrderCommand::VoidLine(VoidLine { line, reason: "se cayó".to_owned() }));
                        sold += asked - quantities[0];
                    }
                    _ => sold += asked,
                }
            }
            prop_assert_eq!(house.left(), Some(begin - sold));
        }
    }
}
