//! An operator's commands on running sessions: what each does in each state (`table.txt`), on both adapters, in both
//! roles, over TCP and in memory. The counterparty is made by hand, so that each state is held still.

mod application;
mod cell;
#[allow(dead_code, reason = "the rest is for the other target")]
#[path = "../adapters/gate.rs"]
mod gate;
#[allow(dead_code, reason = "the rest is for the other target")]
#[path = "../adapters/host.rs"]
mod host;
mod load;
mod others_bugs;
#[allow(dead_code, reason = "the rest is for the other target")]
#[path = "../adapters/peer.rs"]
mod peer;
mod state;
mod stream;
mod table;
mod world;

use std::time::Duration;

use sansfix::BeginString;
use sansfix::config::Identity;

/// Far more than any wait here takes.
const GENEROUS: Duration = Duration::from_secs(30);

/// The acceptor's session.
fn venue() -> Identity {
    Identity::new(BeginString::Fix44, "VENUE", "DESK")
}

/// The initiator's session.
fn desk() -> Identity {
    venue().reversed()
}
