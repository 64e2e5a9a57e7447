//! A batch on its way to the file: its frames, and what the index has to know of them.

use sansfix::{SeqNum, SeqRange, Snapshot};

use super::format::{HEAD_LEN, MAX_PAYLOAD, seal};
use super::index::Note;
use super::record::{self, MESSAGE_OVERHEAD};
use crate::store::Stored;

/// What the buffers may keep when a batch was larger, bytes and frames: a batch is mostly a few messages.
const KEPT_BYTES: usize = 256 << 10;
const KEPT_NOTES: usize = 1024;

/// Where a batch is to stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) seed: u32,
    pub(super) offset: u64,
    pub(super) batch: u64,
}

/// A frame cannot be so long.
#[derive(Debug)]
pub(super) struct TooLong;

/// The frames of a batch. Its buffers are used again.
pub(super) struct Draft {
    frame_bytes: usize,
    place: Place,
    bytes: Vec<u8>,
    notes: Vec<Note>,
    /// Where in `bytes` the frame begins that is being written.
    frame: usize,
    /// The numbers of the records in it.
    seqs: Option<SeqRange>,
    too_long: bool,
}

impl Draft {
    pub(super) fn new(frame_bytes: usize) -> Self {
        Self {
            frame_bytes,
            place: Place { seed: 0, offset: 0, batch: 0 },
            bytes: Vec::new(),
            notes: Vec::new(),
            frame: 0,
            seqs: None,
            too_long: false,
        }
    }

    pub(super) fn begin(&mut self, place: Place) {
        self.place = place;
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_BYTES);
        self.notes.clear();
        self.notes.shrink_to(KEPT_NOTES);
        self.too_long = false;
        self.begin_frame();
    }

    fn begin_frame(&mut self) {
        self.frame = self.bytes.len();
        self.bytes.extend_from_slice(&[0; HEAD_LEN]);
        self.seqs = None;
    }

    /// A message or a hole.
    pub(super) fn stored(&mut self, stored: Stored<'_>) {
        let (SeqRange { begin, end }, length) = match stored {
            Stored::Message { seq, raw } => (SeqRange::one(seq), raw.len()),
            Stored::Hole(range) => (range, 0),
        };
        let goes_down = self.seqs.is_some_and(|seqs| begin <= seqs.end);
        let full = self.bytes.len() - self.frame + MESSAGE_OVERHEAD + length > self.frame_bytes;
        if goes_down || (full && self.seqs.is_some()) {
            self.end_frame(true);
            self.begin_frame();
        }
        record::write_stored(&mut self.bytes, stored);
        self.seqs = Some(SeqRange { begin: self.seqs.map_or(begin, |seqs| seqs.begin), end });
    }

    /// Ends the batch: what the session is like after it.
    pub(super) fn finish(
        &mut self,
        snapshot: &Snapshot,
        standing: bool,
        counted: bool,
    ) -> Result<(), TooLong> {
        if standing {
            record::write_standing(&mut self.bytes, snapshot);
        }
        record::write_numbers(&mut self.bytes, snapshot, counted);
        if counted {
            self.seqs = snapshot.next_sender.previous().map(|end| SeqRange { begin: SeqNum::FIRST, end });
        }
        self.end_frame(false);
        if self.too_long { Err(TooLong) } else { Ok(()) }
    }

    fn end_frame(&mut self, goes_on: bool) {
        let Place { seed, offset, batch } = self.place;
        let offset = offset + self.frame as u64;
        let Some(frame) = self.bytes.get_mut(self.frame..) else { return };
        self.too_long |= frame.len() > MAX_PAYLOAD;
        seal(frame, seed, offset, batch, goes_on);
        if let Some(seqs) = self.seqs {
            self.notes.push(Note { seqs, offset, length: frame.len() as u64 });
        }
    }

    /// The frames that are to be written.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The frames that are complete while the batch goes on; [`Self::written`] is to follow.
    pub(super) fn complete(&self) -> &[u8] {
        self.bytes.get(..self.frame).unwrap_or_default()
    }

    /// What [`Self::complete`] gave is in the file.
    pub(super) fn written(&mut self) {
        self.place.offset += self.frame as u64;
        self.bytes.drain(..self.frame);
        self.frame = 0;
    }

    /// What the index has to know.
    pub(super) fn notes(&self) -> &[Note] {
        &self.notes
    }
}
