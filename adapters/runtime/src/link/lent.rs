//! What a link has for its driver.

use sansfix::wire::{Garbled, Header, Message, Readable};
use sansfix::{Action, InboundId, LogonWanted, Order, Raw};

use super::outlet::Reply;

/// What a driver has to do next, from [`super::Link::next`]. Example: [`crate::link`].
pub enum Next<'l> {
    /// A message, to be answered with [`Reply::settle`], or later with [`super::Link::settle`]. Nothing further is lent
    /// until then.
    Message(Lent<'l>, Reply<'l>),
    /// A Logon is about to be sent, to be answered with [`Reply::logon`], or later with [`super::Link::logon`]. Only after
    /// [`super::Link::ask_logon_fields`].
    LogonWanted(LogonWanted, Reply<'l>),
    /// Bytes that were ignored. For the log, where [`sansfix::wire::Readable`] shows them without secrets.
    Garbled {
        /// What was wrong with them.
        why: Garbled,
        /// The bytes.
        bytes: &'l [u8],
    },
    /// What the session wants done.
    Action(Action<'l>),
}

impl std::fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message(lent, _) => f.debug_tuple("Message").field(lent).finish(),
            Self::LogonWanted(wanted, _) => f.debug_tuple("LogonWanted").field(wanted).finish(),
            Self::Garbled { why, bytes } => {
                f.debug_tuple("Garbled").field(why).field(&Readable(bytes)).finish()
            }
            Self::Action(action) => f.debug_tuple("Action").field(action).finish(),
        }
    }
}

/// A message that has not taken effect yet. It borrows the input alone, so that an application can reply while it
/// reads. Example: [`crate::link`].
#[derive(Debug)]
pub struct Lent<'l> {
    pub(super) id: InboundId,
    pub(super) order: Order,
    pub(super) raw: Raw<'l>,
    pub(super) header: Header,
}

impl Lent<'_> {
    /// To be named in the answer.
    #[must_use]
    pub fn id(&self) -> InboundId {
        self.id
    }

    /// How its number compares with the one expected.
    #[must_use]
    pub fn order(&self) -> Order {
        self.order
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        Message::with_header(self.raw.as_bytes(), self.header)
    }
}
