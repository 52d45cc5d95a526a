//! Alerts as the LAN sees them: what is wrong at the branch, who is on it, until it is over.
//!
//! Whoever sees a fault calls [`feature::raise`] in a step of its own, and [`feature::clear`] when the fault is over; both
//! may be called as often as one likes, for there is at most one open alert for each [key](comanda_shared::alert::AlertKey).
//! An alert is in the journal, so that screens hear of it as of anything else, the owner later, and whoever asks why a
//! dish was late finds it. It does not know what the faults are nor what mends them.
//!
//! Faults: a restart forgets no alert; two screens that take the same one agree (`edge/tests/alerts.rs`).

pub mod feature;
pub mod queries;
pub mod routes;
pub mod store;
pub mod wire;
mod words;
