//! What is put together from other products: the lines it becomes, what they cost, and how they are taken back.

use super::*;

const BURGER: (&str, &str, &[&str]) = ("plato", "burger", &["ajo", "queso"]);
const WATER: (&str, &str, &[&str]) = ("plato", "agua", &[]);
const SODA: (&str, &str, &[&str]) = ("bebida", "soda", &[]);

fn placed(order_type: OrderType, lines: Vec<NewLine>) -> Result<Order, OrderRejection> {
    let events = Desk::of(Role::Admin).decide(None, &OrderCommand::Place(placing(order_type, lines)))?;
    Ok(applied(None, &events).unwrap())
}

fn minor(line: &Line) -> [i64; 4] {
    let amounts = &line.amounts;
    [line.unit_price, amounts.subtotal, amounts.tax(), amounts.total()].map(Money::minor)
}

#[test]
fn a_combo_becomes_a_line_that_nobody_makes_and_one_for_each_choice() {
    let asked = vec![line("agua", 1, &[]), combo("pareja", 2, &[SODA, BURGER, WATER]), line("soda", 1, &[])];
    let ids: Vec<LineId> = asked
        .iter()
        .flat_map(|line| std::iter::once(line.id).chain(line.choices.iter().map(|choice| choice.id)))
        .collect();
    let desk = Desk::of(Role::Admin);
    let events = desk.decide(None, &OrderCommand::Place(placing(OrderType::DineIn, asked))).unwrap();
    let order = applied(None, &events).unwrap();
    assert_eq!(order.lines.iter().map(|line| line.id).collect::<Vec<_>>(), ids, "in the order they were asked for");

    let [_, pareja, soda, burger, water, _] = order.lines.as_slice() else { panic!("{:?}", order.lines) };
    let menu = desk.menu.as_ref().unwrap();
    let station = |key: &str| vec![menu.station_by_key(key).unwrap().id];
    assert_eq!((pareja.name.as_str(), pareja.part_of, pareja.stations.len()), ("Combo pareja", None, 0));
    assert_eq!((soda.name.as_str(), &soda.stations), ("Gaseosa", &station("barra")));
    assert_eq!((burger.name.as_str(), &burger.stations), ("Hamburguesa", &station("plancha")));
    assert_eq!((burger.target_seconds, water.target_seconds), (Some(480), None));
    assert!([soda, burger, water].iter().all(|part| part.part_of == Some(pareja.id)));
    assert!(order.lines[1..5].iter().all(|line| line.quantity == Quantity::whole(2)), "as many as there are combos");
    assert_eq!((order.lines[0].part_of, order.lines[5].part_of), (None, None));
}

#[test]
fn a_part_costs_what_it_adds_with_its_modifiers_and_is_taxed_as_the_combo_is() {
    let order = placed(OrderType::DineIn, vec![combo("pareja", 2, &[BURGER, SODA])]).unwrap();
    // 8 % within and 19 % on top: 5002 is 4631 + 371, and 880 on top.
    assert_eq!(minor(&order.lines[0]), [2501, 5002, 371 + 880, 5002 + 880]);
    // Garlic and cheese: 700000 is 648148 + 51852, and 123148 on top.
    assert_eq!(minor(&order.lines[1]), [0, 700_000, 51_852 + 123_148, 700_000 + 123_148]);
    // The soda alone would have had 19 % only: 302 is 280 + 22, and 53 on top.
    assert_eq!(minor(&order.lines[2]), [151, 302, 22 + 53, 302 + 53]);
    assert_eq!(order.totals.total.minor(), 5882 + 823_148 + 355);
    assert_eq!(order.totals.subtotal.minor(), 5002 + 700_000 + 302);
}

