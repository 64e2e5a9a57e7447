//! The session with a clock, a store and the other end of the wire. Whatever it wants done is done within the step.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use sansfix::config::Config;
use sansfix::wire::{Frame, frame};
use sansfix::{
    Action, Actions, BusinessRejectReason, Command, Event, Now, Origin, Raw, ResetMode, SECOND_NS, SeqNum,
    SeqRange, Session, SessionRejectReason, Snapshot, Step, Verdict,
};

use super::letter::{Answer, Letter, Order, What};
use super::seen::{Happening, Lent, Seen, Text};
use super::writing::{Against, UTC_SECONDS};

/// More than any step can take.
const MOST_ROUNDS: usize = 1_000;

/// A session and its surroundings. Equal when the sessions are, and their stores hold the same.
#[derive(Clone, Debug)]
pub struct Stand {
    /// The session
    pub session: Session,
    out: Actions,
    /// What is durable of the numbers
    pub saved: Snapshot,
    /// What is durable of the messages; `None` for a hole
    pub records: BTreeMap<u64, Option<Arc<[u8]>>>,
    /// The monotonic clock, nanoseconds
    pub mono_ns: u64,
}

impl PartialEq for Stand {
    fn eq(&self, other: &Self) -> bool {
        self.session == other.session && self.records == other.records
    }
}

impl Eq for Stand {}

impl Hash for Stand {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.session.hash(state);
        self.records.hash(state);
    }
}

impl Stand {
    /// A session that never ran.
    #[must_use]
    pub fn new(config: &Arc<Config>) -> Self {
        let snapshot = Snapshot::new(UTC_SECONDS * SECOND_NS as i64);
        Self {
            session: Session::new(Arc::clone(config), snapshot.clone()),
            out: Actions::new(),
            saved: snapshot,
            records: BTreeMap::new(),
            mono_ns: SECOND_NS,
        }
    }

    /// The moment.
    #[must_use]
    pub fn now(&self) -> Now {
        Now { mono_ns: self.mono_ns, utc_ns: UTC_SECONDS * SECOND_NS as i64 }
    }

    /// What messages of the counterparty are relative to.
    pub(super) fn against<'a>(&'a self, test_req_id: Option<&'a [u8]>) -> Against<'a> {
        let snapshot = self.session.snapshot();
        Against {
            config: self.session.config(),
            expected: snapshot.next_target.get(),
            sender: snapshot.next_sender.get(),
            test_req_id,
        }
    }

    /// Whether the letter means anything here.
    pub(super) fn can(&self, letter: &Letter, test_req_id: Option<&[u8]>) -> bool {
        let connected = self.session.status().phase != sansfix::PhaseName::Disconnected;
        match &letter.what {
            What::Connect => true,
            What::Lost => connected,
            What::Tick | What::Half => self.session.deadline().is_some(),
            What::Operator(_) | What::Send => true,
            What::Heard(said) => connected && said.write(&self.against(test_req_id)).is_some(),
        }
    }

