//! The branch as a whole: what it is called, which day of business it is in, which numbers come next, and which
//! versions of the catalog and the settings are in use.
//!
//! It does not know orders beyond their numbers, and it does not know the clock: the day of business is state, moved
//! forward by an event and never back.

mod event;
mod fiscal;
mod hours;
mod numbers;
mod opening;
mod papers;
mod settings;
mod state;

pub use event::{
    Author, BranchBegun, BranchEvent, BranchOpened, BusinessDayOpened, DirectiveApplied, DirectiveKind, NumbersSkipped,
    StateChanged, TrialPutAside,
};
pub use fiscal::{Fiscal, FiscalCounters, FiscalError, FiscalNumber, FiscalRange, FiscalStand, FiscalUse};
pub use hours::{ByHours, Exception, HoursError, Interval, OpeningHours};
pub use numbers::{Counter, NextNumbers};
pub use opening::{BranchState, MOST_EXTRA_MINUTES, Opening, Standing, StateCommand, StateRejection};
pub use papers::{PaperCounter, PaperSeries};
pub use settings::{Settings, SettingsError};
pub use state::{Branch, DirectiveInUse};