#[test]
fn a_combo_has_the_price_of_the_order_type() {
    for (order_type, price) in [(OrderType::DineIn, 2501), (OrderType::Takeaway, 2501), (OrderType::Delivery, 2707)] {
        let order = placed(order_type, vec![combo("pareja", 1, &[SODA, WATER])]).unwrap();
        assert_eq!(order.lines.iter().map(|line| minor(line)[0]).collect::<Vec<_>>(), [price, 151, 11]);
    }
}

#[test]
fn slots_and_products_may_be_named_by_id_as_well() {
    let menu = menu();
    let (slot, agua) = (&menu.product("pareja").unwrap().combo[0], menu.product("agua").unwrap().id);
    let named = combo("pareja", 1, &[(&slot.id.to_string(), &agua.to_string(), &[])]);
    let order = place(&Desk::selling(menu.clone()), named);
    assert_eq!(order.unwrap().lines[1].product, agua);
}

fn place(desk: &Desk, line: NewLine) -> Result<Order, OrderRejection> {
    let events = desk.decide(None, &OrderCommand::Place(placing(OrderType::DineIn, vec![line])))?;
    Ok(applied(None, &events).unwrap())
}

#[test]
fn a_choice_that_cannot_be_taken_is_named_by_its_place_and_reason() {
    let name = |name: &str| name.to_owned();
    let sauce = LineRejection::ModifierMissing { group: name("Salsa"), min: 1 };
    let not_offered = LineRejection::NotOffered { slot: name("La bebida"), product: name("Agua") };
    let nested = LineRejection::NotOffered { slot: name("Los platos"), product: name("Combo pareja") };
    for (bad, reason) in [
        (("plato", "burger", &[][..]), sauce),
        (("plato", "burger", &["bbq", "pina"][..]), LineRejection::ModifierUnknown(name("pina"))),
        (("plato", "agua", &["queso"; 21][..]), LineRejection::TooManyModifiers),
        (("plato", "arepa", &[][..]), LineRejection::ProductUnavailable(name("Arepa"))),
        (("plato", "ajiaco", &[][..]), LineRejection::ProductUnavailable(name("Ajiaco"))),
        (("plato", "perro", &[][..]), LineRejection::ProductUnknown(name("perro"))),
        (("plato", "pareja", &[][..]), nested),
        (("bebida", "agua", &[][..]), not_offered),
        (("postre", "agua", &[][..]), LineRejection::SlotUnknown(name("postre"))),
    ] {
        let refused = placed(OrderType::DineIn, vec![line("agua", 1, &[]), combo("pareja", 1, &[WATER, bad])]);
        let reason = LineRejection::Choice { index: 1, reason: Box::new(reason) };
        assert_eq!(refused, Err(OrderRejection::Line { index: 1, reason }), "{bad:?}");
    }
}

#[test]
fn every_slot_gets_as_many_choices_as_it_asks_for() {
    let (dishes, drink) = ("Los platos".to_owned(), "La bebida".to_owned());
    for (choices, reason) in [
        (vec![], LineRejection::ChoiceMissing { slot: dishes.clone(), min: 1 }),
        (vec![SODA], LineRejection::ChoiceMissing { slot: dishes.clone(), min: 1 }),
        (vec![WATER, WATER, WATER], LineRejection::ChoiceExcess { slot: dishes, max: 2 }),
        (vec![WATER, SODA, SODA], LineRejection::ChoiceExcess { slot: drink, max: 1 }),
    ] {
        let refused = placed(OrderType::DineIn, vec![combo("pareja", 1, &choices)]);
        assert_eq!(refused, Err(OrderRejection::Line { index: 0, reason }), "{choices:?}");
    }
    assert!(placed(OrderType::DineIn, vec![combo("pareja", 1, &[WATER, WATER])]).is_ok(), "the same twice is two");
}

#[test]
fn what_is_no_combo_takes_no_choices() {
    let refused = placed(OrderType::DineIn, vec![combo("agua", 1, &[SODA])]);
    let reason = LineRejection::Choice { index: 0, reason: Box::new(LineRejection::SlotUnknown("bebida".to_owned())) };
    assert_eq!(refused, Err(OrderRejection::Line { index: 0, reason }));
}

