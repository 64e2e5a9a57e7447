//! How a journal's file is laid out. Every number is little-endian.
//!
//! ```text
//! file   = header frame*
//! header = "SANSFIXJ" version:u32 checksum:u32 epoch:u64 generation:u64
//! frame  = head payload
//! head   = magic:u32 length:u32 batch:u64 payload_checksum:u32 head_checksum:u32
//! ```
//!
//! A batch is one frame, or several of which all but the last are marked as going on; only a batch whose last frame
//! is there counts. Batches are numbered from 1 in each file. The checksum of a head takes in that of the file and
//! the place of the frame, so that a piece of another file, or of this one in another place, is never taken for a
//! frame. Checksums are CRC-32.

use crc32fast::Hasher;

use super::bytes::Cursor;

/// What every journal begins with.
const FILE_MAGIC: [u8; 8] = *b"SANSFIXJ";

/// The version of this layout.
pub(super) const VERSION: u32 = 1;

/// Bytes of the header.
pub(super) const HEADER_LEN: usize = 32;

/// What every frame begins with. FIX text does not hold it, so that a search for frames stops seldom.
pub(super) const FRAME_MAGIC: [u8; 4] = [0xFA, 0xCE, 0x1F, 0x9D];

/// Bytes of a frame's head.
pub(super) const HEAD_LEN: usize = 24;

/// Set in a frame's length when its batch goes on in the next frame.
const GOES_ON: u32 = 1 << 31;

/// The longest payload of a frame, bytes: what its length can say.
pub(super) const MAX_PAYLOAD: usize = (GOES_ON - 1) as usize;
const _: () = assert!(MAX_PAYLOAD == 0x7FFF_FFFF);

/// What a file says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Header {
    /// The epoch of the numbers in it.
    pub(super) epoch: u64,
    /// Counts the files that stood in this place, so that no two are alike.
    pub(super) generation: u64,
}

/// What is wrong with a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HeaderFault {
    NotAJournal,
    Version(u32),
}

impl Header {
    pub(super) fn encode(self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let mut at = 0;
        let mut put = |part: &[u8]| {
            bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        };
        put(&FILE_MAGIC);
        put(&VERSION.to_le_bytes());
        put(&self.seed().to_le_bytes());
        put(&self.epoch.to_le_bytes());
        put(&self.generation.to_le_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, HeaderFault> {
        let (version, checksum, header) = Self::parts(bytes).ok_or(HeaderFault::NotAJournal)?;
        if version != VERSION {
            return Err(HeaderFault::Version(version));
        }
        if checksum != header.seed() {
            return Err(HeaderFault::NotAJournal);
        }
        Ok(header)
    }

    fn parts(bytes: &[u8]) -> Option<(u32, u32, Self)> {
        let mut cursor = Cursor(bytes);
        if cursor.array()? != FILE_MAGIC {
            return None;
        }
        let (version, checksum) = (cursor.u32()?, cursor.u32()?);
        Some((version, checksum, Self { epoch: cursor.u64()?, generation: cursor.u64()? }))
    }

    /// The header's checksum, which that of each frame's head begins with.
    pub(super) fn seed(self) -> u32 {
        let mut hasher = Hasher::new();
        hasher.update(&FILE_MAGIC);
        hasher.update(&VERSION.to_le_bytes());
        hasher.update(&self.epoch.to_le_bytes());
        hasher.update(&self.generation.to_le_bytes());
        hasher.finalize()
    }
}

/// A frame's head, once its own checksum is right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Head {
    /// Bytes of the payload.
    pub(super) length: usize,
    /// Whether the batch goes on in the next frame.
    pub(super) goes_on: bool,
    pub(super) batch: u64,
    checksum: u32,
}

impl Head {
    /// Reads the head of a frame that stands at `offset` of the file with `seed`. `None` when there is none.
    pub(super) fn decode(bytes: &[u8], seed: u32, offset: u64) -> Option<Self> {
        let mut cursor = Cursor(bytes);
        if cursor.array()? != FRAME_MAGIC {
            return None;
        }
        let (length, batch, checksum) = (cursor.u32()?, cursor.u64()?, cursor.u32()?);
        let right = head_checksum(bytes, seed, offset)? == cursor.u32()?;
        let length_of = |length: u32| (length & !GOES_ON) as usize;
        right.then_some(Self { length: length_of(length), goes_on: length & GOES_ON != 0, batch, checksum })
    }

    pub(super) fn fits(&self, payload: &[u8]) -> bool {
        crc32fast::hash(payload) == self.checksum || planted!(ChecksumIgnored)
    }
}

/// Writes the head of the frame that `frame` is to be, whose first [`HEAD_LEN`] bytes are free for it.
pub(super) fn seal(frame: &mut [u8], seed: u32, offset: u64, batch: u64, goes_on: bool) {
    let Some((head, payload)) = frame.split_first_chunk_mut::<HEAD_LEN>() else { return };
    let length = payload.len() as u32 | if goes_on { GOES_ON } else { 0 };
    head[..4].copy_from_slice(&FRAME_MAGIC);
    head[4..8].copy_from_slice(&length.to_le_bytes());
    head[8..16].copy_from_slice(&batch.to_le_bytes());
    head[16..20].copy_from_slice(&crc32fast::hash(payload).to_le_bytes());
    let checksum = head_checksum(head, seed, offset).unwrap_or_default();
    head[20..].copy_from_slice(&checksum.to_le_bytes());
}

fn head_checksum(head: &[u8], seed: u32, offset: u64) -> Option<u32> {
    let mut hasher = Hasher::new_with_initial(seed);
    hasher.update(&offset.to_le_bytes());
    hasher.update(head.get(..HEAD_LEN - 4)?);
    Some(hasher.finalize())
}
