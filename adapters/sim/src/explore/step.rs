//! What can happen to a world.

use sansfix::SeqNum;

use crate::pair::Side;

/// One thing that happens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Step {
    /// What
    pub act: Act,
    /// The process that acts dies after as many of its actions: saves, messages handed to the transport, closing. `None`
    /// when it lives.
    pub crash_after: Option<u8>,
}

/// What happens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// The initiator connects, and the acceptor accepts.
    Connect,
    /// The next message under way to this side arrives.
    Deliver(Side),
    /// This side sees the end of its stream.
    End(Side),
    /// Everything under way is lost, and both sides will see the end of their streams.
    Cut,
    /// The application of this side sends a message.
    Send(Side),
    /// The operator of this side commands Logon.
    Logon(Side),
    /// The operator of this side commands Logout.
    Logout(Side),
    /// The operator of this side commands a reset in session.
    Reset(Side),
    /// The operator of this side sets the next number sent.
    SetNextSender(Side, SeqNum),
    /// The operator of this side sets the next number expected.
    SetNextTarget(Side, SeqNum),
    /// The next limit of this side passes. Nothing else is slower than that while nothing is under way.
    Limit(Side),
    /// The next message under way to this side is lost.
    Lose(Side),
    /// The next message under way to this side will arrive once more, behind all others.
    Duplicate(Side),
    /// The process of this side dies and starts again from its disk.
    Crash(Side),
}

impl Step {
    /// The act, with nobody dying.
    #[must_use]
    pub const fn of(act: Act) -> Self {
        Self { act, crash_after: None }
    }
}

impl Act {
    /// The side whose session acts, where a crash can interrupt it. The commands that set a number are carried out or not:
    /// which of the two numbers holds would depend on it, and what is judged from then on.
    #[must_use]
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::Connect => Some(Side::Initiator),
            Self::Deliver(side)
            | Self::End(side)
            | Self::Send(side)
            | Self::Logon(side)
            | Self::Logout(side)
            | Self::Reset(side)
            | Self::Limit(side) => Some(side),
            Self::SetNextSender(..)
            | Self::SetNextTarget(..)
            | Self::Cut
            | Self::Lose(_)
            | Self::Duplicate(_)
            | Self::Crash(_) => None,
        }
    }
}
