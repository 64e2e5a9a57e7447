//! A disk in memory that knows what is durable. Every operation can be made to fail: before it did anything, after
//! it did all, in the middle, and for good. What a crash makes of it is told in `images.rs`.

use std::collections::BTreeMap;
use std::io::{self, Error};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use super::super::{File, Files};

/// Shared by everything that has it open.
#[derive(Clone, Default)]
pub(super) struct Disk(Arc<Mutex<State>>);

#[derive(Clone, Default)]
pub(super) struct State {
    /// As every process sees them.
    pub(super) names: Names,
    pub(super) durable_names: Names,
    /// Changes of names since the directory was synced. A rename is two of them: a crash may find either alone.
    pub(super) unsynced_names: Vec<(String, Option<usize>)>,
    pub(super) inodes: Vec<Inode>,
    /// Operations that change something, since the last [`Disk::plan`].
    operations: usize,
    /// Operations that change nothing, since then.
    questions: usize,
    /// The question with this number fails.
    silent: Option<usize>,
    plan: Option<Plan>,
    /// The machine is off.
    dead: bool,
    /// No file can be created.
    pub(super) full: bool,
    pub(super) counts: Counts,
}

/// The files of the directory.
pub(super) type Names = BTreeMap<String, usize>;

/// How often what was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Counts {
    pub(super) appends: usize,
    pub(super) syncs: usize,
    pub(super) renames: usize,
    /// Files that could not be created.
    pub(super) refused: usize,
    pub(super) read_bytes: usize,
}

/// The contents of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Inode {
    pub(super) now: Vec<u8>,
    pub(super) durable: Vec<u8>,
    pub(super) unsynced: Vec<Write>,
}

