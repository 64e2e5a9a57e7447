//! What can be wrong with a journal.

use std::io;
use std::path::PathBuf;

use crate::store::StoreError;

/// Why a journal cannot be used. From a store it comes inside a [`StoreError`].
///
/// ```
/// use std::error::Error;
/// use sansfix_runtime::store::journal::JournalError;
/// use sansfix_runtime::{JournalOptions, JournalStore};
///
/// # let path = std::env::temp_dir().join(format!("sansfix-doc-error-{}", std::process::id()));
/// std::fs::create_dir_all(&path)?;
/// std::fs::write(path.join("journal"), "something else, longer than a journal's head of 32 bytes")?;
/// let error = JournalStore::open(&path, JournalOptions::default()).unwrap_err();
/// let why = error.why.downcast_ref::<JournalError>().ok_or("another error")?;
/// assert!(matches!(why, JournalError::NotAJournal { .. }), "{why}");
/// # std::fs::remove_dir_all(path)?;
/// # Ok::<(), Box<dyn Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// A journal is open there already, in this process or in another.
    #[error("{} is in use by another process or session: end that, or use another directory", directory.display())]
    InUse {
        /// The journal's directory.
        directory: PathBuf,
    },
    /// What was saved cannot be read as it was written, and it is not the end of the file that a crash has torn.
    /// Nothing is changed; going on would lose or reuse numbers.
    #[error(
        "{} is damaged at byte {offset}: {what}; restore it from a copy, or agree on both numbers with the \
         counterparty, move the file away and set them",
        file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where in it, bytes from its beginning.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// The file is of another version.
    #[error(
        "{} is a journal of version {found}, and this program reads version {known}: use the program that wrote it, or \
         agree on both numbers with the counterparty, move the file away and set them",
        file.display()
    )]
    Version {
        /// The file.
        file: PathBuf,
        /// Its version.
        found: u32,
        /// The version that can be read.
        known: u32,
    },
    /// The file is something else.
    #[error(
        "{} is not a journal, or its first 32 bytes are damaged: name another directory, restore it from a copy, or \
         agree on both numbers with the counterparty, move the file away and set them",
        file.display()
    )]
    NotAJournal {
        /// The file.
        file: PathBuf,
    },
    /// The system refuses. What was saved before stays as it is, and the next save tries again.
    #[error("cannot {doing} {}: {why}", file.display())]
    Io {
        /// What it was about: `append to`, `sync`, `read` ...
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        why: io::Error,
    },
}

impl JournalError {
    pub(super) fn doing(self, doing: &'static str) -> StoreError {
        StoreError { doing, why: Box::new(self) }
    }
}
