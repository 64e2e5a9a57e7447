//! When two sessions are equal: when they behave alike from now on.
//!
//! Times count from the last call and end where they stop mattering; identities of lent messages and fetches are left
//! out, as are the configuration and the count of epochs and connections. So a model that explores states meets the
//! same one again, whatever the clock showed.

use core::hash::{Hash, Hasher};

use super::Session;
use super::connection::{Connection, InSessionReset, LogonKind, Phase};
use super::gap_queue::GapQueue;
use super::intent::Intent;
use super::step::Order;
use super::table::Effect;
use super::timers::millis;
use crate::seq::{SeqNum, SeqRange};
use crate::time::SECOND_NS;

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

impl Eq for Session {}

impl Hash for Session {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical().hash(state);
    }
}

#[derive(PartialEq, Eq, Hash)]
struct Canonical<'s> {
    numbers: (SeqNum, SeqNum),
    reset_owed: bool,
    intent: &'s Intent,
    in_session_time: bool,
    reset_when_down: bool,
    live: Option<CanonicalConnection<'s>>,
}

#[derive(PartialEq, Eq, Hash)]
struct CanonicalConnection<'s> {
    phase: Phase,
    heart_bt_int: u32,
    /// Ages in nanoseconds: phase, last sent, last received, probe, gap, queued Logout, reset, Logon.
    ages: [Option<u64>; 8],
    passing_over: u64,
    /// Where SendingTime is compared at all.
    waited: Option<u64>,
    unsettled: Option<(Effect, Order, SeqNum, &'s [u8])>,
    logon: Option<(LogonKind, bool)>,
    announced: (bool, bool),
    probing_reset: Option<SeqNum>,
    gap: Option<(SeqNum, SeqNum, bool, u8)>,
    queued_logout: Option<SeqNum>,
    queue: &'s GapQueue,
    replay: Option<(SeqNum, SeqNum, Option<SeqNum>, SeqNum)>,
    waiting_replays: &'s [SeqRange],
    peer_max_message_size: Option<u32>,
    flags: (bool, bool, bool),
}

impl Session {
    fn canonical(&self) -> Canonical<'_> {
        Canonical {
            numbers: (self.durable.next_target, self.durable.next_sender),
            reset_owed: self.durable.reset_owed,
            intent: &self.durable.intent,
            in_session_time: self.in_session_time,
            reset_when_down: self.reset_when_down,
            live: self.connection.as_ref().map(|live| self.canonical_connection(live)),
        }
    }

    fn canonical_connection<'s>(&'s self, live: &'s Connection) -> CanonicalConnection<'s> {
        CanonicalConnection {
            phase: live.phase,
            heart_bt_int: live.heart_bt_int,
            ages: self.ages(live),
            passing_over: live.passing_over,
            waited: self.config.sending_time_tolerance.map(|_| live.waited),
            unsettled: live
                .unsettled
                .as_ref()
                .map(|lent| (lent.effect, lent.order, lent.seq, self.held.as_slice())),
            logon: live.logon.map(|task| (task.kind, task.lent_at.is_some())),
            announced: (live.announced_reset, live.announced_next_expected),
            probing_reset: match live.reset {
                InSessionReset::Probing { test_request, .. } => Some(test_request),
                InSessionReset::None | InSessionReset::Sent { .. } => None,
            },
            gap: live.gap.map(|gap| (gap.high, gap.covers, gap.chunked, gap.repeats)),
            queued_logout: live.queued_logout.map(|logout| logout.seq),
            queue: &live.queue,
            replay: live.replay.map(|replay| (replay.next, replay.end, replay.fill_from, replay.asked_from)),
            waiting_replays: &live.waiting_replays,
            peer_max_message_size: live.peer_max_message_size,
            flags: (live.logged_on, live.logout_seen, live.flush_given_up),
        }
    }

    /// How long ago each time was that a deadline counts from. An age ends at the limit it is compared with: beyond
    /// that nothing changes any more.
    fn ages(&self, live: &Connection) -> [Option<u64>; 8] {
        let limits = &self.config.limits;
        let age = |since: u64, limit: u64| Some(self.now.mono_ns.saturating_sub(since).min(limit));
        // The silence of a counterparty is not measured while a message of its waits for its verdict.
        let heard = live.unsettled.map_or(self.now.mono_ns, |lent| lent.since);
        let silence = |since: u64, limit: u64| Some(heard.saturating_sub(since).min(limit));
        let heart_bt_int = u64::from(live.heart_bt_int);
        let patience = heart_bt_int.saturating_mul(u64::from(limits.test_request_per_mille) * 1_000_000);
        let logon = millis(limits.logon_timeout_ms);
        let phase = match live.phase {
            Phase::AwaitingLogon | Phase::LogonReceived | Phase::LogonPending | Phase::LogonSent => logon,
            Phase::Active => 0,
            Phase::LogoutSent { limit_ms, .. } => millis(limit_ms),
            Phase::LogoutAnswered => millis(limits.await_disconnect_ms),
            Phase::Closing(_) => millis(limits.flush_timeout_ms),
        };
        let reset = match live.reset {
            InSessionReset::None => None,
            InSessionReset::Probing { since, .. } | InSessionReset::Sent { since } => age(since, logon),
        };
        [
            age(live.since, phase),
            age(live.last_sent, heart_bt_int.saturating_mul(SECOND_NS)),
            age(live.last_received, patience),
            live.probe_since.and_then(|since| silence(since, patience)),
            live.gap.and_then(|gap| silence(gap.since, millis(limits.resend_request_timeout_ms))),
            live.queued_logout.and_then(|logout| age(logout.since, millis(limits.logout_recovery_ms))),
            reset,
            live.logon.and_then(|task| age(task.since, logon)),
        ]
    }
}
