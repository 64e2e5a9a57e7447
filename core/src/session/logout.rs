//! Logout, both ways, and the Logout that ends a session for an error.
//!
//! FIX 4.4 volume 2, "Logout": the side that sends it waits for the answer and closes; the side that answers it stays
//! until the other has closed. A Logout takes one number and never changes any other.

use alloc::string::String;

use super::Session;
use super::actions::Actions;
use super::connection::Phase;
use super::planted::Planted;
use super::reject::optional;
use super::status::Reason;
use super::step::Order;
use super::table::Effect;
use crate::msg_type;
use crate::seq::SeqNum;
use crate::tags;
use crate::time::Now;
use crate::version::BeginString;

/// How long the answer to a Logout that reports an error is waited for (FIX 4.4 volume 2, test cases 2c, 2i, 2k).
const ERROR_LOGOUT_MS: u32 = 2_000;
/// SessionStatus(1409)
const STATUS_MSG_SEQ_NUM_TOO_LOW: u32 = 9;
const STATUS_NEXT_EXPECTED_TOO_HIGH: u32 = 10;

impl Session {
    /// Sends the one Logout of this connection, and waits for its answer.
    pub(super) fn begin_logout(
        &mut self,
        now: Now,
        text: &str,
        then: Reason,
        limit_ms: u32,
        out: &mut Actions,
    ) {
        self.send_logout(now, text, out);
        let Some(live) = &mut self.connection else { return };
        live.logout_seen = true;
        live.enter(now, Phase::LogoutSent { then, limit_ms });
    }

    /// The counterparty broke a rule that ends the session. A second error after a Logout only closes.
    pub(super) fn error_logout(&mut self, now: Now, text: &str, reason: Reason, out: &mut Actions) {
        let limit_ms = self.config.limits.logout_timeout_ms.min(ERROR_LOGOUT_MS);
        let Some(live) = &self.connection else { return };
        match live.phase {
            Phase::Active | Phase::LogonSent => {
                self.ended = Some(reason);
                self.begin_logout(now, text, reason, limit_ms, out);
            }
            Phase::LogonReceived => self.refuse_with(now, text, None, reason, out),
            Phase::LogoutSent { .. } | Phase::Closing(_) => {}
            Phase::AwaitingLogon | Phase::LogonPending | Phase::LogoutAnswered => {
                self.close(now, reason, out)
            }
        }
    }

    pub(super) fn send_logout(&mut self, now: Now, text: &str, out: &mut Actions) {
        let status = match self.ended {
            Some(Reason::MsgSeqNumTooLow) => Some(STATUS_MSG_SEQ_NUM_TOO_LOW),
            Some(Reason::NextExpectedTooHigh) => Some(STATUS_NEXT_EXPECTED_TOO_HIGH),
            _ => None,
        };
        let status = status.filter(|_| !self.config.switches.no_session_status_in_logout);
        self.write_logout(now, text, status, out);
    }

    /// A Logout that says why a Logon is refused. It takes one number; nothing else is touched.
    pub(super) fn refuse_with(
        &mut self,
        now: Now,
        text: &str,
        status: Option<u32>,
        reason: Reason,
        out: &mut Actions,
    ) {
        self.ended = Some(reason);
        match status {
            _ if !self.durable.next_sender.leaves_numbers() => {}
            Some(_) => self.write_logout(now, text, status, out),
            None => self.send_logout(now, text, out),
        }
        self.close(now, reason, out);
    }

    fn write_logout(&mut self, now: Now, text: &str, status: Option<u32>, out: &mut Actions) {
        if let Some(live) = &mut self.connection {
            // Nothing new follows a Logout: a Logon that waits to be sent, which resets the numbers, is withdrawn.
            live.logon = None;
        }
        // SessionStatus(1409) exists in FIXT.1.1 only.
        let status = status.filter(|_| self.config.identity.begin_string == BeginString::Fixt11);
        self.send_admin(
            now,
            msg_type::LOGOUT,
            |encoder| {
                optional(encoder, tags::TEXT, text);
                if let Some(status) = status {
                    encoder.field(tags::SESSION_STATUS, &u64::from(status));
                }
            },
            out,
        );
    }

