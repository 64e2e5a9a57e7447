//! The FIX session layer as a pure state machine: events in, actions out, no I/O.
//!
//! A [`Session`] takes bytes, ticks and commands, and returns what its owner must do: save records, transmit bytes,
//! fetch stored messages, disconnect. It reads no clock, opens no socket and starts no thread, so the same input
//! gives the same output, always. `docs/design.md` tells why it is shaped as it is.
//!
//! An initiator connects, and its Logon is there to be saved and sent:
//!
//! ```
//! use std::sync::Arc;
//! use sansfix::config::{Config, Identity, Role};
//! use sansfix::wire::Message;
//! use sansfix::{Action, Actions, BeginString, Event, Now, Session, Snapshot, Step};
//!
//! let identity = Identity::new(BeginString::Fix44, "BUYER", "SELLER");
//! let config = Arc::new(Config::new(Role::Initiator, identity));
//! let (mut session, mut actions) = (Session::new(config, Snapshot::new(0)), Actions::new());
//! let now = Now { mono_ns: 0, utc_ns: 1_800_000_000_000_000_000 };
//!
//! session.handle(now, Event::Connected, &mut actions);
//! let mut sent = Vec::new();
//! loop {
//!     // What the session lends: here the Logon, to which an application adds its credentials.
//!     let step = session.receive(now, &mut &b""[..], &mut actions);
//!     if let Some(Step::LogonWanted(wanted)) = step {
//!         session.logon(now, wanted.id, |body| { body.field(553, "kim"); }, &mut actions)?;
//!     }
//!     // What it wants done. Bytes can be read only after they were saved.
//!     let saved = match actions.next() {
//!         Some(Action::Save(batch)) => Some(batch.ticket()),
//!         Some(Action::Transmit(wire)) => {
//!             sent.extend_from_slice(wire.bytes());
//!             let count = wire.bytes().len();
//!             wire.sent(count);
//!             None
//!         }
//!         Some(Action::StateChanged(_)) => None,
//!         Some(Action::Fetch { .. } | Action::Disconnect(_)) | None => break,
//!     };
//!     if let Some(ticket) = saved {
//!         session.handle(now, Event::Saved(ticket), &mut actions);
//!     }
//! }
//! assert_eq!(
//!     Message::parse(&sent)?.to_string(),
//!     "8=FIX.4.4|9=74|35=A|34=1|49=BUYER|52=20270115-08:00:00.000|56=SELLER|98=0|108=30|553=kim|10=085|"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Driving it by hand like this is for transports of one's own; the crate `sansfix-runtime` has `Link`, which joins
//! a session with its input buffer, and drivers.
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
