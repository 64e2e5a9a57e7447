//! Gaps and replays, as they show from outside: in what is sent and received, and in the next number expected.
//!
//! The session keeps both as facts of its own and tells neither; for a log their beginning and end are enough.

use std::collections::VecDeque;

use sansfix::wire::{Message, parse_u64};
use sansfix::{SeqNum, SeqRange, msg_type, tags};

/// How many replays are followed at a time: as many as a session lets wait, and the one under way.
const MOST_REPLAYS: usize = 9;

/// What has begun or ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turned {
    GapFound(SeqRange),
    GapClosed(SeqRange),
    ReplayBegun(SeqRange),
    ReplayEnded(SeqRange),
}

/// Follows one connection after the other.
#[derive(Default)]
pub(super) struct Recovery {
    /// The highest number that has come on this connection.
    highest: Option<SeqNum>,
    gap: Option<SeqRange>,
    /// Asked for by the counterparty, the oldest first.
    replays: VecDeque<SeqRange>,
    /// Whether the first of them has begun.
    begun: bool,
}

impl Recovery {
    /// A connection begins.
    pub(super) fn begin(&mut self) {
        *self = Self::default();
    }

    /// A message has come, and `next_sender` is the next number to send.
    pub(super) fn incoming(&mut self, message: &Message<'_>, next_sender: SeqNum) {
        self.highest = self.highest.max(message.seq());
        if message.msg_type() != msg_type::RESEND_REQUEST || self.replays.len() >= MOST_REPLAYS {
            return;
        }
        let Some(begin) = number(message, tags::BEGIN_SEQ_NO) else { return };
        let last = next_sender.previous().unwrap_or(SeqNum::FIRST);
        let end = number(message, tags::END_SEQ_NO).map_or(last, |end| end.min(last));
        if begin <= end {
            self.replays.push_back(SeqRange { begin, end });
        }
    }

    /// A message has left.
    pub(super) fn outgoing(&mut self, message: &Message<'_>, mut tell: impl FnMut(Turned)) {
        if message.msg_type() == msg_type::RESEND_REQUEST && self.gap.is_none() {
            if let Some(begin) = number(message, tags::BEGIN_SEQ_NO) {
                let range = SeqRange { begin, end: self.highest.map_or(begin, |highest| highest.max(begin)) };
                self.gap = Some(range);
                tell(Turned::GapFound(range));
            }
        }
        let (true, Some(range)) = (message.poss_dup(), self.replays.front().copied()) else { return };
        if !self.begun {
            self.begun = true;
            tell(Turned::ReplayBegun(range));
        }
        let last = match message.msg_type() {
            msg_type::SEQUENCE_RESET => number(message, tags::NEW_SEQ_NO).and_then(SeqNum::previous),
            _ => message.seq(),
        };
        if last >= Some(range.end) {
            self.begun = false;
            self.replays.pop_front();
            tell(Turned::ReplayEnded(range));
        }
    }

    /// The next number expected is this one.
    pub(super) fn expected(&mut self, next_target: SeqNum, mut tell: impl FnMut(Turned)) {
        let Some(range) = self.gap else { return };
        if next_target > range.end {
            self.gap = None;
            tell(Turned::GapClosed(range));
        } else if next_target < range.begin {
            // A new numbering: nothing of the old is missing any more.
            self.gap = None;
        }
    }
}

/// A number above 0.
fn number(message: &Message<'_>, tag: tags::Tag) -> Option<SeqNum> {
    SeqNum::new(message.get(tag).and_then(parse_u64)?)
}

#[cfg(test)]
mod tests {
    use sansfix::wire::Encoder;

    use super::*;

    fn message(kind: &str, seq: u64, fields: &[(tags::Tag, u64)], poss_dup: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::begin(&mut bytes, b"FIX.4.4", kind.as_bytes());
        encoder.header_field(tags::MSG_SEQ_NUM, &seq);
        if poss_dup {
            encoder.header_field(tags::POSS_DUP_FLAG, "Y");
        }
        for (tag, value) in fields {
            encoder.field(*tag, value);
        }
        encoder.finish();
        bytes
    }

