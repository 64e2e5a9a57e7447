//! Log files as FIX log viewers read them.
//!
//! The layout is that of QuickFIX/n, and of QuickFIX C++ with milliseconds: for each session two files,
//! `<prefix>.messages.current.log` and `<prefix>.event.current.log`, whose lines are
//! `20260921-14:13:20.123 : <text>` with the time in UTC. The prefix is `FIX.4.4-SENDER_SUB_LOCATION-TARGET`, see
//! [`log_file_prefix`]. A file that is full, or of an earlier day, becomes `<prefix>.messages.backup.<n>.log` with `n`
//! counting up from 1, and the oldest go when there are more than are to be kept.
//!
//! Messages stand there as they were on the wire, fields ended by SOH, but for secrets and control characters: see
//! [`super`] for what is told and when, and [`FileLogOptions`] for the rest.
//!
//! One thread writes for all sessions of a [`FileLogs`]. A session hands its lines over through a queue that is bounded in
//! bytes and waits for nothing: a line that does not fit is dropped and counted, and so are lines that cannot be
//! written. `17 lines were not logged` stands in the event file when there is room again. So a full disk or one that
//! hangs costs lines, and nothing else.

mod files;
mod line;
mod log_file;
mod name;
mod options;
mod queue;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use sansfix::config::Identity;
use sansfix::msg_type;
use sansfix::wire::Message;

use super::redact::{write_message, write_printable};
use super::{Entry, SessionLog};
use files::{Directories, LogDirectory};
pub use name::log_file_prefix;
pub use options::{FileLogOptions, TellTrouble};
use queue::{Kind, Queue};

/// Log files in one directory, and the thread that writes them. Clones are the same.
///
/// The thread ends when this, its clones and every [`FileLog`] of it are gone, after it has written what was handed
/// over. Ending the process does not wait for it: call [`Self::flush`] before.
///
/// ```
/// use std::time::Duration;
///
/// use sansfix::config::{Config, Identity, Role};
/// use sansfix::BeginString;
/// use sansfix_runtime::log::{FileLogOptions, FileLogs};
/// use sansfix_runtime::{Application, SessionSetup};
///
/// struct Silent;
/// impl Application for Silent {}
///
/// # let directory = std::env::temp_dir().join(format!("sansfix-doc-log-{}", std::process::id()));
/// let options = FileLogOptions { daily: true, kept_files: 30, ..FileLogOptions::in_directory(&directory) };
/// let logs = FileLogs::start(options)?;
///
/// let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
/// let log = logs.session(&identity)?;
/// let setup = SessionSetup::new(Config::new(Role::Initiator, identity), Silent).with_log(log);
/// // Initiator::start(setup, ...) and in the end, after the session has been shut down:
/// assert!(logs.flush(Duration::MAX), "everything has been written");
/// assert_eq!((logs.counts().missed, logs.counts().failures), (0, 0));
/// # drop(setup);
/// # std::fs::remove_dir_all(&directory).ok();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FileLogs {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Arc<Queue>,
    options: Arc<FileLogOptions>,
    /// The sessions by the prefix of their files in lower case, and how many logs each has.
    sessions: Mutex<BTreeMap<String, (Identity, usize)>>,
}

/// Why there is no log.
///
/// ```
/// use sansfix_runtime::log::{FileLogError, FileLogOptions, FileLogs};
///
/// // A file stands where the directory should be.
/// let options = FileLogOptions::in_directory(std::env::current_exe()?.join("log"));
/// let error = FileLogs::start(options).unwrap_err();
/// assert!(matches!(error, FileLogError::Directory { .. }), "{error}");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileLogError {
    /// The directory is not there and cannot be made.
    #[error("the log directory {} is not there and cannot be made: {why}", directory.display())]
    Directory {
        /// Which one.
        directory: std::path::PathBuf,
        /// What the system says.
        #[source]
        why: std::io::Error,
    },
    /// The system refuses a thread.
    #[error("the system refuses a thread to write the log: {0}")]
    Thread(#[source] std::io::Error),
    /// Another session's files have that name, on a file system that does not tell capitals from small letters.
    #[error("the log files of {0} and {1} would have the same name: give one another directory")]
    SameName(Box<Identity>, Box<Identity>),
}

/// What has become of the lines so far, since the start. Example: [`FileLogs`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct LogCounts {
    /// Lines that were not logged: there was no room in the queue, or they could not be written.
    pub missed: u64,
    /// How often something failed that was asked of the file system.
    pub failures: u64,
    /// What failed last, if anything.
    pub last_failure: Option<String>,
}

