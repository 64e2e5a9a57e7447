//! A store on disk: an append-only file with a checksum over every record.
//!
//! Decides what is durable when, what a crash may leave behind, and what is done about a disk that fails. Each batch
//! is written with one call and, as the [`SyncPolicy`] says, followed by at most one sync, so that many messages cost
//! what one does. Each epoch of the session has a file of its own: a reset writes a new file, makes it durable, and
//! only then gives it the name of the old one, so that a crash at any point finds one of the two, whole.
//!
//! A batch is acknowledged all or nothing. When writing fails, its pieces are cut off before the next one is
//! written. When a sync fails nobody knows what the disk has: then everything that counts is written to a new file
//! before anything else is acknowledged.
//!
//! The file only grows while its epoch lasts, but for what numbers alone leave behind: when that has become the
//! greater part, the file is written anew without it.
//!
//! The layout is told in `format.rs` (frames) and `record.rs` (what they hold).

#[macro_use]
mod planted;

mod bytes;
mod directory;
mod draft;
mod error;
mod files;
mod format;
mod index;
mod inspect;
mod name;
mod reader;
mod record;
mod recover;
mod rewrite;
mod sizes;
mod volume;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use sansfix::{Batch, Record, SeqNum, SeqRange, Snapshot};

pub use directory::{Directory, DirectoryFile};
pub use error::JournalError;
pub use files::{File, Files};
pub use inspect::{Inspection, Unreadable, inspect};
pub(crate) use name::add_escaped;
pub use name::directory_name;
pub use recover::TornTail;

use super::{Store, StoreError, Stored};
use draft::{Draft, TooLong};
use reader::Reader;
use sizes::Sizes;
use volume::{Volume, seqs_of};

/// The file.
const JOURNAL: &str = "journal";

/// The file that is to take its place.
const NEW: &str = "journal.new";

/// When saved batches are made to outlive a failure of the machine. All of them outlive the end of the process,
/// however it ends: the system has them. Example: [`JournalOptions`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SyncPolicy {
    /// Never, but for a new file at a reset: the system writes them out when it likes. A failure of the machine can
    /// lose the last ones, whose numbers are then used again.
    Never,
    /// When this much time has passed since the last sync and something was saved since: with the batch that is saved
    /// then, or [when the driver asks](Store::sync_due), as ours do; and when the journal is closed. A failure of the
    /// machine can lose what was saved in that time.
    Interval(Duration),
    /// Before each batch is acknowledged: nothing leaves that the disk does not have.
    #[default]
    EveryBatch,
}

/// How a journal is kept.
///
/// ```
/// use std::time::Duration;
/// use sansfix_runtime::{JournalOptions, SyncPolicy};
///
/// let options = JournalOptions::default();
/// assert_eq!((options.sync, options.keep_messages), (SyncPolicy::EveryBatch, true));
/// let fast = JournalOptions { sync: SyncPolicy::Interval(Duration::from_millis(100)), ..options };
/// assert_ne!(fast, options);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JournalOptions {
    /// When it is synced: by default before each batch is acknowledged.
    pub sync: SyncPolicy,
    /// Whether messages are kept, for resending: by default they are. Without them the file stays small, and every number
    /// is a hole. For [`sansfix::Config::persist_messages`] switched off.
    pub keep_messages: bool,
}

impl Default for JournalOptions {
    /// Messages are kept, every batch is synced.
    fn default() -> Self {
        Self { sync: SyncPolicy::default(), keep_messages: true }
    }
}

/// Keeps one session in a directory of its own. QuickFIX: `FileStore`.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sansfix_runtime::{JournalOptions, JournalStore, Store};
///
/// let directory = std::env::temp_dir().join(format!("sansfix-example-{}", std::process::id()));
/// let mut store = JournalStore::open(&directory, JournalOptions::default())?;
/// assert_eq!(store.load()?, None); // nothing was ever saved
/// assert!(JournalStore::open(&directory, JournalOptions::default()).is_err()); // it is in use
/// assert!(store.torn_tail().is_none() && store.sync().is_ok());
/// # drop(store);
/// # std::fs::remove_dir_all(directory)?;
/// # Ok(())
/// # }
/// ```
pub struct JournalStore<F: Files = Directory> {
    files: F,
    options: JournalOptions,
    sizes: Sizes,
    /// `None` until something is saved.
    volume: Option<Volume<F::File>>,
    health: Health,
    /// What the next file is to be told from this one by.
    generation: u64,
    /// Something was written and not synced.
    unsynced: bool,
    synced_at: Instant,
    /// A file shorter than this is not written anew.
    rewrite_from: u64,
    torn: Option<TornTail>,
    draft: Draft,
    reader: Reader,
}

