//! One session against arbitrary events: a list of steps, decoded from bytes, drives the real session with a store
//! that may be slow. What it says and does is checked after each step.

mod checks;
mod inbound;
mod mishaps;
mod numbers;
mod outbound;
mod repeats;
mod setup;
mod stores;

use std::sync::Arc;

use numbers::{Call, Numbers};
use repeats::Repeats;

use sansfix::config::Config;
use sansfix::wire::{Body, Frame, Message, frame};
use sansfix::{
    Action, Actions, BusinessRejectReason, Command, Event, FetchId, InboundId, LogonError, Now, Origin,
    Outcome, OwnedBatch, PhaseName, ResetMode, SeqNum, SeqRange, Session, SessionRejectReason, Step, Verdict,
    greeting,
};
use sansfix_runtime::MemoryStore;

/// Reasons of a Reject, those of every version among them.
const SESSION_REASONS: [SessionRejectReason; 7] = [
    SessionRejectReason::ValueIsIncorrect,
    SessionRejectReason::UndefinedTag,
    SessionRejectReason::DecryptionProblem,
    SessionRejectReason::SignatureProblem,
    SessionRejectReason::XmlValidationError,
    SessionRejectReason::InvalidUnsupportedApplicationVersion,
    SessionRejectReason::Other,
];

/// Reasons of a BusinessMessageReject, those of every version among them.
const BUSINESS_REASONS: [BusinessRejectReason; 3] = [
    BusinessRejectReason::Other,
    BusinessRejectReason::NotAuthorized,
    BusinessRejectReason::ThrottleLimitExceeded,
];

/// The longest first message that is waited for, bytes.
const LONGEST_GREETING: usize = 300;

/// Drives the session with the steps in `input`; returns how many messages it transmitted.
pub fn run(input: &[u8]) -> usize {
    let mut bytes = input.iter().copied();
    let mut byte = || bytes.next().unwrap_or_default();
    let mut driven = Driven::new(byte(), [byte(), byte()]);
    while let Some(step) = bytes.next() {
        driven.step(step, &mut bytes);
        driven.check();
    }
    driven.show();
    driven.transmitted
}

/// How the store's questions are answered.
#[derive(Clone, Copy, PartialEq)]
enum Answers {
    /// With what is stored.
    Whole,
    /// The application declines to repeat anything.
    Declined,
    /// A record is missing.
    Lost,
}

struct Driven {
    config: Arc<Config>,
    session: Session,
    out: Actions,
    store: MemoryStore,
    now: Now,
    input: Vec<u8>,
    lent: Option<InboundId>,
    /// A question that was asked and is not answered yet, when the store is slow.
    asked: Option<(FetchId, SeqRange, u32)>,
    /// A batch that was offered and is not saved yet, when the store is slow.
    saving: Option<OwnedBatch>,
    slow: bool,
    /// The transport takes nothing.
    stuck: bool,
    answers: Answers,
    /// What is added to each Logon.
    logon_fields: Option<u8>,
    /// What the session asked with last.
    last_test_req_id: String,
    numbers: Numbers,
    repeats: Repeats,
    logout_sent: bool,
    transmitted: usize,
}

impl Driven {
    fn new(variant: u8, options: [u8; 2]) -> Self {
        let (config, snapshot) = (Arc::new(setup::config(variant, options)), setup::snapshot(options));
        let store = MemoryStore::with_snapshot(snapshot.clone());
        let session = Session::new(Arc::clone(&config), snapshot);
        let mut driven = Self {
            store,
            numbers: Numbers::new(&session),
            repeats: Repeats::default(),
            session,
            config,
            out: Actions::new(),
            now: setup::START,
            input: Vec::new(),
            lent: None,
            asked: None,
            saving: None,
            slow: false,
            stuck: false,
            answers: Answers::Whole,
            logon_fields: None,
            last_test_req_id: String::new(),
            logout_sent: false,
            transmitted: 0,
        };
        driven.handle(Event::Connected);
        driven.perform(usize::MAX);
        if variant & 32 == 0 {
            // Most inputs begin logged on: that is where most can happen.
            let logon = inbound::first_logon(&driven.session, driven.now);
            driven.input.extend_from_slice(&logon);
            driven.perform(usize::MAX);
            driven.settle(0);
            driven.perform(usize::MAX);
        }
        driven
    }

