//! The company's side.
fn main() {}
