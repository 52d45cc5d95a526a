//! What holds after any history: the state is the fold of the events, and the totals are those of a recount that knows
//! the menu by heart and nothing of the code it checks.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Products and modifiers to ask for, right and wrong.
const PRODUCTS: [&str; 8] = ["burger", "soda", "combo", "agua", "arepa", "ajiaco", "perro", "pareja"];
const MODIFIERS: [&str; 5] = ["bbq", "ajo", "queso", "tocineta", "pina"];

/// The prices of the menu in minor units: product, here, delivered, included and added rates in thousandths.
const PRICES: [(&str, i128, i128, i128, i128); 5] = [
    ("Hamburguesa", 1_850_000, 1_850_000, 80, 0),
    ("Gaseosa", 333, 351, 0, 190),
    ("Combo", 999, 999, 80, 190),
    ("Agua", 7, 7, 0, 0),
    ("Combo pareja", 2501, 2707, 80, 190),
];
/// What a part adds to the combo, whose taxes it has.
const PARTS: [(&str, i128); 3] = [("Hamburguesa", 0), ("Agua", 11), ("Gaseosa", 151)];
const EXTRAS: [(&str, i128); 4] = [("BBQ", 0), ("Ajo", 50_000), ("Queso", 300_000), ("Tocineta", 450_001)];

