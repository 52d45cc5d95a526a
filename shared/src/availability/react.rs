//! What orders do to what is counted.

use super::{Item, Stockout, StockoutCounted, Stockouts};
use crate::order::{Line, Order, OrderEvent};

/// How many are left of what is counted, after an event of the order; the order is as the event left it.
///
/// More may be asked for than is left: an order that was queued on a tablet, or one taken while the count was corrected.
/// Then none are left.
pub fn counts_due(stockouts: &Stockouts, order: &Order, event: &OrderEvent) -> Vec<StockoutCounted> {
    let counted = |stockout: &Stockout, left: u32| {
        let of_it = |line: &&Line| is_of(line, &stockout.item, stockout);
        let (taken, given_back) = match event {
            OrderEvent::Placed(placed) => (sum(placed.lines.iter().filter(of_it)), 0),
            OrderEvent::LinesAdded(added) => (sum(added.lines.iter().filter(of_it)), 0),
            OrderEvent::LineVoided(voided) => {
                (0, sum(order.lines.iter().filter(|line| voided.takes_back(line.id)).filter(of_it)))
            }
            OrderEvent::Cancelled(_) => (0, sum(order.open_lines().filter(of_it))),
            _ => (0, 0),
        };
        let now = left.saturating_sub(taken).saturating_add(given_back);
        (now != left).then(|| StockoutCounted { item: stockout.item.clone(), left: now })
    };
    stockouts.counted().filter_map(|(stockout, left)| counted(stockout, left)).collect()
}

fn is_of(line: &Line, item: &Item, stockout: &Stockout) -> bool {
    match item {
        Item::Product(product) => line.product == *product,
        Item::Modifier(_) => line.modifiers.iter().any(|modifier| stockout.modifiers.contains(&modifier.modifier)),
    }
}

fn sum<'l>(lines: impl Iterator<Item = &'l Line>) -> u32 {
    lines.map(Line::whole).fold(0, u32::saturating_add)
}
