//! G14: what one side asks for, and how the other side repeats it.
//!
//! Whether a request has arrived is not known here, so a replay may be the answer to any of the same connection. Which
//! one may be open when a replay goes on where the one before it has ended: then the widest and the nearest end count.

use std::collections::BTreeMap;

use sansfix::BeginString;

use super::{Broken, must};
use crate::line::Passage;
use crate::received::Received;

/// The end of a request for everything from a number on.
const EVERYTHING: u64 = u64::MAX;
/// How many replays a session keeps apart: the one under way and those that wait. It joins what is asked for besides.
const KEPT_APART: u64 = 9;

/// What one side has asked for, by connection.
#[derive(Debug, Default)]
pub(super) struct Asked {
    connections: BTreeMap<u64, Ranges>,
}

/// What was asked for on one connection.
#[derive(Debug, Default)]
struct Ranges {
    /// By where a range begins: the nearest of its ends, and the farthest.
    ends: BTreeMap<u64, (u64, u64)>,
    farthest: u64,
    /// How many requests arrive at most.
    arrive: u64,
}

/// What the other side repeats on the connection that it writes to.
#[derive(Debug, Default)]
pub(super) struct Replays {
    under_way: Option<Replay>,
    /// How many have begun.
    begun: u64,
    /// More were asked for than a session keeps apart, and they have not all begun.
    joined: bool,
}

/// A replay of which the last message is not known to have come.
#[derive(Debug)]
struct Replay {
    /// The number that it goes on with.
    next: u64,
    /// It has to repeat what comes up to here.
    nearest: u64,
    /// It may repeat nothing after this.
    farthest: u64,
    epoch: u64,
}

/// A repeated message: its number, the number after what it stands for, and where it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repeated {
    pub(super) seq: u64,
    pub(super) next: u64,
    pub(super) connection: u64,
    pub(super) epoch: u64,
}

impl Asked {
    /// Takes note of a message that asks for something: a ResendRequest, or a Logon whose NextExpectedMsgSeqNum(789) says
    /// what was not got.
    pub(super) fn note(
        &mut self,
        connection: u64,
        passage: Passage,
        message: &Received,
        version: BeginString,
    ) {
        let range = match message.get("35") {
            Some(b"2") => message.number("7").zip(message.number("16")),
            Some(b"A") => message.number("789").map(|begin| (begin, 0)),
            _ => None,
        };
        let Some((begin, end)) = range else { return };
        let end = if version.is_infinity(end) { EVERYTHING } else { end };
        let ranges = self.connections.entry(connection).or_default();
        let (nearest, farthest) = ranges.ends.entry(begin).or_insert((end, end));
        (*nearest, *farthest) = (end.min(*nearest), end.max(*farthest));
        ranges.farthest = ranges.farthest.max(end);
        ranges.arrive += if passage == Passage::Twice { 2 } else { 1 };
    }

    /// Nothing is repeated any more on the connections before this one.
    pub(super) fn forget_before(&mut self, connection: u64) {
        self.connections = self.connections.split_off(&connection);
    }
}

impl Replays {
    /// A connection begins.
    pub(super) fn begin_anew(&mut self) {
        *self = Self::default();
    }

    /// The numbering begins anew: what was to be repeated no longer exists.
    pub(super) fn call_off(&mut self) {
        self.under_way = None;
    }

    /// A message is repeated, after new ones up to the number `highest`: it goes on with the replay under way, or begins
    /// one that was asked for when that is complete. `text` shows it.
    pub(super) fn repeated(
        &mut self,
        repeated: Repeated,
        highest: u64,
        asked: &Asked,
        text: impl Fn() -> String,
    ) -> Result<(), Broken> {
        let Repeated { seq, next, connection, epoch } = repeated;
        must(next > seq, "G14", || format!("a replay that does not go forward: {}", text()))?;
        let asked = asked.connections.get(&connection);
        let goes_on = self.under_way.as_ref().filter(|replay| replay.next == seq && seq <= replay.farthest);
        let goes_on = goes_on.map(|replay| (replay.nearest, replay.farthest));
        let complete = self.under_way.as_ref().is_none_or(|replay| replay.is_over(epoch));
        let begins = asked.filter(|_| complete).and_then(|asked| self.begin(seq, goes_on.is_none(), asked));
        // All that was new stands before the replay, so it existed when its end was fixed.
        let begins = begins.map(|(nearest, farthest)| (nearest.min(highest), farthest));
        let (nearest, farthest) = match (goes_on, begins) {
            (Some(one), Some(other)) => (one.0.min(other.0), one.1.max(other.1)),
            (one, other) => one.or(other).ok_or_else(|| ("G14", self.why_not(seq, &text())))?,
        };
        must(next - 1 <= farthest, "G14", || {
            format!("a replay goes on after {farthest}, where the request ends: {}", text())
        })?;
        self.under_way = Some(Replay { next, nearest, farthest, epoch });
        Ok(())
    }

    /// The ends of what was asked for from this number on.
    fn begin(&mut self, seq: u64, counts: bool, asked: &Ranges) -> Option<(u64, u64)> {
        let ends = *asked.ends.get(&seq)?;
        match asked.arrive.saturating_sub(self.begun) {
            0 => self.joined = false,
            waiting => self.joined |= waiting > KEPT_APART,
        }
        self.begun += u64::from(counts);
        Some(if self.joined { (0, asked.farthest) } else { ends })
    }

