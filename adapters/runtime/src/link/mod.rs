//! A session with its input buffer and its output, still without I/O.
//!
//! Decides in which order a driver learns of things, and answers by itself what no application wants to answer:
//! messages that the dictionary rejects, administrative messages, and a Logon that needs no further fields. It does
//! not read, write, wait or store.

mod input;
mod outlet;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use sansfix::dictionary::Validator;
use sansfix::wire::{Body, Garbled, Header, Message, Readable};
use sansfix::{
    Action, Actions, ApplVerId, Event, Inbound, InboundId, LogonError, LogonWanted, Now, Order, Outcome, Raw,
    Refused, SeqNum, Session, Snapshot, Stale, Status, Step, Timer, Verdict, Wire, msg_type, tags,
};

use sansfix_registry::Standing;

use crate::log::Tap;

use input::Input;
pub use input::READ_CHUNK;
pub use outlet::{Outlet, Reply};

/// A session, its input buffer and its output.
pub struct Link {
    session: Session,
    input: Input,
    actions: Actions,
    validator: Option<Arc<Validator>>,
    ask_logon_fields: bool,
    lend_admin: bool,
    tap: Option<Tap>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { session, input, actions, .. } = self;
        let mut shown = f.debug_struct("Link");
        shown
            .field("session", session)
            .field("input", input)
            .field("actions", actions)
            .finish_non_exhaustive()
    }
}

/// What a driver has to do next.
pub enum Next<'l> {
    /// A message, to be answered with [`Reply::settle`], or later with [`Link::settle`]. Nothing further is lent
    /// until then.
    Message(Lent<'l>, Reply<'l>),
    /// A Logon is about to be sent, to be answered with [`Reply::logon`], or later with [`Link::logon`]. Only after
    /// [`Link::ask_logon_fields`].
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
/// reads.
#[derive(Debug)]
pub struct Lent<'l> {
    id: InboundId,
    order: Order,
    raw: Raw<'l>,
    header: Header,
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

/// What [`Session::receive`] lent, without a borrow: where it stands in the input.
enum Plan {
    Message { id: InboundId, order: Order, place: Place, header: Header },
    LogonWanted(LogonWanted),
    Garbled { why: Garbled, place: Range<usize> },
}

enum Place {
    Input(Range<usize>),
    Queued(Bytes),
}

impl Link {
    /// A link for `session`. It starts without a connection.
    #[must_use]
    pub fn new(session: Session) -> Self {
        let input = Input::new(session.config().limits.max_message_size as usize);
        let actions = Actions::new();
        Self {
            session,
            input,
            actions,
            validator: None,
            ask_logon_fields: false,
            lend_admin: false,
            tap: None,
        }
    }

    /// Checks every message against the dictionary before it is lent. One that breaks a rule is rejected without
    /// being lent. The version that application messages are measured by is the one the counterparty's Logon names.
    pub fn set_validator(&mut self, validator: Option<Arc<Validator>>) {
        self.validator = validator;
    }

    /// Whether [`Next::LogonWanted`] is offered, so that the application adds credentials or a signature. Off: a
    /// Logon is sent as the session makes it.
    pub fn ask_logon_fields(&mut self, ask: bool) {
        self.ask_logon_fields = ask;
    }

    /// Whether administrative messages other than Logon are offered too. Off: they are accepted. A Logon is always
    /// offered, since somebody has to authenticate it.
    pub fn lend_admin(&mut self, lend: bool) {
        self.lend_admin = lend;
    }

    /// Shows the tap what the session takes from its input, before that has taken effect.
    pub(crate) fn set_tap(&mut self, tap: Option<Tap>) {
        self.tap = tap;
    }

    /// Gives the session an event. The bytes of a connection that is gone are dropped with it: they never reach the
    /// next one.
    pub fn handle(&mut self, now: Now, event: Event<'_>) -> Outcome {
        if matches!(event, Event::Connected | Event::Disconnected) {
            self.input.clear();
        }
        self.session.handle(now, event, &mut self.actions)
    }

