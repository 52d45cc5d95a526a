//! A quote says what the order would say.

use super::*;

fn quoted(order_type: OrderType, lines: &[NewLine]) -> Result<Quote, OrderRejection> {
    quoted_from(lines, order_type, Some(&menu()))
}

fn quoted_from(lines: &[NewLine], order_type: OrderType, catalog: Option<&Catalog>) -> Result<Quote, OrderRejection> {
    quote(lines, order_type, catalog, InStock { stockouts: &Stockouts::default(), now: now() })
}

#[test]
fn a_quote_has_the_totals_that_the_order_would_have() {
    let choices: [(&str, &str, &[&str]); 3] =
        [("plato", "burger", &["ajo"]), ("plato", "agua", &[]), ("bebida", "soda", &[])];
    let lines = vec![line("soda", 3, &[]), combo("pareja", 2, &choices), line("burger", 1, &["bbq", "queso"])];
    for order_type in OrderType::ALL {
        let order = order_of(order_type, lines.clone());
        let quote = quoted(order_type, &lines).unwrap();
        assert_eq!((quote.totals, quote.currency), (order.totals, order.currency));
        let total = |lines: &[Line]| lines.iter().map(|line| line.amounts.total().minor()).sum::<i64>();
        let each = [total(&order.lines[..1]), total(&order.lines[1..5]), total(&order.lines[5..])];
        assert_eq!(quote.lines.iter().map(|line| line.minor()).collect::<Vec<_>>(), each, "parts count to their combo");
        assert_eq!(slowest_seconds(&quote.made), 600, "the soda's product says nothing");
        assert!(quote.made.iter().all(|line| !line.stations.is_empty()), "what nobody makes takes no time");

        let sum: i64 = quote.taxes.iter().map(|tax| tax.amount.minor()).sum();
        assert_eq!(sum, order.totals.tax.minor());
        for tax in &quote.taxes {
            let rate = order.lines.iter().filter(|line| line.amounts.taxes.iter().any(|one| one.rate == tax.rate));
            assert_eq!(tax.base.minor(), rate.map(|line| line.amounts.base().minor()).sum::<i64>());
        }
        let named: Vec<_> = quote.taxes.iter().map(|tax| (tax.name.as_str(), tax.rate.0, tax.included)).collect();
        assert_eq!(named, [("Impoconsumo 8 %", 80, true), ("IVA 19 %", 190, false)]);
    }
}

#[test]
fn a_tax_that_no_line_has_is_not_named() {
    assert_eq!(quoted(OrderType::DineIn, &[line("agua", 1, &[])]).unwrap().taxes, []);
}

#[test]
fn a_quote_is_refused_as_the_order_would_be() {
    let bad: [(&str, &str, &[&str]); 1] = [("plato", "burger", &[])];
    for lines in [
        vec![],
        vec![line("agua", 1, &[]); 201],
        vec![line("perro", 1, &[])],
        vec![line("agua", 1, &[]), line("agua", 0, &[])],
        vec![combo("pareja", 1, &bad)],
        vec![combo("pareja", 1, &[])],
    ] {
        let place = OrderCommand::Place(placing(OrderType::DineIn, lines.clone()));
        let refused = Desk::of(Role::Admin).decide(None, &place).unwrap_err();
        assert_eq!(quoted(OrderType::DineIn, &lines), Err(refused));
    }
    assert_eq!(quoted_from(&[line("agua", 1, &[])], OrderType::DineIn, None), Err(OrderRejection::CatalogMissing));
    let dear = menu_with_price("/categories/0/products/3/price", i64::MAX / 2);
    let large = vec![line("agua", 1, &[]); 3];
    assert_eq!(quoted_from(&large, OrderType::DineIn, Some(&dear)), Err(OrderRejection::AmountTooLarge));
}
