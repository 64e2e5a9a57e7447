//! CheckSum(10).

/// How many bytes are summed side by side: the compiler makes vector additions of them.
const LANES: usize = 32;

/// The sum of all bytes modulo 256: what CheckSum(10) holds of the bytes from `8=` through the SOH before `10=`.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u8 {
    let mut lanes = [0u8; LANES];
    let mut blocks = bytes.chunks_exact(LANES);
    for block in &mut blocks {
        for (lane, byte) in lanes.iter_mut().zip(block) {
            *lane = lane.wrapping_add(*byte);
        }
    }
    let rest = blocks.remainder().iter();
    lanes.iter().chain(rest).fold(0, |sum, byte| sum.wrapping_add(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sum_wraps_at_256() {
        assert_eq!(checksum(b""), 0);
        assert_eq!(checksum(&[200, 100]), 44);
    }

    proptest! {
        #[test]
        fn it_is_the_plain_sum(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let plain: u64 = bytes.iter().map(|byte| u64::from(*byte)).sum();
            prop_assert_eq!(u64::from(checksum(&bytes)), plain % 256);
        }
    }
}
