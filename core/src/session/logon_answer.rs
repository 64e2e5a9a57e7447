//! The counterparty's Logon, once it is accepted: is it valid, do its numbers fit, what is to be answered.
//!
//! FIX 4.4 volume 2, "Logon" and test cases 1B, 1S. Nothing here happens before the owner has authenticated it, and a
//! Logon that is refused without a word touches nothing.

use super::Session;
use super::actions::Actions;
use super::connection::{Connection, InSessionReset, LogonFacts, LogonKind, Phase, Unsettled};
use super::logout::too_low_text;
use super::planted::Planted;
use super::status::Reason;
use crate::seq::SeqNum;
use crate::tags;
use crate::time::Now;
use crate::version::{ApplVerId, BeginString};
use crate::wire::{Message, parse_seq_num, parse_u64};

/// Why a Logon cannot be answered. `None`: close without a word.
type Refusal = Option<&'static str>;

/// Text(58) for a reset that does not begin at 1.
const RESET_NUMBER: &str = "ResetSeqNumFlag=Y with MsgSeqNum other than 1";

impl Session {
    /// Acceptor: the first Logon is accepted.
    pub(super) fn logon_requested(
        &mut self,
        now: Now,
        lent: &Unsettled,
        message: &Message<'_>,
        out: &mut Actions,
    ) {
        let heart_bt_int = match self.valid_logon(message).and_then(|()| self.agreed_heart_bt_int(message)) {
            Ok(agreed) => agreed,
            Err(None) => return self.close(now, Reason::InvalidLogon, out),
            Err(Some(text)) => return self.refuse_with(now, text, None, Reason::InvalidLogon, out),
        };
        if let Some(live) = &mut self.connection {
            live.heart_bt_int = heart_bt_int;
            live.peer_max_message_size = max_message_size(message);
        }
        let announced = self.announces_reset(message);
        let owed = self.durable.reset_owed && !announced;
        let reset = announced || owed || self.config.reset_on_logon;
        let expected = if reset { SeqNum::FIRST } else { self.durable.next_target };
        if announced && self.wrong_reset_number(lent.seq) {
            return self.refuse_with(now, RESET_NUMBER, None, Reason::InvalidLogon, out);
        }
        if lent.seq < expected {
            let text = too_low_text(expected, lent.seq);
            return self.refuse_with(now, &text, None, Reason::MsgSeqNumTooLow, out);
        }
        let ours = if reset { SeqNum::FIRST } else { self.durable.next_sender };
        // A counterparty that does not know of the reset speaks of the old numbering.
        let next_expected = match if owed { Ok(None) } else { self.next_expected(message, ours) } {
            Ok(next_expected) => next_expected,
            Err(text) => return self.refuse_with(now, &text, None, Reason::NextExpectedTooHigh, out),
        };
        let facts = LogonFacts {
            seq: lent.seq,
            reset,
            announce_reset: announced || owed,
            reset_was_owed: owed,
            next_expected,
        };
        let id = self.next_id();
        if let Some(live) = &mut self.connection {
            live.want_logon(now, id, LogonKind::Answer(facts));
        }
    }

    /// Initiator: the answer to our Logon is accepted.
    pub(super) fn logon_answered(
        &mut self,
        now: Now,
        lent: &Unsettled,
        message: &Message<'_>,
        out: &mut Actions,
    ) {
        if let Err(refusal) = self.valid_logon(message).and_then(|()| self.confirmed_heart_bt_int(message)) {
            let text = refusal.unwrap_or("Invalid Logon");
            return self.error_logout(now, text, Reason::InvalidLogon, out);
        }
        let announced = self.announces_reset(message);
        let ours = self.connection.as_ref().is_some_and(|live| live.announced_reset);
        if announced && !ours {
            // Whoever is refused is not logged on, not even for a moment: nothing of its is delivered afterwards.
            if self.wrong_reset_number(lent.seq) {
                return self.refuse_reset_number(now, out);
            }
            if let Some(live) = &mut self.connection {
                live.enter(now, Phase::Active);
                live.peer_max_message_size = max_message_size(message);
            }
            return self.reset_requested(now, lent.seq, out);
        }
        if ours && lent.seq != SeqNum::FIRST {
            let text = "ResetSeqNumFlag not confirmed";
            return self.error_logout(now, text, Reason::ResetFailed, out);
        }
        if lent.seq < self.durable.next_target {
            let text = too_low_text(self.durable.next_target, lent.seq);
            return self.error_logout(now, &text, Reason::MsgSeqNumTooLow, out);
        }
        let next_expected = match self.next_expected(message, self.durable.next_sender) {
            Ok(next_expected) => next_expected,
            Err(text) => return self.error_logout(now, &text, Reason::NextExpectedTooHigh, out),
        };
        if ours && !self.config.planted(Planted::ResetStaysOwed) {
            self.durable.reset_owed = false;
            self.changed = true;
        }
        if let Some(live) = &mut self.connection {
            live.enter(now, Phase::Active);
            live.peer_max_message_size = max_message_size(message);
        }
        // The counterparty counts our Logon before it answers: it has got everything if it expects our next number.
        self.recover_after_logon(now, lent.seq, next_expected, self.durable.next_sender, out);
    }

