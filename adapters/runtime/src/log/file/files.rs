//! What log files need of a file system, and no more: so that tests can let every operation fail or hang.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{FileLogError, FileLogOptions};

/// A file that is open for appending, and what was in it.
pub(super) struct Opened<F> {
    pub(super) file: F,
    /// Bytes.
    pub(super) size: u64,
    /// When it was written last, nanoseconds since 1970-01-01T00:00:00Z.
    pub(super) modified_utc_ns: i64,
}

/// The directory of the files that are written, and that of those which were.
pub(super) trait LogDirectory: Send {
    type File: Write + Send;

    /// Opens `name` for appending; makes it when it is not there.
    fn open(&self, name: &str) -> io::Result<Opened<Self::File>>;

    /// Gives the file `name` the name `backup` among those that were written.
    fn put_away(&self, name: &str, backup: &str) -> io::Result<()>;

    /// The names of the files that were written.
    fn backups(&self) -> io::Result<Vec<String>>;

    fn remove_backup(&self, backup: &str) -> io::Result<()>;

    /// Where `name` is, for messages.
    fn path(&self, name: &str) -> PathBuf;
}

/// The real ones.
pub(super) struct Directories {
    current: PathBuf,
    backup: PathBuf,
}

impl Directories {
    pub(super) fn make(options: &FileLogOptions) -> Result<Self, FileLogError> {
        let current = options.directory.clone();
        let backup = options.backup_directory.clone().unwrap_or_else(|| current.clone());
        for directory in [&current, &backup] {
            fs::create_dir_all(directory)
                .map_err(|why| FileLogError::Directory { directory: directory.clone(), why })?;
        }
        Ok(Self { current, backup })
    }
}

impl LogDirectory for Directories {
    type File = File;

    fn open(&self, name: &str) -> io::Result<Opened<File>> {
        let file = OpenOptions::new().append(true).create(true).open(self.path(name))?;
        let known = file.metadata()?;
        let modified_utc_ns = known.modified().map_or(0, utc_ns);
        Ok(Opened { file, size: known.len(), modified_utc_ns })
    }

    fn put_away(&self, name: &str, backup: &str) -> io::Result<()> {
        fs::rename(self.path(name), self.backup.join(backup))
    }

    fn backups(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.backup)?.map(|entry| entry.map(|entry| entry.file_name()));
        Ok(names
            .collect::<io::Result<Vec<_>>>()?
            .into_iter()
            .filter_map(|name| name.into_string().ok())
            .collect())
    }

    fn remove_backup(&self, backup: &str) -> io::Result<()> {
        fs::remove_file(self.backup.join(backup))
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.current).join(name)
    }
}

fn utc_ns(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}
