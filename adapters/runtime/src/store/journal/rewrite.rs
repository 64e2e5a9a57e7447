//! Puts a new file in the place of the old one: at the first save, at a reset, to get rid of what counts no more,
//! and when the disk has failed.
//!
//! The old file is left alone until the new one is durable under its own name. From the moment when the new one is
//! given the journal's name until that is durable, nobody knows which of the two a crash would find: when anything
//! fails there, nothing more is acknowledged until another new file has taken the place.

use sansfix::{Record, SeqNum, SeqRange, Snapshot};

use super::draft::{Draft, TooLong};
use super::error::JournalError;
use super::files::{File, Files};
use super::format::{HEADER_LEN, Header};
use super::reader::Reader;
use super::volume::Volume;
use super::{Health, JOURNAL, JournalStore, NEW, too_long, write_batch};

/// What counts no more must be this many times the rest, so that writing that anew costs a small part of what was
/// written since.
const DEAD_SHARE: u64 = 4;

impl<F: Files> JournalStore<F> {
    /// Begins a file for the epoch of `snapshot`, with this batch.
    pub(super) fn begin_epoch<'a>(
        &mut self,
        records: impl Iterator<Item = Record<'a>>,
        snapshot: &Snapshot,
    ) -> Result<(), JournalError> {
        let mut volume = self.create(snapshot.epoch)?;
        self.draft.begin(volume.place());
        write_batch(&mut self.draft, records, snapshot, true, self.options)
            .map_err(|TooLong| too_long(&volume))?;
        volume.append(self.draft.bytes())?;
        volume.commit(&self.draft, snapshot);
        self.put_in_place(volume)
    }

    /// Writes what counts to a new file when the old one cannot be trusted; cuts what does not count.
    pub(super) fn repair(&mut self) -> Result<(), JournalError> {
        match self.health {
            Health::Good => {}
            Health::Torn => {
                self.reader.clear();
                if let Some(volume) = &mut self.volume {
                    volume.truncate()?;
                }
                self.health = Health::Good;
            }
            Health::Doubtful => self.rewrite()?,
        }
        Ok(())
    }

    /// Writes what counts to a new file when the rest is the greater part. When that cannot be done, the old file is
    /// as good as before.
    pub(super) fn rewrite_if_due(&mut self) -> Result<(), JournalError> {
        let Some(volume) = &self.volume else { return Ok(()) };
        let (end, live) = (volume.end, volume.index.live_bytes());
        let dead = end.saturating_sub(HEADER_LEN as u64 + live);
        let mostly_dead = dead >= self.sizes.dead_bytes && dead / DEAD_SHARE >= live;
        let scattered = volume.index.spans() > self.sizes.spans;
        if (!mostly_dead && !scattered) || end < self.rewrite_from {
            return Ok(());
        }
        match self.rewrite() {
            Err(error) if self.health == Health::Doubtful => Err(error),
            Err(_) => {
                self.rewrite_from = end.saturating_mul(2);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn rewrite(&mut self) -> Result<(), JournalError> {
        let Some(snapshot) = self.volume.as_ref().and_then(|volume| volume.snapshot.clone()) else {
            self.health = Health::Good;
            return Ok(());
        };
        let mut volume = self.create(snapshot.epoch)?;
        self.draft.begin(volume.place());
        let keep = self.options.keep_messages;
        self.reader.clear();
        if let Some(old) = self.volume.as_mut().filter(|_| keep) {
            copy(old, &mut self.reader, &mut volume, &mut self.draft, self.sizes.chunk)?;
        }
        self.draft.finish(&snapshot, true, !keep).map_err(|TooLong| too_long(&volume))?;
        volume.append(self.draft.bytes())?;
        volume.commit(&self.draft, &snapshot);
        self.put_in_place(volume)
    }

    /// A new file under a name of its own.
    fn create(&mut self, epoch: u64) -> Result<Volume<F::File>, JournalError> {
        let path = self.files.path(NEW);
        self.generation += 1;
        let header = Header { epoch, generation: self.generation };
        match self.files.create(if planted!(ResetInPlace) { JOURNAL } else { NEW }) {
            Ok(file) => Volume::create(file, path, header, &self.sizes),
            Err(why) => Err(JournalError::Io { doing: "create", file: path, why }),
        }
    }

    /// Makes the new file durable, then lets it take the journal's name.
    fn put_in_place(&mut self, mut volume: Volume<F::File>) -> Result<(), JournalError> {
        let late = planted!(RenamedBeforeSynced);
        if !late && !planted!(NewFileNotSynced) {
            volume.sync()?;
        }
        volume.path = self.files.path(JOURNAL);
        self.health = if planted!(DoubtForgotten) { Health::Good } else { Health::Doubtful };
        if !planted!(ResetInPlace) {
            self.files
                .rename(NEW, JOURNAL)
                .map_err(|why| volume.io("put a new file in the place of", why))?;
        }
        if !planted!(NamesNotSynced) {
            self.files.sync_directory().map_err(|why| volume.io("sync the directory of", why))?;
        }
        if late {
            volume.sync()?;
        }
        self.health = Health::Good;
        self.rewrite_from = 0;
        self.reader.clear();
        self.volume = Some(volume);
        self.note_synced();
        Ok(())
    }
}

/// Copies every message and hole that counts, as a part of one batch.
fn copy<H: File>(
    old: &mut Volume<H>,
    reader: &mut Reader,
    new: &mut Volume<H>,
    draft: &mut Draft,
    chunk: usize,
) -> Result<(), JournalError> {
    let everything = SeqRange { begin: SeqNum::FIRST, end: SeqNum::MAX };
    old.visit(reader, everything, &mut |stored, _| {
        draft.stored(stored);
        if draft.complete().len() >= chunk {
            new.append(draft.complete())?;
            new.end += draft.complete().len() as u64;
            draft.written();
        }
        Ok(true)
    })
}
