//! The sansfix command.
fn main() {}
