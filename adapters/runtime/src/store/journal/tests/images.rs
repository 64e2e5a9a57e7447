//! What a crash can leave of a disk: every subset of what was not synced, of the names and of each file, and every
//! write of it torn.

use std::collections::BTreeMap;

use super::disk::{Disk, Inode, Names, State, Write, set_name};

/// How much a crash has taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Loss {
    /// Nothing: the process has died, the machine goes on.
    Nothing,
    /// The last of what was not synced, to some byte.
    Last,
    /// Something that was not synced, though what was written after it is there.
    Between,
}

/// Where a write is torn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tearing {
    EveryByte,
    /// After the first byte, in the middle, before the last.
    ThreePlaces,
}

/// How the disk tears a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tear {
    /// The file ends there.
    Short,
    /// The file is as long as it was to be, with zeros from there on.
    ZerosBehind,
    /// What stands before is zeros: the later sectors came first.
    ZerosBefore,
}

pub(super) const TEARS: [Tear; 3] = [Tear::Short, Tear::ZerosBehind, Tear::ZerosBefore];

/// The files that are left, all of them durable.
pub(super) type Image = BTreeMap<String, Vec<u8>>;

/// Every disk that a crash can leave. Each image once, with the mildest crash that leaves it: what can come of two
/// must hold for the milder one.
pub(super) fn images(disk: &Disk, tearing: Tearing) -> BTreeMap<Image, Loss> {
    let state = disk.lock();
    let mut all = BTreeMap::new();
    for (loss, names) in names(&state) {
        for (more, image) in files(&state, &names, tearing) {
            let loss = loss.max(more);
            let mildest = all.entry(image).or_insert(loss);
            *mildest = loss.min(*mildest);
        }
    }
    all
}

/// Which of so many changes have reached the disk: every subset, with what that makes of the crash.
fn subsets(count: usize) -> impl Iterator<Item = (Loss, u64)> {
    assert!(count <= 10, "{count} changes without a sync are too many to try every subset");
    (0..1_u64 << count).map(move |kept| {
        let in_order = (kept + 1).is_power_of_two();
        (if in_order { Loss::Last } else { Loss::Between }, kept)
    })
}

fn names(state: &State) -> Vec<(Loss, Names)> {
    let changes = &state.unsynced_names;
    let mut all = vec![(Loss::Nothing, state.names.clone())];
    for (loss, kept) in subsets(changes.len()) {
        let mut names = state.durable_names.clone();
        for (at, (name, inode)) in changes.iter().enumerate() {
            if kept >> at & 1 == 1 {
                set_name(&mut names, name, *inode);
            }
        }
        all.push((loss, names));
    }
    all.sort_by(|(loss, names), (other_loss, other)| (names, loss).cmp(&(other, other_loss)));
    all.dedup_by(|(_, a), (_, b)| a == b);
    all
}

/// Every combination of what the files of `names` can hold.
fn files(state: &State, names: &Names, tearing: Tearing) -> Vec<(Loss, Image)> {
    let mut all = vec![(Loss::Nothing, BTreeMap::new())];
    for (name, inode) in names {
        let contents = contents(&state.inodes[*inode], tearing);
        let mut more = Vec::with_capacity(all.len() * contents.len());
        for (loss, files) in &all {
            for (other, bytes) in &contents {
                let mut files: Image = files.clone();
                files.insert(name.clone(), bytes.clone());
                more.push(((*loss).max(*other), files));
            }
        }
        all = more;
    }
    all
}

/// What a file can hold after a crash.
pub(super) fn contents(inode: &Inode, tearing: Tearing) -> Vec<(Loss, Vec<u8>)> {
    let writes = &inode.unsynced;
    let mut all = vec![(Loss::Nothing, inode.now.clone())];
    for (loss, kept) in subsets(writes.len()) {
        let there = || writes.iter().enumerate().filter(|(at, _)| kept >> at & 1 == 1);
        let with = |torn: Option<(usize, Write)>| {
            let mut bytes = inode.durable.clone();
            for (at, write) in there() {
                match &torn {
                    Some((place, torn)) if *place == at => torn.apply(&mut bytes),
                    _ => write.apply(&mut bytes),
                }
            }
            bytes
        };
        all.push((loss, with(None)));
        let last = there().next_back().map(|(at, _)| at);
        for (at, write) in there() {
            let Write::Append { bytes, .. } = write else { continue };
            for (tear, cut) in places(bytes.len(), tearing) {
                let in_order = Some(at) == last && tear != Tear::ZerosBefore;
                let loss = if in_order { loss } else { Loss::Between };
                all.push((loss, with(Some((at, write.torn(tear, cut))))));
            }
        }
    }
    all.sort_by(|(loss, bytes), (other_loss, other)| (bytes, loss).cmp(&(other, other_loss)));
    all.dedup_by(|(_, a), (_, b)| a == b);
    all
}

/// Where a write of so many bytes is torn, and how.
fn places(length: usize, tearing: Tearing) -> impl Iterator<Item = (Tear, usize)> {
    let cuts: Vec<usize> = match tearing {
        Tearing::EveryByte => (1..length).collect(),
        Tearing::ThreePlaces => vec![1, length / 2, length.saturating_sub(1)],
    };
    TEARS.into_iter().flat_map(move |tear| cuts.clone().into_iter().map(move |cut| (tear, cut)))
}

impl Write {
    /// What has reached the disk when it was torn after so many bytes.
    pub(super) fn torn(&self, tear: Tear, cut: usize) -> Self {
        let Self::Append { at, bytes } = self else { return self.clone() };
        let (mut bytes, cut) = (bytes.clone(), cut.min(bytes.len()));
        match tear {
            Tear::Short => bytes.truncate(cut),
            Tear::ZerosBehind => bytes[cut..].fill(0),
            Tear::ZerosBefore => bytes[..cut].fill(0),
        }
        Self::Append { at: *at, bytes }
    }
}
