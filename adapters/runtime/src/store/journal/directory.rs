//! The real [`Files`]: a directory, locked against every other journal.

use std::fs;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::JournalError;
use super::files::{File, Files};

/// The file whose lock keeps a second process out. It stays when the journal is closed: removing it would let two
/// processes lock two files of that name.
pub(super) const LOCK: &str = "lock";

/// A directory of the file system, for one journal. Readable by its owner alone, as messages can hold passwords.
///
/// ```
/// use sansfix_runtime::store::journal::{Directory, JournalError};
/// use sansfix_runtime::{JournalOptions, JournalStore};
///
/// # let path = std::env::temp_dir().join(format!("sansfix-doc-directory-{}", std::process::id()));
/// let directory = Directory::open(&path)?;
/// assert!(matches!(Directory::open(&path), Err(JournalError::InUse { .. })));
/// let store = JournalStore::open_in(directory, JournalOptions::default())?; // as JournalStore::open does
/// # drop(store);
/// # std::fs::remove_dir_all(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    /// Locked while it is open.
    _lock: fs::File,
}

impl Directory {
    /// Makes the directory when it is not there, and locks it.
    ///
    /// The lock is advisory (`flock`), and ends with the process, however that ends. The standard library has it from
    /// Rust 1.89 on; fs4 stands in for it until then.
    ///
    /// # Errors
    /// [`JournalError::InUse`] when another journal is open there, in this process or in another; [`JournalError::Io`]
    /// when the system refuses the directory, or the lock.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let path = path.into();
        let failed = |doing, path: &Path| {
            let file = path.to_owned();
            move |why| JournalError::Io { doing, file, why }
        };
        make_durable_directory(&path).map_err(failed("make", &path))?;
        let name = path.join(LOCK);
        let lock = options().create(true).truncate(false).open(&name).map_err(failed("open", &name))?;
        match fs4::FileExt::try_lock(&lock) {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(fs4::TryLockError::WouldBlock) => Err(JournalError::InUse { directory: path }),
            Err(fs4::TryLockError::Error(why)) => Err(JournalError::Io { doing: "lock", file: name, why }),
        }
    }
}

/// Makes the directory and those above it, each durable in the one above it.
fn make_durable_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = match path.parent() {
        Some(above) if above.as_os_str().is_empty() => Path::new("."),
        Some(above) => above,
        None => path,
    };
    if above != path {
        make_durable_directory(above)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Ok(()) => sync_directory(above),
        // Made by somebody else in this moment.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

fn options() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    fs::File::open(path)?.sync_all()
}

/// Elsewhere a directory cannot be opened, and names are durable when the system says so.
#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

impl Files for Directory {
    type File = DirectoryFile;

    fn open(&self, name: &str) -> io::Result<Option<DirectoryFile>> {
        match options().open(self.path(name)) {
            Ok(file) => Ok(Some(DirectoryFile { file, position: 0 })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn create(&self, name: &str) -> io::Result<DirectoryFile> {
        let file = options().create(true).truncate(true).open(self.path(name))?;
        Ok(DirectoryFile { file, position: 0 })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path(from), self.path(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        sync_directory(&self.path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// A file of a [`Directory`]. Example: [`Directory`], whose journal keeps its records in one.
#[derive(Debug)]
pub struct DirectoryFile {
    file: fs::File,
    /// Where the system will read or write next, so that appending needs no call to find the end.
    position: u64,
}

impl DirectoryFile {
    /// Opens a file that is read only. `None` when it is not there.
    pub(super) fn open_to_read(path: &Path) -> io::Result<Option<Self>> {
        match fs::File::open(path) {
            Ok(file) => Ok(Some(Self { file, position: 0 })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn seek(&mut self, to: u64) -> io::Result<()> {
        if self.position != to {
            self.position = UNKNOWN;
            self.position = self.file.seek(SeekFrom::Start(to))?;
        }
        Ok(())
    }
}

/// No file is so long.
const UNKNOWN: u64 = u64::MAX;

impl File for DirectoryFile {
    fn size(&mut self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> io::Result<usize> {
        self.seek(offset)?;
        loop {
            match self.file.read(to) {
                Ok(count) => {
                    self.position += count as u64;
                    return Ok(count);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.position = UNKNOWN;
                    return Err(error);
                }
            }
        }
    }

    fn append(&mut self, size: u64, bytes: &[u8]) -> io::Result<()> {
        self.seek(size)?;
        let result = self.file.write_all(bytes);
        self.position = if result.is_ok() { size + bytes.len() as u64 } else { UNKNOWN };
        result
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.file.set_len(size)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}
