//! Makes the text of an `I` or `E` line into a message: times, then BodyLength and CheckSum.
//!
//! The rules are those of the scripts' first runner, oddities included, because expected lengths were written for
//! them: a line that gives its own CheckSum but no BodyLength gets a BodyLength that is one too small.

use sansfix::wire::{Precision, SOH, checksum, write_timestamp};

/// Nanoseconds of a second, for times before 1970 too.
const SECOND: i64 = 1_000_000_000;

/// The message that a line's text means at the time `utc_ns` (nanoseconds since 1970-01-01T00:00:00Z).
#[must_use]
pub fn prepare(text: &[u8], utc_ns: i64) -> Vec<u8> {
    complete(&fill_in_times(text, utc_ns))
}

/// Replaces `<TIME>`, `<TIME+n>` and `<TIME-n>` (n in seconds) by a UTCTimestamp with seconds. Anything else between
/// angle brackets stays as it is.
fn fill_in_times(text: &[u8], utc_ns: i64) -> Vec<u8> {
    const MACRO: &[u8] = b"<TIME";
    let mut filled = Vec::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(at) = find(rest, MACRO) {
        let (before, from) = rest.split_at(at);
        filled.extend_from_slice(before);
        let end = find(from, b">");
        let offset = end.and_then(|end| offset_seconds(&from[MACRO.len()..end]));
        let (Some(end), Some(offset)) = (end, offset) else {
            filled.extend_from_slice(MACRO);
            rest = &from[MACRO.len()..];
            continue;
        };
        write_timestamp(
            &mut filled,
            utc_ns.saturating_add(offset.saturating_mul(SECOND)),
            Precision::Seconds,
        );
        rest = &from[end + 1..];
    }
    filled.extend_from_slice(rest);
    filled
}

/// What stands between `<TIME` and `>`: nothing, or a sign and digits.
fn offset_seconds(text: &[u8]) -> Option<i64> {
    match text {
        [] => Some(0),
        [b'+' | b'-', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
            std::str::from_utf8(text).ok()?.parse().ok()
        }
        _ => None,
    }
}

/// Adds BodyLength(9) after the first field and CheckSum(10) at the end where the text has none. Text that does not
/// begin with `8=` is left as it is.
fn complete(text: &[u8]) -> Vec<u8> {
    let Some(head_end) = text.starts_with(b"8=").then(|| find(text, &[SOH])).flatten() else {
        return text.to_vec();
    };
    let (head, rest) = text.split_at(head_end + 1);
    // A given CheckSum is put back as it was. Its leading SOH goes with it: this is where a BodyLength that is
    // added beside it becomes one too small.
    let (body, given_checksum) = rest.split_at(trailing_checksum(rest).unwrap_or(rest.len()));
    let mut message = head.to_vec();
    if find(text, b"\x019=").is_none() {
        message.extend_from_slice(format!("9={}\x01", body.len()).as_bytes());
    }
    message.extend_from_slice(body);
    if given_checksum.is_empty() {
        let sum = checksum(&message);
        message.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
    } else {
        message.extend_from_slice(given_checksum);
    }
    message
}

/// Where a last field `10=` begins, with the SOH before it.
fn trailing_checksum(text: &[u8]) -> Option<usize> {
    let fields = text.strip_suffix(&[SOH])?;
    let at = fields.iter().rposition(|byte| *byte == SOH)?;
    fields[at + 1..].starts_with(b"10=").then_some(at)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T14:00:00Z
    const AFTERNOON: i64 = 1_795_442_400 * SECOND;

    fn prepared(text: &str) -> String {
        let bytes = prepare(text.replace('|', "\x01").as_bytes(), AFTERNOON);
        String::from_utf8(bytes).unwrap().replace('\x01', "|")
    }

    #[test]
    fn times_are_filled_in_with_seconds_everywhere() {
        assert_eq!(
            prepared("52=<TIME>|122=<TIME-1>|60=<TIME+121>|"),
            "52=20261123-14:00:00|122=20261123-13:59:59|60=20261123-14:02:01|"
        );
        assert_eq!(prepared("58=<TIMER>|<TIME+>|<TIME"), "58=<TIMER>|<TIME+>|<TIME");
    }

    #[test]
    fn length_and_checksum_are_added() {
        // 5 + 5 bytes of body; the sum is that of every byte before "10="
        assert_eq!(prepared("8=FIX.4.4|35=0|34=2|"), "8=FIX.4.4|9=10|35=0|34=2|10=166|");
        let message = prepare(b"8=FIX.4.4\x0135=0\x0134=2\x01", AFTERNOON);
        let sum: u32 = message[..message.len() - 7].iter().map(|byte| u32::from(*byte)).sum();
        assert!(message.ends_with(format!("10={:03}\x01", sum % 256).as_bytes()));
    }

    #[test]
    fn a_given_length_is_kept_and_gets_a_right_checksum() {
        let message = prepare(b"8=FIX.4.4\x019=99\x0135=0\x01", AFTERNOON);
        let sum: u32 = message[..message.len() - 7].iter().map(|byte| u32::from(*byte)).sum();
        assert!(message.starts_with(b"8=FIX.4.4\x019=99\x0135=0\x0110="));
        assert!(message.ends_with(format!("10={:03}\x01", sum % 256).as_bytes()));
    }

    #[test]
    fn a_given_checksum_is_kept_and_makes_an_added_length_one_too_small() {
        assert_eq!(prepared("8=FIX.4.4|35=0|34=2|10=256|"), "8=FIX.4.4|9=9|35=0|34=2|10=256|");
        assert_eq!(prepared("8=FIX.4.4|9=10|35=0|34=2|10=0|"), "8=FIX.4.4|9=10|35=0|34=2|10=0|");
    }

    #[test]
    fn text_that_begins_otherwise_is_left_alone() {
        assert_eq!(prepared("35=0|8=FIX.4.4|52=<TIME>|"), "35=0|8=FIX.4.4|52=20261123-14:00:00|");
        assert_eq!(prepared("8=FIX.4.4"), "8=FIX.4.4");
    }
}
