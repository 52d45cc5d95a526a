//! The cards of an order, made from the order and its ledger: for whoever shows them.

use comanda_shared::ids::{OrderId, StationId};
use comanda_shared::kitchen::{Card, Ledger, Standing};
use comanda_shared::order::Order;
use comanda_shared::staff::{Actor, Staff};
use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::wire::CardView;
use crate::journal::aggregates::Aggregate;

/// What the cards of an order are made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cards {
    order: Order,
    ledger: Ledger,
    served_by: Option<String>,
}

impl Cards {
    /// Of the order as it is in hand.
    ///
    /// # Errors
    /// When SQLite cannot read who took it.
    pub fn of(connection: &Connection, order: Order, ledger: Ledger) -> rusqlite::Result<Self> {
        let served_by = match order.created_by {
            Actor::Staff(staff) => Staff::load(connection, staff.uuid())?.map(|staff| staff.name().to_owned()),
            Actor::Token(_) | Actor::Device(_) | Actor::Operator | Actor::Branch | Actor::Cloud => None,
        };
        Ok(Self { order, ledger, served_by })
    }

    /// Of the order as the file has it.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn load(connection: &Connection, order: OrderId) -> rusqlite::Result<Option<Self>> {
        let Some(ledger) = Ledger::load(connection, order.uuid())? else { return Ok(None) };
        let Some(order) = Order::load(connection, order.uuid())? else { return Ok(None) };
        Self::of(connection, order, ledger).map(Some)
    }

    /// The card of every station something was fired at.
    pub fn all(&self, zone: &TimeZone) -> Vec<StationCard> {
        self.ledger.cards.iter().map(|card| self.view(card, zone)).collect()
    }

    /// The card of one station; none before something is fired there.
    pub fn at(&self, station: StationId, zone: &TimeZone) -> Option<StationCard> {
        self.ledger.card(station).map(|card| self.view(card, zone))
    }

    fn view(&self, card: &Card, zone: &TimeZone) -> StationCard {
        let Self { order, ledger, served_by } = self;
        let rows = ledger.at(card.station).filter_map(|entry| Some((order.line(entry.line)?, entry.making?)));
        let view = CardView::of(order, card, ledger, rows, served_by.as_deref(), zone);
        StationCard { standing: ledger.standing(card), view }
    }
}

/// The card of every station the order was fired at, as the file has it; none of an order that is not there.
///
/// # Errors
/// When SQLite cannot read.
pub fn cards_of(connection: &Connection, order: OrderId, zone: &TimeZone) -> rusqlite::Result<Vec<StationCard>> {
    Ok(Cards::load(connection, order)?.map(|cards| cards.all(zone)).unwrap_or_default())
}

/// A card, and where it is.
#[derive(Clone, PartialEq, Debug)]
pub struct StationCard {
    /// Where it is.
    pub standing: Standing,
    /// What stands on it.
    pub view: CardView,
}

impl StationCard {
    /// The station.
    pub const fn station(&self) -> StationId {
        self.view.station()
    }

    /// What a screen is sent of it: nothing of one that is over.
    pub fn shown(self) -> Option<CardView> {
        match self.standing {
            Standing::Open | Standing::Bumped { .. } => Some(self.view),
            Standing::Over => None,
        }
    }
}
