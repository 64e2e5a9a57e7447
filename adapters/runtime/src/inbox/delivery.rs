//! A message in the hands of whoever took it, and the way back of its answer.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use sansfix::wire::{Header, Message, Readable};
use sansfix::{BusinessRejectReason, SessionRejectReason, Verdict};
use sansfix_registry::Bell;

use crate::link::Lent;

/// A message that has been delivered and has not taken effect yet. See [`crate::inbox`] for what becomes of one that
/// is dropped unanswered, or answered when its connection has ended. Example: [`crate::inbox::Told`].
#[must_use = "a message that is dropped unanswered closes the connection"]
pub struct Delivery {
    bytes: Bytes,
    header: Header,
    counter: Arc<Counter>,
    /// What it is answered with when it is dropped.
    unanswered: State,
}

impl Delivery {
    pub(super) fn new(lent: &Lent<'_>, bell: Bell, unanswered: State) -> Self {
        let message = lent.message();
        let counter = Arc::new(Counter { state: Mutex::new(State::Open), bell });
        Self {
            bytes: Bytes::copy_from_slice(message.bytes()),
            header: *message.header(),
            counter,
            unanswered,
        }
    }

    pub(super) fn counter(&self) -> &Arc<Counter> {
        &self.counter
    }

    /// The message. Its bytes are a copy, and stay as long as this.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        Message::with_header(&self.bytes, self.header)
    }

    /// Lets it take effect.
    pub fn accept(self) {
        self.answer(Verdict::Accept);
    }

    /// Answers it. This returns at once; the session acts on it next. Example: [`crate::inbox::Told`].
    pub fn answer(self, verdict: Verdict<'_>) {
        self.counter.give(State::Given(Given::of(verdict)));
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.counter.give(std::mem::replace(&mut self.unanswered, State::Open));
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Readable(&self.bytes), f)
    }
}

/// Where an answer is left for the session's owner.
pub(super) struct Counter {
    state: Mutex<State>,
    bell: Bell,
}

#[derive(Debug)]
pub(super) enum State {
    Open,
    Given(Given),
    Abandoned,
}

impl Counter {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first answer stands.
    fn give(&self, answer: State) {
        {
            let mut state = self.lock();
            if !matches!(*state, State::Open) {
                return;
            }
            *state = answer;
        }
        self.bell.ring();
    }

    /// What there is so far. The owner stops asking when it is not open any more.
    pub(super) fn take(&self) -> State {
        let mut state = self.lock();
        match *state {
            State::Open => State::Open,
            State::Given(_) | State::Abandoned => std::mem::replace(&mut *state, State::Abandoned),
        }
    }
}

/// A verdict with its texts.
#[derive(Debug)]
pub(super) enum Given {
    Accept,
    SessionReject { reason: SessionRejectReason, tag: Option<i64>, text: Box<str> },
    BusinessReject { reason: BusinessRejectReason, ref_id: Box<str>, text: Box<str> },
    RefuseLogon { text: Box<str>, status: Option<u32> },
}

impl Given {
    fn of(verdict: Verdict<'_>) -> Self {
        match verdict {
            Verdict::Accept => Self::Accept,
            Verdict::SessionReject { reason, tag, text } => {
                Self::SessionReject { reason, tag, text: text.into() }
            }
            Verdict::BusinessReject { reason, ref_id, text } => {
                Self::BusinessReject { reason, ref_id: ref_id.into(), text: text.into() }
            }
            Verdict::RefuseLogon { text, status } => Self::RefuseLogon { text: text.into(), status },
        }
    }

    pub(super) fn verdict(&self) -> Verdict<'_> {
        match self {
            Self::Accept => Verdict::Accept,
            Self::SessionReject { reason, tag, text } => {
                Verdict::SessionReject { reason: *reason, tag: *tag, text }
            }
            Self::BusinessReject { reason, ref_id, text } => {
                Verdict::BusinessReject { reason: *reason, ref_id, text }
            }
            Self::RefuseLogon { text, status } => Verdict::RefuseLogon { text, status: *status },
        }
    }
}
