//! Finding messages in a stream of bytes: framing, CheckSum, resynchronisation.
//!
//! Decides where a message ends and whether it is garbled. Every decision is made at the first byte that settles it
//! and never depends on the bytes after that, so that the cutting of the stream into reads cannot matter. While a
//! message is incomplete only its first two fields are read again.

use memchr::memmem;

use super::SOH;
use super::checksum::checksum;
use super::head::{Head, Undecided, read_head};
use super::header::Header;
use super::message::Message;

/// What every message begins with.
const BEGIN: &[u8] = b"8=FIX";

/// CheckSum(10) with its SOH: `10=ddd|`.
const TRAILER_LEN: usize = 7;

/// How far beyond the announced end a trailer is looked for, bytes. A peer that gets BodyLength wrong is off by less;
/// without a limit every read would search a garbled message from its announced end again.
const TRAILER_SEARCH: usize = 8 << 10;

/// What stands at the start of the input.
#[derive(Clone, Debug)]
pub enum Frame<'i> {
    /// A well-formed message of `taken` bytes.
    Message {
        /// The message, its header read.
        message: Message<'i>,
        /// How many bytes of the input it is.
        taken: usize,
    },
    /// `taken` bytes that are to be ignored: garbled, or no message at all.
    Garbled {
        /// What was wrong.
        why: Garbled,
        /// How many bytes of the input to pass over.
        taken: usize,
    },
    /// Not decidable yet: more bytes are needed. Nothing is to be passed over.
    Incomplete,
    /// BodyLength(9) announces a message above the limit.
    TooLong {
        /// The whole message's length in bytes, as announced.
        announced: u64,
    },
}

/// Why bytes are ignored (FIX 4.4 volume 2, "Garbled messages").
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Garbled {
    /// Bytes before the next `8=FIX`.
    #[error("bytes that begin no message")]
    Noise,
    /// BeginString(8) is not `FIX.n.m` or `FIXT.n.m`.
    #[error("BeginString(8) is not of the form FIX.n.m")]
    BeginString,
    /// BodyLength(9) is not second, or not a number.
    #[error("BodyLength(9) is not the second field or not a number")]
    BodyLength,
    /// The byte count of BodyLength(9) does not lead to CheckSum(10).
    #[error("BodyLength(9) does not lead to CheckSum(10)")]
    LengthMismatch,
    /// MsgType(35) is not third.
    #[error("MsgType(35) is not the third field")]
    MsgType,
    /// CheckSum(10) is not three digits.
    #[error("CheckSum(10) is not three digits")]
    CheckSumFormat,
    /// CheckSum(10) is not the sum of the bytes.
    #[error("CheckSum(10) is not the sum of the bytes")]
    CheckSum,
    /// The message ends before its CheckSum(10). Only [`Message::parse`] says so; a stream waits for more.
    #[error("the message is not complete")]
    Truncated,
    /// Bytes follow the message. Only [`Message::parse`] says so; in a stream they begin the next.
    #[error("bytes follow the message")]
    Trailing,
}

/// Looks at the start of `input`. A message of more than `max_message_size` bytes is [`Frame::TooLong`].
///
/// The messages of a stream, and how many bytes are passed over, do not depend on how it was cut into reads. What is
/// garbled may come in more pieces when it is cut: the first names the reason, those after it are noise.
///
/// Bytes are passed over up to the next `8=FIX` that does not follow a digit, when no message begins here or its
/// BeginString or BodyLength is wrong; up to the end of the message, when its MsgType or CheckSum is; and through the
/// next CheckSum from the announced end on, when BodyLength does not lead to one. The standard leaves this open.
#[must_use]
#[inline]
pub fn frame(input: &[u8], max_message_size: usize) -> Frame<'_> {
    let head = match read_head(input) {
        Ok(head) => head,
        Err(undecided) => return without_head(input, undecided),
    };
    // Offsets in a message are counted in u32.
    let limit = max_message_size.min(u32::MAX as usize);
    let announced = head.body as u64 + head.body_length + TRAILER_LEN as u64;
    if announced > limit as u64 {
        return Frame::TooLong { announced };
    }
    let taken = announced as usize;
    let Some(bytes) = input.get(..taken) else {
        return Frame::Incomplete;
    };
    let trailer = taken - TRAILER_LEN;
    let Some((fields, &[b'1', b'0', b'=', hundreds, tens, ones, SOH])) = bytes.split_at_checked(trailer)
    else {
        return mismatched(input, trailer, limit);
    };
    if fields.last() != Some(&SOH) {
        return mismatched(input, trailer, limit);
    }
    match check(fields, &head, [hundreds, tens, ones]) {
        Ok(()) => {
            let header = Header::read(bytes, head.begin_string, head.body, trailer);
            Frame::Message { message: Message::with_header(bytes, header), taken }
        }
        Err(why) => Frame::Garbled { why, taken },
    }
}

