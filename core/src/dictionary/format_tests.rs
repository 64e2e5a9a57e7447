//! What each type accepts.

use super::FieldType;
use super::FieldType::*;

fn accepts(field_type: FieldType, good: &[&str], bad: &[&str]) {
    for value in good {
        assert!(field_type.accepts(value.as_bytes()), "{field_type:?} is to accept {value:?}");
    }
    for value in bad {
        assert!(!field_type.accepts(value.as_bytes()), "{field_type:?} is to refuse {value:?}");
    }
}

#[test]
fn whole_numbers() {
    accepts(Int, &["0", "-7", "007", "99999999999999999999"], &["+7", "-", "7.0", " 7", "7 ", "x", "--7"]);
    for field_type in [Length, NumInGroup, SeqNum, TagNum] {
        accepts(field_type, &["0", "12", "0087"], &["-1", "+1", "1.0", "a"]);
    }
    accepts(DayOfMonth, &["1", "9", "01", "31"], &["0", "00", "32", "001", "-1", "x"]);
}

#[test]
fn floats() {
    let good = ["0", "1.5", "-1.5", "002000.00", ".5", "5.", "-.5", "23.0000"];
    accepts(Float, &good, &["+200.00", ".", "-", "-.", "1.2.3", "1e5", "1,5", "NaN", " 1", "1-"]);
}

#[test]
fn characters_flags_and_lists() {
    accepts(Char, &["1", "=", " "], &["12"]);
    accepts(Boolean, &["Y", "N"], &["y", "n", "YES", "1"]);
    accepts(MultipleCharValue, &["1", "1 G"], &["12", "1  2", " 1", "1 "]);
    accepts(MultipleStringValue, &["AB", "AB C"], &["A  B", " A", "A "]);
    accepts(String, &["anything = at all"], &[]);
    accepts(Data, &["\u{1}=\u{1}"], &[]);
}

#[test]
fn codes() {
    accepts(Country, &["US", "DE"], &["USA", "us", "U", "U1"]);
    accepts(Currency, &["USD", "EUR"], &["US", "usd", "US$", "USDT"]);
}

#[test]
fn dates() {
    accepts(
        Date,
        &["20240229", "20000229", "00010101", "99991231"],
        &["20230229", "19000229", "20241301", "20240431", "20240100", "2024010", "2024-1-1"],
    );
    accepts(
        MonthYear,
        &["202401", "20240131", "202401w1", "202401w5"],
        &["202413", "2024", "202401w6", "202401w0", "202400w1", "20240132", "20240w11"],
    );
}

#[test]
fn utc_times() {
    accepts(
        UtcTimestamp,
        &[
            "20240101-00:00:00",
            "20240101-23:59:60",
            "20240101-00:00:00.1",
            "20240101-00:00:00.123",
            "20240101-00:00:00.123456789012",
            "99991231-23:59:59",
        ],
        &[
            "20240101",
            "20240101-",
            "20240101 00:00:00",
            "20240101-24:00:00",
            "20240101-00:60:00",
            "20240101-00:00:61",
            "20240101-00:00:00.",
            "20240101-00:00:00.123456789012345",
            "20240101-00:00:00Z",
            "20241301-00:00:00",
            "20240101-00:00",
        ],
    );
    accepts(UtcTimeOnly, &["00:00:00", "12:30:15.250"], &["24:00:00", "12:30", "12-30-15", "1:00:00"]);
    accepts(LocalMktTime, &["12:30:15"], &["12:30:15.2", "12:30"]);
}

#[test]
fn times_with_a_zone() {
    accepts(
        TzTimeOnly,
        &["07:39Z", "02:39-05", "15:39+08", "13:09+05:30", "07:39:01.5Z", "07:39"],
        &["07:39z", "07:39+5", "07:39+25", "07:39+05:60", "7:39Z", "07:39ZZ", "07:39+"],
    );
    accepts(
        TzTimestamp,
        &["20060901-07:39Z", "20060901-13:09:00.123+05:30", "20060901-02:39-05"],
        &["20060901", "20061301-07:39Z", "20060901-07:39+99"],
    );
}

#[test]
fn every_name_is_found() {
    let names: alloc::vec::Vec<&str> = FieldType::names().collect();
    assert!(names.is_sorted(), "found by binary search");
    assert!(names.iter().all(|name| FieldType::from_name(name).is_some()));
    assert_eq!(FieldType::from_name("QTY"), Some(Float));
    assert_eq!(FieldType::from_name("qty"), None);
    assert_eq!(FieldType::from_name("NONSENSE"), None);
}