    /// A Logon with ResetSeqNumFlag(141)=Y while logged on.
    pub(super) fn reset_requested(&mut self, now: Now, seq: SeqNum, out: &mut Actions) {
        if self.wrong_reset_number(seq) {
            return self.refuse_reset_number(now, out);
        }
        let id = self.next_id();
        match &mut self.connection {
            Some(live) if live.phase == Phase::Active => live.want_logon(now, id, LogonKind::ResetAnswer),
            _ => self.close(now, Reason::UnexpectedLogon, out),
        }
    }

    fn wrong_reset_number(&self, seq: SeqNum) -> bool {
        seq != SeqNum::FIRST && !self.config.switches.tolerate_reset_with_other_number
    }

    fn refuse_reset_number(&mut self, now: Now, out: &mut Actions) {
        self.error_logout(now, RESET_NUMBER, Reason::ResetFailed, out);
    }

    /// The answer to our in-session reset, before or after a Logout of ours. After a Logout it may also be a reset of the
    /// counterparty's own that crossed it: too late, and without effect; the counterparty still owes it.
    pub(super) fn reset_answered(&mut self, now: Now, seq: SeqNum, out: &mut Actions) {
        let awaited = |live: &Connection| matches!(live.reset, InSessionReset::Sent { .. });
        if !self.connection.as_ref().is_some_and(awaited) {
            return;
        }
        if seq == SeqNum::FIRST {
            self.both_numbers_reset(now);
        } else {
            self.error_logout(now, "ResetSeqNumFlag not confirmed", Reason::ResetFailed, out);
        }
    }

    fn announces_reset(&self, message: &Message<'_>) -> bool {
        self.config.identity.begin_string.has_reset_flag()
            && message.get(tags::RESET_SEQ_NUM_FLAG) == Some(b"Y")
    }

    fn valid_logon(&self, message: &Message<'_>) -> Result<(), Refusal> {
        let config = &self.config;
        match message.get(tags::ENCRYPT_METHOD) {
            Some(b"0") => {}
            None => return Err(Some("EncryptMethod missing")),
            Some(_) => return Err(Some("Unsupported EncryptMethod")),
        }
        if config.identity.begin_string == BeginString::Fixt11 {
            match message.get(tags::DEFAULT_APPL_VER_ID) {
                None | Some([]) => return Err(None),
                Some(version) if ApplVerId::from_bytes(version).is_none() => {
                    return Err(Some("Invalid DefaultApplVerID"));
                }
                Some(_) => {}
            }
        }
        let test = message.get(tags::TEST_MESSAGE_INDICATOR).map(|value| value == b"Y");
        match (config.test_message_indicator, test) {
            (Some(ours), Some(theirs)) if ours != theirs => Err(Some("TestMessageIndicator differs")),
            (Some(true), None) => Err(Some("TestMessageIndicator differs")),
            (Some(_) | None, _) => Ok(()),
        }
    }

    fn agreed_heart_bt_int(&self, message: &Message<'_>) -> Result<u32, Refusal> {
        let proposed = heart_bt_int(message)?;
        match self.config.acceptor_heart_bt_int {
            Some((least, most)) if proposed < least || proposed > most => {
                Err(Some("HeartBtInt is outside the accepted range"))
            }
            Some(_) | None => Ok(proposed),
        }
    }

    fn confirmed_heart_bt_int(&mut self, message: &Message<'_>) -> Result<(), Refusal> {
        let answered = heart_bt_int(message)?;
        let adopt = self.config.switches.accept_other_heart_bt_int;
        match &mut self.connection {
            Some(live) if adopt || live.heart_bt_int == answered => {
                live.heart_bt_int = answered;
                Ok(())
            }
            _ => Err(Some("HeartBtInt differs from the one proposed")),
        }
    }

    /// NextExpectedMsgSeqNum(789), if both sides use it, compared with the number of our next message.
    fn next_expected(
        &self,
        message: &Message<'_>,
        ours: SeqNum,
    ) -> Result<Option<SeqNum>, alloc::string::String> {
        let Some(written) = message.get(tags::NEXT_EXPECTED_MSG_SEQ_NUM) else { return Ok(None) };
        if !self.next_expected_is_used() {
            return Ok(None);
        }
        match parse_seq_num(written) {
            Some(next) if next <= ours => Ok(Some(next)),
            Some(_) | None => Err(alloc::format!(
                "Tag 789 (NextExpectedMsgSeqNum) is higher than expected. Expected {ours}, Received {}",
                alloc::string::String::from_utf8_lossy(written),
            )),
        }
    }
}

fn heart_bt_int(message: &Message<'_>) -> Result<u32, Refusal> {
    let written = message.get(tags::HEART_BT_INT).ok_or(Some("HeartBtInt missing"))?;
    if written.first() == Some(&b'-') {
        return Err(Some("HeartBtInt must not be negative"));
    }
    let seconds = parse_u64(written).and_then(|seconds| u32::try_from(seconds).ok());
    seconds.ok_or(Some("HeartBtInt is not a number of seconds"))
}

fn max_message_size(message: &Message<'_>) -> Option<u32> {
    let size = parse_u64(message.get(tags::MAX_MESSAGE_SIZE)?)?;
    (size > 0).then(|| u32::try_from(size).unwrap_or(u32::MAX))
}
