//! Sessions on tokio.
//!
//! Each session has one task, which owns it over all its connections, carries commands out whether there is a
//! connection or not, and calls the application. It waits for input, room for output, the store, the mailbox and the
//! next deadline at once. A store that may wait is asked on tokio's threads for blocking work. Everything else is as
//! in [`crate::blocking`]: both do the same with the same sessions, applications and stores.
//!
//! The runtime needs its I/O and time drivers.

mod acceptor;
mod initiator;
mod owner;
mod stream;

pub use acceptor::Acceptor;
pub use initiator::Initiator;
pub use stream::Stream;
