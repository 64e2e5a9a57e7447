//! One session against arbitrary events: a list of steps, decoded from bytes, drives the real session with a store
//! that may be slow. What it says and does is checked after each step.

use std::collections::BTreeSet;
use std::sync::Arc;

use sansfix::config::{Config, Identity, Profile, Role};
use sansfix::wire::{Frame, Message, checksum, frame};
use sansfix::{
    Action, Actions, BeginString, BusinessRejectReason, Command, Event, InboundId, Now, Origin, Outcome,
    OwnedBatch, Record, ResetMode, SeqNum, SeqRange, Session, SessionRejectReason, Snapshot, Step, Verdict,
    msg_type,
};
use sansfix_runtime::{MemoryStore, Store};

/// Kinds of messages the counterparty sends: MsgType and body.
const MESSAGES: [(&str, &str); 16] = [
    ("A", "98=0|108=30|"),
    ("A", "98=0|108=30|141=Y|"),
    ("0", ""),
    ("1", "112=PING|"),
    ("2", "7=1|16=0|"),
    ("2", "7=2|16=3|"),
    ("2", "7=3|16=1|"),
    ("3", "45=1|58=why|"),
    ("4", "36=9|123=Y|"),
    ("4", "36=2|123=Y|"),
    ("4", "36=7|"),
    ("5", "58=bye|"),
    ("D", "11=A|55=FIX|"),
    ("j", "45=2|372=D|380=0|"),
    ("n", "213=x|"),
    ("1", ""),
];

/// Drives the session with the steps in `input`; returns how many messages it transmitted.
pub fn run(input: &[u8]) -> usize {
    let mut bytes = input.iter().copied();
    let mut driven = Driven::new(bytes.next().unwrap_or_default());
    while let Some(step) = bytes.next() {
        driven.step(step, &mut bytes);
        driven.check();
    }
    driven.transmitted
}

struct Driven {
    session: Session,
    out: Actions,
    store: MemoryStore,
    now: Now,
    input: Vec<u8>,
    lent: Option<InboundId>,
    /// A batch that was offered and is not saved yet, when the store is slow.
    saving: Option<OwnedBatch>,
    slow: bool,
    saved: BTreeSet<u64>,
    epoch: u64,
    /// The epoch in which the connection began.
    connected_in: u64,
    /// The number that the next new message must have, once one was seen.
    expected: Option<u64>,
    /// Numbers may have been passed over: what did not leave with its connection never does.
    skipped: bool,
    /// The operator has chosen a number: from then on any can come next, until a Logon with number 1.
    overridden: bool,
    logout_sent: bool,
    target: SeqNum,
    target_may_fall: bool,
    /// The epoch, and whether a reset was owed, when it was checked last.
    last_reset: (u64, bool),
    transmitted: usize,
}

impl Driven {
    fn new(variant: u8) -> Self {
        let version = BeginString::ALL[usize::from(variant >> 2) % BeginString::ALL.len()];
        let role = if variant & 1 == 0 { Role::Acceptor } else { Role::Initiator };
        let profile = if variant & 2 == 0 { Profile::Standard } else { Profile::Compatible };
        let mut config = Config::new(role, Identity::new(version, "US", "THEM")).with_profile(profile);
        config.limits.queued_messages = 3;
        config.limits.replay_batch = 2;
        config.next_expected_msg_seq_num = variant & 64 != 0;
        config.last_msg_seq_num_processed = variant & 128 != 0;
        let now = Now { mono_ns: 1_000_000_000, utc_ns: 1_790_000_000_000_000_000 };
        let mut driven = Self {
            session: Session::new(Arc::new(config), Snapshot::new(now.utc_ns)),
            out: Actions::new(),
            store: MemoryStore::new(),
            now,
            input: Vec::new(),
            lent: None,
            saving: None,
            slow: false,
            saved: BTreeSet::new(),
            epoch: 0,
            connected_in: 0,
            expected: None,
            skipped: false,
            overridden: false,
            logout_sent: false,
            target: SeqNum::FIRST,
            target_may_fall: false,
            last_reset: (0, false),
            transmitted: 0,
        };
        driven.handle(Event::Connected);
        driven.perform(usize::MAX);
        if variant & 32 == 0 {
            // Most inputs begin logged on: that is where most can happen.
            driven.message(0, 2);
            driven.perform(usize::MAX);
            driven.settle(0);
            driven.perform(usize::MAX);
        }
        driven
    }