#[test]
fn a_part_takes_a_place_among_the_two_hundred() {
    let lines = |combos: usize, waters: usize| {
        let combos = (0..combos).map(|_| combo("pareja", 1, &[WATER, WATER, SODA]));
        combos.chain((0..waters).map(|_| line("agua", 1, &[]))).collect::<Vec<_>>()
    };
    let order = placed(OrderType::DineIn, lines(49, 3)).unwrap();
    assert_eq!(order.lines.len(), 199);
    assert_eq!(placed(OrderType::DineIn, lines(50, 1)), Err(OrderRejection::TooManyLines));
    let desk = Desk::of(Role::Admin);
    assert_eq!(desk.decide(Some(&order), &adding(lines(1, 0))), Err(OrderRejection::TooManyLines));
    assert_eq!(desk.after(&order, &adding(lines(0, 1))).unwrap().lines.len(), 200);
}

#[test]
fn a_combo_is_taken_back_with_its_parts_and_by_one_event() {
    let asked = vec![combo("pareja", 1, &[WATER, SODA]), combo("pareja", 1, &[BURGER])];
    let order = placed(OrderType::DineIn, asked).unwrap();
    let events = Desk::of(Role::Admin).decide(Some(&order), &voiding(order.lines[0].id)).unwrap();
    let after = applied(Some(order.clone()), &events).unwrap();
    let open: Vec<bool> = after.lines.iter().map(|line| line.state == LineState::Open).collect();
    assert_eq!((events.len(), open), (1, vec![false, false, false, true, true]));
    let left: i64 = order.lines[3..].iter().map(|line| minor(line)[3]).sum();
    assert_eq!(after.totals.total.minor(), left);
    assert_eq!(
        Desk::of(Role::Admin).decide(Some(&after), &voiding(order.lines[1].id)),
        Err(OrderRejection::LineVoided),
        "a part that went with its combo"
    );
}

#[test]
fn a_part_is_not_taken_back_alone() {
    let order = placed(OrderType::DineIn, vec![combo("pareja", 1, &[WATER, SODA])]).unwrap();
    for part in &order.lines[1..] {
        let refused = Desk::of(Role::Admin).decide(Some(&order), &voiding(part.id));
        assert_eq!(refused, Err(OrderRejection::PartOfCombo));
    }
}

#[test]
fn a_line_that_is_no_combo_is_taken_back_as_it_always_was() {
    let order = order_of(OrderType::DineIn, vec![line("agua", 1, &[])]);
    let events = Desk::of(Role::Admin).decide(Some(&order), &voiding(order.lines[0].id)).unwrap();
    assert!(!Event::from(events[0].clone()).body().contains("parts"));
}

#[test]
fn notes_of_parts_stand_with_the_personal_data_as_well() {
    let mut asked = combo("pareja", 1, &[WATER, SODA]);
    asked.choices[1].notes = Some("sin hielo".to_owned());
    let part = asked.choices[1].id;
    let order = placed(OrderType::DineIn, vec![asked]).unwrap();
    let notes = &order.personal.known().unwrap().line_notes;
    assert_eq!(notes.iter().collect::<Vec<_>>(), [(&part, &"sin hielo".to_owned())]);
}

#[test]
fn nobody_waits_for_the_combo_itself() {
    let order = placed(OrderType::DineIn, vec![combo("pareja", 1, &[BURGER])]).unwrap();
    assert_eq!(slowest_seconds(&order.lines), 480);
    assert_eq!(slowest_seconds(&order.lines[..1]), 0);
    let order = placed(OrderType::DineIn, vec![line("agua", 1, &[])]).unwrap();
    assert_eq!(slowest_seconds(&order.lines), 600, "its product says nothing");
}
