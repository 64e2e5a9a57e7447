//! The application that puts what happens to its session into a queue.

use std::fmt;
use std::sync::Arc;

use sansfix::config::Identity;
use sansfix::wire::{Body, Garbled, Message};
use sansfix::{InboundId, LogonWanted, Order, Reason, SeqNum, Status, Verdict, msg_type};
use sansfix_registry::Bell;

use super::delivery::{Counter, Delivery, Given, State};
use super::queue::Queue;
use super::told::{MOST_GARBLED_BYTES, Told};
use crate::driver::application::{Answer, Application};
use crate::driver::dial_options::ConnectError;
use crate::link::{Lent, Outlet};
use crate::store::StoreError;

/// Adds fields to a Logon of ours. Called on the session's own thread or task, so it must not wait. Example:
/// [`SessionForward`].
pub type LogonFields = dyn FnMut(&LogonWanted, &mut Body<'_>) + Send;

/// Whether a stored application message may be sent again. Called on the session's own thread or task, so it must not
/// wait. Example: [`SessionForward`].
pub type MayResend = dyn FnMut(&Message<'_>) -> bool + Send;

/// Makes the applications whose sessions are taken care of at the [`super::Inbox`]. The inbox is not over as long as
/// one exists: drop it when there will be no more sessions. Example: [`SessionForward`].
pub struct Forward {
    queue: Arc<Queue>,
}

impl Forward {
    pub(super) fn new(queue: Arc<Queue>) -> Self {
        queue.enter();
        Self { queue }
    }

    /// The application for this session.
    #[must_use]
    pub fn session(&self, identity: &Identity) -> SessionForward {
        self.queue.enter();
        SessionForward {
            queue: self.queue.clone(),
            session: Arc::new(identity.clone()),
            bell: None,
            authenticating: false,
            logon_fields: None,
            may_resend: None,
            open: None,
            given: None,
        }
    }
}

impl Clone for Forward {
    fn clone(&self) -> Self {
        Self::new(self.queue.clone())
    }
}

impl Drop for Forward {
    fn drop(&mut self) {
        self.queue.leave();
    }
}

impl fmt::Debug for Forward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forward").finish_non_exhaustive()
    }
}

/// One session's application: it puts what happens into the queue. Administrative messages are accepted.
///
/// ```
/// use sansfix::{BeginString, config::{Config, Identity, Role}, tags};
/// use sansfix_runtime::{SessionSetup, channel};
///
/// let (forward, inbox) = channel(64);
/// let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
/// let application = forward
///     .session(&identity)
///     .authenticating()
///     .with_logon_fields(|_wanted, body| {
///         body.field(tags::USERNAME, "clerk");
///     })
///     // An order is stale by the time it is asked for again.
///     .with_may_resend(|message| message.msg_type() != b"D");
/// let setup = SessionSetup::new(Config::new(Role::Initiator, identity), application);
/// # drop((setup, inbox));
/// ```
pub struct SessionForward {
    queue: Arc<Queue>,
    session: Arc<Identity>,
    bell: Option<(Bell, u64)>,
    authenticating: bool,
    logon_fields: Option<Box<LogonFields>>,
    may_resend: Option<Box<MayResend>>,
    open: Option<Open>,
    /// The answer that is being acted on.
    given: Option<Given>,
}

/// What was put into the queue and has not been answered.
struct Open {
    id: InboundId,
    /// Of an application message in sequence.
    seq: Option<SeqNum>,
    counter: Arc<Counter>,
}

impl SessionForward {
    /// The counterparty's Logons are told as [`Told::Logon`] and wait for their answer, within the session's limit for
    /// a logon. Without this they are accepted.
    #[must_use]
    pub fn authenticating(mut self) -> Self {
        self.authenticating = true;
        self
    }

