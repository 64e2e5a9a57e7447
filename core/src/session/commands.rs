//! An operator's commands. Each has a defined result in every state, and none waits.
//!
//! `docs/states.md` has the table. Logon and Logout change the intent, at once and durably; what the connection does
//! about it follows. Neither touches a number, but for the one that a Logout takes.

use super::Session;
use super::actions::Actions;
use super::connection::{InSessionReset, Phase};
use super::event::{Command, CommandRefused, Outcome, ResetMode};
use super::intent::{Intent, Origin};
use super::planted::Planted;
use super::status::Reason;
use crate::seq::{SeqNum, SeqRange};
use crate::time::Now;
use crate::wire::SOH;

impl Session {
    pub(super) fn command(&mut self, now: Now, command: Command<'_>, out: &mut Actions) -> Outcome {
        match command {
            Command::Logon { by } => self.command_logon(now, by),
            Command::Logout { text, by } => self.command_logout(now, text, by, out),
            Command::Reset(ResetMode::Offline) => self.command_reset_offline(now, out),
            Command::Reset(ResetMode::LogoutThenReset) => self.command_logout_then_reset(now, out),
            Command::Reset(ResetMode::InSession) => self.command_reset_in_session(now, out),
            Command::SetNextSender(seq) => self.set_next_sender(now, seq, out),
            Command::SetNextTarget(seq) => self.set_next_target(now, seq, out),
            Command::TestRequest { id } => self.command_test_request(now, id, out),
            Command::Disconnect => match &self.connection {
                Some(_) => {
                    self.close_at_once(now, Reason::ByOperator, out);
                    Outcome::Done
                }
                None => Outcome::Already,
            },
        }
    }

    /// While a connection goes down a Logon is remembered, also by a session that is enabled: it means the next one.
    fn command_logon(&mut self, now: Now, by: Origin) -> Outcome {
        let phase = self.connection.as_ref().map(|live| live.phase);
        let ending =
            matches!(phase, Some(Phase::LogoutSent { .. } | Phase::LogoutAnswered | Phase::Closing(_)));
        if self.durable.intent.enabled {
            return if ending { Outcome::Remembered } else { Outcome::Already };
        }
        self.durable.intent = Intent { enabled: true, by, at_utc_ns: now.utc_ns, why: "".into() };
        self.changed = !self.config.planted(Planted::LogonCommandNotSaved);
        if self.connection.is_some() { Outcome::Remembered } else { Outcome::Done }
    }

    fn command_logout(&mut self, now: Now, text: &str, by: Origin, out: &mut Actions) -> Outcome {
        if text.as_bytes().contains(&SOH) {
            return Outcome::Refused(CommandRefused::HoldsSoh);
        }
        if !self.durable.intent.enabled {
            return Outcome::Already;
        }
        self.durable.intent = Intent { enabled: false, by, at_utc_ns: now.utc_ns, why: text.into() };
        self.changed = true;
        let limit_ms = self.config.limits.logout_timeout_ms;
        let recovering = self.connection.as_ref().is_some_and(|live| live.gap.is_some());
        match self.connection.as_ref().map(|live| live.phase) {
            Some(Phase::Active) if self.config.planted(Planted::LogoutLostInRecovery) && recovering => {}
            Some(Phase::Active) => self.begin_logout(now, text, Reason::LogoutCompleted, limit_ms, out),
            Some(Phase::AwaitingLogon | Phase::LogonReceived | Phase::LogonPending | Phase::LogonSent) => {
                self.close(now, Reason::Disabled, out);
            }
            Some(Phase::LogoutSent { .. } | Phase::LogoutAnswered | Phase::Closing(_)) | None => {}
        }
        Outcome::Done
    }

    fn command_reset_offline(&mut self, now: Now, out: &mut Actions) -> Outcome {
        if self.connection.is_some() {
            return Outcome::Refused(CommandRefused::Connected);
        }
        self.reset_offline(now, out);
        Outcome::Done
    }

    fn command_logout_then_reset(&mut self, now: Now, out: &mut Actions) -> Outcome {
        let Some(live) = &self.connection else { return self.command_reset_offline(now, out) };
        // Before the logon is complete there is no Logout that could be.
        let then = if live.phase == Phase::Active { Reason::LogoutCompleted } else { Reason::ByOperator };
        self.reset_when_down = true;
        self.leave(now, "Sequence numbers are being reset", then, out);
        Outcome::Done
    }

    fn command_reset_in_session(&mut self, now: Now, out: &mut Actions) -> Outcome {
        if !self.config.identity.begin_string.has_reset_flag() {
            return Outcome::Refused(CommandRefused::NoResetFlag);
        }
        let Some(live) = self.connection.as_ref().filter(|live| live.phase == Phase::Active) else {
            return Outcome::Refused(CommandRefused::NotLoggedOn);
        };
        if live.logon.is_some() || live.reset != InSessionReset::None {
            return Outcome::Already;
        }
        let test_request = self.send_test_request(now, "", out);
        if let Some(live) = &mut self.connection {
            live.reset = InSessionReset::Probing { test_request, since: now.mono_ns };
        }
        Outcome::Done
    }

    /// Upwards, the numbers passed over get a record that says so: a store never has to guess what is missing.
    fn set_next_sender(&mut self, now: Now, seq: SeqNum, out: &mut Actions) -> Outcome {
        if seq > SeqNum::MAX {
            return Outcome::Refused(CommandRefused::NumberTooHigh);
        }
        let current = self.durable.next_sender;
        if seq == current {
            return Outcome::Already;
        }
        let recorded = !self.config.planted(Planted::HolesWithoutRecord);
        if let Some(end) = seq.previous().filter(|end| recorded && *end >= current) {
            out.hole(SeqRange { begin: current, end });
        }
        self.cut_replays(now, seq, out);
        self.durable.next_sender = seq;
        self.changed = true;
        let id = self.next_id();
        if let Some(task) = self.connection.as_mut().and_then(|live| live.logon.as_mut()) {
            // It was lent under the old number.
            task.lent_at = None;
            task.id = id;
        }
        Outcome::Done
    }

    fn set_next_target(&mut self, now: Now, seq: SeqNum, out: &mut Actions) -> Outcome {
        if seq > SeqNum::MAX {
            return Outcome::Refused(CommandRefused::NumberTooHigh);
        }
        if seq == self.durable.next_target {
            return Outcome::Already;
        }
        let lowered = seq < self.durable.next_target;
        self.expect(now, seq, out);
        // What has been asked for begins above that.
        if lowered && self.connection.as_ref().is_some_and(|live| live.gap.is_some()) {
            self.request_missing(now, out);
        }
        Outcome::Done
    }

    fn command_test_request(&mut self, now: Now, id: &str, out: &mut Actions) -> Outcome {
        if id.as_bytes().contains(&SOH) {
            return Outcome::Refused(CommandRefused::HoldsSoh);
        }
        if !self.connection.as_ref().is_some_and(|live| live.may_send_new()) {
            return Outcome::Refused(CommandRefused::NotLoggedOn);
        }
        self.send_test_request(now, id, out);
        Outcome::Done
    }
}
