//! Whole numbers in fields.

use alloc::vec::Vec;

use crate::seq::SeqNum;

/// The most digits that count. Eighteen of them fit `u64` and leave room for sums.
const MAX_DIGITS: usize = 18;

/// The digits of the largest `u64`.
const U64_DIGITS: usize = 20;

/// A number of digits only (leading zeros allowed), at most eighteen of them after leading zeros.
#[must_use]
pub fn parse_u64(value: &[u8]) -> Option<u64> {
    if value.len() > MAX_DIGITS {
        let zeros = value.iter().take_while(|byte| **byte == b'0').count();
        if value.len() - zeros > MAX_DIGITS {
            return None;
        }
    } else if value.is_empty() {
        return None;
    }
    let mut number = 0u64;
    for byte in value {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    Some(number)
}

/// A sequence number: [`parse_u64`], but not zero.
#[must_use]
pub fn parse_seq_num(value: &[u8]) -> Option<SeqNum> {
    SeqNum::new(parse_u64(value)?)
}

/// Writes the digits of `number` at the end of `digits` and tells where they begin.
#[inline(always)]
pub(super) fn fill_digits<const N: usize>(digits: &mut [u8; N], number: u64) -> usize {
    let mut left = number;
    let mut begin = N;
    for (at, place) in digits.iter_mut().enumerate().rev() {
        *place = b'0' + (left % 10) as u8;
        left /= 10;
        begin = at;
        if left == 0 {
            break;
        }
    }
    begin
}

/// Appends the digits of `number`.
#[inline]
pub(super) fn write_u64(buffer: &mut Vec<u8>, number: u64) {
    let mut digits = [0; U64_DIGITS];
    let begin = fill_digits(&mut digits, number);
    buffer.extend_from_slice(&digits[begin..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn only_digits_are_a_number() {
        for bytes in ["", "-1", "+1", "1.0", " 1", "1 ", "x", "1234567890123456789"] {
            assert_eq!(parse_u64(bytes.as_bytes()), None, "{bytes:?}");
        }
        assert_eq!(parse_u64(b"0"), Some(0));
        assert_eq!(parse_u64(b"999999999999999999"), Some(SeqNum::MAX.get()));
        assert_eq!(parse_u64(b"0999999999999999999"), Some(SeqNum::MAX.get()));
        assert_eq!(parse_u64(&[b'0'; 100]), Some(0));
        assert_eq!(parse_u64(b"0000000000000000000000000000000042"), Some(42));
        assert_eq!(parse_u64(b"000000000000000000000000000000004x"), None);
    }

    #[test]
    fn a_sequence_number_is_not_zero() {
        assert_eq!(parse_seq_num(b"000"), None);
        assert_eq!(parse_seq_num(b"7"), SeqNum::new(7));
    }

    #[test]
    fn the_largest_number_is_written() {
        let mut buffer = vec![b'x'];
        write_u64(&mut buffer, u64::MAX);
        assert_eq!(buffer, b"x18446744073709551615");
    }

    proptest! {
        #[test]
        fn a_number_is_written_and_read(number in 0u64..1_000_000_000_000_000_000, shift in 0u32..60) {
            let number = number >> shift;
            let mut buffer = vec![];
            write_u64(&mut buffer, number);
            let text = number.to_string();
            prop_assert_eq!(&buffer, text.as_bytes());
            prop_assert_eq!(parse_u64(&buffer), Some(number));
        }
    }
}
