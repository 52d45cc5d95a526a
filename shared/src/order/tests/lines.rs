//! Which lines are taken, and what they cost.

use super::*;

fn place(desk: &Desk, order_type: OrderType, lines: Vec<NewLine>) -> Result<Order, OrderRejection> {
    let events = desk.decide(None, &OrderCommand::Place(placing(order_type, lines)))?;
    Ok(applied(None, &events).unwrap())
}

/// What is wrong with a line that stands third in an order.
fn rejection(line: NewLine) -> OrderRejection {
    let lines = vec![self::line("agua", 1, &[]), self::line("soda", 1, &[]), line];
    place(&Desk::of(Role::Admin), OrderType::DineIn, lines).unwrap_err()
}

fn group(name: &str) -> String {
    name.to_owned()
}

#[test]
fn a_line_that_cannot_be_taken_is_named_by_its_place_and_reason() {
    let missing = LineRejection::ModifierMissing { group: group("Salsa"), min: 1 };
    let two_sauces = LineRejection::ModifierExcess { group: group("Salsa"), max: 1 };
    let three_extras = LineRejection::ModifierExcess { group: group("Adiciones"), max: 2 };
    for (bad, reason) in [
        (line("perro", 1, &[]), LineRejection::ProductUnknown("perro".to_owned())),
        (line("", 1, &[]), LineRejection::ProductUnknown(String::new())),
        (line("arepa", 1, &[]), LineRejection::ProductUnavailable("Arepa".to_owned())),
        (line("ajiaco", 1, &[]), LineRejection::ProductUnavailable("Ajiaco".to_owned())),
        (line("agua", 0, &[]), LineRejection::QuantityOutOfRange),
        (line("agua", 1001, &[]), LineRejection::QuantityOutOfRange),
        (line("burger", 1, &[]), missing),
        (line("burger", 1, &["bbq", "ajo"]), two_sauces.clone()),
        (line("burger", 1, &["bbq", "bbq"]), two_sauces),
        (line("burger", 1, &["bbq", "queso", "queso", "queso"]), three_extras.clone()),
        (line("burger", 1, &["bbq", "queso", "tocineta", "queso"]), three_extras),
        (line("burger", 1, &["bbq", "pina"]), LineRejection::ModifierUnknown("pina".to_owned())),
        (line("soda", 1, &["bbq"]), LineRejection::ModifierUnknown("bbq".to_owned())),
        (line("burger", 1, &["queso"; 21]), LineRejection::TooManyModifiers),
    ] {
        let said = format!("{bad:?}");
        assert_eq!(rejection(bad), OrderRejection::Line { index: 2, reason }, "{said}");
    }
}

#[test]
fn a_line_may_have_as_many_modifiers_as_the_limit_says() {
    let full = rejection(line("burger", 1, &["queso"; limits::MODIFIERS]));
    assert!(!matches!(full, OrderRejection::Line { reason: LineRejection::TooManyModifiers, .. }), "{full}");
}

#[test]
fn the_index_of_a_bad_line_counts_among_the_lines_sent_not_those_the_order_has() {
    let order = order_of(OrderType::DineIn, vec![line("agua", 1, &[]), line("agua", 1, &[])]);
    let more = adding(vec![line("soda", 1, &[]), line("perro", 1, &[])]);
    let reason = LineRejection::ProductUnknown("perro".to_owned());
    let refused = Desk::of(Role::Admin).decide(Some(&order), &more);
    assert_eq!(refused, Err(OrderRejection::Line { index: 1, reason }));
}

#[test]
fn one_is_enough_and_a_thousand_are_not_too_many() {
    for quantity in [1, limits::QUANTITY] {
        let order = place(&Desk::of(Role::Admin), OrderType::DineIn, vec![line("agua", quantity, &[])]).unwrap();
        assert_eq!(order.totals.total.minor(), 7 * i64::from(quantity));
    }
}

#[test]
fn the_same_modifier_twice_counts_and_costs_twice() {
    let order =
        place(&Desk::of(Role::Admin), OrderType::DineIn, vec![line("burger", 1, &["bbq", "queso", "queso"])]).unwrap();
    let names: Vec<&str> = order.lines[0].modifiers.iter().map(|modifier| modifier.name.as_str()).collect();
    assert_eq!(names, ["BBQ", "Queso", "Queso"]);
    assert_eq!(order.totals.total.minor(), 1_850_000 + 2 * 300_000);
}

#[test]
fn a_product_and_a_modifier_may_be_named_by_id_as_well() {
    let menu = menu();
    let burger = menu.product("burger").unwrap();
    let (_, sauce) = burger.modifier("ajo").unwrap();
    let named = line(&burger.id.to_string(), 1, &[&sauce.id.to_string()]);
    let order = place(&Desk::selling(menu.clone()), OrderType::DineIn, vec![named]).unwrap();
    assert_eq!((order.lines[0].product, order.lines[0].modifiers[0].modifier), (burger.id, sauce.id));
}

