//! The clocks of this machine, as a session wants them.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sansfix::Now;

/// Reads both clocks.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
}

impl Clock {
    /// A clock whose monotonic part begins now.
    #[must_use]
    pub fn start() -> Self {
        Self { origin: Instant::now() }
    }

    /// The moment. UTC is read anew each time, so that it follows the machine's clock when that is corrected.
    #[must_use]
    pub fn now(&self) -> Now {
        let mono_ns = u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let utc_ns = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_nanos()).unwrap_or(i64::MAX),
        };
        Now { mono_ns, utc_ns }
    }
}
