//! One session with what it needs to live: a clock that stands still, a store in memory, and the other end of the
//! wire as a list of messages.

use std::collections::BTreeMap;
use std::sync::Arc;

use sansfix::config::{Config, Identity, Profile, Role};
use sansfix::{
    Action, Actions, BeginString, Command, Event, FetchId, InboundId, Now, Order, Outcome, Raw, Reason,
    SeqNum, SeqRange, Session, Snapshot, Step, Verdict,
};

use super::wire::{self, Sent};
use crate::planted::plant;

/// UTC of every test: 2023-11-14T22:13:20Z.
const UTC_NS: i64 = 1_700_000_000_000_000_000;

/// A session and its surroundings.
#[derive(Clone, Debug)]
pub struct Bench {
    /// The session.
    pub session: Session,
    /// What it wants done.
    pub out: Actions,
    /// The moment of the next call.
    pub now: Now,
    /// Messages that were sent, oldest first.
    pub sent: Vec<Sent>,
    /// Messages that were lent.
    pub lent: Vec<Lent>,
    /// Why the session asked for the connection to be closed.
    pub disconnect: Option<Reason>,
    /// What the store holds.
    pub saved: Option<Snapshot>,
    /// Lent messages are left unsettled, and Logons that are wanted unmade.
    pub hold: bool,
    /// What was lent and not answered.
    pub open: Option<Open>,
    /// The store says nothing until [`Self::answer_store`].
    pub slow_store: bool,
    asked: Option<(FetchId, SeqRange)>,
    store: BTreeMap<u64, Vec<u8>>,
}

/// A lent message, as far as the tables look at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lent {
    /// How it was judged
    pub order: Order,
    /// It came from the queue above a gap.
    pub queued: bool,
}

/// What waits for its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Open {
    /// A message
    Message(InboundId),
    /// A Logon to be made
    Logon(InboundId),
}

impl Bench {
    /// A session that was stored with these numbers, not connected. FIX.4.4, called US, with THEM.
    #[must_use]
    pub fn new(role: Role, profile: Profile, next_sender: u64, next_target: u64) -> Self {
        let identity = Identity::new(BeginString::Fix44, "US", "THEM");
        let config = plant(Config::new(role, identity).with_profile(profile));
        let snapshot = Snapshot {
            next_sender: seq(next_sender),
            next_target: seq(next_target),
            ..Snapshot::new(UTC_NS)
        };
        Self {
            session: Session::new(Arc::new(config), snapshot),
            out: Actions::new(),
            now: Now { mono_ns: 0, utc_ns: UTC_NS },
            sent: Vec::new(),
            lent: Vec::new(),
            disconnect: None,
            saved: None,
            hold: false,
            open: None,
            slow_store: false,
            asked: None,
            store: BTreeMap::new(),
        }
    }

    /// Gives an event and does what follows from it.
    pub fn event(&mut self, event: Event<'_>) -> Outcome {
        let outcome = self.session.handle(self.now, event, &mut self.out);
        self.feed(&[]);
        outcome
    }

    /// Gives a command and does what follows from it.
    pub fn command(&mut self, command: Command<'_>) -> Outcome {
        self.event(Event::Command(command))
    }

    /// Gives bytes, answers what is lent with Accept unless told to hold, and does everything there is to do. How
    /// many bytes were left in the input.
    pub fn feed(&mut self, bytes: &[u8]) -> usize {
        let mut input = bytes;
        loop {
            let acted = self.act();
            let step = self.session.receive(self.now, &mut input, &mut self.out);
            let lent = step.is_some();
            if let Some(step) = step {
                self.answer(&step);
            }
            if !acted && !lent && !self.act() {
                return input.len();
            }
        }
    }

