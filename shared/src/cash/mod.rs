//! A drawer and whoever answers for it: shifts, what is put in and taken out, the blind count.
//!
//! A [`Shift`] is one person's time at one drawer. It knows its float and its movements; what orders put into it stands in
//! their payments, and is handed to [`close`] as sums ([`Takings`]). Nobody is told what should be in the drawer before it
//! was counted.

mod count;
mod day;
mod decide;
mod event;
mod rejection;
mod state;
mod takings;

#[cfg(test)]
mod tests;

pub use count::{Counted, Denomination};
pub use day::{ChainHead, DayClosed, DayStanding, GrandTotal, SalesSums, close_day};
pub use decide::{CashContext, CloseShift, MoveCash, OpenShift, Standing, close, move_cash, open};
pub use event::{CashEvent, CashMoved, DrawerCause, DrawerOpened, MovementKind, ShiftClosed, ShiftOpened};
pub use rejection::CashRejection;
pub use state::{Closing, Shift};
pub use takings::{Taking, Takings};

/// Limits at the door.
pub mod limits {
    /// Characters of a drawer's name.
    pub const DRAWER: usize = 40;
    /// Kinds of notes and coins in one count.
    pub const DENOMINATIONS: usize = 40;
    /// Movements of one shift.
    pub const MOVEMENTS: usize = 500;
}
