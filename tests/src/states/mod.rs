//! The transition table and the command table, observed on a real session.
//!
//! A session is driven into every stage with its public methods only, is given one message or one command, and what
//! can be seen is noted. The suites compare that with tables that were written by hand from the specification
//! (`tests/states/*.txt`), and `docs/states.md` is written from what was seen.

mod bench;
mod commands;
mod grid;
mod messages;
mod observation;
mod page;
mod stage;
mod wire;
mod witness;

pub use bench::Bench;
pub use commands::{COMMANDS, Seen, State, observe_command};
pub use grid::{CommandTable, MessageTable};
pub use messages::observe_message;
pub use observation::Observation;
pub use page::page;
pub use stage::{EXPECTED, HIGH, LOW, Stage};
pub use witness::{Kind, Number};
