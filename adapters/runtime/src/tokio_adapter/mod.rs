//! Sessions on tokio.
//!
//! Each session has one task, which owns it over all its connections, carries commands out whether there is a
//! connection or not, and calls the application. It waits for input, room for output, the store, the mailbox and the
//! next deadline at once. A store that may wait is asked on tokio's threads for blocking work. Everything else is as
//! in [`crate::blocking`]: both do the same with the same sessions, applications and stores.
//!
//! The runtime needs its I/O and time drivers.
//!
//! ```
//! use std::time::Duration;
//! use sansfix::{BeginString, config::{Config, Identity, Role}};
//! use sansfix_registry::{CommandOutcome, Registry};
//! use sansfix_runtime::tokio_adapter::{Acceptor, Initiator};
//! use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, SessionSetup};
//! use tokio::net::TcpListener;
//!
//! /// Accepts everything.
//! struct Quiet;
//! impl Application for Quiet {}
//!
//! # let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let (registry, limit) = (Registry::new(), Duration::from_secs(10));
//! let desk = Identity::new(BeginString::Fix44, "DESK", "VENUE");
//! let theirs = SessionSetup::new(Config::new(Role::Acceptor, desk.reversed()), Quiet);
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let acceptor = Acceptor::start(listener, vec![theirs], AcceptorOptions::default(), &registry)?;
//! let ours = SessionSetup::new(Config::new(Role::Initiator, desk.clone()), Quiet);
//! let initiator = Initiator::start(ours, InitiatorOptions::to(acceptor.local_addr()), &registry)?;
//!
//! let outcome = registry.logon(&desk)?.await; // A receipt is a future of any runtime.
//! assert!(matches!(outcome, CommandOutcome::LoggedOn | CommandOutcome::Already), "{outcome}");
//! initiator.shut_down(limit).await?; // Logs out.
//! acceptor.shut_down(limit).await?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod acceptor;
mod initiator;
mod owner;
mod stream;

pub use acceptor::Acceptor;
pub use initiator::Initiator;
pub use stream::Stream;
