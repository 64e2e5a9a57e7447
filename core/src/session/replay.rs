//! Serving a ResendRequest: messages repeated from the store, everything else gap-filled.
//!
//! FIX 4.4 volume 2, "Resend Request" and "Sequence Reset (Gap Fill)". A replay uses no numbers and nothing
//! interleaves with it: what is sent meanwhile is placed behind it. Its end is fixed when it begins. The store is
//! asked part by part, so that a long replay is bounded in memory.

use super::Session;
use super::actions::Actions;
use super::connection::{Phase, Replay, WAITING_REPLAYS};
use super::event::{FetchId, Outcome};
use super::planted::Planted;
use super::status::Reason;
use crate::msg_type;
use crate::seq::{SeqNum, SeqRange};
use crate::tags;
use crate::time::Now;
use crate::wire::{Encoder, Message, parse_timestamp};

impl Session {
    /// Serves the range now, or after the replay that is under way.
    pub(super) fn replay(&mut self, now: Now, range: SeqRange, out: &mut Actions) {
        let Some(live) = &mut self.connection else { return };
        if live.replay.is_some() {
            if live.waiting_replays.len() < WAITING_REPLAYS {
                live.waiting_replays.push(range);
                out.replay_waits();
            } else if let Some(last) = live.waiting_replays.last_mut() {
                // It may repeat what was sent since the last one was asked for, so it must stand behind that.
                last.begin = last.begin.min(range.begin);
                last.end = last.end.max(range.end);
                out.last_replay_waits_longer();
            }
            return;
        }
        if !self.config.persist_messages {
            self.write_gap_fill(now, range.begin, range.end.next(), out);
            return;
        }
        self.begin_replay(range, out);
    }

    fn begin_replay(&mut self, range: SeqRange, out: &mut Actions) {
        let fetch = FetchId(self.next_id());
        if let Some(live) = &mut self.connection {
            live.replay = Some(Replay {
                next: range.begin,
                end: range.end,
                fill_from: None,
                question: fetch,
                asked_from: range.begin,
            });
        }
        if !self.config.planted(Planted::ReplayInterleaved) {
            out.replay_begins();
        }
        self.ask(fetch, range, out);
    }

    /// Asks the store for what is left of the replay under way.
    fn ask_for(&mut self, range: SeqRange, out: &mut Actions) {
        let fetch = FetchId(self.next_id());
        if let Some(replay) = self.connection.as_mut().and_then(|live| live.replay.as_mut()) {
            replay.question = fetch;
            replay.asked_from = range.begin;
        }
        self.ask(fetch, range, out);
    }

    fn ask(&self, fetch: FetchId, range: SeqRange, out: &mut Actions) {
        let limits = &self.config.limits;
        out.ask(fetch, range, limits.replay_batch.max(1), limits.replay_low_water.max(1) as usize);
    }

    fn replaying(&mut self, fetch: FetchId) -> Option<&mut Replay> {
        self.connection.as_mut()?.replay.as_mut().filter(|replay| replay.question == fetch)
    }

    pub(super) fn stored(
        &mut self,
        now: Now,
        fetch: FetchId,
        seq: SeqNum,
        raw: &[u8],
        out: &mut Actions,
    ) -> Outcome {
        let gap_fill_rejects = self.config.switches.gap_fill_rejects;
        let repeats_all = self.config.planted(Planted::AdminRepeated);
        let Some(replay) = self.replaying(fetch) else { return Outcome::Ignored };
        if seq != replay.next || seq > replay.end {
            return Outcome::Ignored;
        }
        let Some(message) = Message::parse(raw).ok().filter(|message| message.seq() == Some(seq)) else {
            return self.record_lost(now, out);
        };
        let msg_type = message.msg_type();
        let repeated = !msg_type::is_admin(msg_type)
            || (msg_type == msg_type::REJECT && !gap_fill_rejects)
            || repeats_all;
        replay.next = seq.next();
        if !repeated {
            replay.fill_from.get_or_insert(seq);
            return Outcome::Done;
        }
        if let Some(from) = replay.fill_from.take() {
            self.write_gap_fill(now, from, seq, out);
        }
        self.write_repeated(now, &message, out);
        Outcome::Done
    }

    pub(super) fn declined(
        &mut self,
        _now: Now,
        fetch: FetchId,
        range: SeqRange,
        _out: &mut Actions,
    ) -> Outcome {
        let Some(replay) = self.replaying(fetch) else { return Outcome::Ignored };
        if range.begin > replay.next || range.end < replay.next {
            return Outcome::Ignored;
        }
        replay.fill_from.get_or_insert(replay.next);
        replay.next = range.end.min(replay.end).next();
        Outcome::Done
    }

    pub(super) fn fetch_end(
        &mut self,
        now: Now,
        fetch: FetchId,
        through: SeqNum,
        out: &mut Actions,
    ) -> Outcome {
        let Some(replay) = self.replaying(fetch) else { return Outcome::Ignored };
        let complete =
            replay.next > replay.asked_from && replay.next == through.next().min(replay.end.next());
        if !complete {
            // A number between was neither stored nor declined: filling over it would lose a message in silence.
            return self.record_lost(now, out);
        }
        out.question_answered();
        if replay.next <= replay.end {
            let range = SeqRange { begin: replay.next, end: replay.end };
            self.ask_for(range, out);
            return Outcome::Done;
        }
        self.finish_replay(now, out);
        Outcome::Done
    }

