//! What was done to one session and seen of it, by moments of one clock that counts.

use sansfix::Status;
use sansfix::config::Role;
use sansfix_registry::CommandOutcome;

/// From the call to the return.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub(super) begin: u64,
    pub(super) end: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Command {
    Logon,
    Logout,
    Disconnect,
    TestRequest,
    /// Of an application message.
    Send,
    SetNextSender(u64),
    SetNextTarget(u64),
}

/// A command that the registry took, and what has become of it in the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Given {
    pub(super) command: Command,
    pub(super) outcome: CommandOutcome,
}

/// A call, and what came of it. Commands are named by their places in [`History::given`].
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum What {
    /// A command was taken.
    Gave(usize),
    /// A command was refused: the mailbox is full.
    Busy,
    /// Whoever gave this command was told its outcome.
    Told(usize),
    /// `is_logged_on`
    LoggedOn(bool),
    /// `status`
    Stood(Status),
}

impl What {
    /// The command that this is about.
    pub(super) const fn command(&self) -> Option<usize> {
        match self {
            Self::Gave(key) | Self::Told(key) => Some(*key),
            Self::Busy | Self::LoggedOn(_) | Self::Stood(_) => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Event {
    pub(super) span: Span,
    pub(super) what: What,
}

/// Everything that was done to one session from its start on, and seen of it.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) role: Role,
    pub(super) given: Vec<Given>,
    pub(super) events: Vec<Event>,
    /// How many connections there had been when all was over.
    pub(super) connections: u64,
}