    fn handle(&mut self, event: Event<'_>) {
        if matches!(event, Event::Connected | Event::Disconnected) {
            self.input.clear();
            self.lent = None;
            self.logout_sent = false;
            self.skipped = true;
            self.connected_in = self.session.snapshot().epoch;
        }
        let epoch = self.session.snapshot().epoch;
        self.session.handle(self.now, event, &mut self.out);
        if self.session.snapshot().epoch != epoch {
            self.expected = None;
        }
    }

    fn step(&mut self, step: u8, bytes: &mut impl Iterator<Item = u8>) {
        let value = bytes.next().unwrap_or_default();
        if value & 8 != 0 {
            self.settle(0);
        }
        match step % 10 {
            0 | 1 => self.message(value, bytes.next().unwrap_or(2)),
            2 => self.input.extend(bytes.take(usize::from(value % 64))),
            3 => {
                self.now = self.now.plus_ns(u64::from(value).pow(3) * 10_000_000);
                self.handle(Event::Tick);
            }
            4 => self.command(value),
            5 => self.handle(if value & 1 == 0 { Event::Connected } else { Event::Disconnected }),
            6 => _ = self.session.send(self.now, b"D", |body| _ = body.field(11, "B"), &mut self.out),
            7 => {
                self.slow = value & 1 == 1;
                self.finish_save();
            }
            8 => self.settle(value),
            _ => {
                let open = value & 1 == 0;
                let started_utc_ns = if value & 2 == 0 { 0 } else { self.now.utc_ns };
                self.target_may_fall = true;
                self.handle(Event::Period { open, started_utc_ns });
            }
        }
        self.perform(if value & 16 == 0 { usize::MAX } else { 7 });
    }

    /// A well-formed message whose number lies near the expected one.
    fn message(&mut self, kind: u8, number: u8) {
        let (msg_type, body) = MESSAGES[usize::from(kind) % MESSAGES.len()];
        let expected = self.session.status().next_target.get();
        let seq =
            if body.contains("141=Y") { 1 } else { (expected + u64::from(number % 8)).saturating_sub(2) };
        let mut header = format!("35={msg_type}|34={seq}|49=THEM|52=");
        let mut time = Vec::new();
        sansfix::wire::write_timestamp(&mut time, self.now.utc_ns, sansfix::wire::Precision::Seconds);
        let time = String::from_utf8_lossy(&time).into_owned();
        header.push_str(&time);
        header.push_str("|56=US|");
        if number & 16 != 0 {
            header.push_str(&format!("43=Y|122={time}|"));
        }
        let rest = format!("{header}{body}").replace('|', "\x01");
        let version = self.session.config().identity.begin_string.as_str();
        let mut bytes = format!("8={version}\x019={}\x01{rest}", rest.len()).into_bytes();
        let sum = checksum(&bytes);
        bytes.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
        self.input.extend_from_slice(&bytes);
    }

    fn command(&mut self, value: u8) {
        let seq = SeqNum::new(u64::from(value / 16) + 1).unwrap_or(SeqNum::FIRST);
        let command = match value % 10 {
            0 => Command::Logon { by: Origin::Operator },
            1 | 2 => Command::Logout { text: "operator", by: Origin::Operator },
            3 => Command::Reset(ResetMode::Offline),
            4 => Command::Reset(ResetMode::LogoutThenReset),
            5 => Command::Reset(ResetMode::InSession),
            6 => Command::SetNextSender(seq),
            7 => Command::SetNextTarget(seq),
            8 => Command::TestRequest { id: "" },
            _ => Command::Disconnect,
        };
        self.target_may_fall |= matches!(command, Command::Reset(_) | Command::SetNextTarget(_));
        self.overridden |= matches!(command, Command::SetNextSender(_));
        self.handle(Event::Command(command));
    }

    fn settle(&mut self, value: u8) {
        let Some(id) = self.lent.take() else { return };
        let verdict = match value % 5 {
            0 | 1 => Verdict::Accept,
            2 => {
                let reason = SessionRejectReason::ValueIsIncorrect;
                Verdict::SessionReject { reason, tag: Some(55), text: "" }
            }
            3 => Verdict::BusinessReject { reason: BusinessRejectReason::Other, ref_id: "", text: "no" },
            _ => Verdict::RefuseLogon { text: if value & 1 == 0 { "" } else { "no" }, status: None },
        };
        // It may have been withdrawn meanwhile.
        let _ = self.session.settle(self.now, id, verdict, &mut self.out);
    }

