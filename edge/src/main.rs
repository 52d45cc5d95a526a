//! The branch daemon.
fn main() {}
