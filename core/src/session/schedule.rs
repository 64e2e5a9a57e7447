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

/// Numbers that began further in the future than this were reset under a clock that was wrong: from now on they count
/// as begun now, or the periods up to then would pass without a reset. A smaller step back says nothing: numbers that
/// began a moment before it are still those of this period, and resetting them once more would part the two sides. An
/// hour is more than clocks are corrected by while both sides exchange messages (SendingTime is compared within
/// minutes), and no more than the shortest step of a clock that was set to the wrong zone.
const CLOCK_WAS_WRONG_NS: i64 = 3_600 * 1_000_000_000;

impl Session {
    /// Numbers from before the period are of an earlier session, whether the session may be logged on already or not:
    /// a period can begin before its logon window, and what an operator sets meanwhile is meant for this period.
    pub(super) fn period(&mut self, now: Now, open: bool, started_utc_ns: i64, out: &mut Actions) -> Outcome {
        self.in_session_time = open;
        if self.durable.created_utc_ns > now.utc_ns.saturating_add(CLOCK_WAS_WRONG_NS) {
            self.durable.created_utc_ns = now.utc_ns;
            self.changed = true;
        }
        let new_period = self.durable.created_utc_ns < started_utc_ns;
        let connected = self.connection.is_some();
        if new_period && !connected {
            self.reset_offline(now, out);
        }
        self.reset_when_down |= new_period && connected;
        if !open {
            self.leave(now, "Session time is over", Reason::OutsideSessionTime, out);
        } else if new_period {
            self.leave(now, "A new session period begins", Reason::OutsideSessionTime, out);
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
