//! What can be told of a session, how grave it is, and how it reads.

use std::fmt;
use std::io;
use std::time::Duration;

use sansfix::config::Role;
use sansfix::wire::{Garbled, Message};
use sansfix::{Outcome, Reason, Refused, SeqRange, Status, msg_type};
use sansfix_registry::OwnedCommand;

use super::redact::{GarbledBytes, MessageText, Printable};
use crate::driver::dial_options::ConnectError;
use crate::store::StoreError;

/// How grave an entry is. The graver is the lesser: `entry.level() <= Level::Warn` holds for what needs a look. Example:
/// [`Entry`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// The session cannot go on as it is: somebody has to do something.
    Error,
    /// Something was lost, refused or took too long; the session goes on, or tries again by itself.
    Warn,
    /// What an operator follows: connections, logons, commands, session time. A few lines for each connection.
    Info,
    /// How numbers are recovered: gaps, replays, TestRequests.
    Debug,
    /// Every other message.
    Trace,
}

/// Something that has happened to a session. Printed, it shows no secrets.
///
/// ```
/// use sansfix_runtime::log::{Entry, Level};
///
/// let entry = Entry::Cut { bytes: 17 };
/// assert_eq!((entry.kind(), entry.level()), ("cut", Level::Warn));
/// assert!(Level::Error < Level::Warn);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Entry<'a> {
    /// A message was taken from the stream.
    Incoming(Message<'a>),
    /// A message was handed to the transport, to its last byte.
    Outgoing(Message<'a>),
    /// Bytes were ignored.
    Garbled {
        /// What was wrong with them.
        why: Garbled,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// A message above the size limit was announced. Its bytes are passed over.
    TooLong {
        /// The length of the whole message in bytes, as its BodyLength(9) announces it.
        announced: u64,
    },
    /// The session is there.
    Started {
        /// Which side connects.
        role: Role,
        /// Where it stands.
        status: Status,
    },
    /// A connection was made or accepted.
    Connected,
    /// An initiator could not connect to one of its addresses.
    ConnectFailed(&'a ConnectError),
    /// The connection broke.
    ConnectionFailed(&'a io::Error),
    /// The connection is over.
    Ended(Reason),
    /// The end of the connection cut a message: so many of its bytes were handed to the transport.
    Cut {
        /// How many, at least 1.
        bytes: usize,
    },
    /// The session's state has changed.
    State(Status),
    /// Session time has begun, or ended.
    SessionTime {
        /// Whether it is session time now.
        open: bool,
    },
    /// A command was taken. What comes of it later is told by the entries that follow, and by its receipt.
    Command {
        /// The command.
        command: &'a OwnedCommand,
        /// What came of it at once.
        outcome: Outcome,
    },
    /// A message that was given to the registry was not sent.
    NotSent {
        /// Its MsgType(35).
        msg_type: &'a [u8],
        /// Why not.
        why: Refused,
    },
    /// Messages are missing and have been requested.
    GapFound {
        /// The first and the last that are known to be missing or waiting.
        range: SeqRange,
    },
    /// Every message of the gap has come.
    GapClosed {
        /// The numbers of the gap.
        range: SeqRange,
    },
    /// The counterparty is being sent messages again.
    ReplayBegun {
        /// The numbers.
        range: SeqRange,
    },
    /// The last of them has been handed to the transport.
    ReplayEnded {
        /// The numbers.
        range: SeqRange,
    },
    /// The store has failed.
    StoreFailed(&'a StoreError),
    /// The store has been asked to save and takes its time: more than 1 s.
    StoreSlow {
        /// How long it has taken so far.
        so_far: Duration,
        /// Whether it has answered.
        answered: bool,
    },
    /// The application panicked; its connection is let go.
    Panicked,
}

impl Entry<'_> {
    /// How grave it is.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::StoreFailed(_) | Self::Panicked => Level::Error,
            Self::Garbled { .. }
            | Self::TooLong { .. }
            | Self::ConnectFailed(_)
            | Self::ConnectionFailed(_)
            | Self::Cut { .. }
            | Self::NotSent { .. }
            | Self::StoreSlow { .. } => Level::Warn,
            Self::Ended(reason) => level_of_end(*reason),
            Self::Command { outcome: Outcome::Refused(_), .. } => Level::Warn,
            Self::Started { .. }
            | Self::Connected
            | Self::State(_)
            | Self::SessionTime { .. }
            | Self::Command { .. } => Level::Info,
            Self::GapFound { .. }
            | Self::GapClosed { .. }
            | Self::ReplayBegun { .. }
            | Self::ReplayEnded { .. } => Level::Debug,
            Self::Incoming(message) | Self::Outgoing(message) => level_of_message(message.msg_type()),
        }
    }

    /// A name of its kind that does not change, for filters: `incoming`, `gap found`, `store failed`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Incoming(_) => "incoming",
            Self::Outgoing(_) => "outgoing",
            Self::Garbled { .. } => "garbled",
            Self::TooLong { .. } => "too long",
            Self::Started { .. } => "started",
            Self::Connected => "connected",
            Self::ConnectFailed(_) => "connect failed",
            Self::ConnectionFailed(_) => "connection failed",
            Self::Ended(_) => "ended",
            Self::Cut { .. } => "cut",
            Self::State(_) => "state",
            Self::SessionTime { .. } => "session time",
            Self::Command { .. } => "command",
            Self::NotSent { .. } => "not sent",
            Self::GapFound { .. } => "gap found",
            Self::GapClosed { .. } => "gap closed",
            Self::ReplayBegun { .. } => "replay begun",
            Self::ReplayEnded { .. } => "replay ended",
            Self::StoreFailed(_) => "store failed",
            Self::StoreSlow { .. } => "store slow",
            Self::Panicked => "panicked",
        }
    }
}

