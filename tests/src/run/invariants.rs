//! What must hold in every run of a pair: the invariants of section 16 of the specification that two honest sides show.

use std::collections::{BTreeMap, BTreeSet};

use sansfix::{Order, SECOND_NS, SeqNum};
use sansfix_sim::{Pair, Side, Written};

use crate::peer;
use crate::scenario::Received;

/// A ResendRequest that brings nothing is repeated after this long: `Limits::resend_request_timeout_ms`.
const REPEAT_NS: u64 = 30 * SECOND_NS;

/// The facts that the invariants are judged by.
#[derive(Debug, Default)]
pub struct Invariants {
    sides: [Facts; 2],
}

#[derive(Debug, Default)]
struct Facts {
    /// What `send` has numbered: the number and the order's identity.
    accepted: Vec<(SeqNum, String)>,
    /// How many writes have been looked at.
    written: usize,
    /// How many deliveries have been looked at.
    delivered: Vec<String>,
    next_target: u64,
    epoch: u64,
    reset_owed: bool,
    wire: WireFacts,
    /// Deliveries may begin again from here: the side has crashed since.
    crashed: bool,
    ever_crashed: bool,
    ever_reset: bool,
}

/// What has been seen of one side's output.
#[derive(Debug, Default)]
struct WireFacts {
    connection: u64,
    epoch: u64,
    /// The number of the last new message of this connection.
    last_new: Option<u64>,
    /// The highest number that was ever used, in this numbering.
    highest: u64,
    /// The content of every number that left, in this numbering.
    contents: BTreeMap<u64, String>,
    logged_out: bool,
    /// When a ResendRequest from each number left, on this connection.
    requests: BTreeMap<u64, u64>,
    /// Where the replay under way goes on.
    replay_next: Option<u64>,
    unfinished: Vec<u8>,
}

impl Invariants {
    /// `send` has numbered an order.
    pub fn accepted(&mut self, side: Side, seq: SeqNum, id: String) {
        self.sides[side as usize].accepted.push((seq, id));
    }

    /// A side's process has died: what it had numbered and not saved never existed.
    pub fn crashed(&mut self, side: Side, pair: &Pair) {
        let next = pair.node(side).session().snapshot().next_sender;
        let facts = &mut self.sides[side as usize];
        facts.accepted.retain(|(seq, _)| *seq < next);
        facts.next_target = pair.node(side).status().next_target.get();
        facts.crashed = true;
        facts.ever_crashed = true;
    }

    /// Checks everything that has happened since the last check.
    ///
    /// # Panics
    /// When an invariant is broken.
    pub fn check(&mut self, pair: &Pair) {
        for side in Side::BOTH {
            let requested = self.requested_by(side.other(), pair);
            let facts = &mut self.sides[side as usize];
            let written = &pair.written(side)[facts.written..];
            facts.written += written.len();
            for write in written {
                facts.ever_reset |= facts.wire.write(write, &requested);
            }
            facts.expected_number_never_falls(side, pair);
        }
        for side in Side::BOTH {
            self.delivered_once_in_order(side, pair);
        }
    }

    /// Every ResendRequest's range that a side has written.
    fn requested_by(&self, side: Side, pair: &Pair) -> BTreeSet<u64> {
        let mut begins = BTreeSet::new();
        let all: Vec<u8> = pair.written(side).iter().flat_map(|write| write.bytes.clone()).collect();
        for message in peer::messages(all) {
            if message.get("35") == Some(b"2") {
                begins.extend(message.number("7"));
            }
        }
        begins
    }

    /// Invariant 2: the application sees each number once, in order, and nothing that was not sent.
    fn delivered_once_in_order(&mut self, side: Side, pair: &Pair) {
        let sent: Vec<String> =
            self.sides[side.other() as usize].accepted.iter().map(|(_, id)| id.clone()).collect();
        let facts = &mut self.sides[side as usize];
        let inbox = pair.node(side).inbox();
        // What is below the number expected is shown to the application too, as such.
        let all = inbox.iter().filter(|delivered| delivered.order == Order::Expected);
        let new = all.skip(facts.delivered.len());
        let place = |id: &str| sent.iter().position(|other| other == id);
        for delivery in new {
            let message = peer::messages(delivery.raw.clone()).remove(0);
            let id = String::from_utf8_lossy(message.get("11").unwrap()).into_owned();
            let last = facts.delivered.last().and_then(|id| place(id));
            let at = place(&id);
            assert!(at.is_some(), "{side:?} got {id}, which was never sent: {sent:?}");
            assert!(
                at > last || facts.crashed,
                "{side:?} got {id} after {:?}: twice, or out of order",
                facts.delivered.last()
            );
            facts.crashed = false;
            facts.delivered.push(id);
        }
    }

