//! When a file is full or its day is over, and how many are kept. The clock is the test's.

use jiff::tz::TimeZone;

use super::disk::*;
use crate::log::{FileLogOptions, SessionLog};

/// How long a line of [`event`] is, with its time and its line feed.
fn line_length(number: u64) -> u64 {
    format!("20260921-14:13:20.000 : {}\n", event(number)).len() as u64
}

fn backups(disk: &Disk) -> Vec<String> {
    disk.state().backups.keys().cloned().collect()
}

fn numbers(text: &str) -> Vec<u64> {
    text.lines()
        .map(|line| line.split("message of ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap())
        .collect()
}

#[test]
fn a_file_is_never_longer_than_its_bound_and_no_line_is_lost_or_cut() {
    let disk = Disk::default();
    let most = line_length(100) * 3 + 1;
    let logs = disk.logs(FileLogOptions { max_file_bytes: Some(most), kept_files: 100, ..options() });
    let mut log = logs.session(&identity()).unwrap();
    for number in 100..110 {
        log.note(START, &event(number));
        if number % 3 == 0 {
            flush(&logs);
        }
    }
    flush(&logs);
    let mut all = Vec::new();
    for number in 1..=3 {
        let text = disk.backup(&format!("FIX.4.4-A-B.event.backup.{number}.log"));
        assert!(text.len() as u64 <= most && text.ends_with('\n'));
        assert_eq!(numbers(&text).len(), 3);
        all.extend(numbers(&text));
    }
    all.extend(numbers(&disk.text(EVENTS)));
    assert_eq!(all, (100..110).collect::<Vec<_>>());
    assert_eq!(backups(&disk).len(), 3);
}

#[test]
fn a_line_that_is_longer_than_the_bound_has_a_file_of_its_own() {
    let disk = Disk::default();
    let logs = disk.logs(FileLogOptions { max_file_bytes: Some(1), ..options() });
    let mut log = logs.session(&identity()).unwrap();
    for number in 1..=3 {
        log.note(START, &event(number));
    }
    flush(&logs);
    assert_eq!(numbers(&disk.backup("FIX.4.4-A-B.event.backup.1.log")), [1]);
    assert_eq!(numbers(&disk.backup("FIX.4.4-A-B.event.backup.2.log")), [2]);
    assert_eq!(numbers(&disk.text(EVENTS)), [3]);
}

#[test]
fn the_oldest_files_go_and_numbers_go_on_after_a_restart() {
    let disk = Disk::default();
    let with_kept = |kept_files| FileLogOptions { max_file_bytes: Some(1), kept_files, ..options() };
    // Of others, and not to be touched: another session's, another kind, and a name that only looks alike.
    let others = [
        "FIX.4.4-A-B.messages.backup.1.log",
        "FIX.4.4-A-C.event.backup.1.log",
        "FIX.4.4-A-B.event.backup.01.log",
    ];
    for other in others {
        disk.state().backups.insert(other.to_owned(), Vec::new());
    }
    for run in 0..3 {
        let logs = disk.logs(with_kept(2));
        let mut log = logs.session(&identity()).unwrap();
        for number in 0..4 {
            log.note(START, &event(run * 4 + number + 1));
        }
        flush(&logs);
    }
    let mut expected: Vec<String> = others.map(String::from).into();
    expected
        .extend(["FIX.4.4-A-B.event.backup.10.log".to_owned(), "FIX.4.4-A-B.event.backup.11.log".to_owned()]);
    expected.sort();
    assert_eq!(backups(&disk), expected);
    assert_eq!(numbers(&disk.backup("FIX.4.4-A-B.event.backup.11.log")), [11]);
    let logs = disk.logs(with_kept(0));
    logs.session(&identity()).unwrap().note(START, &event(13));
    flush(&logs);
    assert_eq!(backups(&disk).len(), others.len(), "none is kept");
}

#[test]
fn a_day_ends_at_midnight_of_its_zone_and_not_when_the_clock_is_set_back() {
    // Midnight of UTC is 9 h 46 min 40 s after the start, that of New York (UTC-4) four hours later.
    let midnight = START + 9 * HOUR + 46 * 60 * SECOND + 40 * SECOND;
    for (zone, midnight) in [("UTC", midnight), ("America/New_York", midnight + 4 * HOUR)] {
        let disk = Disk::default();
        let day_zone = TimeZone::get(zone).unwrap();
        let logs = disk.logs(FileLogOptions { daily: true, day_zone, ..options() });
        let mut log = logs.session(&identity()).unwrap();
        let moments =
            [START, midnight - 1, midnight, midnight - 1, midnight + 23 * HOUR, midnight + 48 * HOUR];
        for (at, number) in moments.into_iter().zip(1..) {
            log.note(at, &event(number));
        }
        flush(&logs);
        assert_eq!(numbers(&disk.backup("FIX.4.4-A-B.event.backup.1.log")), [1, 2], "{zone}");
        assert_eq!(numbers(&disk.backup("FIX.4.4-A-B.event.backup.2.log")), [3, 4, 5], "{zone}");
        assert_eq!(numbers(&disk.text(EVENTS)), [6], "{zone}");
    }
}

#[test]
fn the_day_of_a_file_from_before_a_restart_is_that_of_its_last_change() {
    for (hours, rotated) in [(1, 0), (24, 1)] {
        let disk = Disk::default();
        disk.state().files.insert(EVENTS.to_owned(), b"old\n".to_vec());
        let logs = disk.logs(FileLogOptions { daily: true, ..options() });
        logs.session(&identity()).unwrap().note(START + hours * HOUR, &event(1));
        flush(&logs);
        assert_eq!(backups(&disk).len(), rotated, "after {hours} h");
    }
}