    fn handle(&mut self, event: Event<'_>) -> Outcome {
        assert!(!format!("{event:?}").is_empty());
        let outcome = self.session.handle(self.now, event, &mut self.out);
        // A connection that there is already, or that there is not, is ignored.
        let call = match event {
            Event::Connected if outcome == Outcome::Done => Call::Begins,
            Event::Disconnected if outcome == Outcome::Done => Call::Ends,
            Event::Command(Command::SetNextSender(_)) => Call::SetNextSender,
            Event::Command(Command::SetNextTarget(_)) => Call::SetNextTarget,
            _ => Call::Other,
        };
        if matches!(call, Call::Begins | Call::Ends) {
            self.input.clear();
            self.lent = None;
            self.logout_sent = false;
            self.repeats.clear();
        }
        self.numbers.called(&self.session, call);
        outcome
    }

    fn step(&mut self, step: u8, bytes: &mut impl Iterator<Item = u8>) {
        let value = bytes.next().unwrap_or_default();
        if value & 8 != 0 {
            self.settle(0);
        }
        let page = step / 10;
        match step % 10 {
            0 | 1 => {
                let choice = (page, value, bytes.next().unwrap_or(2));
                let message = inbound::message(&self.session, self.now, &self.last_test_req_id, choice);
                self.read(&message);
            }
            2 => self.read(&bytes.take(usize::from(value % 64)).collect::<Vec<u8>>()),
            3 => {
                self.now = self.now.plus_ns(u64::from(value).pow(3) * 10_000_000);
                self.handle(Event::Tick);
            }
            4 => self.command(page, value),
            5 => self.connection(page, value),
            6 => self.send(page, value),
            7 => self.surroundings(page, value),
            8 => self.settle(value),
            _ => {
                if page % 2 == 1 {
                    // The clock is put back by two hours.
                    self.now.utc_ns -= 7_200_000_000_000;
                }
                let open = value & 1 == 0;
                let started_utc_ns = if value & 2 == 0 { 0 } else { self.now.utc_ns };
                if self.session.snapshot().created_utc_ns < started_utc_ns {
                    self.numbers.reset_is_asked_for(true);
                }
                self.handle(Event::Period { open, started_utc_ns });
            }
        }
        self.perform(if value & 16 == 0 { usize::MAX } else { 7 });
    }

    /// Bytes from the counterparty. They might be the first ones of a connection.
    fn read(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
        let greeting = greeting(&self.input, LONGEST_GREETING);
        let waits = greeting.is_none() && self.input.len() > LONGEST_GREETING;
        assert!(!waits, "nothing bounds what waits");
        assert!(greeting.is_none_or(|greeting| !format!("{greeting:?}").is_empty()));
    }

    fn command(&mut self, page: u8, value: u8) {
        let seq = if page % 3 == 1 { SeqNum::MAX.get() - 2 } else { 0 };
        let seq = SeqNum::new(seq + u64::from(value / 16) + 1).unwrap_or(SeqNum::FIRST);
        let text = if page % 3 == 2 { "two\x01fields" } else { "operator" };
        let command = match value % 10 {
            0 => Command::Logon { by: Origin::Operator },
            1 | 2 => Command::Logout { text, by: Origin::Operator },
            3 => Command::Reset(ResetMode::Offline),
            4 => Command::Reset(ResetMode::LogoutThenReset),
            5 => Command::Reset(ResetMode::InSession),
            6 => Command::SetNextSender(seq),
            7 => Command::SetNextTarget(seq),
            8 => Command::TestRequest { id: if page == 0 { "" } else { text } },
            _ => Command::Disconnect,
        };
        if let Command::Reset(mode) = command {
            let refused =
                mode == ResetMode::Offline && self.session.status().phase != PhaseName::Disconnected;
            if !refused {
                self.numbers.reset_is_asked_for(mode != ResetMode::InSession);
            }
        }
        let outcome = self.handle(Event::Command(command));
        if let Outcome::Refused(why) = outcome {
            assert!(!why.to_string().is_empty());
        }
    }

    fn send(&mut self, page: u8, value: u8) {
        let write = |body: &mut Body<'_>| outbound::write(body, value);
        let before = self.session.snapshot().next_sender;
        let sent = self.session.send(self.now, outbound::msg_type(page), write, &mut self.out);
        self.numbers.called(&self.session, Call::Other);
        match sent {
            Ok(seq) => assert_eq!(seq, before, "the next number"),
            Err(why) => {
                assert!(!why.to_string().is_empty());
                assert_eq!(self.session.snapshot().next_sender, before, "a refusal uses no number");
            }
        }
    }

