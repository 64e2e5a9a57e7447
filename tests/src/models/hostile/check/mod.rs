//! The guarantees, each checked after every step.

mod lifecycle;
mod numbers;
mod refusals;
mod resends;
mod resets;

use super::broken::Broken;
use super::facts::Facts;
use super::letter::Letter;
use super::seen::Seen;
use super::stand::Stand;

/// One step, looked at from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'a> {
    /// What happened
    pub(super) letter: &'a Letter,
    /// The session before it
    pub(super) before: &'a Stand,
    /// The session after it
    pub(super) after: &'a Stand,
    /// The facts before it
    pub(super) was: &'a Facts,
    /// The facts after it
    pub(super) facts: &'a Facts,
    /// One above the highest number heard on the connection
    pub(super) heard: u64,
    /// What was seen
    pub(super) seen: &'a Seen,
}

/// The names of the guarantees that are checked.
pub const GUARANTEES: [&str; 20] = [
    "G1", "G2", "G3", "G4", "G8", "G11", "G12", "G13", "G14", "G15", "G17", "G18", "G20", "G21", "G22",
    "G24", "G25", "G26", "G27", "G28",
];

/// Every guarantee that one step can break.
///
/// # Errors
/// The first that is broken.
pub(super) fn check(step: &Step<'_>) -> Result<(), Broken> {
    numbers::check(step)?;
    resets::check(step)?;
    resends::check(step)?;
    refusals::check(step)?;
    lifecycle::check(step)
}
