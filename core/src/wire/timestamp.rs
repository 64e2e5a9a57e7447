//! UTCTimestamp: `YYYYMMDD-HH:MM:SS` with an optional fraction.

use alloc::vec::Vec;

/// How many digits follow the second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Precision {
    /// None: FIX 4.0 and 4.1 always.
    Seconds,
    /// Three: the default from FIX 4.2.
    #[default]
    Milliseconds,
    /// Six
    Microseconds,
    /// Nine
    Nanoseconds,
}

/// Why bytes are no UTCTimestamp.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TimestampError {
    /// Not of the form `YYYYMMDD-HH:MM:SS[.fraction]` with a fraction of 3, 6, 9 or 12 digits.
    #[error("not of the form YYYYMMDD-HH:MM:SS with a fraction of 3, 6, 9 or 12 digits or none")]
    Format,
    /// A month, day, hour, minute or second that does not exist, or a year outside 1678 to 2261.
    #[error("no such date or time")]
    Range,
}

/// Appends the UTCTimestamp of `utc_ns` (nanoseconds since 1970-01-01T00:00:00Z), truncated to `precision`.
pub fn write_timestamp(buffer: &mut Vec<u8>, utc_ns: i64, precision: Precision) {
    let _ = (buffer, utc_ns, precision);
    todo!()
}

/// Reads a UTCTimestamp into nanoseconds since 1970-01-01T00:00:00Z. A fraction has 3, 6, 9 or 12 digits; picoseconds
/// are truncated. Second 60 (a leap second) is read as the second after 59.
///
/// # Errors
/// [`TimestampError`] when it is none.
pub fn parse_timestamp(value: &[u8]) -> Result<i64, TimestampError> {
    let _ = value;
    todo!()
}
