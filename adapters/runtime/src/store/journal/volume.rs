//! One file of a journal, and what is known of it.

use std::path::PathBuf;

use sansfix::{SeqRange, Snapshot};

use super::draft::{Draft, Place};
use super::error::JournalError;
use super::files::File;
use super::format::{HEAD_LEN, HEADER_LEN, Header};
use super::index::{Index, Note};
use super::reader::{Found, Reader};
use super::record::{Entries, Entry};
use super::sizes::Sizes;
use crate::store::Stored;

pub(super) struct Volume<H> {
    pub(super) file: H,
    pub(super) path: PathBuf,
    pub(super) header: Header,
    pub(super) seed: u32,
    /// Where the last batch ends that counts.
    pub(super) end: u64,
    /// How many batches there are.
    pub(super) batches: u64,
    pub(super) index: Index,
    /// What the session is like after them.
    pub(super) snapshot: Option<Snapshot>,
}

impl<H: File> Volume<H> {
    /// A file that holds nothing but its header.
    pub(super) fn create(
        mut file: H,
        path: PathBuf,
        header: Header,
        sizes: &Sizes,
    ) -> Result<Self, JournalError> {
        let written = file.append(0, &header.encode());
        let volume = Self::new(file, path, header, sizes);
        written.map_err(|why| volume.io("write", why))?;
        Ok(volume)
    }

    pub(super) fn new(file: H, path: PathBuf, header: Header, sizes: &Sizes) -> Self {
        let (seed, end) = (header.seed(), HEADER_LEN as u64);
        Self { file, path, header, seed, end, batches: 0, index: Index::new(sizes), snapshot: None }
    }

    /// Where the next batch goes.
    pub(super) fn place(&self) -> Place {
        Place { seed: self.seed, offset: self.end, batch: self.batches + 1 }
    }

    /// Writes what stands at the end of the file; it counts after [`Self::commit`] only.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        self.file.append(self.end, bytes).map_err(|why| self.io("append to", why))
    }

    pub(super) fn sync(&mut self) -> Result<(), JournalError> {
        self.file.sync().map_err(|why| self.io("sync", why))
    }

    /// Drops what has been written and does not count.
    pub(super) fn truncate(&mut self) -> Result<(), JournalError> {
        self.file.truncate(self.end).map_err(|why| self.io("truncate", why))
    }

    /// The batch of `draft` is in the file.
    pub(super) fn commit(&mut self, draft: &Draft, snapshot: &Snapshot) {
        self.count(self.end + draft.bytes().len() as u64, draft.notes(), snapshot.clone());
    }

    /// One more batch ends at `end`.
    pub(super) fn count(&mut self, end: u64, notes: &[Note], snapshot: Snapshot) {
        self.end = end;
        self.batches += 1;
        notes.iter().for_each(|note| self.index.note(*note));
        // A number that will be given again has no message any more.
        self.index.truncate_from(snapshot.next_sender);
        self.snapshot = Some(snapshot);
    }

    /// Gives what is stored of `range` to `each`, with the place of its frame, in ascending order and cut to the
    /// range, until `each` says that it is enough.
    pub(super) fn visit(
        &mut self,
        reader: &mut Reader,
        range: SeqRange,
        each: &mut dyn FnMut(Stored<'_>, u64) -> Result<bool, JournalError>,
    ) -> Result<(), JournalError> {
        let mut from = range.begin;
        while let Some((span, mut at)) =
            self.index.find(from).filter(|(span, _)| span.seqs.begin <= range.end)
        {
            let last = span.seqs.end.min(range.end);
            while at < span.stop {
                let (head, payload) = match reader.frame(&mut self.file, self.seed, at) {
                    Ok(Found::Frame { head, payload }) => (head, payload),
                    Ok(Found::Bad(what)) => return Err(self.damaged(at, what)),
                    Ok(Found::End) => return Err(self.damaged(at, "the file has become shorter")),
                    Err(why) => return Err(self.io("read", why)),
                };
                for entry in Entries::new(payload) {
                    let entry = entry.map_err(|_| self.damaged(at, "the record is malformed"))?;
                    let Some(stored) = stored_of(&entry) else { continue };
                    match cut(stored, SeqRange { begin: from, end: last }) {
                        Cut::Below => {}
                        Cut::Within(stored) if each(stored, at)? => {}
                        Cut::Within(_) => return Ok(()),
                        Cut::Above if last == range.end => return Ok(()),
                        Cut::Above => break,
                    }
                }
                at += (HEAD_LEN + head.length) as u64;
            }
            from = span.seqs.end.next();
        }
        Ok(())
    }

    pub(super) fn io(&self, doing: &'static str, why: std::io::Error) -> JournalError {
        JournalError::Io { doing, file: self.path.clone(), why }
    }

    pub(super) fn damaged(&self, offset: u64, what: &'static str) -> JournalError {
        JournalError::Damaged { file: self.path.clone(), offset, what }
    }
}

/// What an entry says of numbers to send, if it does.
pub(super) fn stored_of<'a>(entry: &Entry<'a>) -> Option<Stored<'a>> {
    match entry {
        Entry::Stored(stored) => Some(*stored),
        Entry::Numbers { next_sender, counted: true, .. } => {
            let end = next_sender.previous()?;
            Some(Stored::Hole(SeqRange { begin: sansfix::SeqNum::FIRST, end }))
        }
        Entry::Numbers { .. } | Entry::Standing { .. } => None,
    }
}

/// The numbers of a message or a hole.
pub(super) fn seqs_of(stored: &Stored<'_>) -> SeqRange {
    match stored {
        Stored::Message { seq, .. } => SeqRange::one(*seq),
        Stored::Hole(range) => *range,
    }
}

enum Cut<'a> {
    Below,
    Within(Stored<'a>),
    Above,
}

fn cut<'a>(stored: Stored<'a>, range: SeqRange) -> Cut<'a> {
    let seqs = seqs_of(&stored);
    if seqs.end < range.begin {
        Cut::Below
    } else if seqs.begin > range.end {
        Cut::Above
    } else {
        let Stored::Hole(hole) = stored else { return Cut::Within(stored) };
        let (begin, end) = (hole.begin.max(range.begin), hole.end.min(range.end));
        Cut::Within(Stored::Hole(SeqRange { begin, end }))
    }
}
