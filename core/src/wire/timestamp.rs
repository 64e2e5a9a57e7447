//! UTCTimestamp: `YYYYMMDD-HH:MM:SS` with an optional fraction.

use alloc::vec::Vec;

use super::calendar::{date_of, days_to};

const SECOND_NS: i64 = crate::time::SECOND_NS as i64;

const SECONDS_A_DAY: i64 = 86_400;

/// `YYYYMMDD-HH:MM:SS`
const WHOLE_SECONDS_LEN: usize = 17;

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

/// Appends the UTCTimestamp of `utc_ns` (nanoseconds since 1970-01-01T00:00:00Z), truncated to `precision`.
pub fn write_timestamp(buffer: &mut Vec<u8>, utc_ns: i64, precision: Precision) {
    let seconds = utc_ns.div_euclid(SECOND_NS);
    let nanos = utc_ns.rem_euclid(SECOND_NS) as u32;
    let date = date_of(seconds.div_euclid(SECONDS_A_DAY) as i32);
    let second = seconds.rem_euclid(SECONDS_A_DAY) as u32;
    let (minute, second) = (second / 60, second % 60);
    let (hour, minute) = (minute / 60, minute % 60);
    let y = digits_of([date.year / 100, date.year % 100, date.month, date.day]);
    let h = digits_of([hour, minute, second, 0]);
    let whole: [u8; WHOLE_SECONDS_LEN] = [
        y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7], b'-', h[0], h[1], b':', h[2], h[3], b':', h[4], h[5],
    ];
    buffer.extend_from_slice(&whole);
    match precision {
        Precision::Seconds => {}
        Precision::Milliseconds => write_fraction::<4>(buffer, nanos / 1_000_000),
        Precision::Microseconds => write_fraction::<7>(buffer, nanos / 1_000),
        Precision::Nanoseconds => write_fraction::<10>(buffer, nanos),
    }
}

/// The two digits of each of four numbers below 100, worked out side by side in sixteen bits each.
#[inline(always)]
fn digits_of(numbers: [u32; 4]) -> [u8; 8] {
    let lanes = numbers.iter().rev().fold(0, |lanes, number| (lanes << 16) + u64::from(*number));
    // 103 / 1024 is a tenth, near enough below 100.
    let tens = (lanes * 103) >> 10 & 0x000f_000f_000f_000f;
    // In each lane the tens come first, in the low byte: ones * 256 + tens, with ones = number - 10 * tens.
    let digits = (lanes << 8) - tens * (10 * 256 - 1);
    (digits + 0x3030_3030_3030_3030).to_le_bytes()
}

/// Appends a dot and the digits of `fraction`, `LEN` bytes in all.
#[inline(always)]
fn write_fraction<const LEN: usize>(buffer: &mut Vec<u8>, fraction: u32) {
    let mut written = [b'.'; LEN];
    let mut left = fraction;
    for digit in written.iter_mut().skip(1).rev() {
        *digit = b'0' + (left % 10) as u8;
        left /= 10;
    }
    buffer.extend_from_slice(&written);
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
