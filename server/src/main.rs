//! The binary `karfa`.
fn main() {}
