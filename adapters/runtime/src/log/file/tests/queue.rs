//! A disk that hangs: nobody waits for it, and what does not fit is counted.

use std::time::{Duration, Instant};

use super::disk::*;
use crate::log::{FileLogOptions, SessionLog};

#[test]
fn what_does_not_fit_is_dropped_and_told_of_when_there_is_room() {
    let disk = Disk::default();
    let logs = disk.logs(FileLogOptions { queue_bytes: 1_000, ..options() });
    let mut log = logs.session(&identity()).unwrap();
    let mut other =
        logs.session(&sansfix::config::Identity::new(sansfix::BeginString::Fix44, "C", "B")).unwrap();
    disk.state().hangs = true;
    log.note(START, &event(0));
    disk.wait_until_held();
    for number in 1..1_000 {
        log.note(START, &event(number));
    }
    other.note(START, &event(1));
    let counts = logs.counts();
    assert!(!logs.flush(Duration::from_millis(10)), "it hangs");
    disk.go_on();
    flush(&logs);
    log.note(START, &event(1_000));
    flush(&logs);
    let text = disk.text(EVENTS);
    let lines: Vec<_> = text.lines().map(|line| line.split_once(" : ").unwrap().1).collect();
    let kept = lines.len() - 2;
    let missed = 1_000 - kept;
    assert!(kept >= 2 && kept * 64 <= 1_000, "bounded: {kept} lines");
    assert_eq!(lines[kept], format!("{missed} lines were not logged: the queue was full"));
    assert_eq!(lines[kept + 1], event(1_000).to_string());
    assert_eq!(counts.missed as usize, missed + 1, "of both sessions");
    drop(other);
    flush(&logs);
    let told = disk.text("FIX.4.4-C-B.event.current.log");
    assert!(told.ends_with(" : 1 line was not logged: the queue was full\n"), "{told}");
}

#[test]
fn neither_a_session_nor_its_end_waits_for_a_disk_that_hangs_for_ever() {
    let disk = Disk::default();
    let logs = disk.logs(FileLogOptions { queue_bytes: 10_000, ..options() });
    let mut log = logs.session(&identity()).unwrap();
    disk.state().hangs = true;
    log.note(START, &event(0));
    disk.wait_until_held();
    let begun = Instant::now();
    for number in 0..10_000 {
        log.note(START, &event(number));
    }
    drop(log);
    drop(logs);
    assert!(begun.elapsed() < GENEROUS);
    assert_eq!(disk.state().held, 1, "the thread is left alone with it");
}

#[test]
fn what_was_handed_over_is_written_after_everybody_has_gone() {
    let disk = Disk::default();
    let logs = disk.logs(options());
    let mut log = logs.session(&identity()).unwrap();
    disk.state().hangs = true;
    for number in 0..10 {
        log.note(START, &event(number));
    }
    drop(logs);
    drop(log);
    disk.go_on();
    let until = Instant::now() + GENEROUS;
    while disk.text(EVENTS).lines().count() < 10 {
        assert!(Instant::now() < until, "{}", disk.text(EVENTS));
        std::thread::yield_now();
    }
}

#[test]
fn what_is_being_written_counts_for_the_bound_too() {
    let disk = Disk::default();
    let logs = disk.logs(FileLogOptions { queue_bytes: 1_000, ..options() });
    let mut log = logs.session(&identity()).unwrap();
    disk.state().hangs = true;
    let text = "x".repeat(700);
    let mut bytes = Vec::new();
    let mut encoder = sansfix::wire::Encoder::begin(&mut bytes, b"FIX.4.4", b"B");
    encoder.field(sansfix::tags::TEXT, text.as_str());
    encoder.finish();
    incoming(&mut log, START, &bytes);
    disk.wait_until_held();
    for number in 0..10 {
        log.note(START, &event(number));
    }
    // The message has left room for 200 bytes or so; an event counts more than 64.
    assert!(logs.counts().missed >= 7, "{:?}", logs.counts());
    disk.go_on();
    flush(&logs);
    for number in 0..3 {
        log.note(START, &event(number));
        flush(&logs);
    }
    assert!(disk.text(EVENTS).contains(" lines were not logged: "), "there is room again");
}