/// What somebody wants, before lines have ids.
#[derive(Clone, Debug)]
enum Intent {
    Accept,
    Add(Vec<Wish>),
    /// The line of this number, counted round.
    Void(usize, &'static str),
    Advance(Stage),
    Cancel(&'static str),
}

#[derive(Clone, Debug)]
struct Wish {
    product: &'static str,
    quantity: u32,
    modifiers: Vec<&'static str>,
    notes: Option<String>,
    choices: Vec<Choice>,
}

/// A slot, a product, its modifiers.
type Choice = (&'static str, &'static str, &'static [&'static str]);

fn wish() -> impl Strategy<Value = Wish> {
    let likely_good = prop_oneof![
        4 => (select(vec!["soda", "combo", "agua"]), 1..=1000_u32, Just(Vec::new())),
        4 => (Just("burger"), 1..=3_u32, select(vec![vec!["bbq"], vec!["ajo", "queso", "queso"], vec!["tocineta", "bbq"]])),
        1 => (select(&PRODUCTS[..]), 0..=1001_u32, vec(select(&MODIFIERS[..]), 0..4)),
    ];
    let plain = (likely_good, Just(Vec::new()));
    let combo = ((Just("pareja"), 1..=3_u32, Just(Vec::new())), choices());
    (prop_oneof![3 => plain, 1 => combo], option::weighted(0.2, ".{0,12}")).prop_map(
        |(((product, quantity, modifiers), choices), notes)| Wish { product, quantity, modifiers, notes, choices },
    )
}

/// Mostly what the combo takes; now and then too much, too little, or what it does not offer.
fn choices() -> impl Strategy<Value = Vec<Choice>> {
    let dish: Vec<Choice> =
        vec![("plato", "burger", &["ajo", "queso"]), ("plato", "agua", &[]), ("plato", "burger", &["bbq"])];
    let drink: Vec<Choice> = vec![("bebida", "soda", &[])];
    let wrong: Vec<Choice> = vec![("plato", "burger", &[]), ("plato", "arepa", &[]), ("bebida", "agua", &[])];
    let parts = (vec(select(dish), 1..=2), vec(select(drink), 0..=1), option::weighted(0.1, select(wrong)));
    parts.prop_map(|(dishes, drinks, wrong)| dishes.into_iter().chain(drinks).chain(wrong).collect())
}

fn intent() -> impl Strategy<Value = Intent> {
    let stages = vec![Stage::Preparing, Stage::Ready, Stage::Served, Stage::OnTheWay, Stage::Delivered];
    prop_oneof![
        2 => Just(Intent::Accept),
        4 => vec(wish(), 1..3).prop_map(Intent::Add),
        3 => (any::<usize>(), select(vec!["se cayó", " "])).prop_map(|(line, reason)| Intent::Void(line, reason)),
        4 => select(stages).prop_map(Intent::Advance),
        1 => select(vec!["se fueron", ""]).prop_map(Intent::Cancel),
    ]
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![4 => Just(Role::Admin), 1 => select(&Role::ALL[..])]
}

fn lines(wishes: &[Wish]) -> Vec<NewLine> {
    let line = |wish: &Wish| NewLine {
        notes: wish.notes.clone(),
        choices: combo(wish.product, wish.quantity, &wish.choices).choices,
        ..line(wish.product, wish.quantity, &wish.modifiers)
    };
    wishes.iter().map(line).collect()
}

fn command(intent: &Intent, order: &Order) -> OrderCommand {
    match intent {
        Intent::Accept => OrderCommand::Accept,
        Intent::Add(wishes) => adding(lines(wishes)),
        Intent::Void(line, reason) => {
            let line = order.lines[line % order.lines.len()].id;
            OrderCommand::VoidLine(VoidLine { line, reason: (*reason).to_owned() })
        }
        Intent::Advance(to) => advancing(*to),
        Intent::Cancel(reason) => cancelling(reason),
    }
}

/// Half up, by looking at what the division leaves.
fn half_up(amount: i128, by: i128) -> i128 {
    amount / by + i128::from(2 * (amount % by) >= by)
}

/// Subtotal, tax and total, counted from what was asked for and what was taken back.
fn recount(events: &[OrderEvent]) -> (i128, i128, i128) {
    let mut delivery = false;
    let mut asked: Vec<&Line> = Vec::new();
    let mut back = BTreeSet::new();
    for event in events {
        match event {
            OrderEvent::Placed(placed) => {
                delivery = placed.order_type == OrderType::Delivery;
                asked.extend(&placed.lines);
            }
            OrderEvent::LinesAdded(added) => asked.extend(&added.lines),
            OrderEvent::LineVoided(voided) => drop(back.insert(voided.line)),
            OrderEvent::Accepted(_)
            | OrderEvent::Advanced(_)
            | OrderEvent::Cancelled(_)
            | OrderEvent::TipSet(_)
            | OrderEvent::PaymentTaken(_)
            | OrderEvent::PaymentRefunded(_)
            | OrderEvent::ReceiptIssued(_)
            | OrderEvent::Closed(_)
            | OrderEvent::Reopened(_)
            | OrderEvent::Discounted(_)
            | OrderEvent::DiscountRemoved(_)
            | OrderEvent::Repriced(_)
            | OrderEvent::Split(_)
            | OrderEvent::SplitUndone(_)
            | OrderEvent::PersonalErased(_)
            | OrderEvent::Moved(_)
            | OrderEvent::Fired(_)
            | OrderEvent::LinesMerged(_)
            | OrderEvent::Merged(_)
            | OrderEvent::BillPrinted(_)
            | OrderEvent::ReceiptReprinted(_)
            | OrderEvent::PassPaperReprinted(_) => {}
        }
    }
    let mut sums = (0, 0, 0);
    let is_back = |line: &Line| back.contains(&line.id) || line.part_of.is_some_and(|combo| back.contains(&combo));
    for line in asked.into_iter().filter(|line| !is_back(line)) {
        let row = |name: &str| PRICES.into_iter().find(|row| row.0 == name).unwrap();
        let (_, here, delivered, included, added) = match line.part_of {
            None => row(&line.name),
            Some(_) => {
                let adds = PARTS.into_iter().find(|row| row.0 == line.name).unwrap().1;
                let (.., included, added) = row("Combo pareja");
                ("", adds, adds, included, added)
            }
        };
        let extra = |name: &str| EXTRAS.into_iter().find(|row| row.0 == name).unwrap().1;
        let extras: i128 = line.modifiers.iter().map(|modifier| extra(&modifier.name)).sum();
        let price = (if delivery { delivered } else { here } + extras) * i128::from(line.quantity.thousandths() / 1000);
        let within = half_up(price * included, 1000 + included);
        let on_top = half_up((price - within) * added, 1000);
        sums = (sums.0 + price, sums.1 + within + on_top, sums.2 + price + on_top);
    }
    sums
}

fn totals(order: &Order) -> (i128, i128, i128) {
    let amount = |money: Money| i128::from(money.minor());
    (amount(order.totals.subtotal), amount(order.totals.tax), amount(order.totals.total))
}

/// The event as it comes back from the journal.
fn stored_and_read(event: &OrderEvent) -> Event {
    let event = Event::from(event.clone());
    let read = Event::read(event.kind(), event.version(), &event.body()).unwrap();
    match event.personal() {
        Some(personal) => read.with_personal(Some(&personal)).unwrap(),
        None => read,
    }
}

proptest! {
    #[test]
    fn after_any_history_the_state_is_the_fold_of_its_events_and_the_totals_are_a_recount(
        order_type in select(&OrderType::ALL[..]),
        first in vec(wish(), 1..4),
        waits in any::<bool>(),
        intents in vec((role(), intent()), 0..25),
    ) {
        let mut desk = Desk::of(Role::Admin);
        let place = OrderCommand::Place(placing(order_type, lines(&first)));
        let Ok(mut events) = desk.decide(None, &place) else { return Ok(()) };
        // Nobody today may take an order and not accept it; the guest's own menu will.
        events.truncate(if waits { 1 } else { 2 });
        let mut order = applied(None, &events).unwrap();
        for (role, intent) in intents {
            desk.role = role;
            let command = command(&intent, &order);
            let before = order.clone();
            let Ok(made) = desk.decide(Some(&order), &command) else {
                prop_assert_eq!(&applied(None, &events).unwrap(), &before, "a refusal leaves no event");
                continue;
            };
            prop_assert!(!made.is_empty(), "what is allowed happens");
            for event in made {
                let version = order.version;
                order = applied(Some(order), std::slice::from_ref(&event)).unwrap();
                prop_assert_eq!(order.version, version + 1, "one version for each event");
                prop_assert_eq!(event.order(), before.id);
                events.push(event);
            }
            prop_assert_eq!(totals(&order), recount(&events));
        }
        prop_assert_eq!(totals(&order), recount(&events));
        prop_assert_eq!(order.version as usize, events.len());
        prop_assert_eq!(&applied(None, &events).unwrap(), &order);
        let mut read = None;
        events.iter().for_each(|event| Order::apply(&mut read, &stored_and_read(event)));
        prop_assert_eq!(&read.unwrap(), &order, "and so it is when the events come back from the journal");
        prop_assert_eq!(&serde_json::from_str::<Order>(&serde_json::to_string(&order).unwrap()).unwrap(), &order);
    }
}
