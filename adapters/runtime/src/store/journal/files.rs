//! What the journal needs of a file system, and no more: so that tests can let every single operation fail, be torn,
//! or be forgotten by a crash. [`super::Directory`] is the real one.

use std::io;
use std::path::PathBuf;

/// A directory that belongs to one journal.
///
/// Creating, renaming and removing are durable after [`Self::sync_directory`] only. Names are those of files in it,
/// without a path. Example: [`super::Directory`], which is one.
pub trait Files: Send {
    /// An open file.
    type File: File;

    /// Opens `name` for reading and writing. `None` when it is not there.
    ///
    /// # Errors
    /// Those of the system.
    fn open(&self, name: &str) -> io::Result<Option<Self::File>>;

    /// Makes the file `name`, empty; one that is there is emptied.
    ///
    /// # Errors
    /// Those of the system.
    fn create(&self, name: &str) -> io::Result<Self::File>;

    /// Gives the file `from` the name `to`, in one step, in place of the file that had it. Files that are open stay
    /// open.
    ///
    /// # Errors
    /// Those of the system. Whether it has happened is not known then.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes `name`. That it is not there is no error.
    ///
    /// # Errors
    /// Those of the system.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes names durable.
    ///
    /// # Errors
    /// Those of the system.
    fn sync_directory(&self) -> io::Result<()>;

    /// Where `name` is, for messages.
    fn path(&self, name: &str) -> PathBuf;
}

/// An open file. What is written is durable after [`Self::sync`] only. Offsets and sizes are bytes. Example:
/// [`super::Directory`], whose files are such.
pub trait File: Send {
    /// How many bytes it holds.
    ///
    /// # Errors
    /// Those of the system.
    fn size(&mut self) -> io::Result<u64>;

    /// Reads from `offset` on, at least one byte unless `to` is empty or the file ends there; returns how many.
    ///
    /// # Errors
    /// Those of the system.
    fn read(&mut self, offset: u64, to: &mut [u8]) -> io::Result<usize>;

    /// Writes all of `bytes` behind the last byte, which `size` stands behind.
    ///
    /// # Errors
    /// Those of the system. Any part of `bytes` may have been written then.
    fn append(&mut self, size: u64, bytes: &[u8]) -> io::Result<()>;

    /// Drops everything from `size` on.
    ///
    /// # Errors
    /// Those of the system.
    fn truncate(&mut self, size: u64) -> io::Result<()>;

    /// Makes everything durable that was written.
    ///
    /// # Errors
    /// Those of the system. What was written since the last success may be lost then, even when a later call
    /// succeeds.
    fn sync(&mut self) -> io::Result<()>;
}
