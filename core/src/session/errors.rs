//! What a caller can get wrong. A counterparty's fault is never one of these.

use super::step::Stale;
use crate::wire::BodyError;

/// Why [`super::Session::send`] sent nothing. No number was used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The session is not logged on, or has given a Logout, or has announced a reset that is not confirmed yet.
    #[error("the session is not logged on, or is resetting its numbers")]
    NotActive,
    /// Too many bytes wait to be sent, or to be saved.
    #[error("output is full: {unsent} bytes wait to be sent")]
    Full {
        /// How many bytes wait.
        unsent: usize,
    },
    /// The type belongs to the session layer, or is no MsgType.
    #[error("the message type belongs to the session layer or is none")]
    MsgType,
    /// A field cannot be written.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The message is longer than our own limit, or is or would be when repeated than the counterparty's
    /// MaxMessageSize(383).
    #[error("the message is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: u32,
    },
    /// The last sequence number has been used.
    #[error("no sequence number is left")]
    NoNumberLeft,
}

/// Why [`super::Session::logon`] sent nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogonError {
    /// The Logon was withdrawn, or sent before.
    #[error(transparent)]
    Stale(#[from] Stale),
    /// A field cannot be written. The Logon is still wanted.
    #[error(transparent)]
    Body(#[from] BodyError),
}
