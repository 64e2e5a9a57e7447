//! A disk that is full, and one that does not rename.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::disk::*;
use crate::log::file::queue::{Batch, Item, Kind, Queue};
use crate::log::file::writer::Writer;
use crate::log::{FileLogOptions, SessionLog};

/// What was told of failures.
fn telling() -> (FileLogOptions, Arc<Mutex<Vec<String>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = told.clone();
    let tell = Arc::new(move |text: &str| seen.lock().unwrap().push(text.to_owned()));
    (FileLogOptions { tell: Some(tell), ..options() }, told)
}

/// Writes one event line after the other, without the thread, and tries again at once after a failure.
fn written(queue: &Queue, disk: &Disk, options: &FileLogOptions, steps: &[(&str, &dyn Fn())]) {
    let sessions = std::collections::BTreeMap::new();
    let mut writer = Writer { queue, directory: disk.clone(), options, try_again: Duration::ZERO, sessions };
    let open = Item::Open { number: 1, prefix: "FIX.4.4-A-B".to_owned() };
    writer.write(&Batch { items: vec![open], bytes: Vec::new() });
    for (text, before) in steps {
        before();
        let line = Item::Line { number: 1, kind: Kind::Event, utc_ns: START, length: text.len() };
        writer.write(&Batch { items: vec![line], bytes: text.as_bytes().to_vec() });
    }
}

#[test]
fn lines_that_find_the_disk_full_are_counted_and_told_of_when_there_is_room_again() {
    let (disk, queue, (options, told)) = (Disk::default(), Queue::new(1 << 20), telling());
    let room = |room| disk.state().room = room;
    written(
        &queue,
        &disk,
        &options,
        &[("one", &|| {}), ("two", &|| room(Some(10))), ("three", &|| {}), ("four", &|| room(None))],
    );
    assert_eq!(
        disk.text(EVENTS),
        "20260921-14:13:20.000 : one\n\
         20260921-1\n\
         20260921-14:13:20.000 : four\n\
         20260921-14:13:20.000 : 2 lines were not logged: the disk is full\n"
    );
    let counts = queue.counts();
    assert_eq!((counts.missed, counts.failures), (2, 2));
    assert_eq!(counts.last_failure.unwrap(), format!("cannot write {EVENTS}: the disk is full"));
    let told = told.lock().unwrap();
    assert_eq!(
        *told,
        [
            format!("log: cannot write {EVENTS}: the disk is full"),
            format!("log: {EVENTS} can be written again")
        ]
    );
}

#[test]
fn a_file_that_failed_is_left_alone_for_a_while() {
    let disk = Disk::default();
    let logs = disk.logs(options());
    let mut log = logs.session(&identity()).unwrap();
    disk.state().room = Some(0);
    for number in 0..100 {
        log.note(START, &event(number));
        flush(&logs);
    }
    let counts = logs.counts();
    assert_eq!(counts.missed, 100);
    assert!(counts.failures < 100, "the disk was asked for every line");
}

#[test]
fn a_file_that_cannot_be_renamed_is_written_on_and_no_line_is_lost() {
    let (disk, queue, (options, told)) = (Disk::default(), Queue::new(1 << 20), telling());
    let options = FileLogOptions { max_file_bytes: Some(1), ..options };
    disk.state().cannot_rename = true;
    let nothing: &dyn Fn() = &|| {};
    written(
        &queue,
        &disk,
        &options,
        &[
            ("one", nothing),
            ("two", nothing),
            ("three", nothing),
            ("four", &|| {
                disk.state().cannot_rename = false;
            }),
        ],
    );
    let line = |text| format!("20260921-14:13:20.000 : {text}\n");
    assert_eq!(disk.backup("FIX.4.4-A-B.event.backup.1.log"), line("one") + &line("two") + &line("three"));
    assert_eq!(disk.text(EVENTS), line("four"));
    assert_eq!((queue.counts().missed, queue.counts().failures), (0, 2));
    assert_eq!(*told.lock().unwrap(), [format!("log: cannot rename {EVENTS}: no")]);
}

#[test]
fn a_next_file_that_cannot_be_opened_loses_its_lines_alone_and_says_so_afterwards() {
    let (disk, queue, (options, told)) = (Disk::default(), Queue::new(1 << 20), telling());
    let options = FileLogOptions { max_file_bytes: Some(100), ..options };
    let nothing: &dyn Fn() = &|| {};
    let opens = |can: bool| disk.state().cannot_open = !can;
    let long = "x".repeat(60);
    written(
        &queue,
        &disk,
        &options,
        &[(&long, nothing), (&long, &|| opens(false)), ("lost too", nothing), ("kept", &|| opens(true))],
    );
    assert_eq!(
        disk.text(EVENTS),
        "20260921-14:13:20.000 : kept\n20260921-14:13:20.000 : 2 lines were not logged: no\n"
    );
    assert_eq!(disk.backup("FIX.4.4-A-B.event.backup.1.log").lines().count(), 1);
    assert_eq!((queue.counts().missed, queue.counts().failures), (2, 2));
    let told = told.lock().unwrap();
    assert_eq!(
        *told,
        [format!("log: cannot open {EVENTS}: no"), format!("log: {EVENTS} can be written again")]
    );
}

#[test]
fn what_was_written_before_stays_when_it_cannot_be_listed_or_removed() {
    let (disk, queue, (options, told)) = (Disk::default(), Queue::new(1 << 20), telling());
    let options = FileLogOptions { max_file_bytes: Some(1), kept_files: 1, ..options };
    written(
        &queue,
        &disk,
        &options,
        &[
            ("one", &|| disk.state().cannot_list = true),
            ("two", &|| {}),
            ("three", &|| disk.state().cannot_list = false),
            ("four", &|| disk.state().cannot_remove = true),
            ("five", &|| disk.state().cannot_remove = false),
        ],
    );
    let numbers: Vec<_> = disk.state().backups.keys().cloned().collect();
    let backup = |number| format!("FIX.4.4-A-B.event.backup.{number}.log");
    assert_eq!(numbers, [backup(1), backup(3)], "the first is given up, the second goes in its turn");
    assert_eq!(disk.backup(&backup(1)).lines().count(), 2, "one and two");
    let counts = queue.counts();
    assert_eq!((counts.missed, counts.failures), (0, 2));
    assert_eq!(counts.last_failure.unwrap(), format!("cannot remove {}: no", backup(1)));
    let list = format!("log: cannot list the files beside {EVENTS}: no");
    assert_eq!(*told.lock().unwrap(), [list], "no file is written worse for one that stays");
}

#[test]
fn lines_that_come_at_once_are_written_before_they_are_very_many() {
    let (disk, queue, options) = (Disk::default(), Queue::new(1 << 20), options());
    let text = "x".repeat(9_976);
    let sessions = std::collections::BTreeMap::new();
    let mut writer = Writer {
        queue: &queue,
        directory: disk.clone(),
        options: &options,
        try_again: Duration::ZERO,
        sessions,
    };
    let mut items = vec![Item::Open { number: 1, prefix: "FIX.4.4-A-B".to_owned() }];
    items.extend((0..10).map(|_| Item::Line {
        number: 1,
        kind: Kind::Event,
        utc_ns: START,
        length: text.len(),
    }));
    // Ten lines of 10,001 bytes: there is room for seven.
    disk.state().room = Some(70_007);
    writer.write(&Batch { items, bytes: text.repeat(10).into_bytes() });
    assert_eq!(disk.text(EVENTS).lines().count(), 7);
    assert_eq!(queue.counts().missed, 3);
}
