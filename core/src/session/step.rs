//! What the session lends to its owner, who answers before anything takes effect.

use bytes::Bytes;

use super::event::InboundId;
use crate::reject_reason::{BusinessRejectReason, SessionRejectReason};
use crate::seq::SeqNum;
use crate::wire::{Garbled, Header, Message, Readable};

/// Something lent by [`super::Session::receive`].
#[derive(Clone, PartialEq, Eq)]
pub enum Step<'i> {
    /// A message, to be answered with [`super::Session::settle`].
    Inbound(Inbound<'i>),
    /// A Logon is about to be sent, to be answered with [`super::Session::logon`]: add credentials, a signature.
    LogonWanted(LogonWanted),
    /// Bytes that were ignored. For the log: nothing is to be answered and nothing has changed.
    Garbled {
        /// What was wrong with them.
        why: Garbled,
        /// The bytes.
        bytes: &'i [u8],
    },
}

impl core::fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Inbound(inbound) => f.debug_tuple("Inbound").field(inbound).finish(),
            Self::LogonWanted(wanted) => f.debug_tuple("LogonWanted").field(wanted).finish(),
            Self::Garbled { why, bytes } => {
                f.debug_struct("Garbled").field("why", why).field("bytes", &Readable(bytes)).finish()
            }
        }
    }
}

/// A message that has not taken effect yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inbound<'i> {
    /// To be named in the answer.
    pub id: InboundId,
    /// How its number compares with the one expected.
    pub order: Order,
    /// The message's bytes.
    pub raw: Raw<'i>,
    pub(crate) header: Header,
}

impl Inbound<'_> {
    /// The message.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        Message::with_header(self.raw.as_bytes(), self.header)
    }
}

/// Where a lent message's bytes are.
#[derive(Clone, PartialEq, Eq)]
pub enum Raw<'i> {
    /// In the caller's input buffer.
    Input(&'i [u8]),
    /// Out of the queue of messages that came above a gap.
    Queued(Bytes),
}

impl Raw<'_> {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Input(bytes) => bytes,
            Self::Queued(bytes) => bytes,
        }
    }
}

impl core::fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(&Readable(self.as_bytes()), f)
    }
}

/// How a message's MsgSeqNum(34) compares with the next number expected.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Order {
    /// Below it: a duplicate, which has no effect (or a message that is exempt from the comparison).
    Low,
    /// Equal
    Expected,
    /// Above it: only those are lent early that act at once (Logon, Logout, ResendRequest, SequenceReset-Reset).
    High,
}

/// A Logon about to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LogonWanted {
    /// To be named in the answer.
    pub id: InboundId,
    /// The MsgSeqNum(34) it will have.
    pub seq: SeqNum,
    /// The SendingTime(52) it will have, nanoseconds since 1970-01-01T00:00:00Z, before truncation to the
    /// session's precision.
    pub sending_time_utc_ns: i64,
}

/// The owner's answer to a lent message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict<'a> {
    /// Let it take effect.
    Accept,
    /// It breaks a rule of the session (a dictionary says so): answered with Reject, its number is counted. A
    /// first Logon is refused in silence, and no number is used.
    SessionReject {
        /// SessionRejectReason(373)
        reason: SessionRejectReason,
        /// RefTagID(371), as the counterparty wrote it
        tag: Option<i64>,
        /// Text(58); the reason's own words when empty
        text: &'a str,
    },
    /// The application cannot process it: answered with BusinessMessageReject, or Reject before FIX 4.2. For an
    /// administrative message: as `Accept`.
    BusinessReject {
        /// BusinessRejectReason(380)
        reason: BusinessRejectReason,
        /// BusinessRejectRefID(379); left out when empty
        ref_id: &'a str,
        /// Text(58); left out when empty
        text: &'a str,
    },
    /// A Logon is refused. A first one: with a text or a status one Logout says so and uses one number; without, the
    /// connection is closed in silence and nothing is touched. The answer to our Logon, and one that resets the numbers
    /// of a live connection: Logout, and nothing is reset. For any other message: as `Accept`.
    RefuseLogon {
        /// Text(58)
        text: &'a str,
        /// SessionStatus(1409), written in FIXT.1.1
        status: Option<u32>,
    },
}

/// The answer came too late: what was lent has been withdrawn (the connection is gone, a command intervened) or
/// answered before. Nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[error("the message or Logon was withdrawn or answered before")]
pub struct Stale;
