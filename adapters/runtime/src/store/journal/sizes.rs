//! The journal's own limits. Values, so that tests come to each of them with few bytes.

use super::format::MAX_PAYLOAD;

/// See the fields of [`Sizes::DEFAULT`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// A frame that would get longer than this is closed, and the batch goes on in the next one. One longer message
    /// makes a longer frame.
    pub(super) frame_bytes: usize,
    /// A batch with a frame that is longer than this, bytes, is refused.
    pub(super) longest_frame: usize,
    /// Marks in the index at most. When they are used up every other one is dropped, and they stand twice as far
    /// apart.
    pub(super) marks: usize,
    /// How far apart marks stand at first, bytes of the file.
    pub(super) stride: u64,
    /// What counts no more may take this many bytes, whatever the rest takes.
    pub(super) dead_bytes: u64,
    /// How often a number may go back until the file is written anew.
    pub(super) spans: usize,
    /// How much is read at once, bytes.
    pub(super) read_ahead: usize,
    /// How much is collected before it is written when a file is written anew, bytes.
    pub(super) chunk: usize,
}

impl Sizes {
    pub(super) const DEFAULT: Self = Self {
        // A frame is read and checked whole, for one message of it too.
        frame_bytes: 32 << 10,
        // What its length can say.
        longest_frame: MAX_PAYLOAD,
        // 64 KiB of memory.
        marks: 4096,
        // About two hundred messages.
        read_ahead: 64 << 10,
        // What is read at once.
        stride: 64 << 10,
        // A hundred thousand saves without a message.
        dead_bytes: 4 << 20,
        // 56 bytes of memory each.
        spans: 1024,
        chunk: 1 << 20,
    };
}

/// What is read at once holds whole frames, and from one mark to the next; a chunk is many of them, and what may be dead
/// more than a chunk.
const _: () = {
    let Sizes { frame_bytes, stride, read_ahead, chunk, dead_bytes, .. } = Sizes::DEFAULT;
    assert!(0 < frame_bytes && frame_bytes < read_ahead && stride == read_ahead as u64);
    assert!(read_ahead < chunk && (chunk as u64) < dead_bytes);
};
