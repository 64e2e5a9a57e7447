//! The numbers, followed from outside call by call: which were taken and have not left, what was saved under them, and who
//! has asked for them to begin anew. What leaves is compared with it.

use std::collections::{BTreeMap, VecDeque};

use sansfix::wire::Message;
use sansfix::{OwnedBatch, PhaseName, Reason, Session, Ticket, msg_type};

/// What a call was, as far as the numbers may do then what they never do by themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Call {
    /// The operator chooses the number that is sent next.
    SetNextSender,
    /// The operator chooses the number that is expected next.
    SetNextTarget,
    /// Our Logon is made.
    Logon,
    /// The connection begins.
    Begins,
    /// The connection has ended.
    Ends,
    Other,
}

/// A number that was taken for a message which has not left.
#[derive(Debug)]
struct Due {
    epoch: u64,
    seq: u64,
    /// Which batch is to save it, counted from 1.
    batch: u64,
    /// How often the operator had lowered the number by then.
    lowered: u64,
}

/// The numbers of a session as they were after its last call.
#[derive(Debug)]
struct Known {
    epoch: u64,
    sender: u64,
    target: u64,
    reset_owed: bool,
}

impl Known {
    fn of(session: &Session) -> Self {
        let durable = session.snapshot();
        Self {
            epoch: durable.epoch,
            sender: durable.next_sender.get(),
            target: durable.next_target.get(),
            reset_owed: durable.reset_owed,
        }
    }
}

#[derive(Debug)]
pub(super) struct Numbers {
    known: Known,
    due: VecDeque<Due>,
    /// How many batches were offered to be saved, and the ticket of the last.
    formed: u64,
    offered: Option<Ticket>,
    /// Up to this batch they are saved.
    saved: u64,
    /// The epoch of the store, and what was saved in it by number. `None` is a hole.
    epoch: u64,
    records: BTreeMap<u64, Vec<Option<Vec<u8>>>>,
    lowered: u64,
    /// The last number that left, in which epoch, since the operator has lowered it last.
    left: Option<(u64, u64)>,
    /// The highest number to send next while the connection lasts.
    highest: u64,
    /// An in-session reset was asked for on this connection, by either side.
    asked: bool,
    /// The numbers are to begin anew when the connection is down.
    asked_when_down: bool,
    /// Both numbers were 1 as the connection began.
    fresh: bool,
    /// A Logout was sent, perhaps not far, or came.
    logout_seen: bool,
}

impl Numbers {
    pub(super) fn new(session: &Session) -> Self {
        let known = Known::of(session);
        Self {
            due: VecDeque::new(),
            formed: 0,
            offered: None,
            saved: 0,
            epoch: known.epoch,
            records: BTreeMap::new(),
            lowered: 0,
            left: None,
            highest: known.sender,
            asked: false,
            asked_when_down: false,
            fresh: false,
            logout_seen: false,
            known,
        }
    }

    /// The process has died: this session goes on from the store.
    pub(super) fn restarted(&mut self, session: &Session) {
        let known = Known::of(session);
        if let Some((_, last)) = self.left.filter(|(epoch, _)| *epoch == known.epoch) {
            assert!(last < known.sender, "after a crash {} is next, and {last} has left", known.sender);
        }
        let records = std::mem::take(&mut self.records);
        let (epoch, lowered, left) = (self.epoch, self.lowered, self.left);
        *self = Self { epoch, records, lowered, left, ..Self::new(session) };
    }

    /// Somebody asks for both numbers to begin anew: on the live connection, or when it is down.
    pub(super) fn reset_is_asked_for(&mut self, when_down: bool) {
        if when_down {
            self.asked_when_down = true;
        } else {
            self.asked = true;
        }
    }

    /// The counterparty's message is lent.
    pub(super) fn lent(&mut self, message: &Message<'_>) {
        let reset = message.msg_type() == msg_type::LOGON && message.get(141) == Some(b"Y");
        self.asked |= reset;
        self.logout_seen |= message.msg_type() == msg_type::LOGOUT;
    }

