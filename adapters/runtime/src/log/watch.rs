//! What a driver tells of its session, and who hears it.
//!
//! Costs a look at one number while nobody listens: nothing is framed, formatted or allocated then. A log that panics
//! is asked no more; the session does not notice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sansfix::config::{Config, Role};
use sansfix::{Now, Outcome, Reason, Refused, SeqNum, Status};
use sansfix_registry::OwnedCommand;

use super::outgoing::Outgoing;
use super::recovery::{Recovery, Turned};
#[cfg(feature = "tracing")]
use super::spans::Spans;
use super::stretch::{Came, Intake};
use super::{Entry, SessionLog};
use crate::link::Link;

/// A store that takes longer than this to save is told of: a Heartbeat interval is seconds, and nothing leaves meanwhile.
pub(crate) const SLOW_STORE: Duration = Duration::from_secs(1);

/// What is shown the bytes that a session has taken from its input.
pub(crate) type Tap = Box<dyn FnMut(Now, &[u8]) + Send>;

/// A session's logs, in the hands of its driver.
#[derive(Clone)]
pub(crate) struct Watch {
    /// `None` when there cannot be anybody who listens.
    inner: Option<Arc<Mutex<Inner>>>,
    /// Whether there are logs besides tracing.
    has_logs: bool,
}

/// Everybody who hears what is told.
struct Hearers {
    logs: Vec<Box<dyn SessionLog>>,
    #[cfg(feature = "tracing")]
    spans: Spans,
}

struct Inner {
    hearers: Hearers,
    role: Role,
    intake: Intake,
    outgoing: Outgoing,
    recovery: Recovery,
    next_sender: SeqNum,
    in_session_time: bool,
    /// Since when the store has been saving, on the monotonic clock, nanoseconds.
    saving: Option<u64>,
    slow_told: bool,
}

impl Watch {
    pub(crate) fn new(config: &Config, logs: Vec<Box<dyn SessionLog>>) -> Self {
        let has_logs = !logs.is_empty();
        if !has_logs && cfg!(not(feature = "tracing")) {
            return Self { inner: None, has_logs };
        }
        let inner = Inner {
            hearers: Hearers {
                logs,
                #[cfg(feature = "tracing")]
                spans: Spans::new(config),
            },
            role: config.role,
            intake: Intake::new(config.limits.max_message_size),
            outgoing: Outgoing::default(),
            recovery: Recovery::default(),
            next_sender: SeqNum::FIRST,
            in_session_time: true,
            saving: None,
            slow_told: false,
        };
        Self { inner: Some(Arc::new(Mutex::new(inner))), has_logs }
    }

    fn hears(&self) -> bool {
        #[cfg(feature = "tracing")]
        let traced = super::spans::somebody_listens();
        #[cfg(not(feature = "tracing"))]
        let traced = false;
        self.has_logs || traced
    }

