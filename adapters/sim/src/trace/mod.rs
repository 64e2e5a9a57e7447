//! Traces: every call on a link, and what came of it, as text.
//!
//! Version 1 is one line for each call, beginning with `>`, and one line for what came of it, beginning with `<`. A
//! line `@ MONO UTC` gives the clock of the calls that follow it. Bytes stand in quotes, with `|` for SOH. A trace
//! holds neither configuration nor snapshot: who replays it brings the session it began with.

mod call;
mod line;
mod recorder;
mod seen;
mod text;

pub use call::{Call, perform, write_fields};
pub use recorder::{Divergence, Recorder, replay};
pub use seen::Seen;

/// The first line of a trace. A change of the form changes the number.
pub const HEADING: &str = "sansfix-trace 1";
