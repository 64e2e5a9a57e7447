//! Suites that check sansfix from outside: a player for the scenarios of `tests/scenarios`, and what the other
//! suites share.

// What is asked of the code here fails by a panic.
#![allow(clippy::missing_panics_doc)]

use proptest::prelude::ProptestConfig;

pub mod applications;
pub mod by_hand;
pub mod fuzz_bodies;
pub mod house;
pub mod lone;
pub mod models;
pub mod observed;
pub mod peer;
pub mod planted;
pub mod run;
pub mod scenario;
pub mod states;

/// The README's code compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// How many cases a property is tried with: `PROPTEST_CASES` in the environment, or `cases`. A failure that is found is
/// to become a test of its own with a name, so nothing is kept in files.
#[must_use]
pub fn property_cases(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: wanted.unwrap_or(cases), failure_persistence: None, ..ProptestConfig::default() }
}
