//! SequenceReset received, both modes.
//!
//! FIX 4.4 volume 2, "Sequence Reset": NewSeqNo(36) can only raise the expected number. GapFill obeys the sequence;
//! Reset is disaster recovery and ignores MsgSeqNum(34).

use super::Session;
use super::actions::Actions;
use super::planted::Planted;
use super::reject::Problem;
use super::step::Order;
use crate::reject_reason::SessionRejectReason;
use crate::seq::SeqNum;
use crate::tags::{self, Tag};
use crate::time::Now;
use crate::wire::{Message, parse_u64};

impl Session {
    /// GapFill with the expected number.
    pub(super) fn gap_fill(&mut self, now: Now, seq: SeqNum, message: &Message<'_>, out: &mut Actions) {
        let Some(new) = self.new_seq_no(now, message, out) else {
            self.count(now, seq, out);
            return;
        };
        if new > seq {
            // A command may have moved the number while the message waited for its verdict: what it lowered it to is
            // still to come.
            let above =
                seq > self.durable.next_target && !self.config.planted(Planted::GapFillAboveGapApplied);
            if !above && new > self.durable.next_target {
                let to_chunk_end = self.fills_to_chunk_end(new);
                self.expect(now, new, out);
                if to_chunk_end && self.durable.next_target == new {
                    self.request_missing(now, out);
                }
            }
            return;
        }
        self.reject_lowering(now, message, new, out);
        if !self.config.switches.do_not_count_rejected_duplicates {
            self.count(now, seq, out);
        }
    }

    /// Reset, whatever its number.
    pub(super) fn reset_to(&mut self, now: Now, order: Order, message: &Message<'_>, out: &mut Actions) {
        let Some(new) = self.new_seq_no(now, message, out) else {
            if let (Order::Expected, Some(seq)) = (order, message.seq()) {
                self.count(now, seq, out);
            }
            return;
        };
        if new < self.durable.next_target && !self.config.planted(Planted::SequenceResetLowers) {
            self.reject_lowering(now, message, new, out);
            return;
        }
        if let Some(live) = &mut self.connection {
            // The counterparty may begin again here: what it had sent above must not stand for what comes under those
            // numbers now. The gap stays: what does not come by itself is asked for, as often as any other.
            live.queue.clear();
        }
        if new != self.durable.next_target {
            self.expect(now, new, out);
        }
    }

    /// NewSeqNo(36), or a Reject.
    fn new_seq_no(&mut self, now: Now, message: &Message<'_>, out: &mut Actions) -> Option<SeqNum> {
        match number_to_go_to(message) {
            Ok(new) => Some(new),
            Err((reason, tag)) => {
                self.reject(now, message, &Problem { reason, tag: Some(i64::from(tag)), text: "" }, out);
                None
            }
        }
    }

    fn reject_lowering(&mut self, now: Now, message: &Message<'_>, new: SeqNum, out: &mut Actions) {
        let expected = self.durable.next_target;
        let text = if self.config.switches.no_ref_tag_in_session_rejects {
            alloc::string::String::new()
        } else {
            alloc::format!("Attempt to lower sequence number: NewSeqNo {new}, expecting {expected}")
        };
        let tag = self.ref_tag(tags::NEW_SEQ_NO).map(i64::from);
        let reason = SessionRejectReason::ValueIsIncorrect;
        self.reject(now, message, &Problem { reason, tag, text: &text }, out);
    }
}

/// NewSeqNo(36). Not in a message whose mode cannot be told: a Reset loses messages, so nothing else is taken for one.
fn number_to_go_to(message: &Message<'_>) -> Result<SeqNum, (SessionRejectReason, Tag)> {
    match message.get(tags::GAP_FILL_FLAG) {
        None | Some(b"Y" | b"N") => {}
        Some([]) => return Err((SessionRejectReason::TagSpecifiedWithoutAValue, tags::GAP_FILL_FLAG)),
        Some(_) => return Err((SessionRejectReason::ValueIsIncorrect, tags::GAP_FILL_FLAG)),
    }
    let reason = match message.get(tags::NEW_SEQ_NO) {
        None => SessionRejectReason::RequiredTagMissing,
        Some([]) => SessionRejectReason::TagSpecifiedWithoutAValue,
        Some(written) => match parse_u64(written).map(SeqNum::new) {
            Some(Some(new)) => return Ok(new),
            Some(None) => SessionRejectReason::ValueIsIncorrect,
            None => SessionRejectReason::IncorrectDataFormatForValue,
        },
    };
    Err((reason, tags::NEW_SEQ_NO))
}