    /// Adds fields to our Logons: credentials, a signature.
    #[must_use]
    pub fn with_logon_fields(
        mut self,
        fields: impl FnMut(&LogonWanted, &mut Body<'_>) + Send + 'static,
    ) -> Self {
        self.logon_fields = Some(Box::new(fields));
        self
    }

    /// Asks this before a stored application message is sent again; without it every one may be.
    #[must_use]
    pub fn with_may_resend(mut self, may_resend: impl FnMut(&Message<'_>) -> bool + Send + 'static) -> Self {
        self.may_resend = Some(Box::new(may_resend));
        self
    }

    fn tell(&self, told: Told) {
        self.queue.put(&self.session, told);
    }
}

impl Application for SessionForward {
    fn started(&mut self, bell: &Bell) {
        self.bell = Some((bell.clone(), self.queue.attach(bell.clone())));
    }

    fn lent<'a>(&'a mut self, lent: &'a Lent<'_>, _outlet: &mut Outlet<'_>) -> Answer<'a> {
        let message = lent.message();
        let kind = message.msg_type();
        let in_sequence = lent.order() == Order::Expected;
        let (told, unanswered): (fn(Delivery) -> Told, _) = if kind == msg_type::LOGON && self.authenticating
        {
            (Told::Logon, State::Abandoned)
        } else if msg_type::is_admin(kind) {
            return Answer::Verdict(Verdict::Accept);
        } else if in_sequence {
            (Told::Message, State::Abandoned)
        } else {
            (Told::Duplicate, State::Given(Given::Accept))
        };
        let Some((bell, _)) = &self.bell else { return Answer::Abandon };
        let seq = message.seq().filter(|_| in_sequence && !msg_type::is_admin(kind));
        let delivery = Delivery::new(lent, bell.clone(), unanswered);
        self.open = Some(Open { id: lent.id(), seq, counter: delivery.counter().clone() });
        self.tell(told(delivery));
        Answer::Later
    }

    fn answer(&mut self, id: InboundId) -> Answer<'_> {
        let Some(open) = self.open.as_ref().filter(|open| open.id == id) else { return Answer::Abandon };
        match open.counter.take() {
            State::Open => Answer::Later,
            State::Abandoned => Answer::Abandon,
            State::Given(given) => Answer::Verdict(self.given.insert(given).verdict()),
        }
    }

    fn withdrawn(&mut self, id: InboundId) {
        let Some(open) = self.open.take().filter(|open| open.id == id) else { return };
        let seen = !self.queue.take_back(&open.counter);
        if let (true, Some(seq)) = (seen, open.seq) {
            self.tell(Told::Withdrawn(seq));
        }
    }

    fn is_over(&self) -> bool {
        self.queue.is_abandoned()
    }

    fn logon_fields(&mut self, wanted: &LogonWanted, body: &mut Body<'_>) {
        if let Some(fields) = &mut self.logon_fields {
            fields(wanted, body);
        }
    }

    fn may_resend(&mut self, message: &Message<'_>) -> bool {
        self.may_resend.as_mut().is_none_or(|may_resend| may_resend(message))
    }

    fn state_changed(&mut self, status: &Status, _outlet: &mut Outlet<'_>) {
        self.tell(Told::StateChanged(*status));
    }

    fn garbled(&mut self, why: Garbled, bytes: &[u8]) {
        let bytes = bytes.get(..MOST_GARBLED_BYTES).unwrap_or(bytes).into();
        self.tell(Told::Garbled { why, bytes });
    }

    fn store_failed(&mut self, error: &StoreError) {
        self.tell(Told::StoreFailed(error.to_string().into()));
    }

    fn connect_failed(&mut self, error: &ConnectError) {
        self.tell(Told::ConnectFailed(error.to_string().into()));
    }

    fn connection_failed(&mut self, error: &std::io::Error) {
        self.tell(Told::ConnectionFailed(error.to_string().into()));
    }

    fn ended(&mut self, reason: Reason) {
        self.tell(Told::Ended(reason));
    }
}

impl Drop for SessionForward {
    fn drop(&mut self) {
        if let Some((_, key)) = &self.bell {
            self.queue.silence(*key);
        }
        if let Some(open) = self.open.take() {
            self.queue.take_back(&open.counter);
        }
        self.queue.leave();
    }
}

impl fmt::Debug for SessionForward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionForward").field("session", &self.session).finish_non_exhaustive()
    }
}
