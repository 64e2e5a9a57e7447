//! UTCTimestamp: `YYYYMMDD-HH:MM:SS` with an optional fraction.

use alloc::vec::Vec;

use super::calendar::{date_of, days_to};

const SECOND_NS: i64 = crate::time::SECOND_NS as i64;

const SECONDS_A_DAY: i64 = 86_400;

/// `YYYYMMDD-HH:MM:SS`
const WHOLE_SECONDS_LEN: usize = 17;

/// `YYYYMMDD-HH:MM:SS.nnnnnnnnn`
const LONGEST_LEN: usize = 27;

/// The years of which every moment fits nanoseconds in `i64`.
const YEARS: core::ops::RangeInclusive<u32> = 1678..=2261;

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

impl Precision {
    /// How many bytes a UTCTimestamp has.
    const fn written_len(self) -> usize {
        match self {
            Self::Seconds => WHOLE_SECONDS_LEN,
            Self::Milliseconds => 21,
            Self::Microseconds => 24,
            Self::Nanoseconds => LONGEST_LEN,
        }
    }
}

/// Appends the UTCTimestamp of `utc_ns` (nanoseconds since 1970-01-01T00:00:00Z), truncated to `precision`.
pub fn write_timestamp(buffer: &mut Vec<u8>, utc_ns: i64, precision: Precision) {
    let seconds = utc_ns.div_euclid(SECOND_NS);
    let nanos = utc_ns.rem_euclid(SECOND_NS) as u32;
    let date = date_of(seconds.div_euclid(SECONDS_A_DAY) as i32);
    let second = seconds.rem_euclid(SECONDS_A_DAY) as u32;
    let mut written = *b"YYYYMMDD-HH:MM:SS.nnnnnnnnn";
    put(&mut written, 0, date.year / 100);
    put(&mut written, 2, date.year % 100);
    put(&mut written, 4, date.month);
    put(&mut written, 6, date.day);
    put(&mut written, 9, second / 3600);
    put(&mut written, 12, second / 60 % 60);
    put(&mut written, 15, second % 60);
    if precision != Precision::Seconds {
        put(&mut written, 18, nanos / 10_000_000);
        put(&mut written, 20, nanos / 100_000 % 100);
        put(&mut written, 22, nanos / 1_000 % 100);
        put(&mut written, 24, nanos / 10 % 100);
        written[26] = b'0' + (nanos % 10) as u8;
    }
    buffer.extend_from_slice(written.get(..precision.written_len()).unwrap_or_default());
}

/// Writes a number below 100 as two digits.
#[inline(always)]
fn put(written: &mut [u8; LONGEST_LEN], at: usize, number: u32) {
    written[at] = b'0' + (number / 10) as u8;
    written[at + 1] = b'0' + (number % 10) as u8;
}

/// Reads a UTCTimestamp into nanoseconds since 1970-01-01T00:00:00Z. A fraction has 3, 6, 9 or 12 digits; picoseconds
/// are truncated. Second 60 (a leap second) is read as the second after 59.
///
/// # Errors
/// [`TimestampError`] when it is none.
pub fn parse_timestamp(value: &[u8]) -> Result<i64, TimestampError> {
    let (whole, fraction) = value.split_first_chunk::<WHOLE_SECONDS_LEN>().ok_or(TimestampError::Format)?;
    if (whole[8], whole[11], whole[14]) != (b'-', b':', b':') {
        return Err(TimestampError::Format);
    }
    let year = two_digits(whole, 0)? * 100 + two_digits(whole, 2)?;
    let (month, day) = (two_digits(whole, 4)?, two_digits(whole, 6)?);
    let (hour, minute, second) = (two_digits(whole, 9)?, two_digits(whole, 12)?, two_digits(whole, 15)?);
    let nanos = parse_fraction(fraction)?;
    if !YEARS.contains(&year) || hour > 23 || minute > 59 || second > 60 {
        return Err(TimestampError::Range);
    }
    let days = days_to(year, month, day).ok_or(TimestampError::Range)?;
    let second_of_day = i64::from(hour * 3600 + minute * 60 + second);
    Ok((i64::from(days) * SECONDS_A_DAY + second_of_day) * SECOND_NS + nanos)
}

#[inline(always)]
fn two_digits(whole: &[u8; WHOLE_SECONDS_LEN], at: usize) -> Result<u32, TimestampError> {
    let (tens, ones) = (whole[at].wrapping_sub(b'0'), whole[at + 1].wrapping_sub(b'0'));
    if tens > 9 || ones > 9 { Err(TimestampError::Format) } else { Ok(u32::from(tens * 10 + ones)) }
}

/// Nothing, or a dot and 3, 6, 9 or 12 digits: the nanoseconds.
#[inline(always)]
fn parse_fraction(fraction: &[u8]) -> Result<i64, TimestampError> {
    let Some((dot, digits)) = fraction.split_first() else {
        return Ok(0);
    };
    let unit = match digits.len() {
        3 => 1_000_000,
        6 => 1_000,
        9 | 12 => 1,
        _ => return Err(TimestampError::Format),
    };
    if *dot != b'.' || !digits.iter().all(u8::is_ascii_digit) {
        return Err(TimestampError::Format);
    }
    let digits = digits.iter().take(9);
    Ok(unit * digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
#[path = "timestamp_tests.rs"]
mod tests;
