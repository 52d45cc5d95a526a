//! How every printer is doing at this moment: written by its worker, read by screens and by the watch over tickets.
//!
//! Of the moment only: after a start nothing is known until a printer was spoken to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use comanda_shared::ids::PrinterId;
use serde::Serialize;
use utoipa::ToSchema;

use super::breaker::Breaker;

/// What a printer waits for, as it says itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// Paper.
    Paper,
    /// For somebody to close its cover.
    Cover,
}

/// How a printer is doing.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PrinterCondition)]
pub enum Condition {
    /// It was not spoken to yet.
    #[default]
    Unknown,
    /// The last thing went well.
    Ready,
    /// It is being sent something, or works it off.
    Printing,
    /// It cannot be reached, or does not answer.
    Down,
    /// It says that it has no paper.
    PaperOut,
    /// It says that its cover is open.
    CoverOpen,
    /// Somebody paused it.
    Paused,
}

impl Condition {
    /// In words, for staff.
    pub const fn spanish(self) -> &'static str {
        match self {
            Self::Unknown => "Sin usar todavía",
            Self::Ready => "Lista",
            Self::Printing => "Imprimiendo",
            Self::Down => "No responde",
            Self::PaperOut => "Sin papel",
            Self::CoverOpen => "Tapa abierta",
            Self::Paused => "En pausa",
        }
    }

    /// Whether another printer's tickets may be given to it.
    pub const fn may_take_over(self) -> bool {
        matches!(self, Self::Unknown | Self::Ready | Self::Printing)
    }
}

impl From<Wait> for Condition {
    fn from(wait: Wait) -> Self {
        match wait {
            Wait::Paper => Self::PaperOut,
            Wait::Cover => Self::CoverOpen,
        }
    }
}

/// How one printer is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// In a word.
    pub condition: Condition,
    /// Whether it is left alone.
    pub breaker: Breaker,
    /// When it last took a byte, answered or proved something.
    pub progress_at: Option<Instant>,
    /// How long a ticket takes it, averaged over the last few.
    pub service: Option<Duration>,
}

impl Default for Standing {
    fn default() -> Self {
        Self { condition: Condition::Unknown, breaker: Breaker::default(), progress_at: None, service: None }
    }
}

/// How every printer is doing.
#[derive(Clone, Default)]
pub struct Board(Arc<Mutex<BTreeMap<PrinterId, Standing>>>);

impl Board {
    /// How a printer is doing.
    pub fn standing(&self, printer: PrinterId) -> Standing {
        self.lock().get(&printer).copied().unwrap_or_default()
    }

    /// Changes what is said of a printer.
    pub fn note(&self, printer: PrinterId, change: impl FnOnce(&mut Standing)) {
        change(self.lock().entry(printer).or_default());
    }

    /// A printer took a byte, answered or proved something.
    pub fn progress(&self, printer: PrinterId) {
        self.note(printer, |standing| standing.progress_at = Some(Instant::now()));
    }

    /// Somebody asks something of a printer: if it was left alone, it is tried at once.
    pub fn hurry(&self, printer: PrinterId) {
        self.note(printer, |standing| standing.breaker = standing.breaker.hurried(Instant::now()));
    }

    /// A ticket took a printer so long: the last few count most.
    pub fn served(&self, printer: PrinterId, took: Duration) {
        self.note(printer, |standing| {
            standing.service = Some(standing.service.map_or(took, |before| (before * 3 + took) / 4));
        });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PrinterId, Standing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