    fn range(begin: u64, end: u64) -> SeqRange {
        SeqRange { begin: seq(begin), end: seq(end) }
    }

    fn seq(number: u64) -> SeqNum {
        SeqNum::new(number).unwrap()
    }

    fn out(recovery: &mut Recovery, bytes: &[u8]) -> Vec<Turned> {
        let mut told = Vec::new();
        recovery.outgoing(&Message::parse(bytes).unwrap(), |turned| told.push(turned));
        told
    }

    fn come(recovery: &mut Recovery, bytes: &[u8], next_sender: u64) {
        recovery.incoming(&Message::parse(bytes).unwrap(), seq(next_sender));
    }

    fn expected(recovery: &mut Recovery, next_target: u64) -> Vec<Turned> {
        let mut told = Vec::new();
        recovery.expected(seq(next_target), |turned| told.push(turned));
        told
    }

    #[test]
    fn a_gap_is_told_once_and_closed_when_its_last_number_is_not_expected_any_more() {
        let mut recovery = Recovery::default();
        come(&mut recovery, &message("D", 9, &[], false), 2);
        let request = message("2", 2, &[(7, 5), (16, 0)], false);
        assert_eq!(out(&mut recovery, &request), [Turned::GapFound(range(5, 9))]);
        assert_eq!(out(&mut recovery, &message("2", 3, &[(7, 7), (16, 8)], false)), [], "the next chunk");
        assert_eq!(expected(&mut recovery, 9), []);
        assert_eq!(expected(&mut recovery, 10), [Turned::GapClosed(range(5, 9))]);
        assert_eq!(expected(&mut recovery, 11), []);
        assert_eq!(out(&mut recovery, &request).len(), 1);
        assert_eq!(expected(&mut recovery, 1), [], "a reset fills no gap");
        assert_eq!(expected(&mut recovery, 99), []);
    }

    #[test]
    fn a_replay_begins_with_its_first_message_and_ends_with_its_last() {
        let mut recovery = Recovery::default();
        come(&mut recovery, &message("2", 2, &[(7, 1), (16, 0)], false), 5);
        come(&mut recovery, &message("2", 3, &[(7, 3), (16, 3)], false), 5);
        assert_eq!(out(&mut recovery, &message("D", 5, &[], false)), [], "not of the replay");
        let gap_fill = message("4", 1, &[(36, 3)], true);
        assert_eq!(out(&mut recovery, &gap_fill), [Turned::ReplayBegun(range(1, 4))]);
        assert_eq!(out(&mut recovery, &message("D", 3, &[], true)), []);
        let last = message("4", 4, &[(36, 5)], true);
        assert_eq!(out(&mut recovery, &last), [Turned::ReplayEnded(range(1, 4))]);
        let both = [Turned::ReplayBegun(range(3, 3)), Turned::ReplayEnded(range(3, 3))];
        assert_eq!(out(&mut recovery, &message("D", 3, &[], true)), both);
        assert_eq!(out(&mut recovery, &last), []);
    }

    #[test]
    fn a_request_for_nothing_and_one_too_many_are_not_followed() {
        let mut recovery = Recovery::default();
        come(&mut recovery, &message("2", 2, &[(7, 9), (16, 0)], false), 5);
        assert!(recovery.replays.is_empty());
        for at in 0..20 {
            come(&mut recovery, &message("2", 2 + at, &[(7, 1), (16, 0)], false), 5);
        }
        assert_eq!(recovery.replays.len(), MOST_REPLAYS);
    }

    #[test]
    fn a_request_without_a_number_is_not_followed() {
        let mut recovery = Recovery::default();
        for fields in [&[(16, 0)][..], &[(7, 0), (16, 0)]] {
            come(&mut recovery, &message("2", 2, fields, false), 5);
            assert!(recovery.replays.is_empty());
            assert_eq!(out(&mut recovery, &message("2", 2, fields, false)), []);
        }
        assert_eq!(expected(&mut recovery, 99), [], "nothing was missing");
    }
}
