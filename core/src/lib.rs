//! The FIX session layer as a pure state machine: events in, actions out, no I/O.
//!
//! A [`Session`] takes bytes, ticks and commands, and returns what its owner must do: save records, transmit bytes,
//! fetch stored messages, disconnect. It reads no clock, opens no socket and starts no thread, so the same input
//! gives the same output, always. `docs/design.md` tells why it is shaped as it is.
#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::wildcard_enum_match_arm, clippy::unwrap_used)]

extern crate alloc;

pub mod config;
pub mod dictionary;
pub mod msg_type;
mod reject_reason;
mod seq;
mod session;
pub mod tags;
mod time;
mod version;
pub mod wire;

pub use config::Config;
pub use reject_reason::{BusinessRejectReason, SessionRejectReason};
pub use seq::{SeqNum, SeqRange};
pub use session::*;
pub use time::{Now, SECOND_NS};
pub use version::{ApplVerId, BeginString};
