//! The clocks of this machine, as a session wants them.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sansfix::Now;
use sansfix_registry::Bell;

use super::time_source::TimeSource;

/// Reads both clocks of this machine, for drivers.
///
/// ```
/// use sansfix_runtime::blocking::Clock;
///
/// let clock = Clock::start();
/// let (before, after) = (clock.now(), clock.now());
/// assert!(before.mono_ns <= after.mono_ns);
/// ```
#[derive(Clone)]
pub struct Clock {
    origin: Origin,
}

#[derive(Clone)]
enum Origin {
    System(Instant),
    /// The clock of the runtime, which a test can stop and advance.
    #[cfg(feature = "tokio")]
    Tokio(tokio::time::Instant),
    /// Not of this machine at all.
    Given(Arc<dyn TimeSource>),
}

impl Clock {
    /// A clock whose monotonic part begins now.
    #[must_use]
    pub fn start() -> Self {
        Self { origin: Origin::System(Instant::now()) }
    }

    /// The same, with the monotonic clock of the tokio runtime that this is called in.
    #[cfg(feature = "tokio")]
    pub(crate) fn start_in_tokio() -> Self {
        Self { origin: Origin::Tokio(tokio::time::Instant::now()) }
    }

    /// Reads another clock than the machine's.
    pub(crate) fn given(source: Arc<dyn TimeSource>) -> Self {
        Self { origin: Origin::Given(source) }
    }

    /// Tells a clock that can be moved whom to wake.
    pub(crate) fn watched_by(&self, bell: &Bell) {
        if let Origin::Given(source) = &self.origin {
            source.watched_by(bell);
        }
    }

    /// The moment: nanoseconds since [`Self::start`], on a clock that never goes back, and nanoseconds since
    /// 1970-01-01T00:00:00Z. UTC is read anew each time, so that it follows the machine's clock when that is corrected.
    #[must_use]
    pub fn now(&self) -> Now {
        if let Origin::Given(source) = &self.origin {
            return source.now();
        }
        let utc_ns = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_nanos()).unwrap_or(i64::MAX),
        };
        Now { mono_ns: self.mono_ns(), utc_ns }
    }

    pub(crate) fn mono_ns(&self) -> u64 {
        let elapsed = match &self.origin {
            Origin::System(origin) => origin.elapsed(),
            #[cfg(feature = "tokio")]
            Origin::Tokio(origin) => origin.elapsed(),
            Origin::Given(source) => return source.now().mono_ns,
        };
        u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
    }

    /// How long it is until `mono_ns`; nothing when that has passed.
    pub(crate) fn until(&self, mono_ns: u64) -> Duration {
        Duration::from_nanos(mono_ns.saturating_sub(self.mono_ns()))
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::time_source::ManualClock;

    #[test]
    fn a_clock_shows_what_it_says() {
        let manual = ManualClock::at(7);
        manual.advance(Duration::from_nanos(5));
        let now = "Now { mono_ns: 5, utc_ns: 12 }";
        assert_eq!(format!("{manual:?}"), format!("ManualClock({now})"));
        assert_eq!(format!("{:?}", Clock::given(Arc::new(manual))), format!("Clock {{ now: {now}, .. }}"));
    }
}
