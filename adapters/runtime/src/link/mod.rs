//! A session with its input buffer and its output, still without I/O.
//!
//! Decides in which order a driver learns of things, and answers by itself what no application wants to answer:
//! messages that the dictionary rejects, administrative messages, and a Logon that needs no further fields. It does
//! not read, write, wait or store: a driver does, as this one, whose transport is another link and whose store keeps
//! nothing.
//!
//! ```
//! use sansfix::{Action, BeginString, Event, Now, Order, Session, Snapshot, Verdict};
//! use sansfix::config::{Config, Identity, Role};
//! use sansfix::{tags, wire::Message};
//! use sansfix_runtime::{Application, Link, Next, Outlet, verdict};
//! /// Counts the application messages.
//! struct Counting(usize);
//! impl Application for Counting {
//!     fn message<'a>(&'a mut self, _message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
//!         assert!(outlet.status().logged_on && outlet.now() == Now::default());
//!         assert_eq!(&*outlet.session().config().identity.sender.comp_id, "VENUE");
//!         self.0 += 1;
//!         Verdict::Accept
//!     }
//! }
//! /// Does what one side wants done; its bytes go to the other.
//! fn drive(link: &mut Link, application: &mut Counting, peer: &mut Link) {
//!     let now = Now::default(); // a driver's clock
//!     while let Some(next) = link.next(now) {
//!         match next {
//!             Next::Message(lent, mut reply) => {
//!                 assert_eq!(lent.order(), Order::Expected); // nothing is sent twice or lost here
//!                 let verdict = verdict(application, &lent, reply.outlet());
//!                 reply.settle(verdict).expect("it was lent just now");
//!             }
//!             Next::LogonWanted(_wanted, reply) => {
//!                 let added = reply.logon(|body| drop(body.field(tags::USERNAME, "clerk")));
//!                 added.expect("the field can be written");
//!             }
//!             Next::Action(Action::Save(batch)) => {
//!                 let ticket = batch.ticket(); // a store would make it durable
//!                 link.handle(now, Event::Saved(ticket));
//!             }
//!             Next::Action(Action::Transmit(wire)) => {
//!                 peer.feed(wire.bytes()); // a transport may take less, or none: then wire.blocked()
//!                 let count = wire.bytes().len();
//!                 wire.sent(count);
//!             }
//!             Next::Action(Action::StateChanged(status)) => println!("{:?}", status.phase),
//!             Next::Action(Action::Disconnect(reason)) => panic!("{reason}"),
//!             Next::Action(Action::Fetch { .. }) => unreachable!("nobody asks for a replay here"),
//!             Next::Garbled { why, .. } => panic!("{why}"),
//!         }
//!     }
//! }
//! let desk = Identity::new(BeginString::Fix44, "DESK", "VENUE");
//! let new = |role, identity| Link::new(Session::new(Config::new(role, identity).into(), Snapshot::new(0)));
//! let (mut ours, mut theirs) = (new(Role::Initiator, desk.clone()), new(Role::Acceptor, desk.reversed()));
//! ours.ask_logon_fields(true);
//! let (mut us, mut them) = (Counting(0), Counting(0));
//! for link in [&mut ours, &mut theirs] {
//!     link.handle(Now::default(), Event::Connected);
//! }
//! let mut exchange = |ours: &mut Link, theirs: &mut Link| {
//!     for _ in 0..2 {
//!         drive(ours, &mut us, theirs);
//!         drive(theirs, &mut them, ours);
//!     }
//!     them.0
//! };
//! exchange(&mut ours, &mut theirs);
//! assert!(ours.status().logged_on && theirs.status().logged_on);
//! ours.send(Now::default(), b"B", |body| drop(body.field(tags::TEXT, "Closing early")))?;
//! assert_eq!(exchange(&mut ours, &mut theirs), 1);
//! assert_eq!(theirs.snapshot().next_target.get(), 3, "Logon and News have come");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod input;
mod lent;
mod outlet;
mod own_verdict;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use sansfix::dictionary::Validator;
use sansfix::wire::{Body, Garbled, Header, Message};
use sansfix::{
    Actions, Event, Inbound, InboundId, LogonError, LogonWanted, Now, Order, Outcome, Raw, Refused, SeqNum,
    Session, Snapshot, Stale, Status, Step, Timer, Verdict, Wire,
};

use sansfix_registry::Standing;

use crate::log::Tap;

use input::Input;
pub use input::READ_CHUNK;
pub use lent::{Lent, Next};
pub use outlet::{Outlet, Reply};
use own_verdict::own_verdict;

/// A session, its input buffer and its output. Example: [`crate::link`], with a whole driver. What waits for an answer or for the network:
///
/// ```
/// use sansfix::{BeginString, Config, Event, Now, Session, Snapshot, Timer, config::{Identity, Role}};
/// use sansfix_runtime::{Link, link::READ_CHUNK};
/// let identity = Identity::new(BeginString::Fix44, "VENUE", "DESK");
/// let mut link = Link::new(Session::new(Config::new(Role::Acceptor, identity).into(), Snapshot::new(0)));
/// assert_eq!(link.deadline(), None, "nothing is due without a connection");
/// link.handle(Now::default(), Event::Connected);
/// assert_eq!(link.deadline(), Some((10_000_000_000, Timer::Logon)), "a Logon has to come within 10 s");
/// let (spare, unsent) = link.io();
/// assert!(spare.len() >= READ_CHUNK / 4 && unsent.is_none());
/// spare[..4].copy_from_slice(b"8=FI"); // a read from the network
/// link.received(4);
/// link.lend_admin(true);
/// link.set_validator(None);
/// while link.next(Now::default()).is_some() {} // it tells its state; there is no whole message yet
/// link.writable(); // the network takes bytes again
/// assert!(!link.standing().status.logged_on && !link.session().resetting());
/// assert!(!link.actions().unsaved());
/// ```
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

    /// Gives the session an event; see [`Session::handle`]. The bytes of a connection that is gone are dropped with it: they never reach the
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
                let logged_on = self.session.status().logged_on;
                let verdict = own_verdict(&message, &mut self.validator, self.lend_admin, logged_on);
                let Some(verdict) = verdict else { return false };
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

    /// Sends an application message: gives it a MsgSeqNum(34), which is returned, and has it saved and transmitted by
    /// the next actions; see [`Session::send`].
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
    /// [`LogonError`]: it was withdrawn or answered before; or a field cannot be written, and it is still wanted.
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

    /// When [`Event::Tick`] is due next, on the clock of [`Now::mono_ns`], nanoseconds, and what for.
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
