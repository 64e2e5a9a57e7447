//! What an owner tells the registry of its session.

use sansfix::{Actions, Session, Status};

/// Where a session stands, with the facts that decide what became of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// What observers see.
    pub status: Status,
    /// [`Session::resetting`]: an in-session reset is under way.
    pub resetting: bool,
    /// [`sansfix::Snapshot::epoch`]: how often the numbers have been reset.
    pub epoch: u64,
    /// [`Actions::unsaved`]: not everything is durable.
    pub unsaved: bool,
}

impl Standing {
    /// Where this session stands, whose output is `actions`.
    #[must_use]
    pub fn of(session: &Session, actions: &Actions) -> Self {
        Self {
            status: session.status(),
            resetting: session.resetting(),
            epoch: session.snapshot().epoch,
            unsaved: actions.unsaved(),
        }
    }
}