    /// The last numbers are gap-filled, and what waited behind the replay follows it; then comes the next replay, if one
    /// was asked for.
    fn finish_replay(&mut self, now: Now, out: &mut Actions) {
        let Some(replay) = self.connection.as_mut().and_then(|live| live.replay.take()) else { return };
        if let Some(from) = replay.fill_from.filter(|from| *from <= replay.end) {
            self.write_gap_fill(now, from, replay.end.next(), out);
        }
        loop {
            out.replay_over();
            let Some(live) = &mut self.connection else { return };
            if live.waiting_replays.is_empty() {
                return;
            }
            let range = live.waiting_replays.remove(0);
            if range.begin <= range.end {
                return self.begin_replay(range, out);
            }
        }
    }

    /// Numbers from `seq` on are given again: they are not repeated any more.
    pub(super) fn cut_replays(&mut self, now: Now, seq: SeqNum, out: &mut Actions) {
        let Some(last) = seq.previous() else { return self.cancel_replays(out) };
        let Some(live) = &mut self.connection else { return };
        for waiting in &mut live.waiting_replays {
            waiting.end = waiting.end.min(last);
        }
        let Some(replay) = live.replay.as_mut().filter(|replay| replay.end > last) else { return };
        replay.end = last;
        let left = SeqRange { begin: replay.next, end: last };
        out.question_answered();
        if left.begin <= left.end {
            self.ask_for(left, out);
        } else {
            self.finish_replay(now, out);
        }
    }

    /// Nothing that has not left yet ever will. The store's answer to what was asked comes too late, and is ignored.
    pub(super) fn drop_output(&mut self, out: &mut Actions) {
        self.cancel_replays(out);
        out.drop_wire();
    }

    /// What was asked for is no longer available, or no longer wanted.
    pub(super) fn cancel_replays(&mut self, out: &mut Actions) {
        let Some(live) = &mut self.connection else { return };
        live.waiting_replays.clear();
        if live.replay.take().is_some() {
            out.question_answered();
            out.replays_cancelled();
        }
    }

    /// The same message once more: original number and body, PossDupFlag, OrigSendingTime, a fresh SendingTime. When the
    /// clock has been set back, SendingTime is the original one: no message is sent before it was (test case 2f).
    fn write_repeated(&mut self, now: Now, original: &Message<'_>, out: &mut Actions) {
        let precision = self.config.written_precision();
        let mut encoder = Encoder::begin(out.compose_replay(), original.begin_string(), original.msg_type());
        for field in original.header_fields().flatten() {
            match field.tag {
                tags::SENDING_TIME => {
                    let original = parse_timestamp(field.value).unwrap_or(now.utc_ns);
                    encoder.header_timestamp(tags::SENDING_TIME, original.max(now.utc_ns), precision);
                    encoder.header_field(tags::ORIG_SENDING_TIME, field.value);
                }
                tags::POSS_DUP_FLAG | tags::ORIG_SENDING_TIME => {}
                tags::MSG_SEQ_NUM => {
                    encoder.header_field(tags::MSG_SEQ_NUM, field.value);
                    if !self.config.planted(Planted::RepeatedWithoutPossDup) {
                        encoder.header_field(tags::POSS_DUP_FLAG, "Y");
                    }
                }
                tag => encoder.header_field(tag, field.value),
            }
        }
        encoder.prebuilt(original.body().rest());
        let range = encoder.finish();
        out.commit_replay(&range);
        self.sent_without_number(now);
    }

    /// SequenceReset-GapFill over `from` to `next` - 1.
    fn write_gap_fill(&mut self, now: Now, from: SeqNum, next: SeqNum, out: &mut Actions) {
        let precision = self.config.written_precision();
        let mut encoder = Encoder::begin(
            out.compose_replay(),
            self.config.identity.begin_string.as_bytes(),
            msg_type::SEQUENCE_RESET,
        );
        self.write_header(&mut encoder, from, now.utc_ns, self.last_processed());
        encoder.header_field(tags::POSS_DUP_FLAG, "Y");
        encoder.header_timestamp(tags::ORIG_SENDING_TIME, now.utc_ns, precision);
        encoder.field(tags::NEW_SEQ_NO, &next.get());
        encoder.field(tags::GAP_FILL_FLAG, "Y");
        let range = encoder.finish();
        out.commit_replay(&range);
        self.sent_without_number(now);
    }

    fn sent_without_number(&mut self, now: Now) {
        if let Some(live) = &mut self.connection {
            live.last_sent = now.mono_ns;
        }
    }

    /// The store has failed: what it was saving is offered again with the next connection or command. A Logout could not
    /// be saved, so it could not leave either: the connection is closed at once.
    pub(super) fn store_failed(&mut self, now: Now, out: &mut Actions) -> Outcome {
        out.save_failed();
        self.close_at_once(now, Reason::StoreFailed, out);
        Outcome::Done
    }

    /// The store has lost a record: Logout, and the connection is closed without waiting for its answer. Nobody has logged
    /// out by that: what is reset after a Logout is not reset, since the counterparty lacks what is still there. A save in
    /// flight is not touched by an answer to a question: it has not been called off.
    fn record_lost(&mut self, now: Now, out: &mut Actions) -> Outcome {
        self.cancel_replays(out);
        if self.connection.as_ref().is_some_and(|live| live.phase == Phase::Active) {
            self.send_logout(now, "A message to be resent is lost", out);
        }
        self.close(now, Reason::StoreFailed, out);
        Outcome::Done
    }
}
