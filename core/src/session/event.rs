//! What happens to a session, everything but bytes.

use core::fmt;

use super::intent::Origin;
use crate::seq::{SeqNum, SeqRange};
use crate::wire::Readable;

/// An event, given to [`super::Session::handle`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event<'a> {
    /// A connection was made or accepted. Opens a new connection epoch; bytes and ticks belong to it.
    Connected,
    /// Time has passed. Give it when [`super::Session::deadline`] is due; more often does no harm.
    Tick,
    /// The connection is gone, whoever closed it.
    Disconnected,
    /// An operator's command.
    Command(Command<'a>),
    /// The schedule speaks: session time is open or closed, and when the current (or last) period began.
    Period {
        /// Whether now is inside session time.
        open: bool,
        /// When the period began, nanoseconds since 1970-01-01T00:00:00Z.
        started_utc_ns: i64,
    },
    /// The store has made the batch of this ticket durable.
    Saved(Ticket),
    /// A stored message, in answer to [`super::Action::Fetch`]. Numbers are answered in ascending order.
    Stored {
        /// The question that is answered.
        fetch: FetchId,
        /// The message's number.
        seq: SeqNum,
        /// The message as it was saved.
        raw: &'a [u8],
    },
    /// Numbers that are not to be sent again: holes, and messages the application declines to repeat.
    Declined {
        /// The question that is answered.
        fetch: FetchId,
        /// The numbers.
        range: SeqRange,
    },
    /// The answer to a fetch is complete up to and including `through`. When that is less than was asked for, the
    /// session asks for the rest. A number that was neither stored nor declined is a lost record: the session logs
    /// out and closes, without waiting for the answer, rather than gap-fill over it.
    FetchEnd {
        /// The question that is answered.
        fetch: FetchId,
        /// The last number the answer covers.
        through: SeqNum,
    },
    /// The store has failed. The session closes at once: nothing unsaved is ever sent. A batch that was being saved is
    /// offered again with the next [`Event::Connected`], [`Event::Command`] or [`Event::Period`], so that its owner must
    /// have given it up.
    StoreFailed,
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected => f.write_str("Connected"),
            Self::Tick => f.write_str("Tick"),
            Self::Disconnected => f.write_str("Disconnected"),
            Self::Command(command) => f.debug_tuple("Command").field(command).finish(),
            Self::Period { open, started_utc_ns } => {
                f.debug_struct("Period").field("open", open).field("started_utc_ns", started_utc_ns).finish()
            }
            Self::Saved(ticket) => f.debug_tuple("Saved").field(ticket).finish(),
            Self::Stored { fetch, seq, raw } => {
                f.debug_tuple("Stored").field(fetch).field(seq).field(&Readable(raw)).finish()
            }
            Self::Declined { fetch, range } => f.debug_tuple("Declined").field(fetch).field(range).finish(),
            Self::FetchEnd { fetch, through } => {
                f.debug_tuple("FetchEnd").field(fetch).field(through).finish()
            }
            Self::StoreFailed => f.write_str("StoreFailed"),
        }
    }
}

/// An operator's command. Each has a defined result in every state: see [`Outcome`] and `docs/states.md`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Command<'a> {
    /// Enable the session: an initiator dials, an acceptor accepts.
    Logon {
        /// Who says so.
        by: Origin,
    },
    /// Disable the session, with one clean Logout when it is logged on.
    Logout {
        /// Text(58) of the Logout; nothing is written for an empty one.
        text: &'a str,
        /// Who says so.
        by: Origin,
    },
    /// Both series back to 1.
    Reset(ResetMode),
    /// The next number sent will be this one.
    SetNextSender(SeqNum),
    /// The next number expected will be this one.
    SetNextTarget(SeqNum),
    /// Ask the counterparty for a Heartbeat.
    TestRequest {
        /// TestReqID(112); empty to have one made.
        id: &'a str,
    },
    /// Close the connection at once, without a Logout. The session stays enabled.
    Disconnect,
}

/// How [`Command::Reset`] goes about it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ResetMode {
    /// Only while disconnected: both numbers become 1, nothing is sent. The counterparty must do the same.
    Offline,
    /// Log out if needed, and reset when the connection is down. The session stays enabled.
    LogoutThenReset,
    /// On the live connection: TestRequest, then Logon with ResetSeqNumFlag(141)=Y from both sides.
    InSession,
}

/// What came of an event. Commands report every case; other events are [`Outcome::Done`] or [`Outcome::Ignored`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// Carried out, or begun.
    Done,
    /// Already so: nothing changed.
    Already,
    /// Noted, and acted on when the connection is down.
    Remembered,
    /// Not possible in this state: nothing changed.
    Refused(CommandRefused),
    /// An answer to an old question, or of a dead connection: nothing changed.
    Ignored,
}

/// Why a command changed nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandRefused {
    /// The command needs a session that is logged on, and not about to begin a new numbering.
    #[error("the session is not logged on")]
    NotLoggedOn,
    /// The command needs a session without a connection.
    #[error("the session is connected")]
    Connected,
    /// The version has no ResetSeqNumFlag(141).
    #[error("FIX.4.0 has no ResetSeqNumFlag(141)")]
    NoResetFlag,
    /// The number is above [`SeqNum::MAX`].
    #[error("a sequence number has eighteen digits at most")]
    NumberTooHigh,
    /// A text holds SOH.
    #[error("the text holds SOH")]
    HoldsSoh,
    /// Output is at its bound.
    #[error("output is full")]
    Full,
}

/// Names a batch of [`super::Action::Save`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ticket(pub(crate) u64);

/// Names a question of [`super::Action::Fetch`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FetchId(pub(crate) u64);

/// Names a message or a Logon that was lent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InboundId(pub(crate) u64);

macro_rules! number_of_identity {
    ($($name:ident),*) => { $(impl $name {
        /// The identity as a number, for traces and stores that work elsewhere.
        #[must_use]
        pub const fn get(self) -> u64 {
            self.0
        }

        /// The identity that [`Self::get`] gave. One that was made up is ignored by the session.
        #[must_use]
        pub const fn from_number(number: u64) -> Self {
            Self(number)
        }
    })* };
}
number_of_identity!(Ticket, FetchId, InboundId);