impl FileLogs {
    /// Makes the directories and starts the thread. It ends when this and every log of a session is dropped, with
    /// everything written.
    ///
    /// # Errors
    /// [`FileLogError::Directory`], [`FileLogError::Thread`]. Nothing runs then.
    pub fn start(options: FileLogOptions) -> Result<Self, FileLogError> {
        let directories = Directories::make(&options)?;
        Self::start_in(directories, options)
    }

    fn start_in(
        directory: impl LogDirectory + 'static,
        options: FileLogOptions,
    ) -> Result<Self, FileLogError> {
        let (queue, options) = (Arc::new(Queue::new(options.queue_bytes)), Arc::new(options));
        let (taken, given) = (queue.clone(), options.clone());
        let run = move || writer::run(&taken, directory, &given);
        thread::Builder::new().name("sansfix-log".into()).spawn(run).map_err(FileLogError::Thread)?;
        Ok(Self { shared: Arc::new(Shared { queue, options, sessions: Mutex::default() }) })
    }

    /// The log of a session, for [`crate::SessionSetup::with_log`]. The files are made with their first lines.
    ///
    /// # Errors
    /// [`FileLogError::SameName`], when another session that is logged here has files of that name.
    pub fn session(&self, identity: &Identity) -> Result<FileLog, FileLogError> {
        let prefix = log_file_prefix(identity);
        let key = prefix.to_ascii_lowercase();
        let mut sessions = self.shared.sessions();
        match sessions.get_mut(&key) {
            Some((other, _)) if other != identity => {
                return Err(FileLogError::SameName(Box::new(identity.clone()), Box::new(other.clone())));
            }
            Some((_, count)) => *count += 1,
            None => drop(sessions.insert(key.clone(), (identity.clone(), 1))),
        }
        drop(sessions);
        let number = self.shared.queue.open(prefix);
        Ok(FileLog { shared: self.shared.clone(), key, number, line: Vec::new(), missed: 0 })
    }

    /// Waits until everything that was handed over before has been written, or given up; at most `limit` (zero does not
    /// wait, [`Duration::MAX`] does as long as it takes). Whether it was in time. Not for a handler: a session must not wait for a disk.
    pub fn flush(&self, limit: Duration) -> bool {
        self.shared.queue.flush(limit)
    }

    /// What has become of the lines so far.
    #[must_use]
    pub fn counts(&self) -> LogCounts {
        self.shared.queue.counts()
    }
}

impl std::fmt::Debug for FileLogs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileLogs").field("options", &self.shared.options).finish_non_exhaustive()
    }
}

impl Shared {
    fn sessions(&self) -> MutexGuard<'_, BTreeMap<String, (Identity, usize)>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.queue.stop();
    }
}

/// The log files of one session. From [`FileLogs::session`]. Example: [`FileLogs`].
pub struct FileLog {
    shared: Arc<Shared>,
    key: String,
    /// What the queue calls it.
    number: u64,
    /// The line that is being made.
    line: Vec<u8>,
    /// Lines that did not fit, and have not been told of.
    missed: u64,
}

impl std::fmt::Debug for FileLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileLog")
            .field("prefix", &self.key)
            .field("missed", &self.missed)
            .finish_non_exhaustive()
    }
}

impl SessionLog for FileLog {
    fn note(&mut self, utc_ns: i64, entry: &Entry<'_>) {
        self.line.clear();
        match entry {
            Entry::Incoming(message) | Entry::Outgoing(message) => self.message(utc_ns, message),
            _ => {
                write_printable(&mut self.line, entry.to_string().as_bytes());
                self.hand_over(Kind::Event, utc_ns);
            }
        }
    }
}

impl FileLog {
    fn message(&mut self, utc_ns: i64, message: &Message<'_>) {
        if self.shared.options.heartbeats || message.msg_type() != msg_type::HEARTBEAT {
            write_message(&mut self.line, message.bytes());
            self.hand_over(Kind::Message, utc_ns);
        }
    }

    /// The line, after the number of those that did not fit before it.
    fn hand_over(&mut self, kind: Kind, utc_ns: i64) {
        let queue = &self.shared.queue;
        if self.missed > 0 {
            let told = line::not_logged(self.missed, "the queue was full");
            let room = told.len() + self.line.len();
            if !queue.has_room(2, room) || !queue.push(self.number, Kind::Event, utc_ns, told.as_bytes()) {
                return self.miss();
            }
            self.missed = 0;
        }
        if !queue.push(self.number, kind, utc_ns, &self.line) {
            self.miss();
        }
    }

    fn miss(&mut self) {
        self.missed += 1;
        self.shared.queue.missed(1);
    }
}

impl Drop for FileLog {
    fn drop(&mut self) {
        self.shared.queue.close(self.number, self.missed);
        let mut sessions = self.shared.sessions();
        if let Some((_, count)) = sessions.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                sessions.remove(&self.key);
            }
        }
    }
}
