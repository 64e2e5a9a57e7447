//! The log files of all sessions, each directory's written by one thread.

use std::sync::Arc;
use std::time::Duration;

use sansfix_runtime::log::{FileLog, FileLogError, FileLogOptions, FileLogs};
use sansfix_runtime::settings::SessionSettings;

use super::say;

/// How long the end of the process waits for a disk.
const FLUSH_LIMIT: Duration = Duration::from_secs(2);

/// Logs that were opened, those with equal settings together.
#[derive(Default)]
pub(crate) struct Logs(Vec<(FileLogOptions, FileLogs)>);

impl Logs {
    /// The log of a session, if it asks for one.
    pub(crate) fn of(&mut self, session: &SessionSettings) -> Result<Option<FileLog>, FileLogError> {
        let Some(settings) = &session.log.files else { return Ok(None) };
        let identity = &session.config.identity;
        if let Some((_, logs)) = self.0.iter().find(|(opened, _)| opened == settings) {
            return logs.session(identity).map(Some);
        }
        let tell = Arc::new(|trouble: &str| say(trouble));
        let logs = FileLogs::start(FileLogOptions { tell: Some(tell), ..settings.clone() })?;
        let log = logs.session(identity)?;
        self.0.push((settings.clone(), logs));
        Ok(Some(log))
    }

    /// Waits until everything has been written, for a while; says what was not.
    pub(crate) fn flush(&self) {
        for (settings, logs) in &self.0 {
            let directory = settings.directory.display();
            if !logs.flush(FLUSH_LIMIT) {
                say(&format!("log: what was handed over last is not in {directory}: it takes too long"));
            }
            let missed = logs.counts().missed;
            if missed > 0 {
                say(&format!("log: {missed} lines are not in {directory}"));
            }
        }
    }
}
