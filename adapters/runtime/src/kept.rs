//! Messages that were given while the session was not logged on, kept until it is.
//!
//! Decides what is kept and when it is sent. A message has no number while it is kept, so resets change nothing of it,
//! and it is in memory alone: a process that ends loses it, having used no number for it.

use std::collections::VecDeque;

use sansfix::wire::Message;
use sansfix::{Command, Event, Now, Outcome, Refused, SeqNum, Status, msg_type};
use sansfix_registry::{Deferred, Mailbox};

use crate::commands::send;
use crate::link::Link;
use crate::log::Watch;

/// How much is kept of what is given with [`sansfix_registry::Registry::send`] while a session is not logged on.
///
/// What is kept is sent at the next logon, in the order in which it was given, and its receipts tell the numbers then.
/// A message beyond either bound is refused with [`Refused::Full`]. It is kept in memory: when the session's owner
/// ends, its receipt tells [`sansfix_registry::CommandOutcome::ShutDown`], and it is sent by no later run.
///
/// Before the first of them a TestRequest is sent, and the Heartbeat that answers it is waited for: by then both sides
/// have asked for what they lack of earlier messages, and a replay goes first (FIX 4.4 volume 2, "Logon": new messages
/// wait until both sides have recovered).
///
/// ```
/// use sansfix_runtime::WhileLoggedOut;
///
/// let bounds = WhileLoggedOut { messages: 100, ..WhileLoggedOut::default() };
/// assert_eq!(bounds.bytes, 16 << 20);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WhileLoggedOut {
    /// How many messages: 10,000 by default. With 0 every message is refused.
    pub messages: usize,
    /// How many bytes of MsgType(35) and body fields together: 16 MiB by default.
    pub bytes: usize,
}

impl Default for WhileLoggedOut {
    /// 10,000 messages of 16 MiB together.
    fn default() -> Self {
        Self { messages: 10_000, bytes: 16 << 20 }
    }
}

#[derive(Debug)]
pub(crate) struct Kept {
    bounds: WhileLoggedOut,
    waiting: VecDeque<Deferred>,
    bytes: usize,
    /// The connection on which a Heartbeat was asked for.
    asked: Option<u64>,
    /// The connection on which it has come.
    recovered: Option<u64>,
}

impl Kept {
    pub(crate) fn new(bounds: WhileLoggedOut) -> Self {
        Self { bounds, waiting: VecDeque::new(), bytes: 0, asked: None, recovered: None }
    }

    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Keeps the message taken last.
    pub(crate) fn keep(&mut self, now: Now, mailbox: &mut Mailbox, watch: Option<&Watch>) {
        let Some(deferred) = mailbox.defer() else { return };
        let size = size(&deferred);
        if self.waiting.len() >= self.bounds.messages || self.bytes + size > self.bounds.bytes {
            tell(now, mailbox, watch, deferred, Err(Refused::Full { unsent: self.bytes }));
            return;
        }
        self.bytes += size;
        self.waiting.push_back(deferred);
    }

    /// A Heartbeat in sequence: the counterparty has dealt with our Logon, and nothing is missing here.
    pub(crate) fn heard(&mut self, message: &Message<'_>, status: &Status) {
        let asked = self.asked == Some(status.connection);
        let in_sequence = message.seq() == Some(status.next_target);
        if asked && in_sequence && message.msg_type() == msg_type::HEARTBEAT {
            self.recovered = self.asked;
        }
    }

    /// Does one thing towards sending what is kept. Whether there was anything to do.
    pub(crate) fn work(
        &mut self,
        link: &mut Link,
        now: Now,
        mailbox: &mut Mailbox,
        watch: Option<&Watch>,
    ) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let status = link.status();
        let connection = Some(status.connection);
        if !status.logged_on || (self.asked == connection && self.recovered != connection) {
            return false;
        }
        if self.recovered != connection {
            let asked = link.handle(now, Event::Command(Command::TestRequest { id: "" }));
            if asked == Outcome::Done {
                self.asked = connection;
            }
            return asked == Outcome::Done;
        }
        let Some(deferred) = self.waiting.pop_front() else { return false };
        match send(link, now, deferred.message()) {
            // Not now: a reset is under way, or there is no room.
            Err(Refused::NotActive | Refused::Full { .. }) => {
                self.waiting.push_front(deferred);
                false
            }
            result => {
                self.bytes -= size(&deferred);
                tell(now, mailbox, watch, deferred, result);
                true
            }
        }
    }
}

fn tell(
    now: Now,
    mailbox: &mut Mailbox,
    watch: Option<&Watch>,
    deferred: Deferred,
    result: Result<SeqNum, Refused>,
) {
    if let Some(watch) = watch {
        watch.sent(now, deferred.message().msg_type(), &result);
    }
    mailbox.sent_deferred(deferred, result);
}

fn size(deferred: &Deferred) -> usize {
    deferred.message().msg_type().len() + deferred.message().fields().len()
}
