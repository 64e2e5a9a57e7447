//! The bytes that have been received and not been taken by the session.
//!
//! One buffer: the unread bytes stand from `start` to `end`, and what was read to stands after them. Bytes that have
//! been taken stay in place until the next read, so that a lent message can be looked at. It grows to a bound only
//! when a message needs it, and moves bytes so rarely that each byte is moved about once.

use std::ops::Range;

use sansfix::wire::Readable;

/// How many bytes are read at a time, and what a buffer holds at first: 16 KiB, about a hundred messages. It cannot be
/// set. Example: [`super::Link`].
pub const READ_CHUNK: usize = 16 << 10;

/// With less room than this a read is not worth its call: room is made first.
const LEAST_READ: usize = READ_CHUNK / 4;

pub(super) struct Input {
    /// Every byte of it is initialised; its length is what it can hold.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The longest message that can be waited for.
    max_message: usize,
}

impl std::fmt::Debug for Input {
    /// Without secrets: the bytes may be a Logon.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Input").field(&Readable(self.unread())).finish()
    }
}

impl Input {
    pub(super) fn new(max_message: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, end: 0, max_message }
    }

    /// What the session has not taken.
    pub(super) fn unread(&self) -> &[u8] {
        self.slice(self.start..self.end)
    }

    /// Where [`Self::unread`] begins in the buffer.
    pub(super) fn offset(&self) -> usize {
        self.start
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &[u8] {
        self.buffer.get(range).unwrap_or_default()
    }

    pub(super) fn at<'a>(&'a self, place: &'a super::Place) -> &'a [u8] {
        match place {
            super::Place::Input(range) => self.slice(range.clone()),
            super::Place::Queued(bytes) => bytes,
        }
    }

    /// The session has taken the first `count` unread bytes.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Drops everything, and the memory that a long message has needed.
    pub(super) fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
        self.buffer.truncate(READ_CHUNK);
        self.buffer.shrink_to(READ_CHUNK);
    }

    /// Takes `bytes`, all of them.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        if self.buffer.len() - self.end < bytes.len() {
            self.compact();
            let needed = self.end + bytes.len();
            if self.buffer.len() < needed {
                self.buffer.resize(needed.max(2 * self.buffer.len()).max(READ_CHUNK), 0);
            }
        }
        if let Some(room) = self.buffer.get_mut(self.end..self.end + bytes.len()) {
            room.copy_from_slice(bytes);
            self.end += bytes.len();
        }
    }

    /// Where the next bytes are to be read to. Empty when the buffer is at its bound.
    pub(super) fn spare(&mut self) -> &mut [u8] {
        let unread = self.end - self.start;
        if unread == 0 {
            self.start = 0;
            self.end = 0;
        }
        if self.buffer.len() - self.end < LEAST_READ {
            self.make_room(unread);
        }
        self.buffer.get_mut(self.end..).unwrap_or_default()
    }

    /// Moves or grows. Moving costs at most what has been taken since the last move, except at the bound, where one
    /// unfinished message is moved once to make room for the rest of it.
    fn make_room(&mut self, unread: usize) {
        let bound = self.max_message + READ_CHUNK;
        if unread > 0 && self.start >= unread {
            self.compact();
        } else if self.buffer.len() < bound {
            let grown = (2 * self.buffer.len()).clamp(READ_CHUNK.min(bound), bound);
            self.buffer.resize(grown, 0);
        } else if unread <= self.max_message {
            self.compact();
        }
    }

    /// What [`Self::spare`] gave has been filled with `count` bytes.
    pub(super) fn filled(&mut self, count: usize) {
        debug_assert!(count <= self.buffer.len() - self.end, "more bytes than there was room for");
        self.end = (self.end + count).min(self.buffer.len());
    }

    fn compact(&mut self) {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(input: &mut Input, bytes: &[u8]) -> usize {
        let spare = input.spare();
        let count = spare.len().min(bytes.len());
        spare[..count].copy_from_slice(&bytes[..count]);
        input.filled(count);
        count
    }

    #[test]
    fn bytes_come_out_as_they_went_in_however_they_are_cut() {
        let stream: Vec<u8> = (0..200_000u32).map(|n| (n % 251) as u8).collect();
        let mut input = Input::new(1_000);
        let (mut fed, mut got, mut turn) = (0, Vec::new(), 0);
        while got.len() < stream.len() {
            let upto = stream.len().min(fed + 1 + turn % 977);
            fed += fill(&mut input, &stream[fed..upto]);
            let take = input.unread().len().min(turn % 1_201);
            got.extend_from_slice(&input.unread()[..take]);
            input.consume(take);
            turn += 1;
        }
        assert_eq!(got, stream);
    }

    #[test]
    fn the_buffer_stops_at_its_bound_and_goes_on_when_something_is_taken() {
        let mut input = Input::new(50_000);
        let chunk = [7; 4096];
        while fill(&mut input, &chunk) > 0 {}
        assert_eq!(input.unread().len(), 50_000 + READ_CHUNK);
        input.consume(20_000);
        assert!(!input.spare().is_empty(), "what was taken makes room");
        assert!(input.buffer.len() <= 50_000 + READ_CHUNK, "and the bound stays");
    }

    #[test]
    fn one_whole_message_of_the_largest_size_always_fits() {
        let mut input = Input::new(50_000);
        fill(&mut input, &[1; 10_000]);
        input.consume(9_999);
        let mut read = 0;
        while read < 50_000 - 1 {
            let count = fill(&mut input, &[2; 3_000]);
            assert!(count > 0, "the message would never be complete");
            read += count;
        }
    }

    #[test]
    fn a_drained_buffer_neither_grows_nor_moves() {
        let mut input = Input::new(1 << 20);
        fill(&mut input, &[1; 100]);
        let place = input.buffer.as_ptr();
        for _ in 0..10_000 {
            input.consume(100);
            fill(&mut input, &[1; 100]);
            assert_eq!(input.start, 0);
        }
        assert_eq!((input.buffer.len(), input.buffer.as_ptr()), (READ_CHUNK, place));
    }

    #[test]
    fn clearing_drops_bytes_and_memory() {
        let mut input = Input::new(1 << 20);
        input.append(&[1; 300_000]);
        assert_eq!(input.unread().len(), 300_000);
        input.clear();
        assert_eq!((input.unread().len(), input.buffer.capacity()), (0, READ_CHUNK));
    }
}
