//! What a frame's payload holds: records, each a kind and what belongs to it.
//!
//! ```text
//! message  = 1 number:u64 length:u32 bytes
//! hole     = 2 first:u64 last:u64
//! numbers  = 3 next_sender:u64 next_target:u64
//! counted  = 4 next_sender:u64 next_target:u64        messages are not kept: every number so far is a hole
//! standing = 5 created:i64 flags:u8 at:i64 length:u32 why
//! ```
//!
//! The last frame of a batch ends with `numbers` or `counted`. `standing` is there when it has changed: creation time,
//! reset owed, intent. A number that goes down within a batch begins a new frame, so that the numbers of a frame
//! ascend.

use std::sync::Arc;

use sansfix::{Intent, Origin, SeqNum, SeqRange, Snapshot};

use super::bytes::Cursor;
use crate::store::Stored;

const MESSAGE: u8 = 1;
const HOLE: u8 = 2;
const NUMBERS: u8 = 3;
const COUNTED: u8 = 4;
const STANDING: u8 = 5;

const RESET_OWED: u8 = 1;
const ENABLED: u8 = 2;
const BY_CONFIGURATION: u8 = 4;

/// Bytes of a message's record besides its own.
pub(super) const MESSAGE_OVERHEAD: usize = 13;

/// A record as it is read.
pub(super) enum Entry<'a> {
    Stored(Stored<'a>),
    Numbers { next_sender: SeqNum, next_target: SeqNum, counted: bool },
    Standing { created_utc_ns: i64, reset_owed: bool, intent: Intent },
}

/// The records of a payload, in order. `Err` when they are not what this program writes.
pub(super) struct Entries<'a>(Cursor<'a>);

/// A payload with a right checksum and wrong contents.
#[derive(Debug)]
pub(super) struct Malformed;

impl<'a> Entries<'a> {
    pub(super) fn new(payload: &'a [u8]) -> Self {
        Self(Cursor(payload))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.0.is_empty() {
            return None;
        }
        Some(entry(&mut self.0).ok_or_else(|| {
            self.0 = Cursor(&[]);
            Malformed
        }))
    }
}

fn entry<'a>(cursor: &mut Cursor<'a>) -> Option<Entry<'a>> {
    Some(match cursor.u8()? {
        MESSAGE => {
            let seq = SeqNum::new(cursor.u64()?)?;
            let length = cursor.u32()? as usize;
            Entry::Stored(Stored::Message { seq, raw: cursor.bytes(length)? })
        }
        HOLE => {
            let (begin, end) = (SeqNum::new(cursor.u64()?)?, SeqNum::new(cursor.u64()?)?);
            Entry::Stored(Stored::Hole(SeqRange { begin, end }))
        }
        kind @ (NUMBERS | COUNTED) => Entry::Numbers {
            next_sender: SeqNum::new(cursor.u64()?)?,
            next_target: SeqNum::new(cursor.u64()?)?,
            counted: kind == COUNTED,
        },
        STANDING => {
            let (created_utc_ns, flags, at_utc_ns) = (cursor.i64()?, cursor.u8()?, cursor.i64()?);
            let length = cursor.u32()? as usize;
            let why = std::str::from_utf8(cursor.bytes(length)?).ok()?;
            let by = if flags & BY_CONFIGURATION == 0 { Origin::Operator } else { Origin::Configuration };
            let intent = Intent { enabled: flags & ENABLED != 0, by, at_utc_ns, why: Arc::from(why) };
            Entry::Standing { created_utc_ns, reset_owed: flags & RESET_OWED != 0, intent }
        }
        _ => return None,
    })
}

pub(super) fn write_stored(buffer: &mut Vec<u8>, stored: Stored<'_>) {
    match stored {
        Stored::Message { seq, raw } => {
            buffer.push(MESSAGE);
            buffer.extend_from_slice(&seq.get().to_le_bytes());
            buffer.extend_from_slice(&(raw.len() as u32).to_le_bytes());
            buffer.extend_from_slice(raw);
        }
        Stored::Hole(SeqRange { begin, end }) => {
            buffer.push(HOLE);
            buffer.extend_from_slice(&begin.get().to_le_bytes());
            buffer.extend_from_slice(&end.get().to_le_bytes());
        }
    }
}

pub(super) fn write_numbers(buffer: &mut Vec<u8>, snapshot: &Snapshot, counted: bool) {
    buffer.push(if counted { COUNTED } else { NUMBERS });
    buffer.extend_from_slice(&snapshot.next_sender.get().to_le_bytes());
    buffer.extend_from_slice(&snapshot.next_target.get().to_le_bytes());
}

/// Whether `write_standing` would write the same for both.
pub(super) fn same_standing(a: &Snapshot, b: &Snapshot) -> bool {
    a.created_utc_ns == b.created_utc_ns && a.reset_owed == b.reset_owed && a.intent == b.intent
}

pub(super) fn write_standing(buffer: &mut Vec<u8>, snapshot: &Snapshot) {
    let Snapshot { next_target: _, next_sender: _, epoch: _, created_utc_ns, reset_owed, intent } = snapshot;
    let Intent { enabled, by, at_utc_ns, why } = intent;
    let by = match by {
        Origin::Operator => 0,
        Origin::Configuration => BY_CONFIGURATION,
    };
    let flag = |on: bool, flag: u8| if on { flag } else { 0 };
    buffer.push(STANDING);
    buffer.extend_from_slice(&created_utc_ns.to_le_bytes());
    buffer.push(flag(*reset_owed, RESET_OWED) | flag(*enabled, ENABLED) | by);
    buffer.extend_from_slice(&at_utc_ns.to_le_bytes());
    buffer.extend_from_slice(&(why.len() as u32).to_le_bytes());
    buffer.extend_from_slice(why.as_bytes());
}
