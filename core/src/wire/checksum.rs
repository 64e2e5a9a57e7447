//! CheckSum(10).

/// The sum of all bytes modulo 256: what CheckSum(10) holds of the bytes from `8=` through the SOH before `10=`.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}
