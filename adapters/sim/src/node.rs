//! A node: a session with its link, a store and an application, driven as a driver would drive it.
//!
//! Decides nothing of the protocol. What the session wants done is done at once, apart from what its store or its
//! transport delays.

mod dying;
mod view;

use std::collections::VecDeque;
use std::sync::Arc;

use sansfix::config::Config;
use sansfix::dictionary::Validator;
use sansfix::wire::Message;
use sansfix::{
    Event, InboundId, LogonWanted, Now, Order, Outcome, Reason, Refused, SeqNum, Session, Snapshot, Stale,
    Status, Timer, Verdict, msg_type,
};

use super::application::{Application, Ruling};
use super::settings::{Delivered, Sent, Settings};
use super::store::{Pace, Part, Question, SimStore};
use super::trace::{self, Call, Divergence, Recorder, Seen};

/// How many bytes a transport holds when nothing else is said: more than any run sends, and a number that a trace can
/// hold on every platform.
const UNBOUNDED_ROOM: usize = u32::MAX as usize;

/// A session with a store and an application.
#[derive(Debug)]
pub struct Node {
    recorder: Recorder,
    config: Arc<Config>,
    validator: Option<Arc<Validator>>,
    store: SimStore,
    /// What the session began with: the trace begins there.
    began_with: Snapshot,
    application: Box<dyn Application>,
    record: bool,
    pace: Pace,
    /// What the store was asked, and when it answers; `None` when it is told to.
    questions: VecDeque<(Option<u64>, Question)>,
    unsettled: Option<(InboundId, Delivered)>,
    inbox: Vec<Delivered>,
    sent: Vec<Sent>,
    states: Vec<Status>,
    outgoing: Vec<u8>,
    room: usize,
    blocked: bool,
    connected: bool,
    ended: Option<Reason>,
    ignored: Vec<u8>,
    refused: Vec<Refused>,
    /// How many more things are done before the process dies; `None` when it is not to die.
    fuse: Option<u32>,
    /// The process has died, and has not begun again.
    dead: bool,
    crashes: u64,
}

/// What a session wants done at one instant. A replay is fetched and sent in parts of many messages each.
const MOST_ACTIONS: usize = 2_000_000;

