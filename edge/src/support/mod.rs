//! Help for whoever helps: one file with how the box and the branch are, for somebody who is not there.
//!
//! - [`bundle`] packs it: the doctor's lines, figures, versions, settings, sizes of tables, alerts, and the last lines of the
//!   log.
//!
//! Nobody's name, telephone, address, PIN or token is in it, which is tested by planting some and searching for them
//! (`edge/tests/support_bundle.rs`). It reads, and changes nothing.

pub mod bundle;
pub mod routes;

pub use bundle::{BundleError, Gathered};
