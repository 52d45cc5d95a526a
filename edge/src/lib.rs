//! The branch daemon.
pub mod printing;
