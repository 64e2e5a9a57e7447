//! ResendRequest received: which numbers are to be repeated.

use super::Session;
use super::actions::Actions;
use super::planted::Planted;
use super::reject::Problem;
use crate::reject_reason::SessionRejectReason;
use crate::seq::{SeqNum, SeqRange};
use crate::tags::{self, Tag};
use crate::time::Now;
use crate::wire::{Message, parse_u64};

impl Session {
    /// Begins the replay, or rejects the request. The request's own number is counted by the caller.
    pub(super) fn resend_requested(&mut self, now: Now, message: &Message<'_>, out: &mut Actions) {
        match self.requested_range(message) {
            Ok(Some(range)) => self.replay(now, range, out),
            Ok(None) => {}
            Err((reason, tag)) => {
                let problem = Problem { reason, tag: Some(i64::from(tag)), text: "" };
                self.reject(now, message, &problem, out);
            }
        }
    }

    /// BeginSeqNo(7) to EndSeqNo(16), cut at the last number that was sent. `None`: nothing of it was sent yet.
    fn requested_range(&self, message: &Message<'_>) -> Result<Option<SeqRange>, (SessionRejectReason, Tag)> {
        let begin = required(message, tags::BEGIN_SEQ_NO)?;
        let end = required(message, tags::END_SEQ_NO)?;
        let bad_begin = (SessionRejectReason::ValueIsIncorrect, tags::BEGIN_SEQ_NO);
        let begin = SeqNum::new(begin).ok_or(bad_begin)?;
        let Some(last) = self.durable.next_sender.previous() else { return Ok(None) };
        let end = match SeqNum::new(end) {
            Some(end) if !self.config.identity.begin_string.is_infinity(end.get()) => {
                if end < begin {
                    return Err(bad_begin);
                }
                if self.config.planted(Planted::ReplayBeyondEnd) { last } else { end.min(last) }
            }
            Some(_) | None => last,
        };
        Ok((begin <= end).then_some(SeqRange { begin, end }))
    }
}

fn required(message: &Message<'_>, tag: Tag) -> Result<u64, (SessionRejectReason, Tag)> {
    match message.get(tag) {
        None => Err((SessionRejectReason::RequiredTagMissing, tag)),
        Some([]) => Err((SessionRejectReason::TagSpecifiedWithoutAValue, tag)),
        Some(value) => parse_u64(value).ok_or((SessionRejectReason::IncorrectDataFormatForValue, tag)),
    }
}
