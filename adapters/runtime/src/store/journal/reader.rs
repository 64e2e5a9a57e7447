//! Reads frames, one after the other, and looks for frames behind a damaged place.

use std::io;

use super::files::File;
use super::format::{FRAME_MAGIC, HEAD_LEN, Head};

/// Bytes of the file, as far as they have been read.
pub(super) struct Reader {
    read_ahead: usize,
    buffer: Vec<u8>,
    /// Where in the file the buffer begins.
    offset: u64,
}

/// What stands at a place of the file.
pub(super) enum Found<'r> {
    Frame {
        head: Head,
        payload: &'r [u8],
    },
    /// The file ends here.
    End,
    /// No frame, or a part of one, or one whose checksum is wrong.
    Bad(&'static str),
}

impl Reader {
    pub(super) fn new(read_ahead: usize) -> Self {
        Self { read_ahead, buffer: Vec::new(), offset: 0 }
    }

    /// Forgets what was read: the file is to change, or will not be read for long.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.read_ahead);
    }

    /// What stands at `at`.
    pub(super) fn frame<F: File>(&mut self, file: &mut F, seed: u32, at: u64) -> io::Result<Found<'_>> {
        self.read(file, at, HEAD_LEN)?;
        let bytes = self.at(at);
        if bytes.is_empty() {
            return Ok(Found::End);
        }
        let Some(head) = bytes.get(..HEAD_LEN) else {
            return Ok(Found::Bad("the file ends within a record"));
        };
        let Some(head) = Head::decode(head, seed, at) else {
            return Ok(Found::Bad("no record begins there"));
        };
        let whole = HEAD_LEN + head.length;
        if bytes.len() < whole {
            self.read(file, at, whole)?;
        }
        match self.at(at).get(HEAD_LEN..whole) {
            None => Ok(Found::Bad("the file ends within a record")),
            Some(payload) if head.fits(payload) => Ok(Found::Frame { head, payload }),
            Some(_) => Ok(Found::Bad("the record's checksum is wrong")),
        }
    }

    /// Where the first frame stands, from `at` on, that belongs to a batch later than `batch`.
    pub(super) fn later_frame<F: File>(
        &mut self,
        file: &mut F,
        seed: u32,
        mut at: u64,
        batch: u64,
    ) -> io::Result<Option<u64>> {
        loop {
            self.read(file, at, HEAD_LEN)?;
            let bytes = self.at(at);
            if bytes.len() < HEAD_LEN {
                return Ok(None);
            }
            // The last bytes are looked at together with those behind them.
            let searched = bytes.len() - HEAD_LEN + 1;
            for (from, window) in bytes.windows(HEAD_LEN).enumerate() {
                if window.starts_with(&FRAME_MAGIC) {
                    let place = at + from as u64;
                    if Head::decode(window, seed, place).is_some_and(|head| head.batch > batch) {
                        return Ok(Some(place));
                    }
                }
            }
            at += searched as u64;
        }
    }

    /// What has been read from `at` on.
    fn at(&self, at: u64) -> &[u8] {
        let skip = at.checked_sub(self.offset).and_then(|skip| usize::try_from(skip).ok());
        skip.and_then(|skip| self.buffer.get(skip..)).unwrap_or_default()
    }

    /// Reads until `count` bytes from `at` on are there, or the file has ended.
    fn read<F: File>(&mut self, file: &mut F, at: u64, count: usize) -> io::Result<()> {
        if self.at(at).len() >= count {
            return Ok(());
        }
        let kept = self.at(at).len();
        let drop = self.buffer.len() - kept;
        self.buffer.drain(..drop);
        self.offset = at;
        let mut filled = kept;
        self.buffer.resize(count.max(self.read_ahead), 0);
        while filled < count {
            match file.read(at + filled as u64, self.buffer.get_mut(filled..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) => {
                    self.buffer.truncate(filled);
                    return Err(error);
                }
            }
        }
        self.buffer.truncate(filled);
        Ok(())
    }
}
