//! Sessions in simulation: a [`Node`] is a session with a store and an application, a [`Pair`] is two of them over a
//! virtual network and one virtual clock, and a trace is a text from which a run can be replayed byte for byte.
//!
//! Nothing here reads a clock or draws a random number by itself: the same calls give the same run, always.
#![forbid(unsafe_code)]

mod application;
mod network;
mod node;
mod pair;
mod random;
mod settings;
mod store;
pub mod trace;

pub use application::{Answer, Application, Outgoing, Ruling, Silent};
pub use network::{Chunking, Pipe};
pub use node::Node;
pub use pair::{Livelock, Pair, Side, Written};
pub use random::Random;
pub use settings::{Delivered, Settings};
pub use store::{Pace, SimStore};
