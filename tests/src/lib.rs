//! Suites that check sansfix from outside: a player for the scenarios of `tests/scenarios`, and what the other
//! suites share.

pub mod scenario;

/// The README's code compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
