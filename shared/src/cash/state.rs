//! A shift and its one transition.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CashEvent, CashMoved, MovementKind, ShiftClosed, ShiftOpened};
use crate::event::Event;
use crate::ids::ShiftId;
use crate::money::{Money, MoneyError};
use crate::staff::Actor;

/// Whether somebody still answers for the drawer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// Somebody does.
    Open,
    /// It was counted.
    Closed(Box<ShiftClosed>),
}

/// One person's time at one drawer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shift {
    /// The shift.
    pub id: ShiftId,
    /// The drawer's name.
    pub drawer: String,
    /// Who answers for it.
    pub user: Actor,
    /// What was in it to give change with.
    pub float: Money,
    /// The day of business it began in.
    pub business_day: Date,
    /// When it began.
    pub opened_at: Timestamp,
    /// What was put in and taken out, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub movements: Vec<CashMoved>,
    /// How often the drawer sprang open.
    pub openings: u32,
    /// Whether it was counted.
    pub closing: Closing,
}

impl Shift {
    fn opened(event: &ShiftOpened) -> Self {
        Self {
            id: event.shift,
            drawer: event.drawer.clone(),
            user: event.user,
            float: event.float,
            business_day: event.business_day,
            opened_at: event.at,
            movements: Vec::new(),
            openings: 0,
            closing: Closing::Open,
        }
    }

    /// What the event makes of the shift; `None` before it was opened.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        let Event::Cash(event) = event else { return };
        if let CashEvent::ShiftOpened(opened) = event {
            *state = Some(Self::opened(opened));
        } else if let Some(shift) = state {
            match event {
                CashEvent::ShiftOpened(_) | CashEvent::DayClosed(_) => {}
                CashEvent::Moved(moved) => shift.movements.push(moved.clone()),
                CashEvent::DrawerOpened(_) => shift.openings += 1,
                CashEvent::ShiftClosed(closed) => shift.closing = Closing::Closed(Box::new(closed.clone())),
            }
        }
    }

    /// Its count, once there is one.
    pub fn closed(&self) -> Option<&ShiftClosed> {
        match &self.closing {
            Closing::Open => None,
            Closing::Closed(closed) => Some(closed),
        }
    }

    /// The money in the drawer that no order brought: float and movements.
    ///
    /// # Errors
    /// When the sum does not fit.
    pub fn own_money(&self) -> Result<Money, MoneyError> {
        self.movements.iter().try_fold(self.float, |sum, moved| match moved.kind {
            MovementKind::In => sum.plus(moved.amount),
            MovementKind::Out | MovementKind::HandIn => sum.minus(moved.amount),
            MovementKind::NoSale => Ok(sum),
        })
    }
}
