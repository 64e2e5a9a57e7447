//! What is taken from an inbox.

use std::fmt;
use std::sync::Arc;

use sansfix::config::Identity;
use sansfix::wire::{Garbled, Readable};
use sansfix::{Reason, SeqNum, Status};

use super::delivery::Delivery;

/// How many of ignored bytes are told, from the first on: a counterparty may send any number of them. It cannot be set.
/// Example: [`Told`].
pub const MOST_GARBLED_BYTES: usize = 1024;

/// Something that has happened, and to which session. Example: [`Told`].
#[derive(Debug)]
pub struct Taken {
    /// The session.
    pub session: Arc<Identity>,
    /// What has happened.
    pub told: Told,
}

/// What has happened to a session.
///
/// ```
/// use sansfix::{BusinessRejectReason, Verdict};
/// use sansfix_runtime::inbox::{MOST_GARBLED_BYTES, Taken, Told};
///
/// /// What is to be said of it, after messages were answered.
/// fn act(Taken { session, told }: Taken) -> Option<String> {
///     match told {
///         Told::Message(delivery) if delivery.message().msg_type() == b"D" => delivery.accept(),
///         Told::Message(delivery) => delivery.answer(Verdict::BusinessReject {
///             reason: BusinessRejectReason::UnsupportedMessageType,
///             ref_id: "",
///             text: "orders only",
///         }),
///         Told::Logon(logon) => logon.answer(Verdict::RefuseLogon { text: "unknown user", status: None }),
///         Told::Garbled { bytes, .. } => assert!(bytes.len() <= MOST_GARBLED_BYTES),
///         Told::Missed(count) => return Some(format!("{session}: {count} things were not told")),
///         _ => {}
///     }
///     None
/// }
/// # let session = std::sync::Arc::new(sansfix::config::Identity::new(sansfix::BeginString::Fix44, "US", "THEM"));
/// assert_eq!(
///     act(Taken { session, told: Told::Missed(3) }).as_deref(),
///     Some("FIX.4.4:US->THEM: 3 things were not told")
/// );
/// ```
#[non_exhaustive]
pub enum Told {
    /// An application message, delivered in order. It takes effect when it is answered.
    Message(Delivery),
    /// A possible duplicate: an application message whose number was counted before. It has no effect, and needs no
    /// answer: the session goes on when this is dropped.
    Duplicate(Delivery),
    /// The counterparty's Logon, before anything of it has taken effect. Only after
    /// [`super::SessionForward::authenticating`].
    Logon(Delivery),
    /// The session's state has changed.
    StateChanged(Status),
    /// The connection ended before this application message took effect, whether or not it was answered. It comes
    /// again with the same number.
    Withdrawn(SeqNum),
    /// The connection has ended.
    Ended(Reason),
    /// Bytes were ignored. They may hold secrets; `Debug` shows them without.
    Garbled {
        /// What was wrong with them.
        why: Garbled,
        /// The first [`MOST_GARBLED_BYTES`] of them.
        bytes: Box<[u8]>,
    },
    /// The store has failed, in these words; the connection is being closed.
    StoreFailed(Box<str>),
    /// An initiator could not connect to one of its addresses: which, and why.
    ConnectFailed(Box<str>),
    /// The connection broke rather than being closed, for this reason; [`Self::Ended`] follows.
    ConnectionFailed(Box<str>),
    /// So many things of this session, none of them a message, did not fit into the queue.
    Missed(u64),
}

impl Told {
    /// A message or Logon, of which a session has one at a time.
    pub(super) fn delivery(&self) -> Option<&Delivery> {
        match self {
            Self::Message(delivery) | Self::Duplicate(delivery) | Self::Logon(delivery) => Some(delivery),
            _ => None,
        }
    }

    /// Whether it takes up room that is bounded.
    pub(super) fn is_counted(&self) -> bool {
        self.delivery().is_none() && !matches!(self, Self::Missed(_))
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(delivery) => f.debug_tuple("Message").field(delivery).finish(),
            Self::Duplicate(delivery) => f.debug_tuple("Duplicate").field(delivery).finish(),
            Self::Logon(delivery) => f.debug_tuple("Logon").field(delivery).finish(),
            Self::StateChanged(status) => f.debug_tuple("StateChanged").field(status).finish(),
            Self::Withdrawn(seq) => f.debug_tuple("Withdrawn").field(seq).finish(),
            Self::Ended(reason) => f.debug_tuple("Ended").field(reason).finish(),
            Self::Garbled { why, bytes } => {
                f.debug_struct("Garbled").field("why", why).field("bytes", &Readable(bytes)).finish()
            }
            Self::StoreFailed(why) => f.debug_tuple("StoreFailed").field(why).finish(),
            Self::ConnectFailed(why) => f.debug_tuple("ConnectFailed").field(why).finish(),
            Self::ConnectionFailed(why) => f.debug_tuple("ConnectionFailed").field(why).finish(),
            Self::Missed(count) => f.debug_tuple("Missed").field(count).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_can_be_shown() {
        for (told, shown) in [
            (Told::Withdrawn(SeqNum::FIRST), "Withdrawn(1)"),
            (Told::Ended(Reason::PeerLogout), "Ended(PeerLogout)"),
            (Told::StoreFailed("disk".into()), "StoreFailed(\"disk\")"),
            (Told::ConnectFailed("nobody".into()), "ConnectFailed(\"nobody\")"),
            (Told::ConnectionFailed("reset".into()), "ConnectionFailed(\"reset\")"),
            (Told::Missed(7), "Missed(7)"),
        ] {
            assert_eq!(format!("{told:?}"), shown);
        }
        let (_forward, inbox) = crate::channel(1);
        assert_eq!(format!("{:?}", inbox.next()), "NextTaken { queue: Queue { waiting: 0, .. }, key: None }");
    }
}