/// An end that somebody wanted is no fault.
fn level_of_end(reason: Reason) -> Level {
    match reason {
        Reason::LogoutCompleted
        | Reason::PeerLogout
        | Reason::Disabled
        | Reason::ByOperator
        | Reason::OutsideSessionTime => Level::Info,
        Reason::StoreFailed | Reason::NoNumberLeft => Level::Error,
        _ => Level::Warn,
    }
}

fn level_of_message(kind: &[u8]) -> Level {
    match kind {
        msg_type::REJECT | msg_type::BUSINESS_MESSAGE_REJECT => Level::Warn,
        msg_type::LOGON | msg_type::LOGOUT => Level::Info,
        msg_type::RESEND_REQUEST | msg_type::SEQUENCE_RESET | msg_type::TEST_REQUEST => Level::Debug,
        _ => Level::Trace,
    }
}

/// What the session's own messages, and BusinessMessageReject, are called; `None` for every other.
///
/// ```
/// assert_eq!(sansfix_runtime::log::msg_type_name(b"A"), Some("Logon"));
/// assert_eq!(sansfix_runtime::log::msg_type_name(b"D"), None);
/// ```
#[must_use]
pub fn msg_type_name(kind: &[u8]) -> Option<&'static str> {
    Some(match kind {
        msg_type::HEARTBEAT => "Heartbeat",
        msg_type::TEST_REQUEST => "TestRequest",
        msg_type::RESEND_REQUEST => "ResendRequest",
        msg_type::REJECT => "Reject",
        msg_type::SEQUENCE_RESET => "SequenceReset",
        msg_type::LOGOUT => "Logout",
        msg_type::LOGON => "Logon",
        msg_type::BUSINESS_MESSAGE_REJECT => "BusinessMessageReject",
        _ => return None,
    })
}

