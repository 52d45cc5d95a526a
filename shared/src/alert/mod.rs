//! Alerts: what somebody at the branch should know and act on, once for each thing it is about.
//!
//! A feature that sees a fault raises a [`Matter`]; the alert is open until the same feature sees that the fault is over.
//! Somebody may *take* it meanwhile: then the others know who is on it. It does not know who is told, nor how.

mod event;
mod matter;
mod state;

pub use event::{AlertCleared, AlertEvent, AlertRaised, AlertTaken};
pub use matter::{AlertKey, AlertKind, Matter, Severity};
pub use state::{Alert, AlertRejection, Taking, take};