    /// Bytes that were received, for a caller that has them already. All are taken, beyond the bound of
    /// [`Self::io`] too.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.input.append(bytes);
    }

    /// Where to read to, and what to write: borrowed together, for a driver that waits for both.
    ///
    /// The first is empty when the buffer is at its bound (the session's `max_message_size` plus [`READ_CHUNK`]
    /// bytes) because a lent message waits for its answer: do not read then, since reading nothing would look like
    /// the end of the stream.
    pub fn io(&mut self) -> (&mut [u8], Option<Wire<'_>>) {
        (self.input.spare(), self.actions.wire())
    }

    /// The first `count` bytes of what [`Self::io`] gave have been filled.
    pub fn received(&mut self, count: usize) {
        self.input.filled(count);
    }

    /// The transport takes bytes again, after [`Wire::blocked`].
    pub fn writable(&mut self) {
        self.actions.writable();
    }

    /// What to do next. In this order: a change of state, what can be lent, what is to be saved, fetched, sent and
    /// closed. `None`: nothing until the next event or byte.
    ///
    /// [`Session::receive`] lends nothing while a change of state waits to be told, so asking it first keeps that
    /// order.
    pub fn next(&mut self, now: Now) -> Option<Next<'_>> {
        match self.plan(now) {
            Some(plan) => Some(self.lend(now, plan)),
            None => self.actions.next().map(Next::Action),
        }
    }

    /// Takes from the session until something is for the driver; answers the rest.
    fn plan(&mut self, now: Now) -> Option<Plan> {
        loop {
            let unread = self.input.unread();
            let mut rest = unread;
            let step = self.session.receive(now, &mut rest, &mut self.actions);
            let taken = unread.len() - rest.len();
            if let (Some(tap), 1..) = (&mut self.tap, taken) {
                tap(now, unread.get(..taken).unwrap_or_default());
            }
            let offset = self.input.offset();
            let plan = match step {
                None => None,
                Some(Step::LogonWanted(wanted)) => Some(Plan::LogonWanted(wanted)),
                Some(Step::Garbled { why, bytes }) => {
                    Some(Plan::Garbled { why, place: place_of(unread, bytes, offset) })
                }
                Some(Step::Inbound(inbound)) => Some(plan_message(unread, inbound, offset)),
            };
            self.input.consume(taken);
            let plan = plan?;
            if !self.answer(now, &plan) {
                return Some(plan);
            }
        }
    }

    /// Answers what the driver need not see. Whether it did.
    fn answer(&mut self, now: Now, plan: &Plan) -> bool {
        match plan {
            Plan::LogonWanted(wanted) if !self.ask_logon_fields => {
                // Neither error can come: it was asked for just now, and no field is added.
                let _ = self.session.logon(now, wanted.id, |_| {}, &mut self.actions);
                true
            }
            Plan::Message { id, place, header, .. } => {
                let message = Message::with_header(self.input.at(place), *header);
                let Some(verdict) = own_verdict(&message, &mut self.validator, self.lend_admin) else {
                    return false;
                };
                // It was lent just now, so it cannot be stale.
                let _ = self.session.settle(now, *id, verdict, &mut self.actions);
                true
            }
            Plan::LogonWanted(_) | Plan::Garbled { .. } => false,
        }
    }

    fn lend(&mut self, now: Now, plan: Plan) -> Next<'_> {
        let outlet = Outlet::new(now, &mut self.session, &mut self.actions);
        match plan {
            Plan::Message { id, order, place, header } => {
                let raw = match place {
                    Place::Input(range) => Raw::Input(self.input.slice(range)),
                    Place::Queued(bytes) => Raw::Queued(bytes),
                };
                Next::Message(Lent { id, order, raw, header }, Reply::new(id, outlet))
            }
            Plan::LogonWanted(wanted) => Next::LogonWanted(wanted, Reply::new(wanted.id, outlet)),
            Plan::Garbled { why, place } => Next::Garbled { why, bytes: self.input.slice(place) },
        }
    }

    /// Sends an application message; see [`Session::send`].
    ///
    /// # Errors
    /// [`Refused`]; no number is used.
    pub fn send(
        &mut self,
        now: Now,
        msg_type: &[u8],
        body: impl FnOnce(&mut Body<'_>),
    ) -> Result<SeqNum, Refused> {
        self.session.send(now, msg_type, body, &mut self.actions)
    }

    /// What an application sends through, outside an answer to a message.
    pub fn outlet(&mut self, now: Now) -> Outlet<'_> {
        Outlet::new(now, &mut self.session, &mut self.actions)
    }

    /// Answers a lent message; see [`Session::settle`].
    ///
    /// # Errors
    /// [`Stale`] when it was withdrawn or answered before.
    pub fn settle(&mut self, now: Now, id: InboundId, verdict: Verdict<'_>) -> Result<(), Stale> {
        self.session.settle(now, id, verdict, &mut self.actions)
    }

    /// Answers [`Next::LogonWanted`]; see [`Session::logon`].
    ///
    /// # Errors
    /// [`LogonError`]
    pub fn logon(
        &mut self,
        now: Now,
        id: InboundId,
        fields: impl FnOnce(&mut Body<'_>),
    ) -> Result<SeqNum, LogonError> {
        self.session.logon(now, id, fields, &mut self.actions)
    }

    /// Where the session stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.session.status()
    }

    /// Where the session stands, as the registry wants to know it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing::of(&self.session, &self.actions)
    }

    /// What of the session is durable once every action has been performed.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        self.session.snapshot()
    }

    /// When [`Event::Tick`] is due next, on the clock of [`Now::mono_ns`], and what for.
    #[must_use]
    pub fn deadline(&self) -> Option<(u64, Timer)> {
        self.session.deadline()
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The session's output.
    pub fn actions(&mut self) -> &mut Actions {
        &mut self.actions
    }
}

