//! The part of a session that lives and dies with one connection. None of it is durable.

use alloc::vec::Vec;

use super::event::FetchId;
use super::gap_queue::GapQueue;
use super::status::{PhaseName, Reason};
use super::step::Order;
use super::table::{Effect, Stage};
use crate::seq::{SeqNum, SeqRange};
use crate::time::Now;
use crate::wire::Header;

/// Replays that wait behind the one under way. More than a few mean a counterparty that repeats itself: the last
/// range is then widened instead.
pub(super) const WAITING_REPLAYS: usize = 8;

#[derive(Clone)]
pub(super) struct Connection {
    pub(super) phase: Phase,
    /// When the phase began, on the caller's monotonic clock. Deadlines of phases are measured from here.
    pub(super) since: u64,
    /// When something was sent last.
    pub(super) last_sent: u64,
    /// When a message that was not garbled came last.
    pub(super) last_received: u64,
    /// HeartBtInt(108) as agreed, seconds.
    pub(super) heart_bt_int: u32,
    /// A TestRequest is not answered yet; when it was sent.
    pub(super) probe_since: Option<u64>,
    /// How long messages have waited for their verdicts since the input was last seen to its end, nanoseconds: what is
    /// read now may have lain there for so long.
    pub(super) waited: u64,
    /// How many bytes of a message that is too long are still to be passed over.
    pub(super) passing_over: u64,
    pub(super) unsettled: Option<Unsettled>,
    pub(super) logon: Option<LogonTask>,
    /// Our Logon carried ResetSeqNumFlag(141)=Y.
    pub(super) announced_reset: bool,
    /// Our Logon carried NextExpectedMsgSeqNum(789).
    pub(super) announced_next_expected: bool,
    pub(super) reset: InSessionReset,
    pub(super) gap: Option<Gap>,
    pub(super) queue: GapQueue,
    /// A Logout of the counterparty waits above the gap.
    pub(super) queued_logout: Option<QueuedLogout>,
    pub(super) replay: Option<Replay>,
    pub(super) waiting_replays: Vec<SeqRange>,
    /// The counterparty's MaxMessageSize(383), bytes.
    pub(super) peer_max_message_size: Option<u32>,
    /// Both Logons were accepted.
    pub(super) logged_on: bool,
    /// A Logout was sent or answered: ResetOnLogout applies.
    pub(super) logout_seen: bool,
    /// The limit for the last bytes has passed.
    pub(super) flush_given_up: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Phase {
    AwaitingLogon,
    /// A Logon was lent, or its answer is being made.
    LogonReceived,
    LogonPending,
    LogonSent,
    Active,
    /// `then` is why the connection is closed when the answer has come, `limit_ms` how long that may take.
    LogoutSent {
        then: Reason,
        limit_ms: u32,
    },
    LogoutAnswered,
    /// Closed when the last bytes have left.
    Closing(Reason),
}

impl Phase {
    pub(super) const fn name(self) -> PhaseName {
        match self {
            Self::AwaitingLogon => PhaseName::AwaitingLogon,
            Self::LogonReceived => PhaseName::LogonReceived,
            Self::LogonPending => PhaseName::LogonPending,
            Self::LogonSent => PhaseName::LogonSent,
            Self::Active => PhaseName::Active,
            Self::LogoutSent { .. } => PhaseName::LogoutSent,
            Self::LogoutAnswered => PhaseName::LogoutAnswered,
            Self::Closing(_) => PhaseName::Closing,
        }
    }
}

/// A message that was lent and is not settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unsettled {
    pub(super) id: u64,
    pub(super) effect: Effect,
    pub(super) order: Order,
    pub(super) seq: SeqNum,
    /// When it was lent.
    pub(super) since: u64,
    /// Of the copy that the session holds.
    pub(super) header: Header,
}

impl Unsettled {
    /// `since`, which some silence is measured from, after the time that the message waited: nothing was read meanwhile.
    fn paused(&self, now: Now, since: u64) -> u64 {
        since.saturating_add(now.mono_ns.saturating_sub(self.since.max(since)))
    }
}

/// A Logon that is to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct LogonTask {
    pub(super) id: u64,
    pub(super) kind: LogonKind,
    /// When it was lent: its SendingTime. `None` until then.
    pub(super) lent_at: Option<Now>,
    /// When it was first wanted.
    pub(super) since: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum LogonKind {
    /// The initiator's first
    Initial { reset: bool },
    /// The acceptor's answer
    Answer(LogonFacts),
    /// Begins an in-session reset
    ResetRequest,
    /// Answers an in-session reset
    ResetAnswer,
}

/// What of an accepted Logon is needed when the exchange completes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct LogonFacts {
    pub(super) seq: SeqNum,
    /// Both numbers go back to 1 first.
    pub(super) reset: bool,
    /// The answer carries ResetSeqNumFlag(141)=Y.
    pub(super) announce_reset: bool,
    /// A reset of ours was owed, and is announced now.
    pub(super) reset_was_owed: bool,
    /// NextExpectedMsgSeqNum(789), when it is honoured.
    pub(super) next_expected: Option<SeqNum>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum InSessionReset {
    None,
    /// A TestRequest with this number was sent, to see that there is no gap; since when.
    Probing {
        test_request: SeqNum,
        since: u64,
    },
    /// Our Logon with ResetSeqNumFlag(141)=Y was sent; since when.
    Sent {
        since: u64,
    },
}

