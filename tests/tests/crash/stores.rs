//! The stores of the killed process: journals whose syncs are counted and whose acknowledged saves are written down;
//! and two that break their word, to see that this is noticed.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix::{Batch, OwnedBatch, SeqNum, SeqRange, Snapshot};
use sansfix_runtime::store::journal::{Directory, DirectoryFile, File, Files};
use sansfix_runtime::{JournalOptions, JournalStore, Store, StoreError, Stored, SyncPolicy};

use super::notebook::Notebook;

/// In which way the store breaks its word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    None,
    /// A save is acknowledged, and written with the next one: bytes leave before they are saved.
    Early,
    /// The number is saved, and the message is not.
    Hollow,
}

const FAULTS: [Fault; 3] = [Fault::None, Fault::Early, Fault::Hollow];

impl Fault {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Early => "early",
            Self::Hollow => "hollow",
        }
    }

    pub(crate) fn called(name: &str) -> Self {
        FAULTS.into_iter().find(|fault| fault.name() == name).unwrap()
    }
}

/// A directory whose syncs are counted.
pub(crate) struct Counted {
    directory: Directory,
    syncs: Arc<AtomicU64>,
}

pub(crate) struct CountedFile {
    file: DirectoryFile,
    syncs: Arc<AtomicU64>,
}

impl Counted {
    fn file(&self, file: DirectoryFile) -> CountedFile {
        CountedFile { file, syncs: self.syncs.clone() }
    }
}

impl Files for Counted {
    type File = CountedFile;

    fn open(&self, name: &str) -> io::Result<Option<CountedFile>> {
        Ok(self.directory.open(name)?.map(|file| self.file(file)))
    }

    fn create(&self, name: &str) -> io::Result<CountedFile> {
        self.directory.create(name).map(|file| self.file(file))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.directory.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.directory.remove(name)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.directory.sync_directory()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path(name)
    }
}

impl File for CountedFile {
    fn size(&mut self) -> io::Result<u64> {
        self.file.size()
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> io::Result<usize> {
        self.file.read(offset, to)
    }

    fn append(&mut self, size: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.append(size, bytes)
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.file.truncate(size)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        self.file.sync()
    }
}

/// A journal whose acknowledgements are written down before they are given.
pub(crate) struct Noting {
    journal: JournalStore<Counted>,
    syncs: Arc<AtomicU64>,
    notebook: Arc<Notebook>,
    session: usize,
    fault: Fault,
    /// What an early store has acknowledged and not written.
    owed: Option<OwnedBatch>,
}

impl Noting {
    pub(crate) fn open(
        directory: PathBuf,
        sync: SyncPolicy,
        fault: Fault,
        notebook: Arc<Notebook>,
        session: usize,
    ) -> Self {
        let syncs = Arc::new(AtomicU64::new(0));
        let files = Counted { directory: Directory::open(directory).unwrap(), syncs: syncs.clone() };
        let options = JournalOptions { sync, keep_messages: fault != Fault::Hollow };
        let mut journal = JournalStore::open_in(files, options).unwrap();
        let numbers = journal.load().unwrap().map_or((1, 1), |snapshot| numbers(&snapshot));
        notebook.loaded(session, numbers, journal.torn_tail().is_some());
        Self { journal, syncs, notebook, session, fault, owed: None }
    }

    fn pay(&mut self) -> Result<(), StoreError> {
        self.owed.take().map_or(Ok(()), |batch| self.journal.save(&batch.as_batch()))
    }
}

fn numbers(snapshot: &Snapshot) -> (u64, u64) {
    (snapshot.next_sender.get(), snapshot.next_target.get())
}

/// The application messages of a batch.
fn application_messages(batch: &Batch<'_>) -> Vec<(u64, String)> {
    let text = |raw| {
        let message = Message::parse(raw).unwrap();
        message
            .get(TEXT)
            .filter(|_| message.msg_type() == b"B")
            .map(|text| String::from_utf8_lossy(text).into_owned())
    };
    batch.records().filter_map(|record| Some((record.range.begin.get(), text(record.raw?)?))).collect()
}

impl Store for Noting {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        self.journal.load()
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        if self.fault == Fault::Early {
            self.pay()?;
            self.owed = Some(batch.take());
        } else {
            self.journal.save(batch)?;
        }
        let syncs = self.syncs.load(Ordering::Relaxed);
        self.notebook.saved(self.session, numbers(batch.snapshot()), syncs, &application_messages(batch));
        Ok(())
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        self.pay()?;
        self.journal.fetch(range, limit, sink)
    }

    fn sync_due(&self) -> Option<Duration> {
        self.journal.sync_due()
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        self.journal.sync()
    }
}
