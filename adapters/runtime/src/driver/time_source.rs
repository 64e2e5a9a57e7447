//! Where a session's time comes from, when it is not this machine.
//!
//! For tests and simulators: a clock that is advanced and set by hand makes sessions do in an instant what takes a
//! week, and what a machine does whose clock is wrong.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sansfix::Now;
use sansfix_registry::Bell;

/// Both clocks of a session, given with [`SessionSetup::with_clock`](super::setup::SessionSetup::with_clock).
///
/// The session's deadlines and its schedule follow it. What happens before a connection has found its session (the
/// limits of an acceptor's strangers) follows the machine. Example: [`ManualClock`], which is one.
pub trait TimeSource: Send + Sync {
    /// The moment, nanoseconds on both clocks. `mono_ns` never goes back; `utc_ns`, since 1970-01-01T00:00:00Z, may.
    fn now(&self) -> Now;

    /// Called once by each session that reads this. A session waits as long as the time to its next deadline is by
    /// [`Self::now`], in the machine's time; one whose clock moves otherwise rings the bell.
    fn watched_by(&self, bell: &Bell) {
        let _ = bell;
    }
}

/// A clock that stands still until it is moved. Clones are the same clock.
///
/// ```
/// use std::time::Duration;
/// use sansfix_runtime::{ManualClock, TimeSource};
///
/// let clock = ManualClock::at(1_790_000_000_000_000_000);
/// let before = clock.now();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), before.plus_seconds(60));
/// // Somebody sets the machine's clock an hour back.
/// clock.set_utc(clock.now().utc_ns - 3_600_000_000_000);
/// assert_eq!(clock.now().mono_ns, before.plus_seconds(60).mono_ns);
/// ```
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<State>>);

struct State {
    now: Now,
    /// Of the sessions that read it. They are kept as long as the clock.
    bells: Vec<Bell>,
}

impl ManualClock {
    /// Shows this, nanoseconds since 1970-01-01T00:00:00Z, and 0 on the monotonic clock.
    #[must_use]
    pub fn at(utc_ns: i64) -> Self {
        Self(Arc::new(Mutex::new(State { now: Now { mono_ns: 0, utc_ns }, bells: Vec::new() })))
    }

    /// Time passes, on both clocks, which end at their largest values rather than overflow. The sessions are woken.
    pub fn advance(&self, by: Duration) {
        self.change(|now| now.plus_ns(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX)));
    }

    /// The clock of UTC is set, nanoseconds since 1970-01-01T00:00:00Z, and no time has passed for the process: somebody
    /// has corrected it, or the machine has slept. The sessions are woken.
    pub fn set_utc(&self, utc_ns: i64) {
        self.change(|now| Now { utc_ns, ..now });
    }

    fn change(&self, to: impl FnOnce(Now) -> Now) {
        let bells = {
            let mut state = self.lock();
            state.now = to(state.now);
            state.bells.clone()
        };
        bells.iter().for_each(Bell::ring);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TimeSource for ManualClock {
    fn now(&self) -> Now {
        self.lock().now
    }

    fn watched_by(&self, bell: &Bell) {
        self.lock().bells.push(bell.clone());
    }
}

impl std::fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}
