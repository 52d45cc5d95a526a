//! Clocking in and out: with one's own PIN at any screen of the branch, without logging in; and what somebody who answers
//! for the hours makes of it: who is in, how long everybody worked, corrections, a file for the accountant.
//!
//! What may be clocked is decided in [`comanda_shared::attendance`]; PINs pass the same [door](crate::staff::pins) as with
//! logging in, and wrong ones lock out alike. It does not know sessions: who clocks out stays logged in, and the other way round.
//!
//! Faults: a tap that was sent twice is one entry, by its key; a power cut leaves an acknowledged one where it was; who
//! forgot to clock out is clocked in again the next day, and the stay before waits for a correction
//! (`edge/tests/attendance.rs`). Hours are counted again from the journal in `journal::tests::hours`.

mod csv;
pub mod feature;
pub mod queries;
mod refusals;
pub mod routes;
pub mod store;
pub mod wire;