    /// Performs a letter.
    pub(super) fn perform(&mut self, letter: &Letter, test_req_id: Option<&[u8]>) -> Seen {
        let mut seen = Seen::default();
        let now = self.now();
        let mut input = Vec::new();
        let mut verdict = Answer::Accept;
        match &letter.what {
            What::Connect => seen.outcome = Some(self.give(Event::Connected)),
            What::Lost => seen.outcome = Some(self.give(Event::Disconnected)),
            What::Tick => self.tick(&mut seen),
            What::Half => {
                let left = self.session.deadline().map_or(0, |(at, _)| at.saturating_sub(self.mono_ns));
                self.mono_ns += left / 2;
                seen.outcome = Some(self.give(Event::Tick));
            }
            What::Operator(order) => seen.outcome = Some(self.give(Event::Command(command(*order)))),
            What::Send => {
                let body = |body: &mut sansfix::wire::Body<'_>| {
                    body.field(11, "OURS");
                };
                // Refused in most states: what matters is that no number is used then.
                _ = self.session.send(now, b"D", body, &mut self.out);
            }
            What::Heard(said) => {
                input = said.write(&self.against(test_req_id)).unwrap_or_default();
                verdict = said.verdict;
            }
        }
        self.exhaust(&input, verdict, &mut seen);
        seen
    }

    fn give(&mut self, event: Event<'_>) -> sansfix::Outcome {
        self.session.handle(self.now(), event, &mut self.out)
    }

    /// A tick a nanosecond before the deadline, which is to do nothing, and the one that is due.
    fn tick(&mut self, seen: &mut Seen) {
        let Some((at, _)) = self.session.deadline() else { return };
        let mut early = self.clone();
        early.mono_ns = at.saturating_sub(1).max(self.mono_ns);
        if early.mono_ns < at {
            early.give(Event::Tick);
            let mut did = Seen::default();
            early.exhaust(&[], Answer::Accept, &mut did);
            seen.early = !did.all.is_empty();
        }
        self.mono_ns = at.max(self.mono_ns);
        seen.outcome = Some(self.give(Event::Tick));
    }

    /// Everything that is to be done, until there is nothing.
    fn exhaust(&mut self, bytes: &[u8], verdict: Answer, seen: &mut Seen) {
        let mut input = bytes;
        for _ in 0..MOST_ROUNDS {
            let acted = self.act(seen);
            let step = self.session.receive(self.now(), &mut input, &mut self.out);
            let lent = step.is_some();
            if let Some(step) = step {
                self.answer(&step, verdict, seen);
            }
            if !acted && !lent && !self.act(seen) {
                seen.left = input.len();
                return;
            }
        }
        seen.endless = true;
    }

    fn answer(&mut self, step: &Step<'_>, verdict: Answer, seen: &mut Seen) {
        let now = self.now();
        match step {
            Step::Inbound(inbound) => {
                let status = self.session.status();
                let queued = matches!(inbound.raw, Raw::Queued(_));
                let verdict = if queued { Answer::Accept } else { verdict };
                // A message that was lent can be answered: `Stale` would show as a number that is not counted.
                _ = self.session.settle(now, inbound.id, ruling(verdict), &mut self.out);
                let after = self.session.snapshot();
                let (expected, sent_next) = (after.next_target.get(), after.next_sender.get());
                seen.all.push(Happening::Lent(Lent {
                    text: Text::new(&inbound.message()),
                    order: inbound.order,
                    queued,
                    verdict,
                    phase: status.phase,
                    expected: (status.next_target.get(), expected),
                    sender: status.next_sender.get(),
                    sent_next,
                }));
            }
            Step::LogonWanted(wanted) => {
                _ = self.session.logon(now, wanted.id, |_| {}, &mut self.out);
            }
            Step::Garbled { .. } => seen.all.push(Happening::Garbled),
        }
    }

    /// Carries out every action. Whether there was one.
    fn act(&mut self, seen: &mut Seen) -> bool {
        let mut acted = false;
        loop {
            let mut saved = None;
            let mut asked = None;
            let mut closed = false;
            match self.out.next() {
                None => return acted,
                Some(Action::StateChanged(status)) => seen.all.push(Happening::State(status)),
                Some(Action::Save(batch)) => {
                    if batch.snapshot().epoch != self.saved.epoch {
                        self.records.clear();
                    }
                    for record in batch.records() {
                        for seq in record.range.begin.get()..=record.range.end.get() {
                            self.records.insert(seq, record.raw.map(Arc::from));
                        }
                    }
                    self.saved = batch.snapshot().clone();
                    saved = Some(batch.ticket());
                    seen.all.push(Happening::Saved);
                }
                Some(Action::Fetch { fetch, range, .. }) => asked = Some((fetch, range)),
                Some(Action::Transmit(wire)) => {
                    let texts = split(wire.bytes());
                    let count = wire.bytes().len();
                    wire.sent(count);
                    self.left(texts, seen);
                }
                Some(Action::Disconnect(reason)) => {
                    seen.all.push(Happening::Closed(reason));
                    closed = true;
                }
            }
            acted = true;
            if let Some(ticket) = saved {
                self.give(Event::Saved(ticket));
            }
            if let Some((fetch, range)) = asked {
                self.serve(fetch, range);
            }
            if closed {
                self.give(Event::Disconnected);
            }
        }
    }

    /// Messages leave: each that is new must be durable.
    fn left(&self, texts: Vec<Text>, seen: &mut Seen) {
        for text in texts {
            let durable = self.saved.next_sender.get() > text.seq && self.records.contains_key(&text.seq);
            if !durable {
                seen.unsaved = Some(text.seq);
            }
            seen.all.push(Happening::Sent(text));
        }
    }

    fn serve(&mut self, fetch: sansfix::FetchId, range: SeqRange) {
        for number in range.begin.get()..=range.end.get() {
            let Some(seq) = SeqNum::new(number) else { continue };
            match self.records.get(&number).cloned() {
                Some(Some(raw)) => self.give(Event::Stored { fetch, seq, raw: &raw }),
                Some(None) => self.give(Event::Declined { fetch, range: SeqRange::one(seq) }),
                // A lost record: the session closes, and the check of replays tells.
                None => continue,
            };
        }
        self.give(Event::FetchEnd { fetch, through: range.end });
    }
}

fn split(mut bytes: &[u8]) -> Vec<Text> {
    let mut texts = Vec::new();
    while let Frame::Message { message, taken } = frame(bytes, usize::MAX) {
        texts.push(Text::new(&message));
        bytes = &bytes[taken..];
    }
    assert!(bytes.is_empty(), "what leaves is no message: {}", String::from_utf8_lossy(bytes));
    texts
}

fn command(order: Order) -> Command<'static> {
    let by = Origin::Operator;
    match order {
        Order::Logon => Command::Logon { by },
        Order::Logout => Command::Logout { text: "", by },
        Order::TestRequest => Command::TestRequest { id: "" },
        Order::Disconnect => Command::Disconnect,
        Order::ResetOffline => Command::Reset(ResetMode::Offline),
        Order::ResetAfterLogout => Command::Reset(ResetMode::LogoutThenReset),
        Order::ResetInSession => Command::Reset(ResetMode::InSession),
    }
}

fn ruling(verdict: Answer) -> Verdict<'static> {
    match verdict {
        Answer::Accept => Verdict::Accept,
        Answer::SessionReject => {
            Verdict::SessionReject { reason: SessionRejectReason::ValueIsIncorrect, tag: None, text: "" }
        }
        Answer::BusinessReject => {
            Verdict::BusinessReject { reason: BusinessRejectReason::Other, ref_id: "", text: "NO" }
        }
        Answer::RefuseSilently => Verdict::RefuseLogon { text: "", status: None },
        Answer::Refuse => Verdict::RefuseLogon { text: "NO", status: None },
    }
}
