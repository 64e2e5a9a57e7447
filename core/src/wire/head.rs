//! The first two fields of a message, which tell how long it is.

use super::SOH;
use super::frame::Garbled;
use super::header::Span;

/// The most bytes that BeginString's value has: `FIXT.` and two numbers, with room.
const MAX_BEGIN_STRING: usize = 16;

/// The most digits, leading zeros included, that BodyLength has: they fit `u64`.
const MAX_LENGTH_DIGITS: usize = 18;

/// Where the value of BeginString(8) begins.
const VALUE: usize = 2;

/// BeginString(8) and BodyLength(9), well formed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Head {
    /// Where BeginString's value stands.
    pub(super) begin_string: Span,
    /// Where the byte after BodyLength's SOH stands.
    pub(super) body: usize,
    /// BodyLength, bytes.
    pub(super) body_length: u64,
}

/// Why there is no head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Undecided {
    /// It may become one.
    Incomplete,
    /// The input does not begin with `8=FIX`.
    NoMessage,
    /// It does, but what follows is wrong.
    Garbled(Garbled),
}

/// Reads the head at the start of `input`, deciding at the first byte that settles it.
#[inline(always)]
pub(super) fn read_head(input: &[u8]) -> Result<Head, Undecided> {
    expect(input, 0, b"8=FIX", Undecided::NoMessage)?;
    let end = begin_string_end(input)?;
    expect(input, end + 1, b"9=", Undecided::Garbled(Garbled::BodyLength))?;
    let (body_length, body) = body_length(input, end + b"|9=".len())?;
    Ok(Head { begin_string: Span::between(VALUE, end), body, body_length })
}

/// Whether `expected` stands at `at`; `otherwise` as soon as a byte of it differs.
#[inline(always)]
fn expect(input: &[u8], at: usize, expected: &[u8], otherwise: Undecided) -> Result<(), Undecided> {
    let there = input.get(at..).unwrap_or_default();
    if there.starts_with(expected) {
        Ok(())
    } else if expected.starts_with(there) {
        Err(Undecided::Incomplete)
    } else {
        Err(otherwise)
    }
}

#[inline(always)]
fn byte_at(input: &[u8], at: usize) -> Result<u8, Undecided> {
    input.get(at).copied().ok_or(Undecided::Incomplete)
}

/// Where the value ends that begins with `FIX`, goes on with `T` or not, and with two numbers, a dot before each.
#[inline(always)]
fn begin_string_end(input: &[u8]) -> Result<usize, Undecided> {
    let garbled = Err(Undecided::Garbled(Garbled::BeginString));
    let mut at = VALUE + b"FIX".len();
    if byte_at(input, at)? == b'T' {
        at += 1;
    }
    for _ in 0..2 {
        if byte_at(input, at)? != b'.' || !byte_at(input, at + 1)?.is_ascii_digit() {
            return garbled;
        }
        at += 2;
        while byte_at(input, at)?.is_ascii_digit() {
            at += 1;
            if at > VALUE + MAX_BEGIN_STRING {
                return garbled;
            }
        }
    }
    if byte_at(input, at)? == SOH { Ok(at) } else { garbled }
}

/// The number at `from`, and where the byte after its SOH stands.
#[inline(always)]
fn body_length(input: &[u8], from: usize) -> Result<(u64, usize), Undecided> {
    let mut number = 0;
    let mut at = from;
    loop {
        let byte = byte_at(input, at)?;
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 && at - from < MAX_LENGTH_DIGITS {
            number = number * 10 + u64::from(digit);
            at += 1;
        } else if byte == SOH && at > from {
            return Ok((number, at + 1));
        } else {
            return Err(Undecided::Garbled(Garbled::BodyLength));
        }
    }
}
