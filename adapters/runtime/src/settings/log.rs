//! Where a session of a file logs to.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::log::FileLogOptions;

/// Where a session logs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogSettings {
    /// Files; `None`: none.
    pub files: Option<FileLogSettings>,
    /// What is printed, by whoever prints.
    pub screen: ScreenSettings,
}

/// What a session prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScreenSettings {
    /// Messages received.
    pub incoming: bool,
    /// Messages sent.
    pub outgoing: bool,
    /// Everything else.
    pub events: bool,
    /// Heartbeats, where messages are shown.
    pub heartbeats: bool,
}

/// Log files, as a configuration names them. Sessions with equal ones can share [`crate::log::FileLogs`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileLogSettings {
    /// FileLogPath
    pub directory: PathBuf,
    /// FileLogBackupPath
    pub backup_directory: Option<PathBuf>,
    /// FileLogHeartbeats
    pub heartbeats: bool,
    /// FileIncludeMilliseconds
    pub milliseconds: bool,
    /// FileIncludeTimeStampForMessages
    pub timestamps_for_messages: bool,
    /// FileLogMaxBytes; `None`: there is no bound.
    pub max_file_bytes: Option<u64>,
    /// FileLogDaily
    pub daily: bool,
    /// FileLogTimeZone
    pub day_zone: TimeZone,
    /// FileLogKeptFiles
    pub kept_files: u32,
    /// FileLogQueueBytes
    pub queue_bytes: usize,
}

impl FileLogSettings {
    /// For [`crate::log::FileLogs::start`].
    #[must_use]
    pub fn options(&self) -> FileLogOptions {
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
        } = self.clone();
        FileLogOptions {
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
            tell: None,
        }
    }
}

/// What the keys have said of logs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LogDraft {
    /// FileLogPath
    pub(crate) path: Option<PathBuf>,
    /// Of the files, should there be a path.
    pub(crate) files: FileLogSettings,
    pub(crate) screen: ScreenSettings,
}

impl Default for LogDraft {
    /// Everything is logged; files are not changed by size or day.
    fn default() -> Self {
        let FileLogOptions {
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
            tell: _,
        } = FileLogOptions::in_directory("");
        let files = FileLogSettings {
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
        };
        let screen = ScreenSettings { incoming: true, outgoing: true, events: true, heartbeats: true };
        Self { path: None, files, screen }
    }
}

impl LogDraft {
    pub(crate) fn finish(self) -> LogSettings {
        let Self { path, files, screen } = self;
        LogSettings { files: path.map(|directory| FileLogSettings { directory, ..files }), screen }
    }
}