    fn with(&self, work: impl FnOnce(&mut Inner)) {
        let Some(inner) = self.inner.as_ref().filter(|_| self.hears()) else { return };
        work(&mut inner.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn note(&self, now: Now, entry: &Entry<'_>) {
        self.with(|inner| inner.note(now, entry));
    }

    /// What [`Link::set_tap`] takes.
    pub(crate) fn tap(&self) -> Option<Tap> {
        self.inner.as_ref()?;
        let watch = self.clone();
        Some(Box::new(move |now, bytes| watch.with(|inner| inner.taken(now, bytes))))
    }

    /// The session is there.
    pub(crate) fn started(&self, now: Now, status: Status) {
        self.with(|inner| {
            inner.next_sender = status.next_sender;
            let role = inner.role;
            inner.note(now, &Entry::Started { role, status });
        });
    }

    /// A connection begins.
    pub(crate) fn connected(&self, now: Now) {
        self.with(|inner| {
            inner.intake.begin();
            inner.recovery.begin();
            inner.outgoing.end();
            inner.note(now, &Entry::Connected);
        });
    }

    /// These bytes have been handed to the transport.
    pub(crate) fn handed_over(&self, now: Now, bytes: &[u8]) {
        self.with(|inner| inner.handed_over(now, bytes));
    }

    /// The connection is over.
    pub(crate) fn ended(&self, now: Now, reason: Reason) {
        self.with(|inner| {
            let bytes = inner.outgoing.end();
            if bytes > 0 {
                inner.note(now, &Entry::Cut { bytes });
            }
            inner.note(now, &Entry::Ended(reason));
        });
    }

    pub(crate) fn connection_failed(&self, now: Now, error: &std::io::Error) {
        self.note(now, &Entry::ConnectionFailed(error));
    }

    pub(crate) fn connect_failed(&self, now: Now, error: &crate::ConnectError) {
        self.note(now, &Entry::ConnectFailed(error));
    }

    pub(crate) fn store_failed(&self, now: Now, error: &crate::StoreError) {
        self.note(now, &Entry::StoreFailed(error));
    }

    pub(crate) fn panicked(&self, now: Now) {
        self.note(now, &Entry::Panicked);
    }

    /// The state has changed.
    pub(crate) fn state(&self, now: Now, status: &Status) {
        self.with(|inner| {
            if std::mem::replace(&mut inner.in_session_time, status.in_session_time) != status.in_session_time
            {
                inner.note(now, &Entry::SessionTime { open: status.in_session_time });
            }
            inner.note(now, &Entry::State(*status));
        });
    }

    pub(crate) fn command(&self, now: Now, command: &OwnedCommand, outcome: Outcome) {
        self.note(now, &Entry::Command { command, outcome });
    }

    /// What came of a message for the registry's `send`. That it was sent shows when it leaves.
    pub(crate) fn sent<T>(&self, now: Now, msg_type: &[u8], result: &Result<T, Refused>) {
        if let Err(why) = result {
            self.note(now, &Entry::NotSent { msg_type, why: *why });
        }
    }

    /// The store has been asked to save.
    pub(crate) fn saving(&self, now: Now) {
        self.with(|inner| {
            inner.saving = Some(now.mono_ns);
            inner.slow_told = false;
        });
    }

    /// The store has answered.
    pub(crate) fn saved(&self, now: Now) {
        self.with(|inner| {
            if let Some(so_far) = inner.slow(now) {
                inner.note(now, &Entry::StoreSlow { so_far, answered: true });
            }
            inner.saving = None;
        });
    }

    /// Where the session stands after everything that could be done.
    pub(crate) fn look(&self, now: Now, link: &Link) {
        self.with(|inner| inner.look(now, &link.status()));
    }
}

impl Hearers {
    fn note(&mut self, now: Now, entry: &Entry<'_>) {
        #[cfg(feature = "tracing")]
        self.spans.note(entry);
        self.logs.retain_mut(|log| catch_unwind(AssertUnwindSafe(|| log.note(now.utc_ns, entry))).is_ok());
    }

    fn turned(&mut self, now: Now, turned: Turned) {
        let entry = match turned {
            Turned::GapFound(range) => Entry::GapFound { range },
            Turned::GapClosed(range) => Entry::GapClosed { range },
            Turned::ReplayBegun(range) => Entry::ReplayBegun { range },
            Turned::ReplayEnded(range) => Entry::ReplayEnded { range },
        };
        self.note(now, &entry);
    }
}

impl Inner {
    fn note(&mut self, now: Now, entry: &Entry<'_>) {
        self.hearers.note(now, entry);
    }

    fn taken(&mut self, now: Now, bytes: &[u8]) {
        let Self { intake, hearers, recovery, next_sender, .. } = self;
        intake.taken(bytes, |came| match came {
            Came::Message(message) => {
                hearers.note(now, &Entry::Incoming(message));
                recovery.incoming(&message, *next_sender);
            }
            Came::Garbled(why, bytes) => hearers.note(now, &Entry::Garbled { why, bytes }),
            Came::TooLong(announced) => hearers.note(now, &Entry::TooLong { announced }),
        });
    }

    fn handed_over(&mut self, now: Now, bytes: &[u8]) {
        let Self { outgoing, hearers, recovery, .. } = self;
        outgoing.handed_over(bytes, |message| {
            hearers.note(now, &Entry::Outgoing(message));
            recovery.outgoing(&message, |turned| hearers.turned(now, turned));
        });
    }

    fn look(&mut self, now: Now, status: &Status) {
        let Self { hearers, recovery, .. } = self;
        recovery.expected(status.next_target, |turned| hearers.turned(now, turned));
        self.next_sender = status.next_sender;
        if let Some(so_far) = self.slow(now).filter(|_| !self.slow_told) {
            self.slow_told = true;
            self.note(now, &Entry::StoreSlow { so_far, answered: false });
        }
    }

    /// How long the store has been saving, when that is too long.
    fn slow(&self, now: Now) -> Option<Duration> {
        let so_far = Duration::from_nanos(now.mono_ns.saturating_sub(self.saving?));
        (so_far >= SLOW_STORE).then_some(so_far)
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
