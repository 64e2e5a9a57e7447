//! A disk in memory, and how tests reach the log through it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use sansfix::BeginString;
use sansfix::config::Identity;
use sansfix::wire::Message;

use crate::log::file::files::{LogDirectory, Opened};
use crate::log::{Entry, FileLog, FileLogOptions, FileLogs, SessionLog};

/// Far more than any wait here takes.
pub(super) const GENEROUS: Duration = Duration::from_secs(30);

/// 2026-09-21T14:13:20Z
pub(super) const START: i64 = 1_790_000_000_000_000_000;
pub(super) const SECOND: i64 = 1_000_000_000;
pub(super) const HOUR: i64 = 3_600 * SECOND;

#[derive(Clone, Default)]
pub(super) struct Disk {
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) files: BTreeMap<String, Vec<u8>>,
    pub(super) backups: BTreeMap<String, Vec<u8>>,
    /// How many bytes it still takes; more fail.
    pub(super) room: Option<usize>,
    pub(super) cannot_open: bool,
    pub(super) cannot_rename: bool,
    pub(super) cannot_list: bool,
    pub(super) cannot_remove: bool,
    /// Every write waits.
    pub(super) hangs: bool,
    /// How many writes wait.
    pub(super) held: usize,
}

impl Disk {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.0.lock().unwrap()
    }

    pub(super) fn text(&self, name: &str) -> String {
        String::from_utf8(self.state().files.get(name).cloned().unwrap_or_default()).unwrap()
    }

    pub(super) fn backup(&self, name: &str) -> String {
        String::from_utf8(self.state().backups[name].clone()).unwrap()
    }

    pub(super) fn go_on(&self) {
        self.state().hangs = false;
        self.state.1.notify_all();
    }

    pub(super) fn wait_until_held(&self) {
        let (state, changed) = &*self.state;
        let waited =
            changed.wait_timeout_while(state.lock().unwrap(), GENEROUS, |state| state.held == 0).unwrap();
        assert!(!waited.1.timed_out(), "nothing is written");
    }

    pub(super) fn logs(&self, options: FileLogOptions) -> FileLogs {
        FileLogs::start_in(self.clone(), options).unwrap()
    }
}

pub(super) fn options() -> FileLogOptions {
    FileLogOptions::in_directory("log")
}

pub(super) fn identity() -> Identity {
    Identity::new(BeginString::Fix44, "A", "B")
}

pub(super) const MESSAGES: &str = "FIX.4.4-A-B.messages.current.log";
pub(super) const EVENTS: &str = "FIX.4.4-A-B.event.current.log";

/// An event whose line says `a message of NUMBER bytes is too long: passed over`.
pub(super) fn event(number: u64) -> Entry<'static> {
    Entry::TooLong { announced: number }
}

pub(super) fn incoming(log: &mut FileLog, utc_ns: i64, bytes: &[u8]) {
    log.note(utc_ns, &Entry::Incoming(Message::parse(bytes).unwrap()));
}

pub(super) fn flush(logs: &FileLogs) {
    assert!(logs.flush(GENEROUS), "not written");
}

pub(super) struct DiskFile {
    disk: Disk,
    name: String,
}

impl Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (state, changed) = &*self.disk.state;
        let mut state = state.lock().unwrap();
        if state.hangs {
            state.held += 1;
            changed.notify_all();
            state = changed.wait_while(state, |state| state.hangs).unwrap();
            state.held -= 1;
        }
        let count = state.room.map_or(bytes.len(), |room| room.min(bytes.len()));
        if count == 0 {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "the disk is full"));
        }
        if let Some(room) = &mut state.room {
            *room -= count;
        }
        state.files.get_mut(&self.name).unwrap().extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn may(it_may: bool) -> io::Result<()> {
    if it_may { Ok(()) } else { Err(io::Error::other("no")) }
}

impl LogDirectory for Disk {
    type File = DiskFile;

    fn open(&self, name: &str) -> io::Result<Opened<DiskFile>> {
        let mut state = self.state();
        may(!state.cannot_open)?;
        let size = state.files.entry(name.to_owned()).or_default().len() as u64;
        let file = DiskFile { disk: self.clone(), name: name.to_owned() };
        Ok(Opened { file, size, modified_utc_ns: START })
    }

    fn put_away(&self, name: &str, backup: &str) -> io::Result<()> {
        let mut state = self.state();
        may(!state.cannot_rename)?;
        let content = state.files.remove(name).unwrap();
        assert!(state.backups.insert(backup.to_owned(), content).is_none(), "{backup} was there");
        Ok(())
    }

    fn backups(&self) -> io::Result<Vec<String>> {
        may(!self.state().cannot_list)?;
        Ok(self.state().backups.keys().cloned().collect())
    }

    fn remove_backup(&self, backup: &str) -> io::Result<()> {
        may(!self.state().cannot_remove)?;
        self.state().backups.remove(backup).unwrap();
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from(name)
    }
}
