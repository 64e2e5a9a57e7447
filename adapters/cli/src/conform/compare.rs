//! Compares a received message with the expected one, strictly: the same fields in the same order, BodyLength
//! included. Only the values of CheckSum and of the times that differ from run to run are compared by their form.

use std::fmt;

use sansfix::wire::SOH;

/// The first difference between an expected and a received message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// At this place (from 1) another tag was expected.
    Tag {
        /// The place, from 1.
        place: usize,
        /// The field that was expected there, if any.
        expected: Option<String>,
        /// The field that came there, if any.
        received: Option<String>,
    },
    /// The field has another value than expected.
    Value {
        /// The field that was expected.
        expected: String,
        /// The field that came.
        received: String,
    },
    /// The field's value has not the form it must have.
    Form {
        /// The field that came.
        received: String,
        /// The form, in words.
        form: &'static str,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_nothing = |field: &Option<String>| field.clone().unwrap_or_else(|| "nothing".to_owned());
        match self {
            Self::Tag { place, expected, received } => write!(
                f,
                "field {place}: expected {}, received {}",
                or_nothing(expected),
                or_nothing(received)
            ),
            Self::Value { expected, received } => write!(f, "expected {expected}, received {received}"),
            Self::Form { received, form } => write!(f, "received {received}, which is not {form}"),
        }
    }
}

/// The first difference, if there is one. BodyLength differs whenever something else does, and says nothing then: it
/// is named only when it is the one difference.
#[must_use]
pub fn compare(expected: &[u8], received: &[u8]) -> Option<Difference> {
    let expected: Vec<_> = fields(expected).collect();
    let received: Vec<_> = fields(received).collect();
    let mut body_length = None;
    for place in 0..expected.len().max(received.len()) {
        let (wanted, came) = (expected.get(place).copied(), received.get(place).copied());
        let difference = match (wanted, came) {
            (Some(wanted), Some(came)) if tag(wanted) == tag(came) => compare_field(wanted, came),
            _ => Some(Difference::Tag {
                place: place + 1,
                expected: wanted.map(shown),
                received: came.map(shown),
            }),
        };
        match difference {
            Some(Difference::Value { .. }) if came.map(tag) == Some(b"9") => body_length = difference,
            Some(_) => return difference,
            None => {}
        }
    }
    body_length
}

fn compare_field(expected: &[u8], received: &[u8]) -> Option<Difference> {
    match form(tag(received)) {
        Some((matches, form)) => {
            (!matches(value(received))).then(|| Difference::Form { received: shown(received), form })
        }
        None => (expected != received)
            .then(|| Difference::Value { expected: shown(expected), received: shown(received) }),
    }
}

/// A form that a value must have, and its name.
type Form = (fn(&[u8]) -> bool, &'static str);

/// The form of a field whose value is compared by it. BodyLength pins the width of the times.
fn form(tag: &[u8]) -> Option<Form> {
    match tag {
        b"10" => Some((is_checksum, "three digits")),
        b"42" | b"52" | b"60" | b"122" => Some((is_time, "a UTCTimestamp")),
        _ => None,
    }
}

fn is_checksum(value: &[u8]) -> bool {
    value.len() == 3 && value.iter().all(u8::is_ascii_digit)
}

/// `YYYYMMDD-HH:MM:SS`, with a fraction or without.
fn is_time(value: &[u8]) -> bool {
    const FORM: &[u8] = b"00000000-00:00:00";
    let Some((second, fraction)) = value.split_at_checked(FORM.len()) else { return false };
    let digits = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let second = second.iter().zip(FORM).all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    });
    second && (fraction.is_empty() || fraction.strip_prefix(b".").is_some_and(digits))
}

/// Everything between two SOH; what follows the last one is a field too unless it is empty.
fn fields(message: &[u8]) -> impl Iterator<Item = &[u8]> {
    message.strip_suffix(&[SOH]).unwrap_or(message).split(|byte| *byte == SOH)
}

fn tag(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == b'=').next().unwrap_or_default()
}

fn value(field: &[u8]) -> &[u8] {
    field.get(tag(field).len() + 1..).unwrap_or_default()
}

/// A message or field for people: SOH as `|`, ISO 8859-1 as it reads, other control bytes as `\xNN`.
#[must_use]
pub fn shown(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            &SOH => text.push('|'),
            0..=0x1f | 0x7f..=0x9f => text.push_str(&format!("\\x{byte:02x}")),
            _ => text.push(char::from(*byte)),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(expected: &str, received: &str) -> Option<Difference> {
        let soh = |text: &str| text.replace('|', "\x01").into_bytes();
        compare(&soh(expected), &soh(received))
    }

    const HEARTBEAT: &str = "8=FIX.4.4|9=51|35=0|34=2|49=A|52=00000000-00:00:00.000|56=B|10=0|";

    #[test]
    fn times_and_checksum_are_compared_by_form() {
        let came = "8=FIX.4.4|9=51|35=0|34=2|49=A|52=20261123-14:00:00.123|56=B|10=123|";
        assert_eq!(difference(HEARTBEAT, came), None);
        for (field, wrong) in [
            ("52=20261123-14:00:00.123", "52=20261123-14:00:00."),
            ("52=20261123-14:00:00.123", "52=2026-11-23T14:00:00"),
            ("52=20261123-14:00:00.123", "52=20261123 14:00:00.123"),
            ("10=123", "10=0"),
            ("10=123", "10=12a"),
        ] {
            let difference = difference(HEARTBEAT, &came.replace(field, wrong));
            assert!(
                matches!(&difference, Some(Difference::Form { received, .. }) if received == wrong),
                "{wrong}"
            );
        }
    }

    #[test]
    fn every_other_value_is_compared_as_it_stands() {
        let came = "8=FIX.4.4|9=52|35=0|34=2|49=A|52=20261123-14:00:00.123|56=B|10=123|";
        assert_eq!(
            difference(HEARTBEAT, came),
            Some(Difference::Value { expected: "9=51".into(), received: "9=52".into() })
        );
        let different = came.replace("34=2", "34=3");
        assert_eq!(
            difference(HEARTBEAT, &different),
            Some(Difference::Value { expected: "34=2".into(), received: "34=3".into() })
        );
        assert_eq!(
            difference("58=a=b|", "58=a=c|"),
            Some(Difference::Value { expected: "58=a=b".into(), received: "58=a=c".into() })
        );
        assert!(difference("112=|", "112=x|").is_some());
        assert_eq!(difference("112=|", "112=|"), None);
    }

    #[test]
    fn order_and_count_are_compared() {
        let tag = |place, expected: &str, received: &str| {
            let field = |field: &str| (!field.is_empty()).then(|| field.to_owned());
            Some(Difference::Tag { place, expected: field(expected), received: field(received) })
        };
        assert_eq!(difference("35=0|34=2|49=A|", "35=0|49=A|34=2|"), tag(2, "34=2", "49=A"));
        assert_eq!(difference("35=0|34=2|", "35=0|34=2|97=Y|"), tag(3, "", "97=Y"));
        assert_eq!(difference("35=0|34=2|97=Y|", "35=0|34=2|"), tag(3, "97=Y", ""));
        assert_eq!(
            difference("35=0|34=2|97=Y|", "35=0|34=2|").map(|difference| difference.to_string()),
            Some("field 3: expected 97=Y, received nothing".into())
        );
    }

    #[test]
    fn bytes_are_shown_for_people() {
        assert_eq!(shown(b"58=\xe9\x02\x0110=1\x01"), "58=é\\x02|10=1|");
    }
}
