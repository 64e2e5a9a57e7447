//! Defects of other engines in their registries and lifecycles, each with the test that keeps it out of both adapters.
//! `docs/others-bugs.md` is the table.

mod any_time;
mod connections;
mod ends;
mod failures;
mod handlers;

use sansfix::config::Role;

use crate::host::Adapter;
use crate::state::logged_on;
use crate::world::{Medium, They, World};

const ROLES: [Role; 2] = [Role::Acceptor, Role::Initiator];
const MEDIA: [Medium; 2] = [Medium::Tcp, Medium::Pipe];

/// Each role over each medium.
fn everywhere(test: impl Fn(Medium, Role)) {
    for role in ROLES {
        MEDIA.into_iter().for_each(|medium| test(medium, role));
    }
}

/// A session that is logged on, and its counterparty.
fn up(on: Adapter, medium: Medium, role: Role) -> (World, They) {
    let mut world = World::start(on, medium, role, None, |_| {});
    let they = logged_on(&mut world);
    (world, they)
}