    fn why_not(&self, seq: u64, text: &str) -> String {
        match &self.under_way {
            Some(replay) if replay.next == seq => {
                format!("a replay goes on after {}, where the request ends: {text}", replay.farthest)
            }
            Some(replay) => format!("{} is next in a replay, and came {text}", replay.next),
            None => format!("nobody has asked for a replay from {seq} on: {text}"),
        }
    }

    /// A new message is written: what was being repeated is complete.
    pub(super) fn interrupted(&mut self, epoch: u64, text: impl Fn() -> String) -> Result<(), Broken> {
        let Some(replay) = self.under_way.take() else { return Ok(()) };
        must(replay.is_over(epoch), "G14", || {
            let Replay { next, nearest, .. } = replay;
            format!("{next} to {nearest} were asked for and are not repeated before {}", text())
        })
    }
}

impl Replay {
    /// Whether it may be complete. A reset ends it wherever it is.
    fn is_over(&self, epoch: u64) -> bool {
        self.next > self.nearest || self.epoch != epoch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was asked for on connection 1: a ResendRequest each, or 789 of a Logon when it has no end.
    fn asked(ranges: &[(u64, Option<u64>)]) -> Asked {
        let mut asked = Asked::default();
        for (begin, end) in ranges {
            let body = match end {
                Some(end) => format!("35=2|34=9|7={begin}|16={end}|"),
                None => format!("35=A|34=9|789={begin}|"),
            };
            asked.note(1, Passage::Passes, &Received::of(&body), BeginString::Fix44);
        }
        asked
    }

    /// Repeats these after new messages up to 10, and sends a new one. What is wrong.
    fn replay(asked: &Asked, spans: &[(u64, u64)]) -> Result<(), String> {
        let mut replays = Replays::default();
        let told = spans.iter().try_for_each(|(seq, next)| {
            let repeated = Repeated { seq: *seq, next: *next, connection: 1, epoch: 0 };
            replays.repeated(repeated, 10, asked, || "it".into())
        });
        told.and_then(|()| replays.interrupted(0, || "it".into())).map_err(|(guarantee, text)| {
            assert_eq!(guarantee, "G14");
            text
        })
    }

    #[test]
    fn a_replay_is_what_was_asked_for() {
        let everything = asked(&[(3, Some(0))]);
        assert_eq!(replay(&everything, &[(3, 4), (4, 9), (9, 11)]), Ok(()));
        // What was saved and never left is repeated too.
        assert_eq!(replay(&everything, &[(3, 13)]), Ok(()));
        assert_eq!(replay(&asked(&[(3, None)]), &[(3, 11)]), Ok(()), "NextExpectedMsgSeqNum");
        assert_eq!(replay(&asked(&[(3, Some(5))]), &[(3, 5), (5, 6)]), Ok(()));
        assert_eq!(replay(&asked(&[(3, Some(5)), (6, Some(8))]), &[(3, 6), (6, 9)]), Ok(()), "in two parts");
        assert_eq!(replay(&asked(&[(3, Some(5)), (3, Some(0))]), &[(3, 6), (3, 11)]), Ok(()), "twice");
    }

    #[test]
    fn a_replay_of_something_else_is_told() {
        let everything = asked(&[(3, Some(0))]);
        let said = |asked: &Asked, spans: &[(u64, u64)]| replay(asked, spans).unwrap_err();
        assert_eq!(said(&everything, &[(2, 11)]), "nobody has asked for a replay from 2 on: it");
        assert_eq!(said(&everything, &[(3, 5), (6, 11)]), "5 is next in a replay, and came it");
        assert_eq!(said(&everything, &[(3, 3)]), "a replay that does not go forward: it");
        let ends_early = "7 to 10 were asked for and are not repeated before it";
        assert_eq!(said(&everything, &[(3, 7)]), ends_early);
        // Where it was begun before is no place to go on.
        assert_eq!(said(&everything, &[(3, 7), (3, 11)]), "7 is next in a replay, and came it");
        let part = asked(&[(3, Some(5))]);
        let too_far = "a replay goes on after 5, where the request ends: it";
        assert_eq!(said(&part, &[(3, 7)]), too_far);
        assert_eq!(said(&part, &[(3, 6), (6, 7)]), too_far);
        assert_eq!(said(&part, &[(3, 5)]), "5 to 5 were asked for and are not repeated before it");
        let mut other_connection = asked(&[(3, Some(0))]);
        other_connection.forget_before(2);
        assert_eq!(said(&other_connection, &[(3, 11)]), "nobody has asked for a replay from 3 on: it");
    }

    #[test]
    fn a_reset_ends_a_replay_where_it_is() {
        let mut replays = Replays::default();
        let repeated = Repeated { seq: 3, next: 5, connection: 1, epoch: 0 };
        replays.repeated(repeated, 10, &asked(&[(3, Some(0))]), String::new).unwrap();
        assert_eq!(replays.interrupted(1, String::new), Ok(()));
    }

    #[test]
    fn what_is_asked_for_beyond_what_a_session_keeps_apart_may_be_joined() {
        let mut ranges = vec![(1, Some(2)); 8];
        ranges.extend([(3, Some(4)), (5, Some(8))]);
        let spans: Vec<(u64, u64)> = std::iter::repeat_n((1, 3), 8).chain([(3, 9)]).collect();
        assert_eq!(replay(&asked(&ranges), &spans), Ok(()));
        let one_less = asked(&ranges[1..]);
        assert!(replay(&one_less, &spans[1..]).is_err(), "those are kept apart");
    }
}