/// Numbers that are missing. Open while the expected number is not above `high`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Gap {
    /// The highest number that is known to have been sent.
    pub(super) high: SeqNum,
    /// Through which number the outstanding request asks.
    pub(super) covers: SeqNum,
    /// The request has a closed end, because of the chunk size.
    pub(super) chunked: bool,
    /// When it was requested, or last grew smaller.
    pub(super) since: u64,
    /// How often the request was repeated for want of an answer.
    pub(super) repeats: u8,
}

/// A Logout that came above a gap, to be answered when the gap is closed, or does not close in time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct QueuedLogout {
    pub(super) seq: SeqNum,
    pub(super) since: u64,
}

/// A ResendRequest of the counterparty that is being served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Replay {
    /// The next number to be looked at.
    pub(super) next: SeqNum,
    /// The last number, fixed when the request was accepted.
    pub(super) end: SeqNum,
    /// Numbers from here to `next` are to be gap-filled.
    pub(super) fill_from: Option<SeqNum>,
    /// The question to the store that is open, and its first number.
    pub(super) question: FetchId,
    pub(super) asked_from: SeqNum,
}

impl LogonKind {
    /// Whether the Logon begins a new numbering of what we send.
    pub(super) const fn resets(self) -> bool {
        match self {
            Self::Initial { reset } => reset,
            Self::Answer(facts) => facts.reset,
            Self::ResetRequest | Self::ResetAnswer => true,
        }
    }
}

impl Connection {
    pub(super) fn new(now: Now, phase: Phase, heart_bt_int: u32) -> Self {
        Self {
            phase,
            since: now.mono_ns,
            last_sent: now.mono_ns,
            last_received: now.mono_ns,
            heart_bt_int,
            probe_since: None,
            waited: 0,
            passing_over: 0,
            unsettled: None,
            logon: None,
            announced_reset: false,
            announced_next_expected: false,
            reset: InSessionReset::None,
            gap: None,
            queue: GapQueue::default(),
            queued_logout: None,
            replay: None,
            waiting_replays: Vec::new(),
            peer_max_message_size: None,
            logged_on: false,
            logout_seen: false,
            flush_given_up: false,
        }
    }

    pub(super) fn enter(&mut self, now: Now, phase: Phase) {
        self.logged_on |= phase == Phase::Active;
        self.phase = phase;
        self.since = now.mono_ns;
    }

    /// Nothing is missing any more, and what came above the gap comes again.
    pub(super) fn give_up_gap(&mut self) {
        self.gap = None;
        self.queue.clear();
    }

    /// The message that was lent is settled: what it has waited is not held against the counterparty.
    pub(super) fn settled(&mut self, now: Now, lent: &Unsettled) {
        self.last_received = now.mono_ns;
        self.waited = self.waited.saturating_add(now.mono_ns.saturating_sub(lent.since));
        self.probe_since = self.probe_since.map(|since| lent.paused(now, since));
        if let Some(gap) = &mut self.gap {
            gap.since = lent.paused(now, gap.since);
        }
    }

    /// The stage of the transition table; `None` while no message is examined.
    pub(super) fn stage(&self) -> Option<Stage> {
        match (self.phase, self.reset) {
            (Phase::AwaitingLogon, _) => Some(Stage::AwaitingLogon),
            (Phase::LogonSent, _) => Some(Stage::LogonSent),
            (Phase::Active, InSessionReset::Sent { .. }) => Some(Stage::ResetSent),
            (Phase::Active, InSessionReset::None | InSessionReset::Probing { .. }) => Some(Stage::Active),
            (Phase::LogoutSent { .. }, _) if !self.logged_on => Some(Stage::RefusalSent),
            (Phase::LogoutSent { .. }, _) => Some(Stage::LogoutSent),
            (Phase::LogoutAnswered, _) => Some(Stage::LogoutAnswered),
            (Phase::LogonReceived | Phase::LogonPending | Phase::Closing(_), _) => None,
        }
    }

    pub(super) fn want_logon(&mut self, now: Now, id: u64, kind: LogonKind) {
        self.logon = Some(LogonTask { id, kind, lent_at: None, since: now.mono_ns });
    }

    /// New messages of our own may be sent: logged on, no Logout given, no Logon under way that takes a number.
    pub(super) fn may_send_new(&self) -> bool {
        self.phase == Phase::Active && self.logon.is_none()
    }

    /// Also of the application's. Not while a reset of ours is under way: what is numbered behind the TestRequest that
    /// asks whether everything has arrived is given up with the old numbering, and what is numbered in the new one, should
    /// the connection be lost before the counterparty has confirmed it.
    pub(super) fn may_send_application(&self) -> bool {
        self.may_send_new() && self.reset == InSessionReset::None
    }
}
