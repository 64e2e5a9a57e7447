//! What an owner tells the registry of its session.

use sansfix::{Actions, Session, Status};

/// Where a session stands, with the facts that decide what became of a command.
///
/// ```
/// use sansfix::{Actions, BeginString, Config, PhaseName, Session, Snapshot, config::{Identity, Role}};
/// use sansfix_registry::Standing;
///
/// let identity = Identity::new(BeginString::Fix44, "US", "THEM");
/// let session = Session::new(Config::new(Role::Initiator, identity).into(), Snapshot::new(0));
/// let standing = Standing::of(&session, &Actions::new());
/// assert_eq!(standing.status.phase, PhaseName::Disconnected);
/// assert_eq!((standing.resetting, standing.epoch), (false, 0));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// What observers see.
    pub status: Status,
    /// [`Session::resetting`]: an in-session reset is under way.
    pub resetting: bool,
    /// [`sansfix::Snapshot::epoch`]: how often the numbers have been reset, from 0 on.
    pub epoch: u64,
    /// [`Actions::unsaved`]: not everything is durable. While it is true, outcomes that rest on what is not durable are
    /// held back.
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
