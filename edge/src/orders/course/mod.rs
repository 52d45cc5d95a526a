//! Courses and orders for later: lines that wait, as the LAN sees them, and the clock that fires what was taken for a time.
//!
//! What waits and what fires is decided in [`comanda_shared::order`]; here it is read from requests, and [`Timetable`] turns
//! the time into a command. It knows no screen and no printer.
//!
//! Faults: the time an order is for stands in its row, so that a restart, or a power cut at the very minute, fires it when
//! the branch is back, once (`edge/tests/courses.rs`).

pub mod routes;
mod timetable;
pub mod wire;

pub use timetable::{Timetable, fire_what_is_due};