/// What the link answers by itself; `None` when the message is for the driver.
fn own_verdict(
    message: &Message<'_>,
    validator: &mut Option<Arc<Validator>>,
    lend_admin: bool,
) -> Option<Verdict<'static>> {
    let kind = message.msg_type();
    if let Some(validator) = validator {
        if let Err(violation) = validator.check(message) {
            return Some(violation.into());
        }
        if kind == msg_type::LOGON {
            adopt_version(message, validator);
        }
    }
    let for_driver = lend_admin || kind == msg_type::LOGON || !msg_type::is_admin(kind);
    (!for_driver).then_some(Verdict::Accept)
}

/// Application messages are of the version that the counterparty's Logon names in DefaultApplVerID(1137).
fn adopt_version(logon: &Message<'_>, validator: &mut Arc<Validator>) {
    let version = logon.get(tags::DEFAULT_APPL_VER_ID).and_then(ApplVerId::from_bytes);
    if let Some(version) = version.filter(|version| validator.default_appl_ver_id() != Some(*version)) {
        Arc::make_mut(validator).set_default_appl_ver_id(version);
    }
}

fn plan_message(unread: &[u8], inbound: Inbound<'_>, offset: usize) -> Plan {
    let header = *inbound.message().header();
    let place = match inbound.raw {
        Raw::Input(bytes) => Place::Input(place_of(unread, bytes, offset)),
        Raw::Queued(bytes) => Place::Queued(bytes),
    };
    Plan::Message { id: inbound.id, order: inbound.order, place, header }
}

/// Where `part`, which is a part of `unread`, stands in the buffer whose byte `offset` is the first of `unread`.
fn place_of(unread: &[u8], part: &[u8], offset: usize) -> Range<usize> {
    let start = offset + (part.as_ptr() as usize).saturating_sub(unread.as_ptr() as usize);
    start..start + part.len()
}