/// Judges a message whose BodyLength is right.
#[inline(always)]
fn check(fields: &[u8], head: &Head, digits: [u8; 3]) -> Result<(), Garbled> {
    if !fields.get(head.body..).is_some_and(|body| body.starts_with(b"35=")) {
        return Err(Garbled::MsgType);
    }
    let [hundreds, tens, ones] = digits.map(|byte| u32::from(byte.wrapping_sub(b'0')));
    if hundreds > 9 || tens > 9 || ones > 9 {
        return Err(Garbled::CheckSumFormat);
    }
    if hundreds * 100 + tens * 10 + ones == u32::from(checksum(fields)) {
        Ok(())
    } else {
        Err(Garbled::CheckSum)
    }
}

/// The input does not begin with a message of known length.
#[cold]
fn without_head(input: &[u8], undecided: Undecided) -> Frame<'_> {
    let (why, taken) = match undecided {
        Undecided::Incomplete => return Frame::Incomplete,
        Undecided::NoMessage => (Garbled::Noise, noise(input, 0)),
        Undecided::Garbled(why) => (why, noise(input, BEGIN.len())),
    };
    if taken == 0 { Frame::Incomplete } else { Frame::Garbled { why, taken } }
}

/// How many bytes pass before a message may begin: at or after `from`, not after a digit (58=FIX is no BeginString).
/// Keeps the longest end of the input that more bytes could make the beginning of a message, or show to be none.
fn noise(input: &[u8], from: usize) -> usize {
    let before = |at: usize| at.checked_sub(1).and_then(|before| input.get(before));
    let after_digit = |at: usize| before(at).is_some_and(u8::is_ascii_digit);
    let found = memmem::find_iter(input.get(from..).unwrap_or_default(), BEGIN).map(|at| from + at);
    if let Some(begin) = found.into_iter().find(|at| !after_digit(*at)) {
        return begin;
    }
    for kept in (0..BEGIN.len()).rev() {
        if BEGIN.get(..kept).is_some_and(|prefix| input.ends_with(prefix)) {
            let begin = input.len() - kept;
            return begin - usize::from(after_digit(begin));
        }
    }
    input.len()
}

/// CheckSum(10) with three digits does not stand where BodyLength says: cuts after the next one. The next message is
/// lost with it when BodyLength was too large, which the QuickFIX acceptance scripts demand.
#[cold]
fn mismatched(input: &[u8], trailer: usize, limit: usize) -> Frame<'_> {
    let end = limit.min(trailer + TRAILER_LEN + TRAILER_SEARCH);
    let searched = input.get(..end).unwrap_or(input);
    let before = trailer - 1;
    let found = memmem::find(searched.get(before..).unwrap_or_default(), b"\x0110=").map(|at| before + at);
    let cut = found.and_then(|at| {
        let value = at + b"\x0110=".len();
        memchr::memchr(SOH, searched.get(value..)?).map(|length| value + length + 1)
    });
    let why = if found == Some(before) { Garbled::CheckSumFormat } else { Garbled::LengthMismatch };
    match cut {
        Some(taken) => Frame::Garbled { why, taken },
        None if searched.len() == end => Frame::Garbled { why, taken: end },
        None => Frame::Incomplete,
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
