//! The schedule's word: session time is open or closed, and when the period began.
//!
//! It acts whether or not the session is enabled. FIX 4.4 volume 2, "FIX Session": a session begins with both
//! numbers at 1, at an agreed time.

use super::Session;
use super::actions::Actions;
use super::connection::Phase;
use super::event::Outcome;
use super::status::Reason;
use crate::time::Now;

impl Session {
    pub(super) fn period(&mut self, now: Now, open: bool, started_utc_ns: i64, out: &mut Actions) -> Outcome {
        self.in_session_time = open;
        let new_period = open && self.durable.created_utc_ns < started_utc_ns;
        let connected = self.connection.is_some();
        if new_period && !connected {
            self.reset_offline(now, out);
        } else if new_period {
            self.reset_when_down = true;
            self.leave(now, "A new session period begins", Reason::OutsideSessionTime, out);
        } else if !open && connected {
            self.leave(now, "Session time is over", Reason::OutsideSessionTime, out);
        }
        Outcome::Done
    }

    /// Logs out if logged on, closes if that is not so yet, and leaves alone what is ending anyway.
    pub(super) fn leave(&mut self, now: Now, text: &str, then: Reason, out: &mut Actions) {
        let limit_ms = self.config.limits.logout_timeout_ms;
        match self.connection.as_ref().map(|live| live.phase) {
            Some(Phase::Active) => self.begin_logout(now, text, then, limit_ms, out),
            Some(Phase::AwaitingLogon | Phase::LogonReceived | Phase::LogonPending | Phase::LogonSent) => {
                self.close(now, then, out);
            }
            Some(Phase::LogoutSent { .. } | Phase::LogoutAnswered | Phase::Closing(_)) | None => {}
        }
    }
}
