//! Prices and quantities as exact decimal numbers.

use alloc::vec::Vec;

use super::number::{parse_u64, write_u64};
use super::value::Value;

/// A decimal number, exactly: `mantissa` divided by ten to the power of `scale`. FIX calls the type float, but writes it
/// in decimal digits; a binary floating-point number would not hold them. Trailing zeros are kept.
///
/// ```
/// use sansfix::wire::Decimal;
/// let price = Decimal::parse(b"-101.50").unwrap();
/// assert_eq!(price, Decimal { mantissa: -10_150, scale: 2 });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Decimal {
    /// The number without its decimal point.
    pub mantissa: i64,
    /// How many digits follow the decimal point.
    pub scale: u8,
}

impl Decimal {
    /// Reads a number: a minus sign or none, digits, a decimal point or none, digits. `None` when it is something
    /// else, has more than eighteen digits besides leading zeros, or has more than 255 after the point.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let (sign, digits) = match value.split_first() {
            Some((b'-', digits)) => (-1, digits),
            _ => (1, value),
        };
        let point = memchr::memchr(b'.', digits).unwrap_or(digits.len());
        let (whole, fraction) = digits.split_at_checked(point)?;
        let fraction = fraction.get(1..).unwrap_or_default();
        let part = |digits: &[u8]| if digits.is_empty() { Some(0) } else { parse_u64(digits) };
        let unit = u32::try_from(fraction.len()).ok().and_then(|scale| 10i64.checked_pow(scale));
        let whole_units = match part(whole)? {
            0 if whole.is_empty() && fraction.is_empty() => return None,
            0 => 0,
            whole => i64::try_from(whole).ok()?.checked_mul(unit?)?,
        };
        let magnitude = whole_units.checked_add(i64::try_from(part(fraction)?).ok()?)?;
        Some(Self { mantissa: sign * magnitude, scale: u8::try_from(fraction.len()).ok()? })
    }
}

impl Value for Decimal {
    fn write(&self, buffer: &mut Vec<u8>) {
        if self.mantissa < 0 {
            buffer.push(b'-');
        }
        let begin = buffer.len();
        write_u64(buffer, self.mantissa.unsigned_abs());
        let scale = usize::from(self.scale);
        if scale == 0 {
            return;
        }
        let digits = buffer.len() - begin;
        let zeros = (scale + 1).saturating_sub(digits);
        buffer.splice(begin..begin, core::iter::repeat_n(b'0', zeros));
        buffer.insert(buffer.len() - scale, b'.');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(mantissa: i64, scale: u8) -> Vec<u8> {
        let mut buffer = b"44=".to_vec();
        Decimal { mantissa, scale }.write(&mut buffer);
        buffer.split_off(3)
    }

    #[test]
    fn numbers_are_written_with_a_digit_before_the_point() {
        for (mantissa, scale, text) in [
            (0, 0, "0"),
            (0, 2, "0.00"),
            (5, 2, "0.05"),
            (-5, 1, "-0.5"),
            (101, 0, "101"),
            (10_125, 2, "101.25"),
            (100, 2, "1.00"),
            (i64::MIN, 18, "-9.223372036854775808"),
            (1, 20, "0.00000000000000000001"),
        ] {
            assert_eq!(written(mantissa, scale), text.as_bytes());
        }
    }

    #[test]
    fn every_form_that_fix_allows_is_read() {
        for (text, mantissa, scale) in [
            ("23.23", 2323, 2),
            ("0023.0", 230, 1),
            ("23", 23, 0),
            ("23.", 23, 0),
            (".5", 5, 1),
            ("-0.5", -5, 1),
            ("-0", 0, 0),
            ("999999999999999999", 999_999_999_999_999_999, 0),
            ("0.00000000000000000001", 1, 20),
        ] {
            assert_eq!(Decimal::parse(text.as_bytes()), Some(Decimal { mantissa, scale }), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "-",
            ".",
            "-.",
            "+1",
            "--1",
            "1e5",
            "1,5",
            " 1",
            "1.2.3",
            "1-",
            "0x1",
            "1000000000000000000",
            "9.999999999999999999999",
            "99999999999999999.999",
            "1.0000000000000000000",
            "9.x",
        ] {
            assert_eq!(Decimal::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Decimal::parse(alloc::format!("0.{}", "0".repeat(256)).as_bytes()), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(mantissa in -999_999_999_999_999_999i64..1_000_000_000_000_000_000, scale in 0u8..=18) {
            prop_assert_eq!(Decimal::parse(&written(mantissa, scale)), Some(Decimal { mantissa, scale }));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..30)) {
            if let Some(number) = Decimal::parse(&bytes) {
                prop_assert_eq!(Decimal::parse(&written(number.mantissa, number.scale)), Some(number));
            }
        }
    }
}
