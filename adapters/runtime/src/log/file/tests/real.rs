//! Files of the real file system.

use std::fs;
use std::path::{Path, PathBuf};

use super::disk::{EVENTS, MESSAGES, START, event, flush, identity, incoming};
use crate::log::{Entry, FileLogError, FileLogOptions, FileLogs, SessionLog};

/// A directory of its own for the files of one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Self(std::env::temp_dir().join(format!("sansfix-log-{name}-{}", std::process::id())));
        let _ = fs::remove_dir_all(&folder.0);
        fs::create_dir_all(&folder.0).unwrap();
        folder
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// Every line has a file of its own.
    fn options(&self) -> FileLogOptions {
        FileLogOptions {
            backup_directory: Some(self.0.join("old")),
            max_file_bytes: Some(80),
            ..FileLogOptions::in_directory(&self.0)
        }
    }

    fn old(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.join("old")).unwrap();
        let mut names: Vec<_> =
            names.map(|name| name.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn they_go_on_where_they_ended() {
    let folder = Folder::new("ended");
    for _ in 0..2 {
        let logs = FileLogs::start(folder.options()).unwrap();
        let mut log = logs.session(&identity()).unwrap();
        log.note(START, &Entry::Connected);
        flush(&logs);
    }
    let line = "20260921-14:13:20.000 : connected\n";
    assert_eq!(folder.text(EVENTS), line.repeat(2));
    let logs = FileLogs::start(folder.options()).unwrap();
    logs.session(&identity()).unwrap().note(START, &Entry::Connected);
    flush(&logs);
    assert_eq!(folder.text("old/FIX.4.4-A-B.event.backup.1.log"), line.repeat(2));
    assert_eq!(folder.text(EVENTS), line);
}

#[test]
fn the_oldest_goes_and_what_is_of_somebody_else_stays() {
    let folder = Folder::new("oldest");
    let options = FileLogOptions { kept_files: 2, max_file_bytes: Some(1), ..folder.options() };
    let others = [
        "FIX.4.4-A-B.event.backup.01.log",
        "FIX.4.4-A-B.event.backup.1.txt",
        "FIX.4.4-A-B.event.saved.1.log",
        "FIX.4.4-A-C.event.backup.1.log",
        "notes",
    ];
    fs::create_dir(folder.0.join("old")).unwrap();
    for other in others {
        fs::write(folder.0.join("old").join(other), "").unwrap();
    }
    let logs = FileLogs::start(options).unwrap();
    let mut log = logs.session(&identity()).unwrap();
    for number in 1..=4 {
        log.note(START, &event(number));
    }
    flush(&logs);
    let mut expected = ["FIX.4.4-A-B.event.backup.2.log", "FIX.4.4-A-B.event.backup.3.log"].to_vec();
    expected.extend(others);
    expected.sort_unstable();
    assert_eq!(folder.old(), expected);
    assert!(logs.counts().last_failure.is_none(), "{:?}", logs.counts());
}

#[test]
fn a_file_that_cannot_be_opened_says_so_and_the_other_is_written() {
    let folder = Folder::new("opened");
    fs::create_dir(folder.0.join(MESSAGES)).unwrap();
    let logs = FileLogs::start(FileLogOptions::in_directory(&folder.0)).unwrap();
    let mut log = logs.session(&identity()).unwrap();
    incoming(&mut log, START, b"8=FIX.4.4\x019=5\x0135=0\x0110=163\x01");
    log.note(START, &Entry::Connected);
    flush(&logs);
    assert_eq!(folder.text(EVENTS), "20260921-14:13:20.000 : connected\n");
    let counts = logs.counts();
    assert_eq!(counts.missed, 1);
    let why = counts.last_failure.unwrap();
    let place = folder.0.join(MESSAGES);
    assert!(why.starts_with(&format!("cannot open {}: ", place.display())), "{why}");
}

#[test]
fn a_directory_that_has_gone_says_so_and_the_file_is_written_on() {
    let folder = Folder::new("gone");
    let logs = FileLogs::start(FileLogOptions { max_file_bytes: Some(1), ..folder.options() }).unwrap();
    let mut log = logs.session(&identity()).unwrap();
    log.note(START, &event(1));
    flush(&logs);
    fs::remove_dir(folder.0.join("old")).unwrap();
    log.note(START, &event(2));
    flush(&logs);
    assert_eq!(folder.text(EVENTS).lines().count(), 2);
    let why = logs.counts().last_failure.unwrap();
    assert!(why.starts_with("cannot list the files beside "), "{why}");
}

#[test]
fn a_directory_that_cannot_be_made_is_an_error() {
    let error = FileLogs::start(FileLogOptions::in_directory("/dev/null/log")).unwrap_err();
    assert!(
        matches!(&error, FileLogError::Directory { directory, .. } if directory == Path::new("/dev/null/log"))
    );
    assert!(
        error.to_string().starts_with("the log directory /dev/null/log is not there and cannot be made: "),
        "{error}"
    );
}
