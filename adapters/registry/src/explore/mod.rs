//! The registry under loom, which runs every order in which threads can take its locks, and under shuttle.
//!
//! A model has one owner and commanders. The owner is the real [`Mailbox`] around a session of a few lines, the
//! commanders give real commands through the real registry. In every execution:
//! - the history equals a serial one ([`history`]): so no command is lost or done twice, and nobody sees a session
//!   logged on whose Logout has been given;
//! - every command has exactly one outcome, which is the one that this order gives it ([`outcomes`]), and whoever waits
//!   for it is woken;
//! - nothing is left waiting: loom fails an execution in which every thread is blocked.
//!
//! Another model hands connections to an owner, through the real [`crate::Slot`] ([`handing`]); in a third one sessions
//! of one identity come and go ([`lives`]).
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p sansfix-registry` runs it; the number of executions of each group is
//! printed. `SANSFIX_EXPLORE_ALL=1` adds what takes too long for every change.
//!
//! With `--cfg shuttle` the same models run in orders that are drawn by a seed, with more threads (`many.rs`).

mod handing;
mod history;
mod listed;
mod lives;
#[cfg(shuttle)]
mod many;
mod mistakes;
mod model;
mod outcomes;
#[cfg(loom)]
mod pairs;
mod scheduler;
#[cfg(loom)]
mod sequences;
mod session;
#[path = "../../../../tests/tests/planted/table.rs"]
mod table;