    /// The session was called: what has become of the numbers (G1), and which were taken.
    pub(super) fn called(&mut self, session: &Session, call: Call) {
        let now = Known::of(session);
        let before = std::mem::replace(&mut self.known, now);
        let now = &self.known;
        assert!(now.epoch == before.epoch || now.epoch == before.epoch + 1, "{before:?} became {now:?}");
        let renumbered = now.epoch != before.epoch;
        let confirmed = before.reset_owed && !now.reset_owed;
        if renumbered || now.target < before.target && !confirmed {
            let by_operator = call == Call::SetNextTarget && !renumbered;
            let due = by_operator || self.reset_is_due(session, &before, call);
            let what = if renumbered {
                "there was a reset that nobody asked for"
            } else {
                "the expected number fell"
            };
            assert!(due, "{what}: {before:?} became {now:?} by {call:?}");
            self.asked &= !renumbered;
        }
        let status = session.status();
        let logs_out = matches!(status.phase, PhaseName::LogoutSent | PhaseName::LogoutAnswered);
        // Whatever is sent as the connection is given up may have been one.
        let last_word = status.phase == PhaseName::Closing && now.sender > before.sender;
        self.logout_seen |= logs_out || last_word || status.ended == Some(Reason::PeerLogout);
        let mut from = if renumbered { 1 } else { before.sender };
        if call == Call::SetNextSender {
            if now.sender < from {
                // What has left until now may be sent anew.
                self.lowered += 1;
                self.left = None;
            }
            from = now.sender;
        }
        assert!(from <= now.sender, "the number to send fell: {before:?} became {now:?} by {call:?}");
        let (epoch, batch, lowered) = (now.epoch, self.formed + 1, self.lowered);
        self.due.extend((from..now.sender).map(|seq| Due { epoch, seq, batch, lowered }));
        self.highest = self.highest.max(before.sender).max(now.sender);
        if matches!(call, Call::Begins | Call::Ends) {
            // What has not left with its connection never does.
            self.due.clear();
            self.highest = now.sender;
            self.fresh = now.sender == 1 && now.target == 1;
            (self.asked, self.logout_seen) = (false, false);
        }
        if status.phase == PhaseName::Disconnected {
            (self.asked, self.asked_when_down) = (false, false);
        }
    }

    /// Whether the numbers may begin anew by this call: the configuration or an operator says so, the counterparty has asked
    /// for it, or it was announced before.
    fn reset_is_due(&self, session: &Session, before: &Known, call: Call) -> bool {
        let config = session.config();
        let down = session.status().phase == PhaseName::Disconnected;
        match call {
            Call::Logon => {
                let again = self.fresh && (config.reset_on_logout || config.reset_on_disconnect);
                config.reset_on_logon || before.reset_owed || self.asked || again
            }
            Call::Ends => {
                let after_logout = config.reset_on_logout && self.logout_seen;
                config.reset_on_disconnect || after_logout || self.asked_when_down
            }
            Call::Other => down && self.asked_when_down,
            Call::SetNextSender | Call::SetNextTarget | Call::Begins => false,
        }
    }

    /// A batch is offered, perhaps once more.
    pub(super) fn offered(&mut self, ticket: Ticket) {
        if self.offered.replace(ticket) != Some(ticket) {
            self.formed += 1;
        }
    }

    /// The batch that was offered last is saved.
    pub(super) fn saved(&mut self, batch: &OwnedBatch) {
        assert_eq!(self.offered, Some(batch.ticket()), "it was offered last");
        self.saved = self.formed;
        if batch.snapshot().epoch != self.epoch {
            self.epoch = batch.snapshot().epoch;
            self.records.clear();
        }
        // What is no message is a hole of one number too: a Logon, or any where messages are not kept.
        let is_message = |range: sansfix::SeqRange| range.begin == range.end;
        for record in batch.records().filter(|record| record.raw.is_some() || is_message(record.range)) {
            let saved = self.records.entry(record.range.begin.get()).or_default();
            saved.push(record.raw.map(<[u8]>::to_vec));
        }
    }

    /// Something new leaves: it has the number that was taken for it (G2), and its record is saved (G3). What the end of an
    /// epoch left unsaved leaves when that end is saved, without a record: it can never be asked for again.
    pub(super) fn leaves(&mut self, message: &Message<'_>, seq: u64, keeps: bool) {
        let Some(due) = self.due.pop_front() else {
            panic!("number {seq} was sent where none was due: {}", message.bytes().escape_ascii());
        };
        assert!(seq == due.seq, "number {seq} was sent where {} was due", due.seq);
        let kept = keeps && message.msg_type() != msg_type::LOGON;
        let as_it_leaves = |saved: &Option<Vec<u8>>| match saved {
            Some(raw) => kept && raw == message.bytes(),
            None => !kept,
        };
        let records = self.records.get(&seq).filter(|_| due.epoch == self.epoch);
        let durable = due.epoch < self.epoch || records.is_some_and(|saved| saved.iter().any(as_it_leaves));
        assert!(durable && due.batch <= self.saved, "{seq} left before it was saved");
        if due.lowered == self.lowered {
            self.left = Some((due.epoch, seq));
        }
    }

    /// The highest number to send next on this connection: nothing from there on can be repeated.
    pub(super) fn highest(&self) -> u64 {
        self.highest
    }
}
