//! The sessions of a process by identity: commands in, published status out. No I/O, no runtime, std only.
//!
//! Decides when a command counts as given and what an observer sees. What a command does is the session's business;
//! when it is carried out is the driver's, who owns the session's [`Mailbox`].
//!
//! One lock for each session guards its commands and its status together, and nothing is done under it but that.
//! Giving a Logout puts it into the mailbox and raises the count of Logouts given, in one step; the owner publishes
//! each status together with the count of Logouts it had carried out by then. Logged on means: published so, and
//! the counts are equal. So once [`Registry::logout`] has returned, no thread sees the session logged on until a
//! later Logon has completed, even while the owner is stuck in a handler.
//!
//! ```
//! use sansfix::{BeginString, config::Identity};
//! use sansfix_registry::{CommandError, Registry};
//!
//! # if sansfix_registry::LOOM { return; }
//! let registry = Registry::new();
//! let id = Identity::new(BeginString::Fix44, "US", "THEM");
//! assert!(matches!(registry.logout(&id, "maintenance"), Err(CommandError::Unknown(_))));
//! ```
#![forbid(unsafe_code)]

#[macro_use]
mod cell;
mod command;
mod mailbox;
mod outcome;
mod pending;
mod receipt;
mod registry;
mod slot;
mod standing;
mod sync;

#[cfg(all(test, any(loom, shuttle)))]
mod explore;
#[cfg(all(test, not(any(loom, shuttle))))]
mod pending_tests;
#[cfg(all(test, not(any(loom, shuttle))))]
mod receipt_tests;
#[cfg(any(loom, shuttle))]
mod seeded;
#[cfg(all(test, not(any(loom, shuttle))))]
mod slot_tests;
#[cfg(all(test, not(any(loom, shuttle))))]
mod tests;

pub use cell::MAILBOX_BOUND;

/// Built for loom or shuttle: then nothing runs outside of its models, these examples included.
#[doc(hidden)]
pub const LOOM: bool = cfg!(any(loom, shuttle));
pub use command::{AsGiven, OwnedCommand, OwnedMessage};
pub use mailbox::{Bell, Deferred, Mailbox};
pub use outcome::CommandOutcome;
pub use receipt::Receipt;
pub use registry::{AlreadyRegistered, CommandError, Registry};
pub use slot::{Ask, Caller, Slot};
pub use standing::Standing;
