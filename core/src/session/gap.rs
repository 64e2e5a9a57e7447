//! Missing numbers: counting, queueing above a gap, ResendRequests and their repetition.
//!
//! FIX 4.4 volume 2, "Resend Request": one request is outstanding for a gap. A request that brings nothing is
//! repeated a bounded number of times, so that a counterparty whose stored copy is defective ends the session
//! instead of holding it for ever.

use super::Session;
use super::actions::Actions;
use super::connection::{Gap, Phase};
use super::planted::Planted;
use super::status::Reason;
use crate::config::Limits;
use crate::msg_type;
use crate::seq::SeqNum;
use crate::tags;
use crate::time::Now;
use crate::wire::Message;

impl Session {
    /// The message with the expected number has been accepted (or rejected): its number is counted.
    pub(super) fn count(&mut self, now: Now, seq: SeqNum, out: &mut Actions) {
        if seq == self.durable.next_target {
            self.expect(now, seq.next(), out);
        }
    }

    /// The next number expected becomes `next`; numbers above it that only waited to be counted are counted.
    pub(super) fn expect(&mut self, now: Now, next: SeqNum, out: &mut Actions) {
        self.durable.next_target = next;
        self.changed = true;
        let Some(live) = &mut self.connection else { return };
        if live.queue.is_empty() && live.gap.is_none() && live.queued_logout.is_none() {
            return;
        }
        live.queue.drop_below(next);
        while live.queue.take_processed(self.durable.next_target)
            || self.config.planted(Planted::QueuedSkipped)
                && live.queue.take(self.durable.next_target).is_some()
        {
            self.durable.next_target = self.durable.next_target.next();
        }
        if self.config.planted(Planted::EarlyLogonClosesGap)
            && let Some(early) = live.queue.lowest().filter(|lowest| live.queue.take_processed(*lowest))
        {
            self.durable.next_target = early.next();
        }
        self.gap_smaller(now, out);
        self.logout_passed_over(now, out);
    }

    /// The expected number has risen: is the gap closed, or must the next part be asked for?
    fn gap_smaller(&mut self, now: Now, out: &mut Actions) {
        let expected = self.durable.next_target;
        let Some(live) = &mut self.connection else { return };
        let Some(gap) = &mut live.gap else { return };
        if expected > gap.high {
            live.gap = None;
            return;
        }
        gap.since = now.mono_ns;
        gap.repeats = 0;
        let covered = expected <= gap.covers;
        if !covered && live.queue.lowest() != Some(expected) {
            self.request_missing(now, out);
        }
    }

    /// Whether a GapFill up to `new` asks for the next chunk. Common engines fill up to the last number of a chunk, not
    /// past it.
    pub(super) fn fills_to_chunk_end(&self, new: SeqNum) -> bool {
        let gap = self.connection.as_ref().and_then(|live| live.gap);
        self.config.switches.gap_fill_to_chunk_end_asks_next
            && gap.is_some_and(|gap| gap.chunked && gap.covers == new)
    }

    /// A message above the expected number: kept, and the numbers below it are asked for.
    pub(super) fn queue_above_gap(
        &mut self,
        now: Now,
        seq: SeqNum,
        message: &Message<'_>,
        request: bool,
        out: &mut Actions,
    ) {
        if let Some(live) = &mut self.connection {
            let unbounded = self.config.planted(Planted::QueueUnbounded).then(Limits::unbounded_queue);
            let limits = unbounded.as_ref().unwrap_or(&self.config.limits);
            live.queue.keep(seq, message.bytes(), *message.header(), limits);
        }
        if request {
            self.gap_up_to(now, seq, out);
        }
    }

    /// `seq` has taken effect although numbers below it are missing: it is counted when its turn comes. A gap fill
    /// need not bring it, since it may begin below a number that has been counted by then, and is passed over.
    pub(super) fn processed_early(&mut self, seq: SeqNum) {
        if let Some(live) = &mut self.connection {
            live.queue.processed(seq, &self.config.limits);
        }
    }

    /// The same, and the missing numbers are asked for, or known to come.
    pub(super) fn processed_above_gap(&mut self, now: Now, seq: SeqNum, request: bool, out: &mut Actions) {
        self.processed_early(seq);
        if request {
            self.gap_up_to(now, seq, out);
        } else {
            self.gap_requested_otherwise(now, seq);
        }
    }

    /// `seq` is known to have been sent: numbers below it are missing. Asks for them unless that was done.
    pub(super) fn gap_up_to(&mut self, now: Now, seq: SeqNum, out: &mut Actions) {
        let Some(live) = &mut self.connection else { return };
        match &mut live.gap {
            Some(gap) if !self.config.planted(Planted::AsksForEachAboveGap) => gap.high = gap.high.max(seq),
            Some(_) | None => {
                self.gap_requested_otherwise(now, seq);
                self.request_missing(now, out);
            }
        }
    }

    /// The numbers below `seq` are missing, and the counterparty knows (NextExpectedMsgSeqNum told it).
    fn gap_requested_otherwise(&mut self, now: Now, seq: SeqNum) {
        let covers = seq.previous().unwrap_or(seq);
        if let Some(live) = &mut self.connection {
            live.gap = Some(Gap { high: seq, covers, chunked: false, since: now.mono_ns, repeats: 0 });
        }
    }

    /// Asks for what is missing from the expected number on.
    pub(super) fn request_missing(&mut self, now: Now, out: &mut Actions) {
        let begin = self.durable.next_target;
        let version = self.config.identity.begin_string;
        let chunk = self.config.resend_request_chunk.filter(|chunk| *chunk > 0);
        let Some(live) = &mut self.connection else { return };
        if !live.may_send_new() {
            return;
        }
        let lowest_queued = live.queue.lowest();
        let Some(gap) = &mut live.gap else { return };
        let last_missing = lowest_queued.and_then(SeqNum::previous).unwrap_or(gap.high).max(begin);
        let chunk_end = chunk.map(|chunk| begin.plus(chunk - 1)).filter(|end| *end < last_missing);
        // Without an end it brings what is kept above the gap as well, and what was passed over there.
        gap.covers = chunk_end.unwrap_or(gap.high.max(begin));
        gap.chunked = chunk_end.is_some();
        gap.since = now.mono_ns;
        let end = chunk_end.map_or(version.end_of_infinity(), SeqNum::get);
        self.send_admin(
            now,
            msg_type::RESEND_REQUEST,
            |encoder| {
                encoder.field(tags::BEGIN_SEQ_NO, &begin.get());
                encoder.field(tags::END_SEQ_NO, &end);
            },
            out,
        );
    }

    /// The outstanding request has brought nothing in time.
    pub(super) fn resend_request_due(&mut self, now: Now, out: &mut Actions) {
        let repeats = self.config.limits.resend_request_repeats;
        let Some(live) = &mut self.connection else { return };
        let Some(gap) = &mut live.gap else { return };
        if gap.repeats >= repeats {
            self.error_logout(now, "ResendRequest not answered", Reason::ResendTimeout, out);
            return;
        }
        gap.repeats += 1;
        gap.since = now.mono_ns;
        self.request_missing(now, out);
    }

    /// When the outstanding request is to be repeated.
    pub(super) fn resend_request_deadline(&self) -> Option<u64> {
        if self.config.planted(Planted::AsksOnce) {
            return None;
        }
        let live = self.connection.as_ref().filter(|live| live.phase == Phase::Active)?;
        let gap = live.gap.filter(|_| live.may_send_new() && live.unsettled.is_none())?;
        Some(gap.since.saturating_add(super::timers::millis(self.config.limits.resend_request_timeout_ms)))
    }
}
