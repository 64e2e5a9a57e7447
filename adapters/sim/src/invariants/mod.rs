//! What must hold in every run of a pair, whatever is lost, cut or killed: invariants that two honest sides show.
//!
//! They are judged by what was written, read plainly and not by the core's own reader, by what the applications gave and
//! got, and by the numbers of both sides. A message that a [`crate::Line`] lost or repeated bends none of them: each says
//! what a side may write and deliver, not what reaches it.
//!
//! | guarantee | what is checked |
//! |---|---|
//! | G1 | the number expected falls by a reset alone |
//! | G2 | new messages of a connection are numbered without a hole, and no number has two contents, replays included |
//! | G3 | a number that left is durable |
//! | G4 | a side never expects more than the other has numbered |
//! | G8 | what the session remembers is what its store holds, once the store has answered |
//! | G9, G10 | what is delivered is what the other side numbered: same contents, same order, no hole |
//! | G11 | nothing is delivered twice, but for what a crash of the receiver takes back |
//! | G13 | a replay carries OrigSendingTime, and of administrative messages only Rejects and SequenceResets |
//! | G14 | a replay is what a ResendRequest or NextExpectedMsgSeqNum asked for: whole, in order, nothing between |
//! | G15 | a ResendRequest is repeated after its limit and not before |
//! | G26 | after a Logout nothing new is written but a second Logout |

mod delivery;
mod output;
mod replay;

use std::fmt;

use super::explore::Guarantee;
use super::pair::{Pair, Side};
use delivery::Deliveries;
use output::Output;
use replay::Asked;

/// What must hold does not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// The guarantee, as `docs/guarantees.md` numbers it: `G2`.
    pub guarantee: &'static str,
    /// Whose it is.
    pub side: Option<Side>,
    /// What was seen.
    pub text: String,
}

impl Violation {
    /// What the guarantee says, in short.
    #[must_use]
    pub fn promise(&self) -> &'static str {
        let named = |guarantee: &&Guarantee| guarantee.to_string() == self.guarantee;
        Guarantee::ALL.iter().find(named).map_or("", |guarantee| guarantee.text())
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { guarantee, side, text } = self;
        match side {
            Some(side) => write!(f, "{guarantee}: {side:?}: {text}"),
            None => write!(f, "{guarantee}: {text}"),
        }
    }
}

impl std::error::Error for Violation {}

