//! The branch as a whole: what it is called, which day of business it is in, which numbers come next, and which
//! versions of the catalog and the settings are in use.
//!
//! It does not know orders beyond their numbers, and it does not know the clock: the day of business is state, moved
//! forward by an event and never back.

mod event;
mod fiscal;
mod numbers;
mod papers;
mod settings;
mod state;

pub use event::{
    Author, BranchEvent, BranchOpened, BusinessDayOpened, DirectiveApplied, DirectiveKind, NumbersSkipped,
};
pub use fiscal::{Fiscal, FiscalCounters, FiscalError, FiscalNumber, FiscalRange, FiscalStand, FiscalUse};
pub use numbers::{Counter, NextNumbers};
pub use papers::{PaperCounter, PaperSeries};
pub use settings::{Settings, SettingsError};
pub use state::{Branch, DirectiveInUse};
