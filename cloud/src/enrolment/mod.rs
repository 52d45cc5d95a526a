//! Boxes: a code that works once, a key that never leaves the box, a certificate from the cloud's own authority.
//!
//! A certificate opens the broker's door for one branch's topics and nothing else. Whether the box behind it may still
//! speak for the branch is decided by the `link` row with every hello: revoking and replacing work at once, without a
//! revocation list.

pub mod authority;
mod codes;
pub mod routes;

pub use codes::{CodeError, Enrolled, create_code, enrol, renew, revoke};
