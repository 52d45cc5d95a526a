//! What a company lays down for its branches: catalog, settings and staff ([`crate::staff`]), whole immutable versions.
//!
//! [`publish`](mod@publish) makes a version of a file and says so to the branch's line; [`store`] has versions, documents
//! and what branches say they use; [`routes`] is the way for whoever has a token of the company. Documents themselves are
//! fetched by the boxes, see [`crate::devices`].
//!
//! It does not know what a branch does with a version: it is told, with every report of the branch. Faults: a branch that
//! is away is told of the last version when it is back; a document that is no good is refused here, and once more there.

pub mod publish;
pub mod routes;
pub mod store;

pub use publish::{PublishError, Published, publish_catalog, publish_settings};
