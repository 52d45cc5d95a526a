//! What ran out is not sold, and of what is counted no more than is left.

use super::*;
use crate::availability::{Item, Stockout, Until};

/// The product, or else the modifier, of this sku: another menu would have it under another id.
fn item(menu: &Catalog, sku: &str) -> Item {
    menu.product(sku).map_or_else(|| Item::Modifier(sku.to_owned()), |product| Item::Product(product.id))
}

fn desk_without(sku: &str, until: Until) -> Desk {
    let menu = menu();
    let item = item(&menu, sku);
    let out = Stockout {
        item,
        sku: sku.to_owned(),
        name: sku.to_owned(),
        modifiers: Vec::new(),
        until,
        reason: None,
        since: now(),
    };
    Desk { stockouts: vec![out].into(), ..Desk::selling(menu) }
}

fn placed(desk: &Desk, lines: Vec<NewLine>) -> Result<Vec<OrderEvent>, OrderRejection> {
    desk.decide(None, &OrderCommand::Place(placing(OrderType::Takeaway, lines)))
}

fn refused(index: usize, reason: LineRejection) -> OrderRejection {
    OrderRejection::Line { index, reason }
}

#[test]
fn a_product_that_ran_out_is_refused_and_others_are_sold() {
    let desk = desk_without("burger", Until::TurnedBack);
    let lines = vec![line("soda", 1, &[]), line("burger", 1, &["ajo"])];
    let gone = LineRejection::ProductUnavailable("Hamburguesa".to_owned());
    assert_eq!(placed(&desk, lines), Err(refused(1, gone)));
    assert!(placed(&desk, vec![line("soda", 1, &[])]).is_ok());
}

#[test]
fn a_modifier_that_ran_out_is_refused_wherever_it_is_asked_for() {
    let desk = desk_without("queso", Until::TurnedBack);
    let with_cheese = vec![line("burger", 1, &["ajo", "queso"])];
    let gone = LineRejection::ModifierUnavailable("Queso".to_owned());
    assert_eq!(placed(&desk, with_cheese), Err(refused(0, gone.clone())));
    assert!(placed(&desk, vec![line("burger", 1, &["ajo"])]).is_ok());

    let choices: [(&str, &str, &[&str]); 3] =
        [("plato", "agua", &[]), ("plato", "burger", &["ajo", "queso"]), ("bebida", "soda", &[])];
    let part = LineRejection::Choice { index: 1, reason: Box::new(gone) };
    assert_eq!(placed(&desk, vec![combo("pareja", 1, &choices)]), Err(refused(0, part)));
}

#[test]
fn what_is_out_until_a_time_is_sold_from_that_time_on() {
    for (until, is_sold) in [("2026-11-22T12:00:01-05:00", false), ("2026-11-22T12:00:00-05:00", true)] {
        let desk = desk_without("soda", Until::Instant(until.parse().unwrap()));
        assert_eq!(placed(&desk, vec![line("soda", 1, &[])]).is_ok(), is_sold, "{until}");
    }
}

#[test]
fn no_more_is_sold_than_is_left_over_all_lines_together() {
    let desk = desk_without("soda", Until::Count(3));
    let ask = |many: [u32; 2]| placed(&desk, many.map(|many| line("soda", many, &[])).to_vec());
    assert!(ask([1, 2]).is_ok());
    let short = LineRejection::NotEnough { name: "Gaseosa".to_owned(), left: 3 };
    assert_eq!(ask([2, 2]), Err(refused(1, short.clone())));
    assert_eq!(ask([4, 1]), Err(refused(0, short)));
}

#[test]
fn lines_that_are_added_and_quotes_are_refused_alike() {
    let desk = desk_without("soda", Until::TurnedBack);
    let order = applied(None, &placed(&desk, vec![line("burger", 1, &["ajo"])]).unwrap()).unwrap();
    let gone = Err(refused(0, LineRejection::ProductUnavailable("Gaseosa".to_owned())));
    assert_eq!(desk.after(&order, &adding(vec![line("soda", 1, &[])])).map(drop), gone);
    let stock = InStock { stockouts: &desk.stockouts, now: now() };
    assert_eq!(quote(&[line("soda", 1, &[])], OrderType::Takeaway, desk.menu.as_ref(), stock).map(drop), gone);
}
