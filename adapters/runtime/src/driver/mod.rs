//! What both adapters do alike: everything but waiting, threads and sockets.
//!
//! A [`worker::Worker`] does what its session wants, turn by turn, and never waits; an adapter gives it turns when the
//! waker it passes is woken or a deadline is due.

mod answering;
pub(crate) mod application;
pub(crate) mod clock;
mod closing;
mod connection;
pub(crate) mod dial_options;
pub(crate) mod dialling;
pub(crate) mod directory;
pub(crate) mod greeter;
pub(crate) mod handback;
pub(crate) mod line;
pub(crate) mod pipe;
mod session_time;
pub(crate) mod setup;
mod store_desk;
mod storing;
pub(crate) mod strangers;
pub(crate) mod time_source;
pub(crate) mod transport;
mod welcome;
pub(crate) mod worker;

pub(crate) use closing::Closing;
pub(crate) use store_desk::{Elsewhere, Job};