impl fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incoming(message) | Self::Outgoing(message) => MessageText(message.bytes()).fmt(f),
            Self::Garbled { why, bytes } => write!(f, "ignored, garbled ({why}): {}", GarbledBytes(bytes)),
            Self::TooLong { announced } => {
                write!(f, "a message of {announced} bytes is too long: passed over")
            }
            Self::Started { role, status } => {
                let role = match role {
                    Role::Initiator => "initiator",
                    Role::Acceptor => "acceptor",
                };
                write!(f, "session started, {role}: {}", Standing(status))
            }
            Self::Connected => f.write_str("connected"),
            Self::ConnectFailed(error) => write!(f, "{error}"),
            Self::ConnectionFailed(error) => write!(f, "the connection failed: {error}"),
            Self::Ended(reason) => write!(f, "disconnected: {reason}"),
            Self::Cut { bytes } => write!(f, "a message was cut after {bytes} bytes"),
            Self::State(status) => write!(f, "state: {}", Standing(status)),
            Self::SessionTime { open } => {
                f.write_str(if *open { "session time begins" } else { "session time is over" })
            }
            Self::Command { command, outcome } => write!(f, "command {}: {}", Order(command), Came(*outcome)),
            Self::NotSent { msg_type, why } => write!(f, "{} not sent: {why}", Printable(msg_type)),
            Self::GapFound { range } => write!(f, "gap found: {}", Numbers(*range)),
            Self::GapClosed { range } => write!(f, "gap closed: {}", Numbers(*range)),
            Self::ReplayBegun { range } => write!(f, "replay begun: {}", Numbers(*range)),
            Self::ReplayEnded { range } => write!(f, "replay ended: {}", Numbers(*range)),
            Self::StoreFailed(error) => write!(f, "the store failed: {error}"),
            Self::StoreSlow { so_far, answered: true } => {
                write!(f, "the store is slow: it took {} ms to save", so_far.as_millis())
            }
            Self::StoreSlow { so_far, answered: false } => {
                write!(f, "the store is slow: it has not saved after {} ms", so_far.as_millis())
            }
            Self::Panicked => f.write_str("the application panicked: the connection is let go"),
        }
    }
}

struct Standing<'a>(&'a Status);

impl fmt::Display for Standing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Status { phase, logged_on, enabled, next_sender, next_target, .. } = self.0;
        let logged_on = if *logged_on { "logged on" } else { "not logged on" };
        let disabled = if *enabled { "" } else { ", disabled" };
        write!(f, "{phase:?}, {logged_on}{disabled}; next to send {next_sender}, next expected {next_target}")
    }
}

struct Order<'a>(&'a OwnedCommand);

impl fmt::Display for Order<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            OwnedCommand::Logout { text } if !text.is_empty() => {
                write!(f, "Logout \"{}\"", Printable(text.as_bytes()))
            }
            OwnedCommand::Logout { .. } => f.write_str("Logout"),
            OwnedCommand::Reset(mode) => write!(f, "Reset {mode:?}"),
            OwnedCommand::SetNextSender(seq) => write!(f, "SetNextSender {seq}"),
            OwnedCommand::SetNextTarget(seq) => write!(f, "SetNextTarget {seq}"),
            OwnedCommand::Send(message) => write!(f, "Send {}", Printable(message.msg_type())),
            OwnedCommand::Logon | OwnedCommand::TestRequest | OwnedCommand::Disconnect => {
                write!(f, "{:?}", self.0)
            }
        }
    }
}

struct Came(Outcome);

impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Outcome::Done => f.write_str("done, or begun"),
            Outcome::Already => f.write_str("it was so already"),
            Outcome::Remembered => f.write_str("remembered until the connection is down"),
            Outcome::Refused(why) => write!(f, "not possible: {why}"),
            Outcome::Ignored => f.write_str("ignored"),
        }
    }
}

struct Numbers(SeqRange);

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SeqRange { begin, end } = self.0;
        if begin == end { write!(f, "{begin}") } else { write!(f, "{begin} to {end}") }
    }
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