    /// A Logout is accepted. If one of ours was sent before, this is its answer, whatever the number: a gap is healed at
    /// the next logon.
    pub(super) fn logout_received(&mut self, now: Now, order: Order, seq: SeqNum, out: &mut Actions) {
        if let Some(live) = &mut self.connection {
            live.queued_logout = None;
        }
        let answers = self.connection.as_ref().is_some_and(|live| live.phase != Phase::Active);
        if self.config.planted(Planted::LogoutAboveGapCounted) && order == Order::High {
            self.expect(now, seq.next(), out);
        }
        if order == Order::Expected && !(self.config.planted(Planted::LogoutAnswerNotCounted) && answers) {
            self.count(now, seq, out);
        }
        if self.config.planted(Planted::LogoutUndoneByPeer) {
            (self.durable.intent.enabled, self.changed) = (true, true);
        }
        self.logged_out(now, out);
    }

    /// The expected number has risen. When it has passed a Logout that waited above the gap, which a GapFill does because
    /// a Logout is never retransmitted, the gap is closed as far as that matters.
    pub(super) fn logout_passed_over(&mut self, now: Now, out: &mut Actions) {
        let expected = self.durable.next_target;
        let Some(live) = &mut self.connection else { return };
        let lent = live.unsettled.is_some_and(|lent| lent.effect == Effect::LogoutRequest);
        if !lent && live.queued_logout.take_if(|logout| logout.seq < expected).is_some() {
            self.logged_out(now, out);
        }
    }

    fn logged_out(&mut self, now: Now, out: &mut Actions) {
        let Some(live) = &mut self.connection else { return };
        live.logout_seen = true;
        match live.phase {
            Phase::LogoutSent { then, .. } => self.close(now, then, out),
            Phase::Active | Phase::LogoutAnswered => self.answer_logout(now, out),
            Phase::AwaitingLogon
            | Phase::LogonReceived
            | Phase::LogonPending
            | Phase::LogonSent
            | Phase::Closing(_) => {}
        }
    }

    /// The numbers below the counterparty's Logout have not come in time: it is answered, and not counted.
    pub(super) fn logout_recovery_due(&mut self, now: Now, out: &mut Actions) {
        if let Some(live) = &mut self.connection {
            live.queued_logout = None;
            // The Logout is among what is queued, and must not be answered twice.
            live.give_up_gap();
        }
        self.answer_logout(now, out);
    }

    fn answer_logout(&mut self, now: Now, out: &mut Actions) {
        self.send_logout(now, "", out);
        let Some(live) = &mut self.connection else { return };
        live.logout_seen = true;
        if self.config.switches.close_after_logout_reply {
            self.close(now, Reason::PeerLogout, out);
        } else if live.phase != Phase::LogoutAnswered {
            // The limit is not extended by a Logout that is repeated after a recovery.
            live.enter(now, Phase::LogoutAnswered);
        }
    }

    /// Closes the connection when the last bytes have left, or the flush limit has passed.
    pub(super) fn close(&mut self, now: Now, reason: Reason, out: &mut Actions) {
        let Some(live) = &mut self.connection else { return };
        if matches!(live.phase, Phase::Closing(_)) {
            return;
        }
        live.unsettled = None;
        live.logon = None;
        live.enter(now, Phase::Closing(reason));
        self.ended = Some(reason);
        out.end(reason);
    }

    /// Closes the connection now: a limit has passed, or an operator said so.
    pub(super) fn close_at_once(&mut self, now: Now, reason: Reason, out: &mut Actions) {
        self.drop_output(out);
        self.close(now, reason, out);
    }
}

pub(super) fn too_low_text(expected: SeqNum, received: SeqNum) -> String {
    alloc::format!("MsgSeqNum too low, expecting {expected} but received {received}")
}
