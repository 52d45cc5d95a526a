//! How the box and the branch are: what a person is told ([`doctor`]), what a monitoring system reads ([`metrics`]), and
//! what systemd is told ([`watchdog`]).
//!
//! - [`check`] is the one table of everything that is looked at: its key, its name and what to do about it, in Spanish.
//!   `docs/operations.md` says more about each; a test holds the two together.
//! - [`disk`], [`machine`], [`database`] and [`branch`] do the looking, a function for each check.
//!
//! - [`watch`] looks at what comes on slowly, and tells the manager before it stops the selling; [`limits`] says when.
//!
//! The doctor changes nothing: a look reads, connects to printers without printing, and flushes a file of its own. It knows no
//! screen. A check that cannot be made says so as [`check::Grade::Attention`]; it never fails the others.

pub mod branch;
pub mod check;
pub mod database;
pub mod disk;
pub mod doctor;
pub mod limits;
pub mod machine;
pub mod metrics;
pub mod routes;
mod smart;
pub mod watch;
pub mod watchdog;