/// Whether the file is as it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Health {
    Good,
    /// Pieces of a batch may stand behind the last one.
    Torn,
    /// What the disk has is not known: a sync or a change of files has failed.
    Doubtful,
}

impl JournalStore {
    /// Opens the journal in `directory`, which is made when it is not there, and reads all of it.
    ///
    /// # Errors
    /// [`StoreError`] with a [`JournalError`]: in use, damaged, of another version, or the system refuses.
    pub fn open(directory: impl Into<PathBuf>, options: JournalOptions) -> Result<Self, StoreError> {
        let files = Directory::open(directory).map_err(|error| error.doing("open the journal"))?;
        Self::open_in(files, options)
    }
}

impl<F: Files> JournalStore<F> {
    /// Opens the journal in `files`. Example: [`Directory`].
    ///
    /// # Errors
    /// As [`JournalStore::open`].
    pub fn open_in(files: F, options: JournalOptions) -> Result<Self, StoreError> {
        Self::open_sized(files, options, Sizes::DEFAULT).map_err(|error| error.doing("open the journal"))
    }

    fn open_sized(files: F, options: JournalOptions, sizes: Sizes) -> Result<Self, JournalError> {
        let mut store = Self {
            files,
            options,
            sizes,
            volume: None,
            health: Health::Good,
            generation: 0,
            unsynced: false,
            synced_at: Instant::now(),
            rewrite_from: 0,
            torn: None,
            draft: Draft::new(&sizes),
            reader: Reader::new(sizes.read_ahead),
        };
        store.recover()?;
        Ok(store)
    }

    /// What was cut from the end of the file when it was opened, if anything was: worth a line in a log.
    #[must_use]
    pub fn torn_tail(&self) -> Option<&TornTail> {
        self.torn.as_ref()
    }