    /// Does what there is to do; a lent message waits for its step. At most `chunk` bytes leave at a time.
    fn perform(&mut self, chunk: usize) {
        for _ in 0..100_000 {
            let mut rest = &self.input[..];
            let step = self.session.receive(self.now, &mut rest, &mut self.out);
            let (lent, wanted) = match step {
                Some(Step::Inbound(inbound)) => (Some(inbound.id), None),
                Some(Step::LogonWanted(wanted)) => (None, Some(wanted.id)),
                Some(Step::Garbled { .. }) | None => (None, None),
            };
            self.input.drain(..self.input.len() - rest.len());
            self.lent = lent.or(self.lent);
            if let Some(id) = wanted {
                self.session.logon(self.now, id, |_| {}, &mut self.out).expect("it was lent just now");
            }
            if !self.act(chunk) && lent.is_none() && wanted.is_none() {
                return;
            }
        }
        panic!("there is always something more to do");
    }

    fn act(&mut self, chunk: usize) -> bool {
        match self.out.next() {
            None => return false,
            Some(Action::StateChanged(_)) => {}
            Some(Action::Save(batch)) => {
                assert!(self.saving.is_none(), "one save is in flight at a time");
                self.saving = Some(batch.take());
                if !self.slow {
                    self.finish_save();
                }
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
            Some(Action::Disconnect(_)) => self.handle(Event::Disconnected),
        }
        true
    }

    fn finish_save(&mut self) {
        let Some(batch) = self.saving.take() else { return };
        self.store.save(&batch.as_batch()).expect("memory does not fail");
        if batch.snapshot().epoch != self.epoch {
            self.epoch = batch.snapshot().epoch;
            self.saved.clear();
        }
        // A Logon's record is a hole of one number.
        let is_message = |record: &Record<'_>| record.raw.is_some() || record.range.begin == record.range.end;
        for record in batch.records().filter(is_message) {
            self.saved.insert(record.range.begin.get());
        }
        self.handle(Event::Saved(batch.ticket()));
    }

    fn fetch(&mut self, fetch: sansfix::FetchId, range: SeqRange, limit: u32) {
        let (session, out, now) = (&mut self.session, &mut self.out, self.now);
        let through = self.store.fetch(range, limit, &mut |stored| {
            session.handle(now, stored.answer(fetch), out);
        });
        let through = through.expect("memory does not fail");
        self.handle(Event::FetchEnd { fetch, through });
    }

    /// What has left: saved, numbered without a break, and nothing new after a Logout.
    fn observe(&mut self, message: &Message<'_>) {
        self.transmitted += 1;
        let seq = message.seq().expect("every message has a number").get();
        if message.poss_dup() {
            return;
        }
        let reset = seq == 1 && message.msg_type() == msg_type::LOGON;
        let skipped = std::mem::take(&mut self.skipped);
        self.overridden &= !reset;
        if let Some(expected) = self.expected.filter(|_| !self.overridden && seq != 1) {
            let fits = if skipped { seq >= expected } else { seq == expected };
            assert!(fits, "number {seq} was sent where {expected} was due");
        }
        // What an epoch's end left unsaved leaves without a record: it can never be asked for again.
        let same_epoch = self.epoch == self.connected_in;
        assert!(!same_epoch || self.saved.contains(&seq), "{seq} left before it was saved");
        self.expected = Some(seq + 1);
        assert!(!self.logout_sent || message.msg_type() == msg_type::LOGOUT, "something new after a Logout");
        self.logout_sent = message.msg_type() == msg_type::LOGOUT;
    }

    fn check(&mut self) {
        let (status, durable) = (self.session.status(), self.session.snapshot());
        // A reset shows in the epoch, or in that one was owed and is confirmed.
        let reset = (durable.epoch, durable.reset_owed) != self.last_reset;
        let may_fall = reset || std::mem::take(&mut self.target_may_fall);
        assert!(status.next_target >= self.target || may_fall, "the expected number fell");
        self.last_reset = (durable.epoch, durable.reset_owed);
        self.target = status.next_target;
        if let Some((at, timer)) = self.session.deadline().filter(|(at, _)| *at <= self.now.mono_ns) {
            let outcome = self.session.clone().handle(self.now, Event::Tick, &mut self.out.clone());
            assert_eq!(outcome, Outcome::Done, "{timer:?} is due since {at} and nothing comes of it");
        }
    }
}
