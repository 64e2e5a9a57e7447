//! Our own Logon: what it says, and what its sending changes.
//!
//! FIX 4.4 volume 2, "Logon". Every effect of a logon exchange on the numbers happens here, together with the Logon
//! that answers it, so that one batch of records holds them all.

use super::Session;
use super::actions::Actions;
use super::connection::{InSessionReset, LogonFacts, LogonKind, Phase};
use super::errors::LogonError;
use super::event::InboundId;
use super::planted::Planted;
use super::step::Stale;
use crate::msg_type;
use crate::seq::{SeqNum, SeqRange};
use crate::tags;
use crate::time::Now;
use crate::version::BeginString;
use crate::wire::{Body, Encoder};

impl Session {
    pub(super) fn send_logon(
        &mut self,
        now: Now,
        id: InboundId,
        fields: impl FnOnce(&mut Body<'_>),
        out: &mut Actions,
    ) -> Result<SeqNum, LogonError> {
        let task = self.connection.as_ref().and_then(|live| live.logon).filter(|task| task.id == id.0);
        let task = task.ok_or(Stale)?;
        let lent_at = task.lent_at.ok_or(Stale)?;
        let seq = self.logon_seq().ok_or(Stale)?;
        if task.kind.resets() {
            self.cancel_replays(out);
        }
        let processed = match task.kind {
            LogonKind::Answer(facts) => facts.seq.get(),
            LogonKind::ResetAnswer => SeqNum::FIRST.get(),
            LogonKind::Initial { reset: false } => self.durable.next_target.get() - 1,
            // Nothing has been processed in the numbering that begins.
            LogonKind::Initial { reset: true } | LogonKind::ResetRequest => 0,
        };
        let begin_string = self.config.identity.begin_string;
        let buffer = out.compose();
        let mut encoder = Encoder::begin(buffer, begin_string.as_bytes(), msg_type::LOGON);
        self.write_header(&mut encoder, seq, lent_at.utc_ns, processed);
        self.write_logon_fields(&mut encoder, task.kind);
        let mut body = Body::of_logon(encoder);
        fields(&mut body);
        let (encoder, error) = body.into_parts();
        if let Some(error) = error {
            encoder.abandon();
            return Err(error.into());
        }
        let range = encoder.finish();
        if task.kind.resets() {
            self.renumber(now, out);
        }
        // A Logon is never repeated, and may hold a password: no store gets to see its bytes.
        self.commit(now, range, seq, false, out);
        let announced = self.next_expected_is_used();
        if let Some(live) = &mut self.connection {
            live.logon = None;
            live.announced_next_expected = announced;
        }
        self.logon_sent(now, task.kind, seq, out);
        Ok(seq)
    }

    fn write_logon_fields(&self, encoder: &mut Encoder<'_>, kind: LogonKind) {
        let config = &self.config;
        let version = config.identity.begin_string;
        let heart_bt_int = self.connection.as_ref().map_or(config.heart_bt_int, |live| live.heart_bt_int);
        encoder.field(tags::ENCRYPT_METHOD, "0");
        encoder.field(tags::HEART_BT_INT, &u64::from(heart_bt_int));
        if version.has_reset_flag() && kind.announces_reset() {
            encoder.field(tags::RESET_SEQ_NUM_FLAG, "Y");
        }
        if config.limits.announce_max_message_size && version >= BeginString::Fix42 {
            encoder.field(tags::MAX_MESSAGE_SIZE, &u64::from(config.limits.max_message_size));
        }
        if let Some(test) = config.test_message_indicator.filter(|_| version >= BeginString::Fix43) {
            encoder.field(tags::TEST_MESSAGE_INDICATOR, if test { "Y" } else { "N" });
        }
        if self.next_expected_is_used() {
            encoder.field(tags::NEXT_EXPECTED_MSG_SEQ_NUM, &self.expected_after(kind).get());
        }
        if let Some(appl_ver_id) = config.default_appl_ver_id.filter(|_| version == BeginString::Fixt11) {
            encoder.field(tags::DEFAULT_APPL_VER_ID, appl_ver_id.as_bytes());
        }
    }

    pub(super) fn next_expected_is_used(&self) -> bool {
        self.config.next_expected_msg_seq_num && self.config.identity.begin_string.has_next_expected()
    }

    /// The number expected once the exchange is complete on this side: what NextExpectedMsgSeqNum(789) says. The
    /// Logon that is answered is counted if it is in sequence.
    fn expected_after(&self, kind: LogonKind) -> SeqNum {
        match kind {
            LogonKind::Initial { reset: true } => SeqNum::FIRST,
            LogonKind::Initial { reset: false } => self.durable.next_target,
            LogonKind::ResetRequest => SeqNum::FIRST,
            LogonKind::ResetAnswer => SeqNum::SECOND,
            LogonKind::Answer(facts) => {
                let expected = if facts.reset { SeqNum::FIRST } else { self.durable.next_target };
                if facts.seq == expected { expected.next() } else { expected }
            }
        }
    }

    fn logon_sent(&mut self, now: Now, kind: LogonKind, seq: SeqNum, out: &mut Actions) {
        match kind {
            LogonKind::Initial { reset } => {
                let announced = reset && self.config.identity.begin_string.has_reset_flag();
                if reset {
                    self.durable.next_target = SeqNum::FIRST;
                    self.durable.reset_owed = announced;
                }
                if let Some(live) = &mut self.connection {
                    // The limit on the logon runs from the connection, not from here.
                    live.phase = Phase::LogonSent;
                    live.announced_reset = announced;
                }
            }
            LogonKind::Answer(facts) => self.logon_answer_sent(now, facts, seq, out),
            LogonKind::ResetRequest => {
                self.durable.reset_owed = true;
                if let Some(live) = &mut self.connection {
                    live.reset = InSessionReset::Sent { since: now.mono_ns };
                }
            }
            LogonKind::ResetAnswer => self.both_numbers_reset(now),
        }
    }

    /// The acceptor's side of the exchange is complete: logged on, the Logon counted, recovery begun.
    fn logon_answer_sent(&mut self, now: Now, facts: LogonFacts, seq: SeqNum, out: &mut Actions) {
        if facts.reset {
            self.durable.next_target = SeqNum::FIRST;
            self.durable.reset_owed = facts.reset_was_owed;
        }
        if let Some(live) = &mut self.connection {
            live.enter(now, Phase::Active);
            live.last_received = now.mono_ns;
            if facts.reset_was_owed {
                live.reset = InSessionReset::Sent { since: now.mono_ns };
            }
        }
        // A reset that was owed leaves nothing to recover: the counterparty begins again with its answer to it.
        if !facts.reset_was_owed {
            self.recover_after_logon(now, facts.seq, facts.next_expected, seq, out);
        }
    }

    /// Counts the counterparty's Logon, or asks for what is missing below it; repeats what the counterparty's
    /// NextExpectedMsgSeqNum(789) says it has not got. `current` is the number that says it has got everything.
    pub(super) fn recover_after_logon(
        &mut self,
        now: Now,
        logon: SeqNum,
        next_expected: Option<SeqNum>,
        current: SeqNum,
        out: &mut Actions,
    ) {
        let above_gap = logon > self.durable.next_target;
        if above_gap && self.config.planted(Planted::GapBelowLogonNotAsked) {
            self.processed_early(logon);
        } else if above_gap && !self.config.planted(Planted::LogonAboveGapCounted) {
            // Both sides use 789: the counterparty knows what is missing, and asking as well would bring it twice.
            let announced = self.connection.as_ref().is_some_and(|live| live.announced_next_expected);
            self.processed_above_gap(now, logon, !(announced && next_expected.is_some()), out);
        } else if self.config.planted(Planted::LogonAboveGapCounted) {
            self.expect(now, logon.next(), out);
        } else {
            self.count(now, logon, out);
        }
        let last = self.durable.next_sender.previous();
        if let (Some(begin), Some(end)) = (next_expected.filter(|begin| *begin < current), last) {
            self.replay(now, SeqRange { begin, end }, out);
        }
    }

    /// Both sides have said ResetSeqNumFlag(141)=Y: both Logons had number 1.
    pub(super) fn both_numbers_reset(&mut self, now: Now) {
        self.durable.next_target = SeqNum::SECOND;
        self.durable.reset_owed = false;
        self.changed = true;
        if let Some(live) = &mut self.connection {
            live.reset = InSessionReset::None;
            live.give_up_gap();
            live.queued_logout = None;
            live.last_received = now.mono_ns;
        }
    }
}

impl LogonKind {
    const fn announces_reset(self) -> bool {
        match self {
            Self::Initial { reset } => reset,
            Self::Answer(facts) => facts.announce_reset,
            Self::ResetRequest | Self::ResetAnswer => true,
        }
    }
}
