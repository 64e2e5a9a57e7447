//! The directory and the files of the real file system, each by itself.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::directory::{Directory, DirectoryFile};
use super::super::{File, Files, JournalError};
use super::real::Scratch;

/// A file of ten different bytes.
fn ten(directory: &Directory) -> DirectoryFile {
    let mut file = directory.create("ten").unwrap();
    file.append(0, b"0123456789").unwrap();
    file
}

#[test]
fn bytes_go_to_the_place_that_is_said_wherever_the_last_ones_went() {
    let scratch = Scratch::new();
    let mut file = ten(&Directory::open(scratch.journal()).unwrap());
    for to in 0..64 {
        file.truncate(6).unwrap();
        file.append(6, b"6789").unwrap();
        file.truncate(to).unwrap();
        file.append(to, b"x").unwrap();
        assert_eq!(file.size().unwrap(), to + 1);
        let mut last = [0; 2];
        assert_eq!(file.read(to, &mut last).unwrap(), 1, "{to}");
        assert_eq!(last, *b"x\0");
        let kept = file.size().unwrap().min(6);
        file.truncate(kept).unwrap();
        file.append(kept, &b"012345"[kept as usize..]).unwrap();
    }
}

#[test]
fn bytes_come_from_the_place_that_is_said_wherever_the_last_ones_came_from() {
    let scratch = Scratch::new();
    let mut file = ten(&Directory::open(scratch.journal()).unwrap());
    for first in 0..10 {
        for second in 0..10 {
            let mut two = [0; 2];
            file.read(first, &mut two).unwrap();
            assert_eq!(two[0], b'0' + first as u8);
            file.read(second, &mut two[..1]).unwrap();
            assert_eq!(two[0], b'0' + second as u8, "after {first}");
        }
    }
    assert_eq!(file.read(10, &mut [0]).unwrap(), 0, "the file has ended");
}

#[test]
fn what_is_not_there_is_no_error_and_what_cannot_be_had_is_one() {
    let scratch = Scratch::new();
    let directory = Directory::open(scratch.journal()).unwrap();
    assert!(directory.open("none").unwrap().is_none());
    directory.remove("none").unwrap();
    drop(ten(&directory));
    assert_eq!(directory.open("ten").unwrap().unwrap().size().unwrap(), 10);
    directory.rename("ten", "renamed").unwrap();
    assert!(directory.open("ten").unwrap().is_none());
    directory.remove("renamed").unwrap();
    assert!(directory.open("renamed").unwrap().is_none());

    fs::create_dir(directory.path("held")).unwrap();
    assert!(directory.open("held").is_err(), "a directory is no file");
    assert!(directory.create("held").is_err());
    assert!(directory.remove("held").is_err());
    assert!(directory.rename("none", "other").is_err());
    assert!(DirectoryFile::open_to_read(&directory.path("none")).unwrap().is_none());
    assert!(DirectoryFile::open_to_read(&directory.path("lock").join("none")).is_err(), "within a file");
    let mut held = DirectoryFile::open_to_read(&directory.path("held")).unwrap().unwrap();
    assert!(held.read(0, &mut [0]).is_err(), "an error that is no interruption is told");
    assert!(held.append(0, b"x").is_err());
}

#[test]
fn a_file_that_is_made_anew_is_empty() {
    let scratch = Scratch::new();
    let directory = Directory::open(scratch.journal()).unwrap();
    drop(ten(&directory));
    assert_eq!(directory.create("ten").unwrap().size().unwrap(), 0);
}

/// Nothing else tells whether the system was asked: what it cannot make durable it says so of.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_made_durable_is_an_error() {
    let scratch = Scratch::new();
    let directory = Directory::open(scratch.journal()).unwrap();
    directory.sync_directory().unwrap();
    ten(&directory).sync().unwrap();
    let mut nowhere = DirectoryFile::open_to_read(Path::new("/dev/null")).unwrap().unwrap();
    assert!(nowhere.sync().is_err(), "nothing is kept there");
    fs::remove_dir_all(scratch.journal()).unwrap();
    assert_eq!(directory.sync_directory().unwrap_err().kind(), ErrorKind::NotFound);
}

fn doing(result: Result<Directory, JournalError>) -> (&'static str, PathBuf) {
    match result.unwrap_err() {
        JournalError::Io { doing, file, .. } => (doing, file),
        other => panic!("{other}"),
    }
}

#[test]
fn a_directory_that_cannot_be_had_says_what_was_being_done_and_where() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    let above = path.parent().unwrap();
    fs::create_dir_all(above).unwrap();
    fs::write(&path, "a file").unwrap();
    assert_eq!(doing(Directory::open(&path)), ("make", path.clone()), "it is there, and no directory");
    fs::remove_file(&path).unwrap();
    fs::create_dir_all(path.join("lock")).unwrap();
    assert_eq!(doing(Directory::open(&path)), ("open", path.join("lock")), "a directory for a lock");
    assert_eq!(doing(Directory::open("")), ("make", PathBuf::new()), "no name at all");
}

/// By the time that `new/..` is to be made, the making of `new` has made it.
#[test]
fn a_directory_that_somebody_has_made_meanwhile_is_taken() {
    let scratch = Scratch::new();
    let inside = scratch.journal();
    let path = inside.join("..");
    drop(Directory::open(&path).unwrap());
    assert!(inside.is_dir() && path.join("lock").is_file());
}

/// Set in the process that begins in an empty directory.
const BEGUN_THERE: &str = "SANSFIX_BEGUN_THERE";

#[test]
fn a_directory_without_a_path_is_made_where_the_process_is() {
    if std::env::var_os(BEGUN_THERE).is_some() {
        drop(Directory::open("journal").unwrap());
        return;
    }
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.journal()).unwrap();
    let test = std::thread::current().name().map(str::to_owned).unwrap();
    let mut process = std::process::Command::new(std::env::current_exe().unwrap());
    process.args([&test, "--exact"]).env(BEGUN_THERE, "1").current_dir(scratch.journal());
    let output = process.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(scratch.journal().join("journal/lock").is_file());
}
