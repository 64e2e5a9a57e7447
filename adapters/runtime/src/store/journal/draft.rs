//! A batch on its way to the file: its frames, and what the index has to know of them.

use sansfix::{SeqNum, SeqRange, Snapshot};

use super::format::{HEAD_LEN, seal};
use super::index::Note;
use super::record::{self, MESSAGE_OVERHEAD};
use super::sizes::Sizes;
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
    longest_frame: usize,
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
    pub(super) fn new(sizes: &Sizes) -> Self {
        Self {
            frame_bytes: sizes.frame_bytes,
            longest_frame: sizes.longest_frame,
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
        self.too_long |= frame.len() > self.longest_frame;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of the record of a message of ten bytes.
    const RECORD: usize = MESSAGE_OVERHEAD + 10;

    fn draft(frame_bytes: usize, messages: u64) -> Draft {
        let mut draft =
            Draft::new(&Sizes { frame_bytes, longest_frame: HEAD_LEN + 3 * RECORD, ..Sizes::DEFAULT });
        draft.begin(Place { seed: 1, offset: 1_000, batch: 1 });
        for number in 1..=messages {
            draft.stored(Stored::Message { seq: SeqNum::new(number).unwrap(), raw: &[b'.'; 10] });
        }
        draft
    }

    #[test]
    fn a_frame_is_as_full_as_it_may_be() {
        let full = HEAD_LEN + 2 * RECORD;
        let frames =
            |draft: &Draft| draft.notes.iter().map(|note| (note.offset, note.length)).collect::<Vec<_>>();
        assert_eq!(frames(&draft(full, 2)), [], "two fit");
        assert_eq!(frames(&draft(full, 3)), [(1_000, full as u64)], "and the third begins the next");
        let second = (1_000 + full as u64, full as u64);
        assert_eq!(frames(&draft(full, 5)), [(1_000, full as u64), second], "which is as full");
        let one = (HEAD_LEN + RECORD) as u64;
        assert_eq!(frames(&draft(full - 1, 2)), [(1_000, one)], "one byte less, and only one fits");
        assert_eq!(
            frames(&draft(1, 3)),
            [(1_000, one), (1_000 + one, one)],
            "one message is always in a frame"
        );
    }

    #[test]
    fn frames_that_are_complete_can_be_written_while_the_batch_goes_on() {
        let mut draft = draft(HEAD_LEN + RECORD, 3);
        let (one, all) = (HEAD_LEN + RECORD, draft.bytes().to_vec());
        assert_eq!((all.len(), draft.complete()), (3 * one, &all[..2 * one]));
        draft.written();
        assert_eq!((draft.complete(), draft.bytes()), (&all[..0], &all[2 * one..]));
        draft.stored(Stored::Message { seq: SeqNum::new(4).unwrap(), raw: b"" });
        let last = draft.notes().last().unwrap();
        assert_eq!((last.offset, last.length), (1_000 + 2 * one as u64, one as u64));
    }

    #[test]
    fn a_frame_that_is_too_long_spoils_the_batch_and_not_the_next() {
        let everything = HEAD_LEN + 4 * RECORD;
        let mut long = draft(everything, 3);
        long.end_frame(true);
        assert!(!long.too_long, "as long as it may be");
        let mut long = draft(everything, 4);
        long.end_frame(true);
        assert!(long.too_long);
        long.begin_frame();
        assert!(long.finish(&Snapshot::new(0), false, false).is_err(), "whatever follows");
        long.begin(Place { seed: 1, offset: 1_000, batch: 1 });
        assert!(long.finish(&Snapshot::new(0), false, false).is_ok());
    }
}
