//! Power cuts, on a disk in memory, under the daemon's own writer, schema, migrations and projections.
//!
//! SQLite lets a program bring its own file system; [`vfs`] is one whose files stand in memory ([`disk`]). Everything that
//! would reach a real disk is written down in order: [`disk::Operation`]. A run of real orders is made once; then the power
//! is cut at *every* operation of it: [`platter`] says what a real disk may hold at that moment (what was flushed, and any
//! part of what was not), the real writer opens that, and [`verdict`] judges what it finds. While the writer
//! recovers, what it does is written down as well, and the power is cut a second time in it.
//!
//! Cutting a recorded run is the same as cutting a live one: what happened up to the cut does not know of it. It costs a
//! tenth, and a seed replays exactly (`COMANDA_SEEDS`).
//!
//! A harness that never failed proves nothing, so [`platter::Plant`] takes a safeguard away, and tests show that each is
//! missed. The same disk also fails: no room, errors, short reads, slow flushes ([`disk::Fault`]).

pub mod branch;
pub mod disk;
pub mod platter;
pub mod random;
pub mod report;
pub mod trial;
pub mod verdict;
pub mod vfs;
