//! The caller's clock, as a value.
//!
//! The core reads no clock: every call that can depend on time takes a [`Now`].

/// One second, in nanoseconds.
pub const SECOND_NS: u64 = 1_000_000_000;

/// The moment of a call, supplied by the caller. Both parts can be stored and replayed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Now {
    /// A clock that never goes back, in nanoseconds from any origin. Deadlines are measured on it.
    pub mono_ns: u64,
    /// UTC in nanoseconds since 1970-01-01T00:00:00Z. SendingTime(52) is written from it.
    pub utc_ns: i64,
}

impl Now {
    /// The moment `ns` nanoseconds after this one, on both clocks.
    #[must_use]
    pub const fn plus_ns(self, ns: u64) -> Self {
        Self { mono_ns: self.mono_ns.saturating_add(ns), utc_ns: self.utc_ns.saturating_add(ns as i64) }
    }

    /// The moment `seconds` seconds after this one, on both clocks.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u64) -> Self {
        self.plus_ns(seconds.saturating_mul(SECOND_NS))
    }
}
