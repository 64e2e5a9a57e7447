//! Finding messages in a stream of bytes: framing, CheckSum, resynchronisation.

use super::message::Message;

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
    /// A field that is not `tag=value`, in the header.
    #[error("a header field is not tag=value")]
    Field,
}

/// Looks at the start of `input`. A message of more than `max_message_size` bytes is [`Frame::TooLong`].
///
/// The answer for a stream does not depend on how it was cut into reads.
#[must_use]
pub fn frame(input: &[u8], max_message_size: usize) -> Frame<'_> {
    let _ = (input, max_message_size);
    todo!()
}