impl Node {
    /// A node without a connection.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let Settings { config, snapshot, validator, application, pace, record } = settings;
        let session = Session::new(Arc::clone(&config), snapshot.clone());
        Self {
            recorder: Recorder::new(session, validator.clone(), record),
            config,
            validator,
            store: SimStore::new(snapshot.clone()),
            began_with: snapshot,
            application,
            record,
            pace,
            questions: VecDeque::new(),
            unsettled: None,
            inbox: Vec::new(),
            sent: Vec::new(),
            states: Vec::new(),
            outgoing: Vec::new(),
            room: UNBOUNDED_ROOM,
            blocked: false,
            connected: false,
            ended: None,
            ignored: Vec::new(),
            refused: Vec::new(),
            fuse: None,
            dead: false,
            crashes: 0,
        }
    }

    /// Gives the session an event and does what it wants done.
    pub fn event(&mut self, now: Now, event: Event<'_>) -> Outcome {
        if self.dead {
            return Outcome::Ignored;
        }
        match event {
            Event::Connected => {
                self.connected = true;
                self.ended = None;
                self.blocked = false;
            }
            Event::Disconnected => self.connected = false,
            _ => {}
        }
        let outcome = match self.recorder.call(now, Call::Event(event)) {
            Seen::Outcome(outcome) => outcome,
            _ => Outcome::Ignored,
        };
        self.pump(now);
        outcome
    }

    /// Bytes from the counterparty.
    pub fn feed(&mut self, now: Now, bytes: &[u8]) {
        if self.connected && !self.dead {
            self.recorder.call(now, Call::Feed(bytes));
            self.pump(now);
        }
    }

    /// The application sends; `fields` are `tag=value`, each ended by SOH.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn send(&mut self, now: Now, msg_type: &[u8], fields: &[u8]) -> Result<SeqNum, Refused> {
        if self.dead {
            return Err(Refused::NotActive);
        }
        let result = self.number(now, msg_type, fields);
        self.pump(now);
        result
    }

    /// Has the session number a message, without doing yet what follows from it.
    fn number(&mut self, now: Now, msg_type: &[u8], fields: &[u8]) -> Result<SeqNum, Refused> {
        match self.recorder.call(now, Call::Send { msg_type, fields }) {
            Seen::Sent(Ok(seq)) => {
                self.sent.push(Sent { seq, msg_type: msg_type.to_vec(), fields: fields.to_vec() });
                Ok(seq)
            }
            Seen::Sent(Err(refused)) => Err(refused),
            _ => Err(Refused::NotActive),
        }
    }

    /// Answers the message that the application left unsettled.
    ///
    /// # Errors
    /// [`Stale`] when there is none, or when it has been withdrawn.
    pub fn settle(&mut self, now: Now, ruling: &Ruling) -> Result<(), Stale> {
        if self.dead {
            return Err(Stale);
        }
        let (id, message) = self.unsettled.take().ok_or(Stale)?;
        let result = self.rule(now, id, message, ruling.as_verdict());
        self.pump(now);
        result
    }

    /// Lets the store answer its oldest question, whatever its pace. False when there is none.
    pub fn answer_store(&mut self, now: Now) -> bool {
        if self.dead {
            return false;
        }
        let Some((_, question)) = self.questions.pop_front() else { return false };
        self.answer(now, question);
        self.pump(now);
        true
    }

    /// Does what the session wants done until nothing is left to do now.
    ///
    /// # Panics
    /// After two million actions: there is no end of them.
    pub fn pump(&mut self, now: Now) {
        let mut actions = 0;
        while !self.dead {
            actions += 1;
            assert!(actions < MOST_ACTIONS, "actions without end: {:?}", self.status());
            if let Some(question) = self.take_due_question(now) {
                if self.outlives_next() {
                    self.answer(now, question);
                }
                continue;
            }
            let room = self.room - self.outgoing.len().min(self.room);
            match self.recorder.call(now, Call::Next { room }) {
                Seen::Nothing => break,
                seen if self.outlives_next() => self.perform(now, seen),
                _ => {}
            }
        }
    }

    fn perform(&mut self, now: Now, seen: Seen) {
        match seen {
            Seen::Message { id, order, raw } => self.lend(now, id, order, raw),
            Seen::LogonWanted(wanted) => self.fill_logon(now, &wanted),
            Seen::Garbled { bytes, .. } => self.ignored.extend_from_slice(&bytes),
            Seen::StateChanged(status) => self.states.push(status),
            Seen::Save(batch) => self.ask(now, Question::Save(batch)),
            Seen::Fetch { fetch, range, limit } => self.ask(now, Question::Fetch { fetch, range, limit }),
            Seen::Transmit(bytes) => {
                self.blocked = bytes.is_empty();
                self.outgoing.extend_from_slice(&bytes);
            }
            Seen::Disconnect(reason) => {
                self.ended = Some(reason);
                self.connected = false;
                self.recorder.call(now, Call::Event(Event::Disconnected));
            }
            Seen::Done
            | Seen::Nothing
            | Seen::Outcome(_)
            | Seen::Sent(_)
            | Seen::Settled(_)
            | Seen::LogonSent(_) => {}
        }
    }

    fn lend(&mut self, now: Now, id: InboundId, order: Order, raw: Vec<u8>) {
        let Ok(message) = Message::parse(&raw) else {
            debug_assert!(false, "a garbled message was lent");
            return;
        };
        let answer = self.application.message(&message, order);
        for reply in &answer.replies {
            if let Err(refused) = self.number(now, &reply.msg_type, &reply.fields) {
                self.refused.push(refused);
            }
        }
        let delivered = Delivered { seq: message.seq(), order, raw: raw.clone() };
        match answer.ruling {
            Some(ruling) => {
                // It was lent just now, so it cannot be stale.
                let _ = self.rule(now, id, delivered, ruling.as_verdict());
            }
            None => self.unsettled = Some((id, delivered)),
        }
    }

    fn rule(
        &mut self,
        now: Now,
        id: InboundId,
        message: Delivered,
        verdict: Verdict<'_>,
    ) -> Result<(), Stale> {
        let seen = self.recorder.call(now, Call::Settle { id, verdict });
        let is_admin = Message::parse(&message.raw).is_ok_and(|read| msg_type::is_admin(read.msg_type()));
        if seen == Seen::Settled(Ok(())) && verdict == Verdict::Accept && !is_admin {
            self.inbox.push(message);
        }
        if seen == Seen::Settled(Ok(())) { Ok(()) } else { Err(Stale) }
    }

    fn fill_logon(&mut self, now: Now, wanted: &LogonWanted) {
        let fields = self.application.logon_fields(wanted);
        let seen = self.recorder.call(now, Call::Logon { id: wanted.id, fields: &fields });
        debug_assert!(matches!(seen, Seen::LogonSent(Ok(_))), "the application's Logon fields: {seen:?}");
    }

    fn ask(&mut self, now: Now, question: Question) {
        let due = match self.pace {
            Pace::Prompt => Some(now.mono_ns),
            Pace::After(ns) => Some(now.mono_ns.saturating_add(ns)),
            Pace::OnRequest => None,
        };
        self.questions.push_back((due, question));
    }

    fn take_due_question(&mut self, now: Now) -> Option<Question> {
        let due = self.store_due().is_some_and(|due| due <= now.mono_ns);
        if due { self.questions.pop_front().map(|(_, question)| question) } else { None }
    }

    fn answer(&mut self, now: Now, question: Question) {
        match question {
            Question::Save(batch) => {
                self.store.save(&batch);
                self.recorder.call(now, Call::Event(Event::Saved(batch.ticket())));
            }
            Question::Fetch { fetch, range, limit } => {
                let (parts, through) = self.store.fetch(range, limit);
                for part in &parts {
                    let event = match part {
                        Part::Stored { seq, raw } => Event::Stored { fetch, seq: *seq, raw },
                        Part::Declined { range } => Event::Declined { fetch, range: *range },
                    };
                    self.recorder.call(now, Call::Event(event));
                }
                self.recorder.call(now, Call::Event(Event::FetchEnd { fetch, through }));
            }
        }
    }

    /// When something is to be done without input: the session's deadline, or the store's answer. Nanoseconds.
    #[must_use]
    pub fn due(&self) -> Option<u64> {
        if self.dead {
            return None;
        }
        let session = self.recorder.link().deadline().map(|(due, _)| due);
        [session, self.store_due()].into_iter().flatten().min()
    }

    /// When the store's next answer is due, nanoseconds.
    #[must_use]
    pub fn store_due(&self) -> Option<u64> {
        self.questions.front().and_then(|(due, _)| *due)
    }

    /// When the session's next deadline is due, and what for.
    #[must_use]
    pub fn deadline(&self) -> Option<(u64, Timer)> {
        self.recorder.link().deadline()
    }

    /// Changes how fast the store answers. What it was asked before keeps its time. The pace before is returned.
    pub fn set_pace(&mut self, pace: Pace) -> Pace {
        std::mem::replace(&mut self.pace, pace)
    }

    /// Bounds how many bytes can wait in the transport: a counterparty that does not read.
    pub fn set_room(&mut self, now: Now, room: usize) {
        self.room = room;
        self.unblock(now);
    }

    /// Takes the bytes that the transport holds.
    pub fn take_output(&mut self, now: Now) -> Vec<u8> {
        let bytes = std::mem::take(&mut self.outgoing);
        self.unblock(now);
        bytes
    }

    fn unblock(&mut self, now: Now) {
        if self.blocked && self.outgoing.len() < self.room {
            self.blocked = false;
            self.recorder.call(now, Call::Writable);
            self.pump(now);
        }
    }

    /// Replays the trace on a new session.
    ///
    /// # Errors
    /// The first [`Divergence`].
    pub fn replay(&self) -> Result<String, Divergence> {
        let session = Session::new(Arc::clone(&self.config), self.began_with.clone());
        trace::replay(self.recorder.trace(), session, self.validator.clone())
    }

    /// The link and its trace.
    pub fn recorder(&mut self) -> &mut Recorder {
        &mut self.recorder
    }
}
