//! The owner's verdict on a lent message, and the effect that follows from it.

use core::mem;

use super::Session;
use super::actions::Actions;
use super::connection::Unsettled;
use super::event::InboundId;
use super::planted::Planted;
use super::reject::Problem;
use super::status::Reason;
use super::step::{Order, Stale, Verdict};
use super::table::Effect;
use crate::msg_type;
use crate::time::Now;
use crate::wire::Message;

impl Session {
    pub(super) fn settle_held(
        &mut self,
        now: Now,
        id: InboundId,
        verdict: Verdict<'_>,
        out: &mut Actions,
    ) -> Result<(), Stale> {
        let live = self.connection.as_mut().ok_or(Stale)?;
        let lent = live.unsettled.take_if(|lent| lent.id == id.0).ok_or(Stale)?;
        live.settled(now, &lent);
        let held = mem::take(&mut self.held);
        let message = Message::with_header(&held, lent.header);
        self.answering = Some(lent.seq);
        match verdict {
            Verdict::Accept => self.take_effect(now, &lent, &message, out),
            Verdict::SessionReject { reason, tag, text } => {
                self.rejected(now, &lent, &message, &Problem { reason, tag, text }, out);
            }
            Verdict::BusinessReject { reason, ref_id, text } => {
                let application = !msg_type::is_admin(message.msg_type());
                if application && lent.effect == Effect::Count && lent.order == Order::Expected {
                    if self.business_reject(now, &message, (reason, ref_id, text), out) {
                        self.count(now, lent.seq, out);
                    }
                } else {
                    self.take_effect(now, &lent, &message, out);
                }
            }
            Verdict::RefuseLogon { text, status } => {
                self.logon_refused(now, &lent, &message, (text, status), out);
            }
        }
        self.answering = None;
        self.held = held;
        Ok(())
    }

    fn logon_refused(
        &mut self,
        now: Now,
        lent: &Unsettled,
        message: &Message<'_>,
        (text, status): (&str, Option<u32>),
        out: &mut Actions,
    ) {
        match lent.effect {
            Effect::LogonRequest if text.is_empty() && status.is_none() => {
                if self.config.planted(Planted::RefusedLogonCounted) {
                    self.count(now, lent.seq, out);
                }
                self.close(now, Reason::LogonRefused, out);
            }
            Effect::LogonRequest => self.refuse_with(now, text, status, Reason::LogonRefused, out),
            Effect::LogonAnswer | Effect::ResetRequest | Effect::ResetAnswer => {
                if self.config.planted(Planted::RefusedResetTakesEffect)
                    && lent.effect == Effect::ResetRequest
                {
                    self.both_numbers_reset(now);
                }
                self.error_logout(now, text, Reason::LogonRefused, out);
            }
            Effect::Count
            | Effect::Duplicate
            | Effect::AnswerTestRequest
            | Effect::Resend
            | Effect::ResendLow
            | Effect::ResendAboveGap
            | Effect::ResendHigh
            | Effect::GapFill
            | Effect::SequenceReset
            | Effect::LogonRefused
            | Effect::LogoutRequest
            | Effect::LogoutAnswer => self.take_effect(now, lent, message, out),
        }
    }

    fn take_effect(&mut self, now: Now, lent: &Unsettled, message: &Message<'_>, out: &mut Actions) {
        let Unsettled { seq, order, .. } = *lent;
        match lent.effect {
            Effect::Duplicate => {}
            Effect::Count => {
                self.count(now, seq, out);
                if message.msg_type() == msg_type::HEARTBEAT {
                    self.heartbeat(now, message);
                    let live = self.connection.as_ref();
                    let may_send = live.is_some_and(|live| live.may_send_new());
                    if self.config.planted(Planted::HeartbeatAnswered) && may_send {
                        self.send_heartbeat(now, out);
                    }
                }
            }
            Effect::AnswerTestRequest => {
                self.count(now, seq, out);
                self.answer_test_request(now, message, out);
            }
            Effect::Resend => {
                self.count(now, seq, out);
                self.resend_requested(now, message, out);
            }
            Effect::ResendLow => self.resend_requested(now, message, out),
            Effect::ResendHigh => {
                self.resend_requested(now, message, out);
                self.processed_early(seq);
            }
            Effect::ResendAboveGap => {
                // Serving first: two sides that each wait for the other's replay would wait for ever.
                self.resend_requested(now, message, out);
                self.processed_above_gap(now, seq, true, out);
            }
            Effect::GapFill => self.gap_fill(now, seq, message, out),
            Effect::SequenceReset => self.reset_to(now, order, message, out),
            Effect::LogonRequest => self.logon_requested(now, lent, message, out),
            Effect::LogonAnswer => self.logon_answered(now, lent, message, out),
            Effect::ResetRequest => self.reset_requested(now, seq, out),
            Effect::ResetAnswer => self.reset_answered(now, seq, out),
            Effect::LogonRefused => {
                if order == Order::Expected {
                    self.count(now, seq, out);
                }
                self.close(now, Reason::LogonRefusedByPeer, out);
            }
            Effect::LogoutRequest | Effect::LogoutAnswer => self.logout_received(now, order, seq, out),
        }
    }

    /// The message breaks a rule: Reject, and its number is counted if it is in sequence. Neither after our Logout.
    fn rejected(
        &mut self,
        now: Now,
        lent: &Unsettled,
        message: &Message<'_>,
        problem: &Problem<'_>,
        out: &mut Actions,
    ) {
        match lent.effect {
            // Nobody is authenticated yet: no number is used.
            Effect::LogonRequest => self.close(now, Reason::InvalidLogon, out),
            Effect::LogonAnswer => {
                let text = if problem.text.is_empty() { problem.reason.text() } else { problem.text };
                self.error_logout(now, text, Reason::InvalidLogon, out);
            }
            // A message that came before is not examined again, and a Logout ends the session however it is written.
            Effect::Duplicate | Effect::LogonRefused | Effect::LogoutAnswer => {
                self.take_effect(now, lent, message, out);
            }
            Effect::Count
            | Effect::AnswerTestRequest
            | Effect::Resend
            | Effect::ResendLow
            | Effect::ResendAboveGap
            | Effect::ResendHigh
            | Effect::GapFill
            | Effect::SequenceReset
            | Effect::ResetRequest
            | Effect::ResetAnswer
            | Effect::LogoutRequest => {
                let told = self.reject(now, message, problem, out);
                if let (Effect::LogoutRequest, Some(live)) = (lent.effect, &mut self.connection) {
                    live.queued_logout = None;
                }
                if told && lent.order == Order::Expected {
                    self.count(now, lent.seq, out);
                }
            }
        }
    }
}