    /// Sends an application message of our own.
    pub fn send_order(&mut self) {
        let order = |body: &mut sansfix::wire::Body<'_>| {
            body.field(11, "ORDER");
        };
        let sent = self.session.send(self.now, b"D", order, &mut self.out);
        assert!(sent.is_ok(), "an application message is refused: {sent:?}");
        self.feed(&[]);
    }

    /// Forgets what was seen so far.
    pub fn forget(&mut self) {
        self.sent.clear();
        self.lent.clear();
    }

    /// Accepts the message that is held, and lends what follows.
    ///
    /// # Panics
    /// When no message is held.
    pub fn settle_open(&mut self) {
        let Some(Open::Message(id)) = self.open.take() else { panic!("no message is lent") };
        let settled = self.session.settle(self.now, id, Verdict::Accept, &mut self.out);
        assert_eq!(settled, Ok(()), "what is held can be settled");
        self.feed(&[]);
    }

    /// Whether what is lent can still be answered. Changes nothing.
    #[must_use]
    pub fn still_open(&self, open: Open) -> bool {
        let (mut session, mut out) = (self.session.clone(), self.out.clone());
        match open {
            Open::Message(id) => session.settle(self.now, id, Verdict::Accept, &mut out).is_ok(),
            Open::Logon(id) => session.logon(self.now, id, |_| {}, &mut out).is_ok(),
        }
    }

    fn answer(&mut self, step: &Step<'_>) {
        match step {
            Step::Inbound(inbound) => {
                self.lent.push(Lent { order: inbound.order, queued: matches!(inbound.raw, Raw::Queued(_)) });
                if self.hold {
                    self.open = Some(Open::Message(inbound.id));
                    return;
                }
                let settled = self.session.settle(self.now, inbound.id, Verdict::Accept, &mut self.out);
                assert_eq!(settled, Ok(()), "what was just lent can be settled");
            }
            Step::LogonWanted(wanted) => {
                if self.hold {
                    self.open = Some(Open::Logon(wanted.id));
                    return;
                }
                let made = self.session.logon(self.now, wanted.id, |_| {}, &mut self.out);
                assert_eq!(made, Ok(wanted.seq), "a Logon that is wanted can be made");
            }
            Step::Garbled { why, .. } => panic!("the test's own message is garbled: {why}"),
        }
    }

    /// Carries out every action. Whether there was one.
    fn act(&mut self) -> bool {
        let mut acted = false;
        for _ in 0..10_000 {
            let mut saved = None;
            match self.out.next() {
                None => return acted,
                Some(Action::StateChanged(_)) => {}
                Some(Action::Save(batch)) => {
                    let records = batch.records().map(|record| (record.range.begin.get(), record.raw));
                    let messages = records.filter_map(|(seq, raw)| Some((seq, raw?.to_vec())));
                    self.store.extend(messages);
                    self.saved = Some(batch.snapshot().clone());
                    saved = Some(batch.ticket());
                }
                Some(Action::Fetch { fetch, range, .. }) => self.asked = Some((fetch, range)),
                Some(Action::Transmit(bytes)) => {
                    self.sent.extend(wire::split(bytes.bytes()));
                    let count = bytes.bytes().len();
                    bytes.sent(count);
                }
                Some(Action::Disconnect(reason)) => self.disconnect = Some(reason),
            }
            acted = true;
            if let Some(ticket) = saved {
                self.session.handle(self.now, Event::Saved(ticket), &mut self.out);
            }
            if !self.slow_store {
                self.serve();
            }
        }
        panic!("actions without end: {:?}", self.session.status());
    }

    /// The store is slow no longer.
    pub fn answer_store(&mut self) {
        self.slow_store = false;
        self.serve();
        self.feed(&[]);
    }

    /// Answers the question to the store, if there is one.
    fn serve(&mut self) {
        let Some((fetch, range)) = self.asked.take() else { return };
        for number in range.begin.get()..=range.end.get() {
            let event = match self.store.get(&number) {
                Some(raw) => Event::Stored { fetch, seq: seq(number), raw },
                None => Event::Declined { fetch, range: SeqRange::one(seq(number)) },
            };
            self.session.handle(self.now, event, &mut self.out);
        }
        self.session.handle(self.now, Event::FetchEnd { fetch, through: range.end }, &mut self.out);
    }
}

/// The number `value`, which is not 0.
///
/// # Panics
/// When it is 0.
#[must_use]
pub(super) fn seq(value: u64) -> SeqNum {
    SeqNum::new(value).expect("a sequence number is not 0")
}
