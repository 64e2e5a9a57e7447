use alloc::format;
use alloc::string::String;
use proptest::prelude::*;

use super::*;

fn written(utc_ns: i64, precision: Precision) -> String {
    let mut buffer = Vec::new();
    write_timestamp(&mut buffer, utc_ns, precision);
    String::from_utf8(buffer).unwrap()
}

fn parse(text: &str) -> Result<i64, TimestampError> {
    parse_timestamp(text.as_bytes())
}

/// The same by counting whole years, months and days, one at a time.
fn slow(utc_ns: i64) -> String {
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let (mut seconds, nanos) = (utc_ns.div_euclid(SECOND_NS), utc_ns.rem_euclid(SECOND_NS));
    let mut year = 1970;
    while seconds < 0 {
        year -= 1;
        seconds += if leap(year) { 366 } else { 365 } * 86_400;
    }
    while seconds >= if leap(year) { 366 } else { 365 } * 86_400 {
        seconds -= if leap(year) { 366 } else { 365 } * 86_400;
        year += 1;
    }
    let february = if leap(year) { 29 } else { 28 };
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if seconds < days * 86_400 {
            break;
        }
        seconds -= days * 86_400;
        month += 1;
    }
    let (day, hour, minute) = (seconds / 86_400 + 1, seconds / 3600 % 24, seconds / 60 % 60);
    format!("{year:04}{month:02}{day:02}-{hour:02}:{minute:02}:{:02}.{nanos:09}", seconds % 60)
}

/// The years that are read back: all but the two that are cut off.
const READABLE: core::ops::Range<i64> = -9_214_560_000_000_000_000..9_214_646_400_000_000_000;

#[test]
fn the_ends_of_the_range_are_written() {
    assert_eq!(written(i64::MIN, Precision::Nanoseconds), "16770921-00:12:43.145224192");
    assert_eq!(written(i64::MAX, Precision::Nanoseconds), "22620411-23:47:16.854775807");
    assert_eq!(written(-1, Precision::Milliseconds), "19691231-23:59:59.999");
    assert_eq!(written(0, Precision::Seconds), "19700101-00:00:00");
    assert_eq!(written(READABLE.start, Precision::Seconds), "16780101-00:00:00");
    assert_eq!(written(READABLE.end, Precision::Seconds), "22620101-00:00:00");
}

#[test]
fn fractions_are_truncated_to_the_precision() {
    let utc_ns = 1_768_487_400_123_456_789;
    assert_eq!(written(utc_ns, Precision::Seconds), "20260115-14:30:00");
    assert_eq!(written(utc_ns, Precision::Milliseconds), "20260115-14:30:00.123");
    assert_eq!(written(utc_ns, Precision::Microseconds), "20260115-14:30:00.123456");
    assert_eq!(written(utc_ns, Precision::Nanoseconds), "20260115-14:30:00.123456789");
}

#[test]
fn fractions_of_three_six_nine_and_twelve_digits_are_read() {
    let second = 1_768_487_400 * SECOND_NS;
    assert_eq!(parse("20260115-14:30:00"), Ok(second));
    assert_eq!(parse("20260115-14:30:00.123"), Ok(second + 123_000_000));
    assert_eq!(parse("20260115-14:30:00.123456"), Ok(second + 123_456_000));
    assert_eq!(parse("20260115-14:30:00.123456789"), Ok(second + 123_456_789));
    assert_eq!(parse("20260115-14:30:00.123456789999"), Ok(second + 123_456_789));
    for digits in [0, 1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 15, 18] {
        let text = format!("20260115-14:30:00.{}", "1".repeat(digits));
        assert_eq!(parse(&text), Err(TimestampError::Format), "{text}");
    }
}

#[test]
fn second_60_is_the_second_after_59() {
    assert_eq!(parse("20161231-23:59:60"), parse("20170101-00:00:00"));
    assert_eq!(parse("20161231-23:59:60.500"), parse("20170101-00:00:00.500"));
    assert!(parse("22611231-23:59:60.999999999").is_ok());
    assert_eq!(parse("20161231-23:59:61"), Err(TimestampError::Range));
}

#[test]
fn other_forms_are_refused() {
    for text in [
        "",
        "20260115",
        "20260115-14:30",
        "2026011-514:30:00",
        "20260115 14:30:00",
        "20260115-14.30.00",
        "20260115-14:30:00Z",
        "20260115-14:30:00.12a",
        "20260115-14:30:00,123",
        "2026-01-15-14:30:00",
        "+0260115-14:30:00",
        "20260115-14:30:0 ",
        "20260115-14:30:00.12345678999x",
        "20260115-14:30:00.",
    ] {
        assert_eq!(parse(text), Err(TimestampError::Format), "{text}");
    }
    let whole = "20260115-14:30:00";
    for at in 0..whole.len() {
        let mut text = String::from(whole);
        text.replace_range(at..=at, "O");
        assert_eq!(parse(&text), Err(TimestampError::Format), "{text}");
    }
    for text in [
        "20260015-14:30:00",
        "20261315-14:30:00",
        "20260100-14:30:00",
        "20260132-14:30:00",
        "20260229-14:30:00",
        "20260115-24:00:00",
        "20260115-14:60:00",
        "16771231-23:59:59",
        "22620101-00:00:00",
        "99991231-23:59:59",
    ] {
        assert_eq!(parse(text), Err(TimestampError::Range), "{text}");
    }
}

proptest! {
    #[test]
    fn it_is_what_counting_days_gives(utc_ns in any::<i64>()) {
        prop_assert_eq!(written(utc_ns, Precision::Nanoseconds), slow(utc_ns));
    }

    #[test]
    fn what_is_written_is_read(utc_ns in READABLE) {
        prop_assert_eq!(parse(&slow(utc_ns)), Ok(utc_ns));
        for (precision, unit) in [
            (Precision::Seconds, SECOND_NS),
            (Precision::Milliseconds, 1_000_000),
            (Precision::Microseconds, 1_000),
            (Precision::Nanoseconds, 1),
        ] {
            prop_assert_eq!(parse(&written(utc_ns, precision)), Ok(utc_ns - utc_ns.rem_euclid(unit)));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..32)) {
        if let Ok(utc_ns) = parse_timestamp(&bytes) {
            prop_assert!(READABLE.contains(&utc_ns));
        }
    }
}
