//! One session against a counterparty that says anything: every word over an alphabet of messages, events and commands,
//! up to a length, after each of several beginnings, and the guarantees after each letter.
//!
//! Whatever the session wants done is done within the step: saved, read back, sent, closed. Messages that it lends are
//! accepted, but for letters that say otherwise. The wall clock stands still, and time passes from deadline to deadline.

mod alphabet;
mod broken;
mod check;
mod facts;
mod letter;
mod model;
mod reached;
mod search;
mod seen;
mod setting;
mod stand;
mod valid;
mod word;
mod writing;

pub use alphabet::{ALPHABET, letter};
pub use broken::Broken;
pub use check::GUARANTEES;
pub use letter::Letter;
pub use model::State;
pub use search::{Counterexample, Figures, search, search_one};
pub use setting::{Setting, settings};
pub use stand::Stand;
pub use word::{Played, Word, play};
