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

#[cfg(test)]
mod tests {
    use sansfix::config::{Config, Identity, Role};
    use sansfix::wire::{Body, Encoder};
    use sansfix::{BeginString, Event, Now, Session, Snapshot, Verdict, tags};

    use super::*;
    use crate::link::Link;

    const NOW: Now = Now { mono_ns: 1, utc_ns: 1_767_607_200_000_000_000 };

    /// Does what there is, and tells what was shown of it.
    fn shown(link: &mut Link) -> Vec<String> {
        let mut shown = Vec::new();
        while let Some(next) = link.next(NOW) {
            shown.push(format!("{next:?}"));
            match next {
                Next::Message(lent, mut reply) => {
                    assert_eq!((reply.id(), reply.outlet().now()), (lent.id(), NOW));
                    reply.settle(Verdict::Accept).unwrap();
                }
                Next::LogonWanted(wanted, reply) => {
                    assert_eq!(reply.id(), wanted.id);
                    let secret = |body: &mut Body<'_>| {
                        body.field(tags::PASSWORD, "topsecret");
                    };
                    reply.logon(secret).unwrap();
                }
                Next::Action(Action::Save(batch)) => {
                    let ticket = batch.ticket();
                    link.handle(NOW, Event::Saved(ticket));
                }
                Next::Action(Action::Transmit(wire)) => {
                    let count = wire.bytes().len();
                    wire.sent(count);
                }
                Next::Action(_) | Next::Garbled { .. } => {}
            }
        }
        shown
    }

    #[test]
    fn what_is_shown_of_what_comes_next_holds_no_secret() {
        let mut all = Vec::new();
        for role in [Role::Initiator, Role::Acceptor] {
            let identity = Identity::new(BeginString::Fix44, "US", "THEM");
            let mut link = Link::new(Session::new(Config::new(role, identity).into(), Snapshot::new(0)));
            link.ask_logon_fields(true);
            link.handle(NOW, Event::Connected);
            all.extend(shown(&mut link));
            let mut logon = Vec::new();
            let mut encoder = Encoder::begin(&mut logon, b"FIX.4.4", b"A");
            encoder.header_field(tags::MSG_SEQ_NUM, &1u64);
            encoder.header_field(tags::SENDER_COMP_ID, "THEM");
            encoder.header_timestamp(tags::SENDING_TIME, NOW.utc_ns, sansfix::wire::Precision::Seconds);
            encoder.header_field(tags::TARGET_COMP_ID, "US");
            encoder.field(tags::ENCRYPT_METHOD, "0");
            encoder.field(tags::HEART_BT_INT, "30");
            encoder.field(tags::PASSWORD, "topsecret");
            encoder.finish();
            link.feed(&logon);
            link.feed(b"8=FIX.4.4\x019=19\x0135=A\x01554=topsecret\x0110=000\x01");
            all.extend(shown(&mut link));
            assert!(link.status().logged_on, "{all:?}");
        }
        for begins in [
            "Message(Lent",
            "LogonWanted(",
            "Garbled(",
            "Action(Save",
            "Action(Transmit",
            "Action(StateChanged",
        ] {
            assert!(all.iter().any(|shown| shown.starts_with(begins)), "{begins:?} is not in {all:#?}");
        }
        assert!(!format!("{all:?}").contains("topsecret"), "{all:#?}");
    }
}
