//! Cuts received bytes into messages, as the scripts' first runner does: by BodyLength, without resynchronising.
//!
//! It does not use the framer of the engine under test. Beyond that runner it also checks CheckSum.

use sansfix::wire::SOH;

/// The longest BeginString and BodyLength that are read before the bytes count as no message.
const LONGEST_HEAD: usize = 64;

/// What received bytes begin with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Received {
    /// A message of this many bytes, and its CheckSum is right.
    Message(usize),
    /// Not a whole message yet.
    Incomplete,
    /// Not a message, and why.
    Wrong(&'static str),
}

/// Looks at the first message in `bytes`.
#[must_use]
pub fn read(bytes: &[u8]) -> Received {
    if !b"8=FIX".starts_with(&bytes[..bytes.len().min(5)]) {
        return Received::Wrong("does not begin with 8=FIX");
    }
    let head = &bytes[..bytes.len().min(LONGEST_HEAD)];
    let Some(length_at) = position(head, b"\x019=").map(|at| at + 3) else {
        return incomplete_unless(head.len() == LONGEST_HEAD, "has no BodyLength");
    };
    let Some(length_end) = position(&head[length_at..], &[SOH]).map(|at| length_at + at) else {
        return incomplete_unless(head.len() == LONGEST_HEAD, "has an endless BodyLength");
    };
    let length = std::str::from_utf8(&head[length_at..length_end]).ok().and_then(|text| text.parse().ok());
    let Some(length): Option<usize> = length else {
        return Received::Wrong("has a BodyLength that is no number");
    };
    let body_end = (length_end + 1).saturating_add(length);
    let Some(trailer) = bytes.get(body_end..) else { return Received::Incomplete };
    let Some(end) = position(trailer, &[SOH]).map(|at| body_end + at + 1) else {
        return Received::Incomplete;
    };
    let sum = bytes[..body_end].iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    if bytes[body_end..end] != *format!("10={sum:03}\x01").as_bytes() {
        return Received::Wrong("has a BodyLength or CheckSum that is wrong");
    }
    Received::Message(end)
}

fn incomplete_unless(wrong: bool, why: &'static str) -> Received {
    if wrong { Received::Wrong(why) } else { Received::Incomplete }
}

fn position(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"8=FIX.4.4\x019=10\x0135=0\x0134=2\x0110=166\x01";

    #[test]
    fn a_message_is_read_whole_and_alone() {
        assert_eq!(read(MESSAGE), Received::Message(MESSAGE.len()));
        let mut two = MESSAGE.to_vec();
        two.extend_from_slice(MESSAGE);
        assert_eq!(read(&two), Received::Message(MESSAGE.len()));
        for cut in 0..MESSAGE.len() {
            assert_eq!(read(&MESSAGE[..cut]), Received::Incomplete, "{cut}");
        }
    }

    #[test]
    fn what_is_no_message_is_said_to_be_none() {
        let changed = |from: &str, to: &str| {
            String::from_utf8(MESSAGE.to_vec()).unwrap().replace(from, to).into_bytes()
        };
        for wrong in [
            changed("8=F", "9=F"),
            changed("9=10", "9=1x"),
            changed("9=10", "9=9"),
            changed("10=166", "10=167"),
            changed("\x019=10", &"x".repeat(64)),
        ] {
            assert!(matches!(read(&wrong), Received::Wrong(_)), "{}", String::from_utf8_lossy(&wrong));
        }
    }
}
