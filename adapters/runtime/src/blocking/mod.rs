//! Sessions on threads.
//!
//! Each session has one thread, which owns it over all its connections, carries commands out whether there is a
//! connection or not, and calls the application. It waits for input, room for output, the store, the mailbox and the
//! next deadline at once, and costs nothing while there is nothing to do. A store that may wait has a thread of its
//! own. One thread accepts connections and brings them to their sessions, one dials while an attempt is under way.
//! What they do is the same as on tokio (the feature `tokio`): both drive the same sessions, applications and stores.
//!
//! ```
//! use std::{net::TcpListener, time::Duration};
//! use sansfix::{BeginString, config::{Config, Identity, Role}};
//! use sansfix_registry::Registry;
//! use sansfix_runtime::blocking::{Acceptor, AcceptorOptions, Initiator, InitiatorOptions};
//! use sansfix_runtime::{Application, SessionSetup};
//!
//! /// Accepts everything.
//! struct Quiet;
//! impl Application for Quiet {}
//!
//! let (registry, limit) = (Registry::new(), Duration::from_secs(10));
//! let desk = Identity::new(BeginString::Fix44, "DESK", "VENUE");
//! let venue = desk.reversed();
//! let theirs = SessionSetup::new(Config::new(Role::Acceptor, venue.clone()), Quiet);
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let acceptor = Acceptor::start(listener, vec![theirs], AcceptorOptions::default(), &registry)?;
//! let ours = SessionSetup::new(Config::new(Role::Initiator, desk.clone()), Quiet);
//! let initiator = Initiator::start(ours, InitiatorOptions::to(acceptor.local_addr()), &registry)?;
//!
//! let (status, is_up) = registry.wait(&desk, limit, |status| status.logged_on)?;
//! assert!(is_up, "{status:?}");
//! initiator.shut_down(limit)?; // Logs out.
//! acceptor.shut_down(limit)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod acceptor;
mod initiator;
mod owner;
mod reactor;
mod reception;
mod stream;

pub use crate::driver::application::{Application, verdict};
pub use crate::driver::clock::Clock;
pub use crate::driver::dial_options::InitiatorOptions;
pub use crate::driver::setup::{SessionSetup, StartError};
pub use crate::driver::strangers::AcceptorOptions;
pub use acceptor::Acceptor;
pub use initiator::Initiator;
