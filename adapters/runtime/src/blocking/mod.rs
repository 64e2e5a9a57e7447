//! Sessions on threads.
//!
//! Each session has one thread, which owns it over all its connections, carries commands out whether there is a
//! connection or not, and calls the application. It waits for input, room for output, the store, the mailbox and the
//! next deadline at once, and costs nothing while there is nothing to do. A store that may wait has a thread of its
//! own. One thread accepts connections and brings them to their sessions, one dials while an attempt is under way.
//! What they do is the same as on tokio (the feature `tokio`): both drive the same sessions, applications and stores.

mod acceptor;
mod initiator;
mod owner;
mod reactor;
mod reception;
mod stream;

pub use crate::driver::application::{Application, verdict};
pub use crate::driver::clock::Clock;
pub use crate::driver::dialling::InitiatorOptions;
pub use crate::driver::setup::{SessionSetup, StartError};
pub use crate::driver::strangers::AcceptorOptions;
pub use acceptor::Acceptor;
pub use initiator::Initiator;