    fn settle(&mut self, value: u8) {
        let Some(id) = self.lent.take() else { return };
        let choice = usize::from(value / 5);
        let verdict = match value % 5 {
            0 | 1 => Verdict::Accept,
            2 => {
                let reason = SESSION_REASONS[choice % SESSION_REASONS.len()];
                Verdict::SessionReject { reason, tag: (choice % 2 == 0).then_some(55), text: "" }
            }
            3 => {
                let reason = BUSINESS_REASONS[choice % BUSINESS_REASONS.len()];
                Verdict::BusinessReject {
                    reason,
                    ref_id: if choice == 0 { "" } else { "A" },
                    text: "no\x01thing",
                }
            }
            _ => {
                let status = (choice % 4 >= 2).then_some(9);
                Verdict::RefuseLogon { text: if value & 1 == 0 { "" } else { "no" }, status }
            }
        };
        // It may have been withdrawn meanwhile.
        let _ = self.session.settle(self.now, id, verdict, &mut self.out);
        self.numbers.called(&self.session, Call::Other);
    }

    /// Does what there is to do; a lent message waits for its step. At most `chunk` bytes leave at a time.
    fn perform(&mut self, chunk: usize) {
        for _ in 0..100_000 {
            let mut rest = &self.input[..];
            let step = self.session.receive(self.now, &mut rest, &mut self.out);
            assert!(step.as_ref().is_none_or(|step| !format!("{step:?}").is_empty()));
            let (lent, wanted) = match step {
                Some(Step::Inbound(inbound)) => {
                    self.numbers.lent(&inbound.message());
                    (Some(inbound.id), None)
                }
                Some(Step::LogonWanted(wanted)) => (None, Some(wanted.id)),
                Some(Step::Garbled { .. }) | None => (None, None),
            };
            self.numbers.called(&self.session, Call::Other);
            self.input.drain(..self.input.len() - rest.len());
            self.lent = lent.or(self.lent);
            if let Some(id) = wanted {
                self.log_on(id);
            }
            if !self.act(chunk) && lent.is_none() && wanted.is_none() {
                return;
            }
        }
        panic!("there is always something more to do");
    }

    fn log_on(&mut self, id: InboundId) {
        if let Some(choice) = self.logon_fields {
            let write = |body: &mut Body<'_>| outbound::write(body, choice);
            match self.session.logon(self.now, id, write, &mut self.out) {
                Ok(_) => return self.numbers.called(&self.session, Call::Logon),
                Err(why) => assert!(matches!(why, LogonError::Body(_)), "{why}: it was lent just now"),
            }
            self.numbers.called(&self.session, Call::Other);
        }
        self.session.logon(self.now, id, |_| {}, &mut self.out).expect("it was lent just now");
        self.numbers.called(&self.session, Call::Logon);
    }

    fn act(&mut self, chunk: usize) -> bool {
        match self.out.next() {
            None => return false,
            Some(Action::StateChanged(status)) => {
                let ended = status.ended.map(|reason| reason.to_string());
                assert!(ended.is_none_or(|reason| !reason.is_empty()));
            }
            Some(Action::Transmit(wire)) if self.stuck => wire.blocked(),
            Some(Action::Save(batch)) => {
                assert!(self.saving.is_none(), "one save is in flight at a time");
                self.numbers.offered(batch.ticket());
                self.saving = Some(batch.take());
                if !self.slow {
                    self.finish_save();
                }
            }
            Some(Action::Fetch { fetch, range, limit }) if self.slow => {
                self.asked = Some((fetch, range, limit))
            }
            Some(Action::Fetch { fetch, range, limit }) => self.fetch(fetch, range, limit),
            Some(Action::Transmit(wire)) => {
                // Whole messages are looked at, whatever part of them leaves.
                let bytes = wire.bytes().to_vec();
                let mut count = 0;
                let mut seen = Vec::new();
                while let Frame::Message { message, taken } = frame(&bytes[count..], 1 << 20) {
                    seen.push(message.bytes().to_vec());
                    count += taken;
                    if count >= chunk {
                        break;
                    }
                }
                assert!(count > 0, "what leaves is made of whole messages");
                wire.sent(count);
                for message in seen {
                    self.observe(&Message::parse(&message).expect("it was framed"));
                }
            }
            Some(Action::Disconnect(_)) => _ = self.handle(Event::Disconnected),
        }
        true
    }
}
