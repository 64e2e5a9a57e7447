//! Plays the scenarios of `tests/scenarios` against an engine.
//!
//! A scenario is a text file that plays the counterparty: what it sends, what it expects, how long it waits and what
//! the operator of the engine does. It knows nothing of the engine's internals, so that the same file can be played
//! against any engine that implements [`Engine`]. `tests/scenarios/README.md` describes the language.

mod application;
mod condition;
mod dictionaries;
mod engine;
mod file;
mod link_engine;
mod player;
mod step;
mod template;
mod version;

pub use application::Echo;
pub use condition::{Condition, Surroundings};
pub use engine::{Engine, Operation};
pub use file::{Scenario, SyntaxError};
pub use link_engine::LinkEngine;
pub use player::{Failure, play};
pub use sansfix_sim::Received;
pub use step::{Line, Step};
pub use template::{Field, Template, Test};
pub use version::{Role, Version};

/// Bytes with `|` for SOH.
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\u{1}', "|")
}
