//! What can be seen of a session after one message, in words.
//!
//! Parts that show no change are left out, in this order: what was lent, what was sent, both numbers, the phase, and
//! what becomes of a message above a gap when the gap is filled. `nothing` when nothing shows.

use std::fmt;

use sansfix::{PhaseName, Reason, SeqNum, Status};

/// What a message led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observation {
    /// The message stayed in the input.
    pub waits: bool,
    /// It was lent, once.
    pub lent: bool,
    /// What was sent, in order.
    pub sent: Vec<String>,
    /// The next number expected, before and after.
    pub target: (SeqNum, SeqNum),
    /// The next number to send, before and after.
    pub sender: (SeqNum, SeqNum),
    /// The new phase, and the reason that goes with it.
    pub phase: Option<(PhaseName, Option<Reason>)>,
    /// What becomes of the message when the numbers below it have been filled.
    pub later: Option<Later>,
}

/// What becomes of a message above a gap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Later {
    /// It was kept, and is lent now.
    Lent,
    /// It has taken effect, and is only counted now.
    Counted,
    /// It was dropped: its number is expected again.
    ComesAgain,
}

impl Observation {
    /// What the status shows.
    pub(super) fn between(before: &Status, after: &Status) -> Self {
        let moved = before.phase != after.phase;
        Self {
            waits: false,
            lent: false,
            sent: Vec::new(),
            target: (before.next_target, after.next_target),
            sender: (before.next_sender, after.next_sender),
            phase: moved.then_some((after.phase, after.ended)),
            later: None,
        }
    }
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.waits {
            parts.push("waits".to_owned());
        }
        if self.lent {
            parts.push("lent".to_owned());
        }
        if !self.sent.is_empty() {
            parts.push(format!("sends {}", self.sent.join(" and ")));
        }
        parts.extend(change("target", self.target));
        parts.extend(change("sender", self.sender));
        match self.phase {
            Some((phase, Some(reason))) => parts.push(format!("to {phase:?}: {reason:?}")),
            Some((phase, None)) => parts.push(format!("to {phase:?}")),
            None => {}
        }
        parts.extend(self.later.map(|later| later.words().to_owned()));
        if parts.is_empty() {
            parts.push("nothing".to_owned());
        }
        f.write_str(&parts.join("; "))
    }
}

impl Later {
    fn words(self) -> &'static str {
        match self {
            Self::Lent => "later lent",
            Self::Counted => "later counted",
            Self::ComesAgain => "later comes again",
        }
    }
}

/// `target +1`, `target =2`; `None` when nothing changed.
pub(super) fn change(name: &str, (before, after): (SeqNum, SeqNum)) -> Option<String> {
    let (before, after) = (before.get(), after.get());
    match after.checked_sub(before) {
        Some(0) => None,
        Some(by @ 1..=2) => Some(format!("{name} +{by}")),
        Some(_) | None => Some(format!("{name} ={after}")),
    }
}
