//! What can be wrong with a journal.

use std::io;
use std::path::PathBuf;

use crate::store::StoreError;

/// Why a journal cannot be used.
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
    #[error("{} is a journal of version {found}: this program reads version {known}", file.display())]
    Version {
        /// The file.
        file: PathBuf,
        /// Its version.
        found: u32,
        /// The version that can be read.
        known: u32,
    },
    /// The file is something else.
    #[error("{} is not a journal, or its first 32 bytes are damaged", file.display())]
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
