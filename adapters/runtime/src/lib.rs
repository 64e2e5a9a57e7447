//! Drivers and stores for sansfix sessions.
//!
//! [`Link`] joins a [`sansfix::Session`] with its input buffer and its output and does no I/O itself; every driver
//! drives the same `Link`, so that drivers cannot differ in what they do.
#![forbid(unsafe_code)]

pub mod blocking;
mod commands;
pub mod dictionary_xml;
mod driver;
pub mod inbox;
mod kept;
pub mod link;
pub mod log;
pub mod schedule;
pub mod settings;
mod socket;
pub mod store;
pub mod tls;
#[cfg(feature = "tokio")]
pub mod tokio_adapter;

pub use commands::Commands;
pub use driver::application::{Answer, Application, verdict};
pub use driver::clock::Clock;
pub use driver::dial_options::{AddressOrder, ConnectError, InitiatorOptions};
pub use driver::pipe::{Pipe, pipe};
pub use driver::setup::{NotDown, SessionSetup, StartError};
pub use driver::strangers::{AcceptorOptions, MakeSession, Refused, TellRefused, WhyRefused};
pub use driver::time_source::{ManualClock, TimeSource};
pub use driver::transport::Transport;
pub use inbox::{Inbox, channel};
pub use kept::WhileLoggedOut;
pub use link::{Lent, Link, Next, Outlet, Reply};
pub use socket::SocketOptions;
pub use store::{JournalOptions, JournalStore, MemoryStore, Store, StoreError, Stored, SyncPolicy};
