//! Where a session of a file logs to.

use std::path::PathBuf;

use crate::log::FileLogOptions;

/// Where a session logs to. Example: [`ScreenSettings`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogSettings {
    /// Files, for [`crate::log::FileLogs::start`], from FileLogPath and the keys beside it; `None`: none. Sessions with
    /// equal ones can share [`crate::log::FileLogs`].
    pub files: Option<FileLogOptions>,
    /// What is printed, by whoever prints.
    pub screen: ScreenSettings,
}

/// What a session prints: everything by default.
///
/// ```
/// let text = b"[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
///     SocketAcceptPort=5001\nFileLogPath=log\nScreenLogShowHeartBeats=N\n";
/// let log = &sansfix_runtime::settings::parse(text).unwrap().sessions[0].log;
/// assert_eq!(log.files.as_ref().unwrap().directory.to_str(), Some("log"));
/// assert!(log.screen.events && !log.screen.heartbeats);
/// ```
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

/// What the keys have said of logs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LogDraft {
    /// FileLogPath
    pub(crate) path: Option<PathBuf>,
    /// Of the files, should there be a path.
    pub(crate) files: FileLogOptions,
    pub(crate) screen: ScreenSettings,
}

impl Default for LogDraft {
    /// Everything is logged; files are not changed by size or day.
    fn default() -> Self {
        let files = FileLogOptions::in_directory("");
        let screen = ScreenSettings { incoming: true, outgoing: true, events: true, heartbeats: true };
        Self { path: None, files, screen }
    }
}

impl LogDraft {
    pub(crate) fn finish(self) -> LogSettings {
        let Self { path, files, screen } = self;
        LogSettings { files: path.map(|directory| FileLogOptions { directory, ..files }), screen }
    }
}