    /// Makes everything durable that was saved, whatever the policy.
    ///
    /// # Errors
    /// [`StoreError`]. Before anything more is saved, all of it is written to a new file.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        self.sync_file().map_err(|error| error.doing("make the journal durable"))
    }

    /// Reads what is there, cuts a torn end, and makes durable what will be relied on: the process that wrote it may
    /// have ended before it did.
    fn recover(&mut self) -> Result<(), JournalError> {
        let io = |doing, file| move |why| JournalError::Io { doing, file, why };
        let path = self.files.path(JOURNAL);
        self.files.remove(NEW).map_err(io("remove", self.files.path(NEW)))?;
        let Some(file) = self.files.open(JOURNAL).map_err(io("open", path.clone()))? else { return Ok(()) };
        let mut volume = recover::read_header(file, path.clone(), &self.sizes)?;
        let torn = recover::recover(&mut volume, &mut self.reader)?;
        if torn.is_some() && !planted!(TornEndKept) {
            volume.truncate()?;
        }
        if !planted!(OpeningNotSynced) {
            volume.sync()?;
        }
        self.files.sync_directory().map_err(io("sync the directory of", path))?;
        if planted!(TornEndTakesAll) && torn.is_some() {
            return Ok(());
        }
        self.generation = volume.header.generation;
        self.volume = Some(volume);
        self.torn = torn;
        Ok(())
    }

    /// Saves a batch.
    fn put<'a>(
        &mut self,
        records: impl Iterator<Item = Record<'a>>,
        snapshot: &Snapshot,
    ) -> Result<(), JournalError> {
        if self.volume.as_ref().is_none_or(|volume| volume.header.epoch != snapshot.epoch) {
            return self.begin_epoch(records, snapshot);
        }
        self.repair()?;
        self.rewrite_if_due()?;
        let Some(volume) = &mut self.volume else { return Ok(()) };
        self.draft.begin(volume.place());
        let standing = volume.snapshot.as_ref().is_none_or(|last| !record::same_standing(last, snapshot));
        write_batch(&mut self.draft, records, snapshot, standing, self.options)
            .map_err(|TooLong| too_long(volume))?;
        if let Err(error) = volume.append(self.draft.bytes()) {
            self.health = Health::Torn;
            return Err(error);
        }
        self.unsynced = true;
        if self.sync_is_due() && !planted!(BatchNotSynced) {
            self.sync_file()?;
        }
        if let Some(volume) = &mut self.volume {
            volume.commit(&self.draft, snapshot);
        }
        Ok(())
    }

    fn sync_is_due(&self) -> bool {
        match self.options.sync {
            SyncPolicy::Never => false,
            SyncPolicy::Interval(interval) => self.synced_at.elapsed() >= interval,
            SyncPolicy::EveryBatch => true,
        }
    }

    fn sync_file(&mut self) -> Result<(), JournalError> {
        let Some(volume) = self.volume.as_mut().filter(|_| self.unsynced) else { return Ok(()) };
        if let Err(error) = volume.sync() {
            self.health = if planted!(FailedSyncForgotten) { Health::Good } else { Health::Doubtful };
            return Err(error);
        }
        self.note_synced();
        Ok(())
    }

    fn note_synced(&mut self) {
        self.unsynced = false;
        if matches!(self.options.sync, SyncPolicy::Interval(_)) {
            self.synced_at = Instant::now();
        }
    }

    /// What is stored of `range`; see [`Store::fetch`].
    fn get(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, JournalError> {
        if !self.options.keep_messages {
            sink(Stored::Hole(range));
            return Ok(range.end);
        }
        let Some(volume) = &mut self.volume else { return Ok(range.end) };
        let (mut left, mut through, mut more) = (limit.max(1), range.end, None);
        volume.visit(&mut self.reader, range, &mut |stored, at| {
            if left == 0 {
                more = Some(at);
                return Ok(false);
            }
            left -= 1;
            through = seqs_of(&stored).end;
            sink(stored);
            Ok(true)
        })?;
        match more {
            Some(at) => {
                volume.index.remember(through.next(), at);
                Ok(through)
            }
            None => {
                self.reader.clear();
                Ok(range.end)
            }
        }
    }
}

/// Writes a batch into `draft`.
fn write_batch<'a>(
    draft: &mut Draft,
    records: impl Iterator<Item = Record<'a>>,
    snapshot: &Snapshot,
    standing: bool,
    options: JournalOptions,
) -> Result<(), TooLong> {
    if options.keep_messages {
        for Record { range, raw } in records {
            draft.stored(match raw {
                Some(raw) => Stored::Message { seq: range.begin, raw },
                None => Stored::Hole(range),
            });
        }
    }
    draft.finish(snapshot, standing, !options.keep_messages)
}

fn too_long<H: File>(volume: &Volume<H>) -> JournalError {
    volume
        .io("append to", std::io::Error::new(std::io::ErrorKind::InvalidInput, "a message of 2 GiB or more"))
}

impl<F: Files> Store for JournalStore<F> {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.volume.as_ref().and_then(|volume| volume.snapshot.clone()))
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        self.put(batch.records(), batch.snapshot()).map_err(|error| error.doing("save a batch"))
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        self.get(range, limit, sink).map_err(|error| error.doing("read stored messages"))
    }

    fn sync_due(&self) -> Option<Duration> {
        match self.options.sync {
            // What the disk has is not known after a failure: the next save finds out.
            SyncPolicy::Interval(interval) if self.unsynced && self.health == Health::Good => {
                Some(interval.saturating_sub(self.synced_at.elapsed()))
            }
            SyncPolicy::Never | SyncPolicy::Interval(_) | SyncPolicy::EveryBatch => None,
        }
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        Self::sync(self)
    }
}

impl<F: Files> Drop for JournalStore<F> {
    fn drop(&mut self) {
        if self.options.sync != SyncPolicy::Never {
            // Nobody is left to be told; what was acknowledged is as durable as the policy says.
            let _ = self.sync_file();
        }
    }
}

impl<F: Files> std::fmt::Debug for JournalStore<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("JournalStore");
        shown.field("file", &self.files.path(JOURNAL)).field("options", &self.options);
        shown.field("health", &self.health).finish_non_exhaustive()
    }
}
