//! One message: which rule applies to it, and the rules that need nobody's verdict.
//!
//! The order of checks follows FIX 4.4 volume 2: garbled (by the framer), MsgSeqNum there, BeginString, the state,
//! the header's fields, the number. A dictionary's checks and the application's come with the verdict.

use super::Session;
use super::actions::Actions;
use super::checks::Cell;
use super::connection::{Phase, QueuedLogout, Unsettled};
use super::event::InboundId;
use super::identity;
use super::kind::Kind;
use super::planted::Planted;
use super::status::Reason;
use super::step::Order;
use super::table::{Effect, Number, Rule, Stage, rule};
use crate::seq::SeqNum;
use crate::time::Now;
use crate::wire::{Message, parse_u64};

impl Session {
    /// Answers the message by itself, or lends it.
    pub(super) fn examine(
        &mut self,
        now: Now,
        message: &Message<'_>,
        queued: bool,
        out: &mut Actions,
    ) -> Option<(InboundId, Order)> {
        let stage = self.connection.as_ref()?.stage()?;
        let kind = Kind::of(message, self.config.identity.begin_string);
        let (seq, number) = match message.seq() {
            Some(seq) => (seq, self.number_of(seq, message)),
            // Its number is ignored: zero, which engines write there, is below every number.
            None if kind == Kind::SequenceReset && is_zero(message.msg_seq_num()) => {
                (SeqNum::FIRST, Number::Low)
            }
            None => {
                self.without_seq(now, stage, out);
                return None;
            }
        };
        if !identity::begin_string_matches(&self.config, message) {
            self.wrong_begin_string(now, stage, out);
            return None;
        }
        let rule = rule(stage, kind, number, message.poss_dup(), &self.config.switches);
        if rule.heeds_header()
            && !self.passes_checks(now, &Cell { stage, kind, number, queued }, message, out)
        {
            return None;
        }
        match rule {
            Rule::Lend(Effect::Duplicate) if self.config.planted(Planted::DuplicateNotTold) => {}
            Rule::TooLow if self.config.planted(Planted::TooLowPassedOver) => {}
            Rule::UnexpectedAnswer if self.config.planted(Planted::DeliveredBeforeLogon) => {
                return Some(self.lend(now, (seq, number), Effect::Count, message));
            }
            Rule::Ignore
                if self.config.planted(Planted::DeliveredAfterLogout) && number == Number::Expected =>
            {
                return Some(self.lend(now, (seq, number), Effect::Count, message));
            }
            Rule::Request if self.config.planted(Planted::GapFillAboveGapApplied) => {
                return Some(self.lend(now, (seq, number), Effect::GapFill, message));
            }
            Rule::QueueAndRequest
                if self.config.planted(Planted::DeliveredAboveGap) && kind == Kind::Application =>
            {
                self.gap_up_to(now, seq, out);
                return Some(self.lend(now, (seq, Number::Expected), Effect::Count, message));
            }
            Rule::Lend(effect) => return Some(self.lend(now, (seq, number), effect, message)),
            Rule::QueueAndRequest => self.queue_above_gap(now, seq, message, true, out),
            Rule::QueueLogout => {
                if let Some(live) = &mut self.connection {
                    live.queued_logout.get_or_insert(QueuedLogout { seq, since: now.mono_ns });
                }
                self.queue_above_gap(now, seq, message, true, out);
            }
            Rule::Queue => self.queue_above_gap(now, seq, message, false, out),
            Rule::Request => self.gap_up_to(now, seq, out),
            Rule::Ignore => {}
            Rule::TooLow => self.too_low(now, seq, out),
            Rule::NotLogon => self.close(now, Reason::FirstMessageNotLogon, out),
            Rule::UnexpectedAnswer => {
                self.error_logout(now, "First message not a Logon", Reason::FirstMessageNotLogon, out);
            }
            Rule::UnexpectedLogon => self.close(now, Reason::UnexpectedLogon, out),
            Rule::ResetNotConfirmed => {
                self.error_logout(now, "ResetSeqNumFlag not confirmed", Reason::ResetFailed, out);
            }
        }
        None
    }

    fn number_of(&self, seq: SeqNum, message: &Message<'_>) -> Number {
        match seq.cmp(&self.durable.next_target) {
            core::cmp::Ordering::Less if message.poss_dup() => Number::LowDuplicate,
            core::cmp::Ordering::Less => Number::Low,
            core::cmp::Ordering::Equal => Number::Expected,
            core::cmp::Ordering::Greater => Number::High,
        }
    }

    fn lend(
        &mut self,
        now: Now,
        (seq, number): (SeqNum, Number),
        effect: Effect,
        message: &Message<'_>,
    ) -> (InboundId, Order) {
        let id = self.next_id();
        let order = match number {
            Number::LowDuplicate if self.config.planted(Planted::DuplicateIsNew) => Order::Expected,
            Number::Low | Number::LowDuplicate => Order::Low,
            Number::Expected => Order::Expected,
            Number::High => Order::High,
        };
        self.held.clear();
        self.held.extend_from_slice(message.bytes());
        if let Some(live) = &mut self.connection {
            let header = *message.header();
            live.unsettled = Some(Unsettled { id, effect, order, seq, since: now.mono_ns, header });
            if live.phase == Phase::AwaitingLogon {
                // The limit on the logon runs from the connection, not from here.
                live.phase = Phase::LogonReceived;
            }
        }
        (InboundId(id), order)
    }

    /// FIX 4.4 volume 2: a message without MsgSeqNum is not garbled, but ends the session.
    fn without_seq(&mut self, now: Now, stage: Stage, out: &mut Actions) {
        let text = "Received message without MsgSeqNum";
        self.end_for(now, stage, (text, Reason::MsgSeqNumMissing, Reason::InvalidLogon), out);
    }

    fn wrong_begin_string(&mut self, now: Now, stage: Stage, out: &mut Actions) {
        let text = "Incorrect BeginString";
        self.end_for(now, stage, (text, Reason::IncorrectBeginString, Reason::WrongIdentity), out);
    }

    /// Ends the session with a Logout; in silence, and for the second reason, while the counterparty is unknown.
    fn end_for(
        &mut self,
        now: Now,
        stage: Stage,
        (text, reason, unknown): (&str, Reason, Reason),
        out: &mut Actions,
    ) {
        match stage {
            Stage::AwaitingLogon => self.close(now, unknown, out),
            Stage::LogonSent
            | Stage::Active
            | Stage::ResetSent
            | Stage::LogoutSent
            | Stage::RefusalSent
            | Stage::LogoutAnswered => self.error_logout(now, text, reason, out),
        }
    }

    fn too_low(&mut self, now: Now, seq: SeqNum, out: &mut Actions) {
        let text = super::logout::too_low_text(self.durable.next_target, seq);
        if self.config.planted(Planted::TooLowLowersExpected) {
            self.expect(now, seq, out);
        }
        self.error_logout(now, &text, Reason::MsgSeqNumTooLow, out);
    }
}

fn is_zero(written: Option<&[u8]>) -> bool {
    written.and_then(parse_u64) == Some(0)
}

impl Rule {
    /// Whether the header's fields are examined first. Not where nothing of the message is used.
    fn heeds_header(self) -> bool {
        match self {
            Self::Lend(_) | Self::QueueAndRequest | Self::QueueLogout | Self::Queue | Self::Request => true,
            Self::Ignore
            | Self::TooLow
            | Self::NotLogon
            | Self::UnexpectedAnswer
            | Self::UnexpectedLogon
            | Self::ResetNotConfirmed => false,
        }
    }
}
