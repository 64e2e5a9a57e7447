//! Where log files are, and how many.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;

/// Is told in words of a failure of the file system, once for each outage, and of its end. It is called on the thread
/// that writes. Example: [`FileLogOptions`].
pub type TellTrouble = dyn Fn(&str) + Send + Sync;

/// Where log files are, what stands in them, and how many are kept. The keys are those of `.cfg` files. Two are equal
/// when their fields are, and they tell the same function.
///
/// ```
/// use std::sync::Arc;
/// use sansfix_runtime::log::FileLogOptions;
///
/// let options = FileLogOptions {
///     max_file_bytes: Some(64 << 20),
///     tell: Some(Arc::new(|trouble| eprintln!("{trouble}"))),
///     ..FileLogOptions::in_directory("log")
/// };
/// assert_eq!((options.daily, options.kept_files, options.queue_bytes), (false, 10, 8 << 20));
/// assert_eq!(options, options.clone());
/// assert_ne!(options, FileLogOptions { tell: None, ..options.clone() });
/// ```
#[derive(Clone)]
pub struct FileLogOptions {
    /// FileLogPath: the directory of the files that are being written. It is made when it is not there.
    pub directory: PathBuf,
    /// FileLogBackupPath: the directory of the files that were written before, on the same file system. `None`, the
    /// default: the same one.
    pub backup_directory: Option<PathBuf>,
    /// FileLogHeartbeats: whether Heartbeats are logged. By default they are.
    pub heartbeats: bool,
    /// FileIncludeMilliseconds: whether times have milliseconds, or else whole seconds. By default they have.
    pub milliseconds: bool,
    /// FileIncludeTimeStampForMessages: whether messages are logged with the time; events always are. By default they
    /// are.
    pub timestamps_for_messages: bool,
    /// FileLogMaxBytes: a file does not grow beyond so many bytes (but for a single line that is longer). `None`, the
    /// default: there is no bound.
    pub max_file_bytes: Option<u64>,
    /// FileLogDaily: whether each day has files of its own. Off by default.
    pub daily: bool,
    /// FileLogTimeZone: where days begin at midnight, UTC by default. The times in the files are UTC all the same.
    pub day_zone: TimeZone,
    /// FileLogKeptFiles: how many files of earlier days, or that were full, are kept of each kind and session: 10 by
    /// default, 0 for none.
    pub kept_files: u32,
    /// FileLogQueueBytes: how many bytes may wait to be written, of all sessions together, 8 MiB by default. Each line
    /// counts 64 bytes more than it has.
    pub queue_bytes: usize,
    /// Is told when lines cannot be written. No key: whoever runs the sessions says what it is.
    pub tell: Option<Arc<TellTrouble>>,
}

impl PartialEq for FileLogOptions {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            directory,
            backup_directory,
            heartbeats,
            milliseconds,
            timestamps_for_messages,
            max_file_bytes,
            daily,
            day_zone,
            kept_files,
            queue_bytes,
            tell,
        } = self;
        let tells_the_same = match (tell, &other.tell) {
            (Some(one), Some(another)) => Arc::ptr_eq(one, another),
            (one, another) => one.is_none() && another.is_none(),
        };
        *directory == other.directory
            && *backup_directory == other.backup_directory
            && *heartbeats == other.heartbeats
            && *milliseconds == other.milliseconds
            && *timestamps_for_messages == other.timestamps_for_messages
            && *max_file_bytes == other.max_file_bytes
            && *daily == other.daily
            && *day_zone == other.day_zone
            && *kept_files == other.kept_files
            && *queue_bytes == other.queue_bytes
            && tells_the_same
    }
}

impl Eq for FileLogOptions {}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_equal_when_they_tell_the_same_of_failures_to_the_same() {
        let tell = || Some(Arc::new(|_: &str| {}) as Arc<TellTrouble>);
        let plain = FileLogOptions::in_directory("log");
        let telling = FileLogOptions { tell: tell(), ..plain.clone() };
        assert_eq!(telling, telling.clone());
        assert_ne!(telling, plain);
        assert_ne!(plain, telling);
        let other = Arc::new(std::sync::Mutex::new(0));
        let another = Arc::new(move |_: &str| *other.lock().unwrap() += 1);
        assert_ne!(telling, FileLogOptions { tell: Some(another), ..plain });
    }
}