    /// After the faults: everything that was sent has been delivered, and the numbers of both sides agree.
    ///
    /// # Panics
    /// When not.
    pub fn check_healed(&self, pair: &Pair) {
        for side in Side::BOTH {
            let [here, there] = [side, side.other()].map(|side| pair.node(side).status());
            assert_eq!(here.next_sender, there.next_target, "{side:?} {here:?} {there:?}");
            let (sent, got) = (&self.sides[side as usize], &self.sides[side.other() as usize]);
            if !sent.ever_reset && !got.ever_reset {
                let got: BTreeSet<_> = got.delivered.iter().collect();
                let lost: Vec<_> = sent.accepted.iter().filter(|(_, id)| !got.contains(id)).collect();
                assert!(lost.is_empty(), "{side:?} sent what never came: {lost:?}");
            }
        }
    }
}

impl Facts {
    /// Invariant 3: the number expected never falls, but by a reset.
    fn expected_number_never_falls(&mut self, side: Side, pair: &Pair) {
        let snapshot = pair.node(side).session().snapshot();
        let next = snapshot.next_target.get();
        // Between the announcement of a reset and its answer the old number still stands.
        if snapshot.epoch == self.epoch && !self.reset_owed {
            assert!(next >= self.next_target, "{side:?} expected {} and now {next}", self.next_target);
        }
        self.next_target = next;
        self.epoch = snapshot.epoch;
        self.reset_owed = snapshot.reset_owed;
    }
}

impl WireFacts {
    /// Looks at what was written. Whether a reset was among it.
    fn write(&mut self, write: &Written, requested: &BTreeSet<u64>) -> bool {
        let mut reset = false;
        if write.connection != self.connection {
            self.connection = write.connection;
            if write.epoch != self.epoch {
                // The answer to the other side's reset was lost on its way: the numbering began anew all the same.
                self.renumbered();
                reset = true;
            }
            self.last_new = None;
            self.logged_out = false;
            self.requests.clear();
            self.replay_next = None;
            self.unfinished.clear();
        }
        self.epoch = write.epoch;
        self.unfinished.extend_from_slice(&write.bytes);
        while let Some(message) = Received::take(&mut self.unfinished).unwrap() {
            reset |= self.message(write.at_ns, &message, requested);
        }
        reset
    }

    fn message(&mut self, at_ns: u64, message: &Received, requested: &BTreeSet<u64>) -> bool {
        let seq = message.number("34").unwrap();
        if message.get("43") == Some(b"Y") {
            self.replay_has_no_holes(seq, message, requested);
            return false;
        }
        self.replay_next = None;
        let reset = message.get("141") == Some(b"Y");
        if reset {
            self.renumbered();
        }
        self.numbers_are_consecutive(seq, message);
        self.nothing_new_after_logout(message);
        self.one_request_for_a_gap(at_ns, message);
        reset
    }

    fn renumbered(&mut self) {
        self.last_new = None;
        self.highest = 0;
        self.contents.clear();
        self.requests.clear();
    }

    /// Invariants 1 and 10: new messages are numbered without holes, and no number has two contents.
    fn numbers_are_consecutive(&mut self, seq: u64, message: &Received) {
        match self.last_new {
            Some(last) => assert_eq!(seq, last + 1, "after {last} came {message}"),
            None => assert!(seq > self.highest, "{seq} was used before: {message}"),
        }
        self.last_new = Some(seq);
        self.highest = self.highest.max(seq);
        let before = self.contents.insert(seq, content(message));
        assert_eq!(before, None, "{seq} was used twice: {message}");
    }

    /// Invariant 6: after a Logout only replays follow, and another Logout at most.
    fn nothing_new_after_logout(&mut self, message: &Received) {
        let logout = message.get("35") == Some(b"5");
        assert!(!self.logged_out || logout, "after the Logout: {message}");
        self.logged_out |= logout;
    }

    /// Invariant 4: one ResendRequest is outstanding for a gap.
    fn one_request_for_a_gap(&mut self, at_ns: u64, message: &Received) {
        if message.get("35") != Some(b"2") {
            return;
        }
        let begin = message.number("7").unwrap();
        if let Some(before) = self.requests.insert(begin, at_ns) {
            assert!(
                at_ns - before >= REPEAT_NS,
                "asked again after {} ms: {message}",
                (at_ns - before) / 1_000_000
            );
        }
    }

    /// Invariant 5: a replay has no holes, begins where it was asked to, and ends below what was not sent yet.
    fn replay_has_no_holes(&mut self, seq: u64, message: &Received, requested: &BTreeSet<u64>) {
        let goes_on = self.replay_next == Some(seq);
        assert!(goes_on || requested.contains(&seq), "a replay has a hole before {message}");
        assert!(message.get("122").is_some(), "{message}");
        let next = match message.get("35") {
            Some(b"4") => message.number("36").unwrap(),
            _ => {
                // A number that was saved and never left on the lost connection is seen here first.
                let known = self.contents.entry(seq).or_insert_with(|| content(message));
                assert_eq!(*known, content(message), "{seq} has two contents");
                seq + 1
            }
        };
        assert!(next > seq, "{message}");
        self.replay_next = Some(next);
    }
}

/// What two transmissions of one message must share.
fn content(message: &Received) -> String {
    let kept = message.fields.iter().filter(|(tag, _)| ![9, 10, 43, 52, 122].contains(tag));
    kept.map(|(tag, value)| format!("{tag}={}|", String::from_utf8_lossy(value))).collect()
}
