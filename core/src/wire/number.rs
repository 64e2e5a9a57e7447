//! Whole numbers in fields.

use crate::seq::SeqNum;

/// A number of digits only (leading zeros allowed), at most eighteen of them after leading zeros.
#[must_use]
pub fn parse_u64(value: &[u8]) -> Option<u64> {
    let _ = value;
    todo!()
}

/// A sequence number: [`parse_u64`], but not zero.
#[must_use]
pub fn parse_seq_num(value: &[u8]) -> Option<SeqNum> {
    SeqNum::new(parse_u64(value)?)
}
