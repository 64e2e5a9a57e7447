//! Sessions on threads, with the standard library alone.
//!
//! Each session has one thread, which owns it over all its connections, carries commands out whether there is a
//! connection or not, and calls the application. Strangers and attempts to connect have threads of their own, so
//! that neither holds a session up. It decides when to read, write, wait and dial; what is said on the wire is the
//! session's business.

mod acceptor;
mod application;
mod clock;
mod directory;
mod initiator;
mod owner;
mod setup;
mod slot;
mod socket;
mod worker;

pub use acceptor::{Acceptor, AcceptorOptions};
pub use application::{Application, verdict};
pub use clock::Clock;
pub use initiator::{Initiator, InitiatorOptions};
pub use setup::{SessionSetup, StartError};
pub use socket::POLL_INTERVAL;
