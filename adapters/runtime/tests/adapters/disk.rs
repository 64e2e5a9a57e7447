//! A disk in memory for a journal: it knows what a failure of the machine would leave, and can be full.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use sansfix_runtime::store::journal::{File, Files};

/// Clones are the same disk.
#[derive(Clone, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    files: Vec<Content>,
    appends: usize,
    syncs: usize,
    refused: usize,
    refuses: Option<Refuses>,
}

#[derive(Clone, Default)]
struct Content {
    bytes: Vec<u8>,
    durable: Vec<u8>,
}

/// What fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refuses {
    /// There is no room: half of what is written stays.
    Writes,
    /// The device does not answer.
    Syncs,
}

pub(crate) struct DiskFile {
    disk: Disk,
    index: usize,
}

impl Disk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn refuse(&self, what: Option<Refuses>) {
        self.lock().refuses = what;
    }

    /// How often something was written, and how often it was made durable.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let state = self.lock();
        (state.appends, state.syncs)
    }

    /// Whether a failure of the machine would take nothing back.
    pub(crate) fn is_durable(&self) -> bool {
        let state = self.lock();
        let same = |index: &usize| state.files[*index].bytes == state.files[*index].durable;
        state.names == state.durable_names && state.names.values().all(same)
    }

    /// How often something was refused.
    pub(crate) fn refused(&self) -> usize {
        self.lock().refused
    }

    /// The disk as it would be found if the machine failed now.
    pub(crate) fn after_a_failure(&self) -> Self {
        let state = self.lock();
        let found =
            |content: &Content| Content { bytes: content.durable.clone(), durable: content.durable.clone() };
        let names = state.durable_names.clone();
        let files = state.files.iter().map(found).collect();
        Self(Arc::new(Mutex::new(State { durable_names: names.clone(), names, files, ..State::default() })))
    }
}

impl Files for Disk {
    type File = DiskFile;

    fn open(&self, name: &str) -> io::Result<Option<DiskFile>> {
        let index = self.lock().names.get(name).copied();
        Ok(index.map(|index| DiskFile { disk: self.clone(), index }))
    }

    fn create(&self, name: &str) -> io::Result<DiskFile> {
        let mut state = self.lock();
        let index = state.files.len();
        state.files.push(Content::default());
        state.names.insert(name.to_owned(), index);
        Ok(DiskFile { disk: self.clone(), index })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.lock();
        let index = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), index);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.lock().names.remove(name);
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        let mut state = self.lock();
        state.durable_names = state.names.clone();
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from("disk").join(name)
    }
}

impl File for DiskFile {
    fn size(&mut self) -> io::Result<u64> {
        Ok(self.disk.lock().files[self.index].bytes.len() as u64)
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> io::Result<usize> {
        let state = self.disk.lock();
        let mut rest = state.files[self.index].bytes.get(offset as usize..).unwrap_or_default();
        io::Read::read(&mut rest, to)
    }

    fn append(&mut self, size: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.appends += 1;
        let full = state.refuses == Some(Refuses::Writes);
        let taken = if full { &bytes[..bytes.len() / 2] } else { bytes };
        let file = &mut state.files[self.index].bytes;
        file.truncate(size as usize);
        file.extend_from_slice(taken);
        if full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.disk.lock().files[self.index].bytes.truncate(size as usize);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.lock();
        if state.refuses == Some(Refuses::Syncs) {
            state.refused += 1;
            return Err(io::ErrorKind::TimedOut.into());
        }
        state.syncs += 1;
        let file = &mut state.files[self.index];
        file.durable = file.bytes.clone();
        Ok(())
    }
}