#[test]
fn an_order_has_at_least_one_line_and_at_most_two_hundred_with_those_added_later() {
    let desk = Desk::of(Role::Admin);
    let many = |count: usize| vec![line("agua", 1, &[]); count];
    assert_eq!(place(&desk, OrderType::DineIn, many(0)), Err(OrderRejection::NoLines));
    assert_eq!(place(&desk, OrderType::DineIn, many(201)), Err(OrderRejection::TooManyLines));
    let order = place(&desk, OrderType::DineIn, many(199)).unwrap();
    assert_eq!(desk.decide(Some(&order), &adding(many(0))), Err(OrderRejection::NoLines));
    assert_eq!(desk.decide(Some(&order), &adding(many(2))), Err(OrderRejection::TooManyLines));
    assert_eq!(desk.after(&order, &adding(many(1))).unwrap().lines.len(), 200);
}

#[test]
fn a_line_taken_back_still_takes_a_place_among_the_two_hundred() {
    let desk = Desk::of(Role::Admin);
    let order = place(&desk, OrderType::DineIn, (0..200).map(|_| line("agua", 1, &[])).collect()).unwrap();
    let order = desk.after(&order, &voiding(order.lines[0].id)).unwrap();
    assert_eq!(desk.decide(Some(&order), &adding(vec![line("agua", 1, &[])])), Err(OrderRejection::TooManyLines));
}

#[test]
fn the_price_is_that_of_the_order_type() {
    for (order_type, unit_price) in [(OrderType::DineIn, 333), (OrderType::Takeaway, 333), (OrderType::Delivery, 351)] {
        let order = place(&Desk::of(Role::Admin), order_type, vec![line("soda", 1, &[])]).unwrap();
        assert_eq!(order.lines[0].unit_price.minor(), unit_price, "{order_type:?}");
        let more = Desk::of(Role::Admin).after(&order, &adding(vec![line("soda", 2, &[])])).unwrap();
        assert_eq!(more.lines[1].amounts.subtotal.minor(), 2 * unit_price, "{order_type:?}, added");
    }
}

const AGUA: &str = "/categories/0/products/3/price";

#[test]
fn a_line_whose_amount_does_not_fit_is_refused() {
    let desk = Desk::selling(menu_with_price(AGUA, i64::MAX / 2));
    let reason = LineRejection::AmountTooLarge;
    let refused = place(&desk, OrderType::DineIn, vec![line("soda", 1, &[]), line("agua", 3, &[])]);
    assert_eq!(refused, Err(OrderRejection::Line { index: 1, reason }));
}

#[test]
fn an_order_whose_sum_does_not_fit_is_refused_also_when_it_is_added_to() {
    let desk = Desk::selling(menu_with_price(AGUA, i64::MAX / 2));
    let large = || line("agua", 1, &[]);
    let refused = place(&desk, OrderType::DineIn, vec![large(), large(), large()]);
    assert_eq!(refused, Err(OrderRejection::AmountTooLarge));
    let order = place(&desk, OrderType::DineIn, vec![large(), large()]).unwrap();
    assert_eq!(desk.decide(Some(&order), &adding(vec![large()])), Err(OrderRejection::AmountTooLarge));
    let order = desk.after(&order, &voiding(order.lines[0].id)).unwrap();
    assert!(desk.decide(Some(&order), &adding(vec![large()])).is_ok(), "what was taken back no longer counts");
}

#[test]
fn a_line_keeps_the_name_price_and_stations_it_was_sold_with() {
    let desk = Desk::of(Role::Admin);
    let order = place(&desk, OrderType::DineIn, vec![line("combo", 2, &[])]).unwrap();
    let sold = &order.lines[0];
    let menu = desk.menu.as_ref().unwrap();
    let stations = ["plancha", "barra"].map(|key| menu.station_by_key(key).unwrap().id);
    assert_eq!((sold.name.as_str(), sold.unit_price.minor(), sold.stations.as_slice()), ("Combo", 999, &stations[..]));
    assert_eq!(order.catalog_version, 7);
    // 1998 with 8 % within is 1850 and 148; 19 % of 1850 on top is 351.5, half up.
    let amounts = &sold.amounts;
    assert_eq!(
        (amounts.subtotal.minor(), amounts.tax().minor(), amounts.total().minor()),
        (1998, 148 + 352, 1998 + 352)
    );
}

#[test]
fn notes_stand_with_the_personal_data_and_not_with_the_lines() {
    let wish = NewLine { notes: Some("sin sal".to_owned()), ..line("agua", 1, &[]) };
    let (id, plain) = (wish.id, line("agua", 1, &[]));
    let order = place(&Desk::of(Role::Admin), OrderType::DineIn, vec![plain, wish]).unwrap();
    let notes = &order.personal.known().unwrap().line_notes;
    assert_eq!(notes.iter().collect::<Vec<_>>(), [(&id, &"sin sal".to_owned())]);
}