/// A guarantee that is broken, and what was seen.
pub(crate) type Broken = (&'static str, String);

/// That a guarantee is broken, unless `holds`.
fn must(holds: bool, guarantee: &'static str, text: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err((guarantee, text())) }
}

/// The facts that a pair is judged by. They begin with the pair: none may be missed, so check after every step.
#[derive(Debug, Default)]
pub struct Invariants {
    sides: [Facts; 2],
}

/// What has been seen of one side.
#[derive(Debug, Default)]
struct Facts {
    output: Output,
    deliveries: Deliveries,
    /// How much of what the pair notes has been looked at.
    written: usize,
    sent: usize,
    delivered: usize,
    crashes: u64,
    asked: Asked,
    next_target: u64,
    epoch: u64,
    reset_owed: bool,
    /// Its numbers have begun anew since the first check.
    ever_reset: bool,
}

impl Invariants {
    /// Checks everything that has happened since the last check. One crash at most of each side may lie between two.
    ///
    /// # Errors
    /// The first [`Violation`].
    pub fn check(&mut self, pair: &Pair) -> Result<(), Violation> {
        for side in Side::BOTH {
            self.facts(side).note(side, pair).map_err(|broken| violation(side, broken))?;
        }
        for side in Side::BOTH {
            let mut asked = std::mem::take(&mut self.facts(side.other()).asked);
            let facts = self.facts(side);
            let written = facts.output.check(&asked, pair.node(side)).and_then(|reset| {
                facts.ever_reset |= reset;
                facts.numbers(side, pair)
            });
            asked.forget_before(pair.connections());
            self.facts(side.other()).asked = asked;
            written.map_err(|broken| violation(side, broken))?;
        }
        let reset = self.sides.iter().any(|facts| facts.ever_reset || facts.reset_owed);
        for side in Side::BOTH {
            self.delivered(side, pair, reset).map_err(|broken| violation(side, broken))?;
        }
        Ok(())
    }

    /// Checks that the faults have left nothing behind: the numbers of both sides agree (G28), and everything that was
    /// numbered has been delivered (G10), if no side has reset its numbers.
    ///
    /// # Errors
    /// The first [`Violation`].
    pub fn check_healed(&self, pair: &Pair) -> Result<(), Violation> {
        for side in Side::BOTH {
            let [here, there] = [side, side.other()].map(|side| pair.node(side).status());
            let (sends, expects) = (here.next_sender, there.next_target);
            must(sends == expects, "G28", || {
                format!("sends {sends} next, and the other side expects {expects}")
            })
            .map_err(|broken| violation(side, broken))?;
            let [sent, got] = [side, side.other()].map(|side| &self.sides[side as usize]);
            if !sent.ever_reset && !got.ever_reset {
                let missing = got.deliveries.missing(&sent.deliveries);
                must(missing.is_none(), "G10", || {
                    format!("sent what was never delivered, MsgSeqNum {missing:?} first")
                })
                .map_err(|broken| violation(side, broken))?;
            }
        }
        Ok(())
    }

    /// Has the pair forget what has been checked. For long runs.
    pub fn forget(&mut self, pair: &mut Pair) {
        pair.forget();
        for facts in &mut self.sides {
            (facts.written, facts.sent, facts.delivered) = (0, 0, 0);
        }
    }

    fn facts(&mut self, side: Side) -> &mut Facts {
        &mut self.sides[side as usize]
    }

    /// G9, G10, G11: the application sees what the other one sent, in order, once.
    fn delivered(&mut self, side: Side, pair: &Pair, reset: bool) -> Result<(), Broken> {
        let sent = std::mem::take(&mut self.facts(side.other()).deliveries);
        let facts = self.facts(side);
        let new = &pair.node(side).inbox()[facts.delivered..];
        facts.delivered += new.len();
        let result = facts.deliveries.deliver(new, &sent, reset);
        self.facts(side.other()).deliveries = sent;
        result?;
        let (here, there) = (pair.node(side).status(), pair.node(side.other()).status());
        let (expects, sends) = (here.next_target, there.next_sender);
        must(reset || expects <= sends, "G4", || format!("expects {expects}, and {sends} comes next"))
    }
}

fn violation(side: Side, (guarantee, text): Broken) -> Violation {
    Violation { guarantee, side: Some(side), text }
}

impl Facts {
    /// Takes note of what a side has written, sent and lost since.
    fn note(&mut self, side: Side, pair: &Pair) -> Result<(), Broken> {
        let node = pair.node(side);
        let sent = &node.sent()[self.sent..];
        self.sent += sent.len();
        self.deliveries.sent(sent);
        let written = &pair.written(side)[self.written..];
        self.written += written.len();
        self.output.read(written, &mut self.asked, node.session().config().identity.begin_string)?;
        if node.crashes() != self.crashes {
            self.crashes = node.crashes();
            let snapshot = node.session().snapshot();
            self.next_target = snapshot.next_target.get();
            self.deliveries.crashed(snapshot.next_sender, snapshot.next_target);
        }
        Ok(())
    }

    /// G1 and G8: the number expected falls by a reset alone, and memory is what the store holds.
    fn numbers(&mut self, side: Side, pair: &Pair) -> Result<(), Broken> {
        let node = pair.node(side);
        let snapshot = node.session().snapshot();
        let next = snapshot.next_target.get();
        // Between the announcement of a reset and its answer the old number still stands.
        if snapshot.epoch == self.epoch && !self.reset_owed {
            must(next >= self.next_target, "G1", || format!("expected {} and now {next}", self.next_target))?;
        }
        self.ever_reset |= snapshot.epoch != self.epoch;
        self.next_target = next;
        self.epoch = snapshot.epoch;
        self.reset_owed = snapshot.reset_owed;
        must(node.questions() > 0 || node.store().snapshot() == snapshot, "G8", || {
            format!("remembers {snapshot:?}, and its store holds {:?}", node.store().snapshot())
        })
    }
}
