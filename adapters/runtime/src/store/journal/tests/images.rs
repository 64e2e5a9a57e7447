//! What a crash can leave of a disk.

use std::collections::BTreeMap;

use super::disk::{Disk, Inode, State, Write};

/// How much a crash has taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Loss {
    /// Nothing: the process has died, the machine goes on.
    Nothing,
    /// The last of what was not synced, to some byte.
    Last,
    /// Something that was not synced, though what was written after it is there.
    Between,
}

/// The files that are left, all of them durable.
pub(super) type Image = BTreeMap<String, Vec<u8>>;

/// Every disk that a crash can leave, as far as this tries: each state of the names since the directory was synced,
/// and for each file its unsynced writes up to each of them, with the next one torn in places, and with each one
/// missing alone.
pub(super) fn images(disk: &Disk) -> Vec<(Loss, Image)> {
    let state = disk.lock();
    let mut all = Vec::new();
    let newest = (Loss::Nothing, &state.names);
    let older = state.older_names.iter().map(|names| (Loss::Last, names));
    for (loss, names) in older.chain([newest]) {
        all.extend(files(&state, names).into_iter().map(|(more, files)| (loss.max(more), files)));
    }
    // What can come of two crashes must hold for the milder one.
    all.sort_by(|(loss, image), (other_loss, other)| (image, loss).cmp(&(other, other_loss)));
    all.dedup_by(|(_, a), (_, b)| a == b);
    all
}

/// Every combination of what the files of `names` can hold.
fn files(state: &State, names: &BTreeMap<String, usize>) -> Vec<(Loss, Image)> {
    let mut all = vec![(Loss::Nothing, BTreeMap::new())];
    for (name, inode) in names {
        let contents = contents(&state.inodes[*inode]);
        let mut more = Vec::with_capacity(all.len() * contents.len());
        for (loss, files) in &all {
            for (other, bytes) in &contents {
                let mut files = files.clone();
                files.insert(name.clone(), bytes.clone());
                more.push(((*loss).max(*other), files));
            }
        }
        all = more;
    }
    all
}

/// What a file can hold after a crash.
pub(super) fn contents(inode: &Inode) -> Vec<(Loss, Vec<u8>)> {
    let writes = &inode.unsynced;
    let after = |kept: &[Write]| {
        let mut bytes = inode.durable.clone();
        kept.iter().for_each(|write| write.apply(&mut bytes));
        bytes
    };
    let mut all = vec![(Loss::Nothing, inode.now.clone())];
    // A sync that failed may have left the disk behind what is read.
    all.push((Loss::Last, after(writes)));
    for kept in 0..writes.len() {
        let before = after(&writes[..kept]);
        if let Write::Append { at, bytes } = &writes[kept] {
            for cut in [1, bytes.len() / 2, bytes.len().saturating_sub(1)] {
                let mut torn = before.clone();
                Write::Append { at: *at, bytes: bytes[..cut.min(bytes.len())].to_vec() }.apply(&mut torn);
                all.push((Loss::Last, torn));
            }
            let mut late = bytes.clone();
            late[..bytes.len() / 2].fill(0);
            let mut torn = before.clone();
            Write::Append { at: *at, bytes: late }.apply(&mut torn);
            all.push((Loss::Between, torn));
        }
        all.push((Loss::Last, before));
        let mut others = writes.clone();
        others.remove(kept);
        all.push((Loss::Between, after(&others)));
    }
    all.sort();
    all.dedup();
    all
}
