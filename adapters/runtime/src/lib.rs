//! Drivers and stores for sansfix sessions.
//!
//! [`Link`] joins a [`sansfix::Session`] with its input buffer and its output and does no I/O itself; every driver
//! drives the same `Link`, so that drivers cannot differ in what they do.
#![forbid(unsafe_code)]

pub mod blocking;
mod commands;
pub mod dictionary_xml;
pub mod link;
pub mod schedule;
pub mod settings;
pub mod store;

pub use commands::Commands;
pub use link::{Lent, Link, Next, Outlet, Reply};
pub use store::{JournalOptions, JournalStore, MemoryStore, Store, StoreError, Stored, SyncPolicy};
