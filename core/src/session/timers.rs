//! Deadlines: what is due when. They are derived from the state and never armed, so no stale one can fire.
//!
//! FIX 4.4 volume 2, "Heartbeat", "Test Request", test cases 4, 6, 12, 13.

use super::Session;
use super::actions::Actions;
use super::connection::{Connection, InSessionReset, Phase};
use super::event::Outcome;
use super::planted::Planted;
use super::status::Reason;
use super::table::Effect;
use crate::time::{Now, SECOND_NS};

/// What a deadline is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// A Logon must have come, or been answered, or have been made by the owner.
    Logon,
    /// Our Logout must have been answered.
    Logout,
    /// The counterparty must have closed after our answer to its Logout.
    AwaitDisconnect,
    /// The counterparty's Logout is answered though the gap below it is open.
    LogoutRecovery,
    /// The last bytes must have left.
    Flush,
    /// A Heartbeat is due.
    Heartbeat,
    /// The counterparty is silent: a TestRequest is due.
    TestRequest,
    /// The TestRequest must have been answered.
    TestRequestAnswer,
    /// The ResendRequest must have brought something.
    ResendRequest,
}

/// Timers that can be due at one moment, each at most once: a tick ends after as many.
const MOST_AT_ONCE: usize = 16;

pub(super) const fn millis(ms: u32) -> u64 {
    ms as u64 * 1_000_000
}

impl Session {
    /// When [`super::Event::Tick`] is due next, on the clock of [`Now::mono_ns`], and what for.
    #[must_use]
    pub fn deadline(&self) -> Option<(u64, Timer)> {
        let live = self.connection.as_ref()?;
        let limits = &self.config.limits;
        let after = |ms| live.since.saturating_add(millis(ms));
        match live.phase {
            Phase::AwaitingLogon | Phase::LogonReceived | Phase::LogonPending | Phase::LogonSent => {
                Some((after(limits.logon_timeout_ms), Timer::Logon))
            }
            Phase::LogoutSent { .. }
                if self.config.planted(Planted::LogoutWaitsForEver) && live.heart_bt_int == 0 =>
            {
                None
            }
            Phase::LogoutSent { limit_ms, .. } => Some((after(limit_ms), Timer::Logout)),
            Phase::LogoutAnswered => Some((after(limits.await_disconnect_ms), Timer::AwaitDisconnect)),
            Phase::Closing(_) => {
                (!live.flush_given_up).then(|| (after(limits.flush_timeout_ms), Timer::Flush))
            }
            Phase::Active => self.active_deadline(live),
        }
    }

    fn active_deadline(&self, live: &Connection) -> Option<(u64, Timer)> {
        let limits = &self.config.limits;
        let reset_since = match (live.logon, live.reset) {
            (Some(task), _) => Some(task.since),
            (None, InSessionReset::Probing { since, .. } | InSessionReset::Sent { since }) => Some(since),
            (None, InSessionReset::None) => None,
        };
        let logon =
            reset_since.map(|since| (since.saturating_add(millis(limits.logon_timeout_ms)), Timer::Logon));
        // Once its turn has come, the verdict on it decides.
        let lent = live.unsettled.is_some_and(|lent| lent.effect == Effect::LogoutRequest);
        let recovery = live.queued_logout.filter(|_| !lent).map(|logout| {
            (logout.since.saturating_add(millis(limits.logout_recovery_ms)), Timer::LogoutRecovery)
        });
        let resend = self.resend_request_deadline().map(|at| (at, Timer::ResendRequest));
        [logon, recovery, resend, self.heartbeat_deadline(live), self.silence_deadline(live)]
            .into_iter()
            .flatten()
            .min()
    }

    fn heartbeat_deadline(&self, live: &Connection) -> Option<(u64, Timer)> {
        let probing = live.probe_since.is_some() && self.config.switches.no_heartbeat_while_probing;
        let sends = live.heart_bt_int > 0 && live.may_send_new() && !probing;
        sends.then(|| {
            let interval = u64::from(live.heart_bt_int) * SECOND_NS;
            (live.last_sent.saturating_add(interval), Timer::Heartbeat)
        })
    }

    /// While a message waits for its verdict nothing is read, so silence means nothing.
    fn silence_deadline(&self, live: &Connection) -> Option<(u64, Timer)> {
        if live.heart_bt_int == 0 || live.unsettled.is_some() || !live.may_send_new() {
            return None;
        }
        let patience = u64::from(live.heart_bt_int)
            .saturating_mul(u64::from(self.config.limits.test_request_per_mille))
            .saturating_mul(1_000_000);
        Some(match live.probe_since {
            Some(since) => (since.saturating_add(patience), Timer::TestRequestAnswer),
            None => (live.last_received.saturating_add(patience), Timer::TestRequest),
        })
    }

    pub(super) fn tick(&mut self, now: Now, out: &mut Actions) -> Outcome {
        let mut outcome = Outcome::Ignored;
        for _ in 0..MOST_AT_ONCE {
            match self.deadline() {
                Some((at, timer)) if at <= now.mono_ns => self.fire(now, timer, out),
                Some(_) | None => break,
            }
            outcome = Outcome::Done;
        }
        outcome
    }

    fn fire(&mut self, now: Now, timer: Timer, out: &mut Actions) {
        match timer {
            Timer::Logon => self.logon_overdue(now, out),
            Timer::Logout => {
                if self.config.planted(Planted::UnansweredLogoutCounted) {
                    self.count(now, self.durable.next_target, out);
                }
                let then = match self.connection.as_ref().map(|live| live.phase) {
                    Some(Phase::LogoutSent { then, .. }) if then != Reason::LogoutCompleted => then,
                    _ => Reason::LogoutTimeout,
                };
                self.close_at_once(now, then, out);
            }
            Timer::AwaitDisconnect => self.close_at_once(now, Reason::PeerLogout, out),
            Timer::LogoutRecovery => self.logout_recovery_due(now, out),
            Timer::Flush => {
                self.drop_output(out);
                if let Some(live) = &mut self.connection {
                    live.flush_given_up = true;
                }
            }
            Timer::Heartbeat => self.send_heartbeat(now, out),
            Timer::TestRequest => {
                self.send_test_request(now, "", out);
            }
            Timer::TestRequestAnswer if self.config.planted(Planted::SilenceNeverEnds) => {
                if let Some(live) = &mut self.connection {
                    live.probe_since = None;
                    live.last_received = now.mono_ns;
                }
            }
            Timer::TestRequestAnswer => self.close_at_once(now, Reason::TestRequestTimeout, out),
            Timer::ResendRequest => self.resend_request_due(now, out),
        }
    }

    /// No Logon in time; or, on a session that is logged on, an in-session reset that does not complete.
    fn logon_overdue(&mut self, now: Now, out: &mut Actions) {
        let Some(live) = &mut self.connection else { return };
        match live.phase {
            Phase::Active => match (live.logon, live.reset) {
                (None, InSessionReset::Probing { .. } | InSessionReset::None) => {
                    // The probe found a gap, or no answer: nothing was reset, and silence is judged elsewhere.
                    live.reset = InSessionReset::None;
                }
                (Some(_), _) | (None, InSessionReset::Sent { .. }) => {
                    self.error_logout(now, "ResetSeqNumFlag not confirmed", Reason::ResetFailed, out);
                }
            },
            Phase::AwaitingLogon
            | Phase::LogonReceived
            | Phase::LogonPending
            | Phase::LogonSent
            | Phase::LogoutSent { .. }
            | Phase::LogoutAnswered
            | Phase::Closing(_) => self.close_at_once(now, Reason::LogonTimeout, out),
        }
    }
}
