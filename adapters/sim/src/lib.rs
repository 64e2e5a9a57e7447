//! Sessions in simulation: a [`Node`] is a session with a store and an application, a [`Pair`] is two of them over a
//! virtual network and one virtual clock, and a trace is a text from which a run can be replayed byte for byte. A
//! [`Simulation`] is a pair under a seeded choice of faults for hours of virtual time, and a [`ladder`] shows what was
//! exchanged.
//!
//! Nothing here reads a clock or draws a random number by itself: the same calls give the same run, always.
//!
//! ```
//! use sansfix::config::{Config, Identity, Role};
//! use sansfix::{BeginString, Now};
//! use sansfix_sim::{Pair, Settings, Side};
//!
//! let identity = Identity::new(BeginString::Fix44, "BUYER", "SELLER");
//! let buyer = Settings::new(Config::new(Role::Initiator, identity.clone()));
//! let seller = Settings::new(Config::new(Role::Acceptor, identity.reversed()));
//! let mut pair = Pair::new(buyer, seller, Now { mono_ns: 0, utc_ns: 1_790_000_000_000_000_000 });
//! pair.set_latency(1_000_000);
//! pair.connect();
//! pair.run()?;
//! pair.send(Side::Initiator, b"D", b"11=ORDER-1\x01")?;
//! pair.run()?;
//! assert_eq!(pair.node(Side::Acceptor).inbox().len(), 1);
//! assert_eq!(pair.now().mono_ns, 3_000_000); // a Logon each way, and the order
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod application;
pub mod explore;
mod invariants;
pub mod ladder;
mod line;
mod network;
mod node;
mod pair;
mod random;
mod received;
mod settings;
mod simulation;
mod store;
pub mod trace;

pub use application::{Answer, Application, Outgoing, Ruling, Silent};
pub use invariants::{Invariants, Violation};
pub use line::{Line, Passage};
pub use network::{Chunking, Pipe};
pub use node::Node;
pub use pair::{Livelock, Pair, Side, Written};
pub use random::Random;
pub use received::Received;
pub use settings::{Delivered, Sent, Settings};
pub use simulation::{Options, OrderWanted, OutOfRange, Report, Simulation};
pub use store::{Pace, SimStore};
