//! Who works at the branches, as the company lays it down: a file becomes a version of the list, and its PINs verifiers.
//!
//! No PIN is kept or logged. A verifier is keyed with what only the company's boxes and the keys' folder have
//! ([`CompanyKey`]), so that a copy of this database tells no PIN, nor does one of a branch's.

mod key;
mod publish;

pub use key::CompanyKey;
pub use publish::{publish_roles, publish_staff};