/// A change of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Write {
    Append { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// The operation with this number fails.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) at: usize,
    pub(super) how: Failure,
    /// Nothing works any more from then on.
    pub(super) for_good: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Failure {
    /// It does nothing.
    Before,
    /// An append writes half; a sync, of a file or of the names, forgets what it should have made durable, so that a
    /// later one does not either. Everything else does nothing.
    Halfway,
    /// It does everything and reports a failure all the same.
    After,
}

pub(super) const FAILURES: [Failure; 3] = [Failure::Before, Failure::Halfway, Failure::After];

impl Disk {
    pub(super) fn of(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    /// A disk that holds durable files.
    pub(super) fn with(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut state = State::default();
        for (name, bytes) in files {
            state.names.insert(name.clone(), state.inodes.len());
            let (now, durable) = (bytes.clone(), bytes.clone());
            state.inodes.push(Inode { now, durable, unsynced: Vec::new() });
        }
        state.durable_names = state.names.clone();
        Self::of(state)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Counts operations from here, and lets one fail. Everything else works again.
    pub(super) fn plan(&self, plan: Option<Plan>) {
        let mut state = self.lock();
        state.dead = false;
        (state.operations, state.questions) = (0, 0);
        (state.plan, state.silent) = (plan, None);
    }

    /// Lets one of the questions that follow have no answer: opening a file, its size, reading it.
    pub(super) fn silence(&self, question: usize) {
        self.plan(None);
        self.lock().silent = Some(question);
    }

    /// The machine is off until the next plan.
    pub(super) fn switch_off(&self) {
        self.lock().dead = true;
    }

    pub(super) fn operations(&self) -> usize {
        self.lock().operations
    }

    pub(super) fn counts(&self) -> Counts {
        self.lock().counts
    }

    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        let state = self.lock();
        state.inodes[state.names[name]].now.clone()
    }

    /// Whether everything that was written would outlive a crash.
    pub(super) fn is_durable(&self) -> bool {
        let state = self.lock();
        state.names == state.durable_names
            && state.unsynced_names.is_empty()
            && state.names.values().all(|inode| {
                let Inode { now, durable, unsynced } = &state.inodes[*inode];
                unsynced.is_empty() && now == durable
            })
    }
}

impl Write {
    pub(super) fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Append { at, bytes } => {
                to.resize(to.len().max(at + bytes.len()), 0);
                to[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Self::Truncate(len) => to.resize(*len, 0),
        }
    }
}

impl Inode {
    fn write(&mut self, write: Write) {
        write.apply(&mut self.now);
        self.unsynced.push(write);
    }

    fn sync(&mut self) {
        for write in std::mem::take(&mut self.unsynced) {
            write.apply(&mut self.durable);
        }
    }
}

pub(super) fn set_name(names: &mut Names, name: &str, inode: Option<usize>) {
    match inode {
        Some(inode) => drop(names.insert(name.to_owned(), inode)),
        None => drop(names.remove(name)),
    }
}

fn failure() -> Error {
    Error::other("injected")
}

impl State {
    /// Whether the operation that is to begin fails, and how.
    fn begin(&mut self) -> io::Result<Option<Failure>> {
        if self.dead {
            return Err(failure());
        }
        self.operations += 1;
        let operation = self.operations;
        match self.plan.filter(|plan| plan.at == operation) {
            Some(Plan { how, for_good, .. }) => {
                self.dead = for_good;
                Ok(Some(how))
            }
            None => Ok(None),
        }
    }

    /// An operation that is done whole or not at all.
    fn whole<T>(&mut self, operation: impl FnOnce(&mut Self) -> T) -> io::Result<T> {
        match self.begin()? {
            None => Ok(operation(self)),
            Some(Failure::After) => {
                operation(self);
                Err(failure())
            }
            Some(Failure::Before | Failure::Halfway) => Err(failure()),
        }
    }

    /// Nothing changes by it.
    fn ask(&mut self) -> io::Result<()> {
        self.questions += 1;
        if self.dead || self.silent == Some(self.questions) { Err(failure()) } else { Ok(()) }
    }

    /// Whether it has forgotten something that is still seen.
    pub(super) fn forgetful(&self) -> bool {
        let mut names = self.durable_names.clone();
        self.unsynced_names.iter().for_each(|(name, inode)| set_name(&mut names, name, *inode));
        let forgetful = |inode: &Inode| {
            let mut bytes = inode.durable.clone();
            inode.unsynced.iter().for_each(|write| write.apply(&mut bytes));
            bytes != inode.now
        };
        names != self.names || self.names.values().any(|inode| forgetful(&self.inodes[*inode]))
    }

    fn name(&mut self, name: &str, inode: Option<usize>) {
        set_name(&mut self.names, name, inode);
        self.unsynced_names.push((name.to_owned(), inode));
    }
}

pub(super) struct DiskFile {
    disk: Disk,
    inode: usize,
}

impl Files for Disk {
    type File = DiskFile;

    fn open(&self, name: &str) -> io::Result<Option<DiskFile>> {
        let mut state = self.lock();
        state.ask()?;
        Ok(state.names.get(name).map(|inode| DiskFile { disk: self.clone(), inode: *inode }))
    }

    fn create(&self, name: &str) -> io::Result<DiskFile> {
        if self.lock().full {
            self.lock().counts.refused += 1;
            return Err(failure());
        }
        let inode = self.lock().whole(|state| match state.names.get(name).copied() {
            Some(inode) => {
                state.inodes[inode].write(Write::Truncate(0));
                inode
            }
            None => {
                let inode = state.inodes.len();
                state.inodes.push(Inode::default());
                state.name(name, Some(inode));
                inode
            }
        })?;
        Ok(DiskFile { disk: self.clone(), inode })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.lock().whole(|state| {
            state.counts.renames += 1;
            let inode = *state.names.get(from).expect("renamed what is not there");
            state.name(to, Some(inode));
            state.name(from, None);
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.lock().whole(|state| {
            if state.names.contains_key(name) {
                state.name(name, None);
            }
        })
    }

    fn sync_directory(&self) -> io::Result<()> {
        let mut state = self.lock();
        let failed = state.begin()?;
        match failed {
            None | Some(Failure::After) => {
                for (name, inode) in std::mem::take(&mut state.unsynced_names) {
                    set_name(&mut state.durable_names, &name, inode);
                }
            }
            Some(Failure::Halfway) => state.unsynced_names.clear(),
            Some(Failure::Before) => {}
        }
        failed.map_or(Ok(()), |_| Err(failure()))
    }

    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from("disk").join(name)
    }
}

impl File for DiskFile {
    fn size(&mut self) -> io::Result<u64> {
        let mut state = self.disk.lock();
        state.ask()?;
        Ok(state.inodes[self.inode].now.len() as u64)
    }

    /// In pieces of odd sizes: a read may give less than was asked for.
    fn read(&mut self, offset: u64, to: &mut [u8]) -> io::Result<usize> {
        let mut state = self.disk.lock();
        state.ask()?;
        let now = &state.inodes[self.inode].now;
        let rest = now.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(to.len()).min(4099);
        to[..count].copy_from_slice(&rest[..count]);
        state.counts.read_bytes += count;
        Ok(count)
    }

    fn append(&mut self, size: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.lock();
        let failed = state.begin()?;
        state.counts.appends += 1;
        let inode = &mut state.inodes[self.inode];
        assert!(inode.now.len() as u64 >= size, "a hole would be left in the file");
        let count = match failed {
            None | Some(Failure::After) => bytes.len(),
            Some(Failure::Halfway) => bytes.len() / 2,
            Some(Failure::Before) => 0,
        };
        inode.write(Write::Append { at: size as usize, bytes: bytes[..count].to_vec() });
        failed.map_or(Ok(()), |_| Err(failure()))
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        let inode = self.inode;
        self.disk.lock().whole(|state| state.inodes[inode].write(Write::Truncate(size as usize)))
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.lock();
        let failed = state.begin()?;
        state.counts.syncs += 1;
        let inode = &mut state.inodes[self.inode];
        match failed {
            None | Some(Failure::After) => inode.sync(),
            Some(Failure::Halfway) => inode.unsynced.clear(),
            Some(Failure::Before) => {}
        }
        failed.map_or(Ok(()), |_| Err(failure()))
    }
}
