//! Whether a value has the form of its type. Values are not empty here: that is another problem with another name.

use super::field_type::FieldType;

/// The most digits a fraction of a second has: picoseconds (FIX Latest, UTCTimestamp).
const MAX_FRACTION_DIGITS: usize = 12;

impl FieldType {
    /// Whether `value`, which is not empty, is of this type (SessionRejectReason 6 when not).
    #[must_use]
    pub fn accepts(self, value: &[u8]) -> bool {
        match self {
            Self::String | Self::Data => true,
            Self::Int => digits(value.strip_prefix(b"-").unwrap_or(value)),
            Self::Length | Self::NumInGroup | Self::SeqNum | Self::TagNum => digits(value),
            Self::DayOfMonth => day_of_month(value),
            Self::Float => float(value),
            Self::Char => value.len() == 1,
            Self::Boolean => matches!(value, b"Y" | b"N"),
            Self::MultipleCharValue => value.split(|byte| *byte == b' ').all(|part| part.len() == 1),
            Self::MultipleStringValue => value.split(|byte| *byte == b' ').all(|part| !part.is_empty()),
            Self::Country => value.len() == 2 && value.iter().all(u8::is_ascii_uppercase),
            Self::Currency => value.len() == 3 && value.iter().all(u8::is_ascii_uppercase),
            Self::MonthYear => month_year(value),
            Self::UtcTimestamp => split_timestamp(value).is_some_and(utc_time),
            Self::UtcTimeOnly => utc_time(value),
            Self::Date => date(value),
            Self::LocalMktTime => hours_minutes_seconds(value) == Some(&[]),
            Self::TzTimeOnly => tz_time(value),
            Self::TzTimestamp => split_timestamp(value).is_some_and(tz_time),
        }
    }
}

fn digits(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(u8::is_ascii_digit)
}

/// `-` at most, then digits with at most one point: `.5`, `5.` and `-007.0` are floats, `+5`, `.` and `5e3` are not.
fn float(value: &[u8]) -> bool {
    let unsigned = value.strip_prefix(b"-").unwrap_or(value);
    let points = unsigned.iter().filter(|byte| **byte == b'.').count();
    points <= 1
        && unsigned.len() > points
        && unsigned.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

fn day_of_month(value: &[u8]) -> bool {
    match value {
        [digit] => number(&[*digit], 1, 9),
        [_, _] => number(value, 1, 31),
        _ => false,
    }
}

/// Whether the value is all digits and between the two numbers. For short values only.
fn number(value: &[u8], least: u32, most: u32) -> bool {
    let mut sum = 0_u32;
    for byte in value {
        if !byte.is_ascii_digit() {
            return false;
        }
        sum = sum * 10 + u32::from(byte - b'0');
    }
    (least..=most).contains(&sum)
}

/// YYYYMMDD, a day that exists.
fn date(value: &[u8]) -> bool {
    let (Some(year), Some(month), Some(day), 8) =
        (value.get(..4), value.get(4..6), value.get(6..8), value.len())
    else {
        return false;
    };
    if !digits(year) || !number(month, 1, 12) {
        return false;
    }
    let longest = match month {
        b"02" if leap(year) => 29,
        b"02" => 28,
        b"04" | b"06" | b"09" | b"11" => 30,
        _ => 31,
    };
    number(day, 1, longest)
}

fn leap(year: &[u8]) -> bool {
    let year = year.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_year(value: &[u8]) -> bool {
    match value.len() {
        6 => digits(&value[..4]) && number(&value[4..], 1, 12),
        8 if value[6] == b'w' => {
            digits(&value[..4]) && number(&value[4..6], 1, 12) && number(&value[7..], 1, 5)
        }
        _ => date(value),
    }
}

/// The time after `YYYYMMDD-`.
fn split_timestamp(value: &[u8]) -> Option<&[u8]> {
    let (day, rest) = value.split_at_checked(8)?;
    let time = rest.strip_prefix(b"-")?;
    date(day).then_some(time)
}

/// What follows `HH:MM`.
fn hours_minutes(value: &[u8]) -> Option<&[u8]> {
    let (time, rest) = value.split_at_checked(5)?;
    (number(&time[..2], 0, 23) && time[2] == b':' && number(&time[3..], 0, 59)).then_some(rest)
}

/// What follows `HH:MM:SS`. Second 60 is a leap second.
fn hours_minutes_seconds(value: &[u8]) -> Option<&[u8]> {
    let (seconds, rest) = hours_minutes(value)?.split_at_checked(3)?;
    (seconds[0] == b':' && number(&seconds[1..], 0, 60)).then_some(rest)
}

fn utc_time(value: &[u8]) -> bool {
    match hours_minutes_seconds(value) {
        Some([]) => true,
        Some([b'.', fraction @ ..]) => fraction.len() <= MAX_FRACTION_DIGITS && digits(fraction),
        _ => false,
    }
}

fn tz_time(value: &[u8]) -> bool {
    let zone = value.iter().position(|byte| matches!(byte, b'Z' | b'+' | b'-')).unwrap_or(value.len());
    let (time, zone) = value.split_at(zone);
    (utc_time(time) || hours_minutes(time) == Some(&[])) && offset(zone)
}

/// Nothing, `Z`, or a sign with hours up to 12, or 14 east of Greenwich, and perhaps minutes.
fn offset(zone: &[u8]) -> bool {
    match zone {
        [] | b"Z" => true,
        [_, hours @ ..] if hours.len() == 2 => number(hours, 0, 14),
        [_, hours_minutes @ ..] => {
            hours_minutes.len() == 5
                && number(&hours_minutes[..2], 0, 14)
                && hours_minutes[2] == b':'
                && number(&hours_minutes[3..], 0, 59)
        }
    }
}
