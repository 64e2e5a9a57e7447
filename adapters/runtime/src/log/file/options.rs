//! Where log files are, and how many.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;

/// Is told in words of a failure of the file system, once for each outage, and of its end. It is called on the thread
/// that writes.
pub type TellTrouble = dyn Fn(&str) + Send + Sync;

/// Where log files are, what stands in them, and how many are kept.
#[derive(Clone)]
pub struct FileLogOptions {
    /// The directory of the files that are being written. It is made when it is not there.
    pub directory: PathBuf,
    /// The directory of the files that were written before, on the same file system; `None`: the same one.
    pub backup_directory: Option<PathBuf>,
    /// Whether Heartbeats are logged.
    pub heartbeats: bool,
    /// Whether times have milliseconds.
    pub milliseconds: bool,
    /// Whether messages are logged with the time; events always are.
    pub timestamps_for_messages: bool,
    /// A file does not grow beyond so many bytes (but for a single line that is longer); `None`: there is no bound.
    pub max_file_bytes: Option<u64>,
    /// Whether each day has files of its own.
    pub daily: bool,
    /// Where days begin at midnight. The times in the files are UTC all the same.
    pub day_zone: TimeZone,
    /// How many files of earlier days, or that were full, are kept of each kind and session.
    pub kept_files: u32,
    /// How many bytes may wait to be written, of all sessions together. Each line counts 64 bytes more than it has.
    pub queue_bytes: usize,
    /// Is told when lines cannot be written.
    pub tell: Option<Arc<TellTrouble>>,
}

/// Each line waits with its session's number, its time and its length.
pub(super) const LINE_OVERHEAD: usize = 64;

impl FileLogOptions {
    /// Everything in this directory, with milliseconds. Files are not changed by size or day; if they are, 10 are kept.
    /// 8 MiB may wait.
    #[must_use]
    pub fn in_directory(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            backup_directory: None,
            heartbeats: true,
            milliseconds: true,
            timestamps_for_messages: true,
            max_file_bytes: None,
            daily: false,
            day_zone: TimeZone::UTC,
            kept_files: 10,
            queue_bytes: 8 << 20,
            tell: None,
        }
    }
}

impl std::fmt::Debug for FileLogOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileLogOptions")
            .field("directory", &self.directory)
            .field("backup_directory", &self.backup_directory)
            .field("max_file_bytes", &self.max_file_bytes)
            .field("daily", &self.daily)
            .field("kept_files", &self.kept_files)
            .field("queue_bytes", &self.queue_bytes)
            .finish_non_exhaustive()
    }
}
