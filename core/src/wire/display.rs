//! A message as people read it, fit for a log: `|` for SOH, and secrets hidden.
//!
//! Decides which values never appear in a log: passwords and raw data (FIX 4.4 volume 2, "Logon": 96, 554, 925; FIXT.1.1:
//! 1402, 1404; and the encrypted section 91). Wherever this crate prints a message, it prints it this way.

use core::fmt;

use super::encode::Encoder;
use super::field::{Field, Fields};
use super::group::{Group, Groups};
use super::message::Message;
use crate::tags::{self, Tag};

/// What stands in a log instead of a secret.
const HIDDEN: &str = "***";

/// Prints a stretch of fields for a log.
///
/// ```
/// use sansfix::wire::Readable;
/// let logon = b"35=A\x01553=kim\x01554=topsecret\x01";
/// assert_eq!(Readable(logon).to_string(), "35=A|553=kim|554=***|");
/// ```
#[derive(Clone, Copy)]
pub struct Readable<'a>(pub &'a [u8]);

/// Whether the field's value must not appear in a log.
#[must_use]
pub const fn is_secret(tag: Tag) -> bool {
    matches!(
        tag,
        tags::RAW_DATA
            | tags::SECURE_DATA
            | tags::PASSWORD
            | tags::NEW_PASSWORD
            | tags::ENCRYPTED_PASSWORD
            | tags::ENCRYPTED_NEW_PASSWORD
    )
}

impl fmt::Display for Readable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Fields::new(self.0), f)
    }
}

impl fmt::Debug for Readable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The fields that have not been read yet.
impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for field in *self {
            match field {
                Ok(field) => write!(f, "{field:?}|")?,
                Err(malformed) => write!(f, "{}|", malformed.raw.escape_ascii())?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Group<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.fields(), f)
    }
}

/// The entries that have not been read yet, and what follows them.
impl fmt::Debug for Groups<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} announced: {:?}", self.announced(), self.rest())
    }
}

/// The message as far as it is written.
impl fmt::Debug for Encoder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Readable(self.unfinished()), f)
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_secret(self.tag) {
            return write!(f, "{}={HIDDEN}", self.tag);
        }
        write!(f, "{}={}", self.tag, self.value.escape_ascii())
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Readable(self.bytes()), f)
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_printed_wherever_it_stands_and_however_it_is_written() {
        let logon = b"35=A\x0195=6\x0196=se\x01ret\x01554=secret\x01925=secret\x011401=6\x011402=secret\x01\
            1403=6\x011404=secret\x0190=6\x0191=secret\x0158=open\x01";
        let shown = alloc::format!("{} {:?}", Readable(logon), Readable(logon));
        assert!(!shown.contains("se"), "{shown}");
        assert!(shown.contains("58=open|"), "{shown}");
    }

    #[test]
    fn a_view_or_a_message_half_written_shows_no_secret_either() {
        let mut buffer = alloc::vec::Vec::new();
        let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", b"A");
        encoder.data(95, 96, b"to\x01psecret");
        encoder.prebuilt(b"555=1\x01554=topsecret\x0158=open\x01");
        let half = alloc::format!("{encoder:?}");
        encoder.finish();
        let message = Message::parse(&buffer).unwrap();
        let mut after_length = message.body();
        after_length.next();
        let groups = message.group(555, &[554, 58]);
        let entry = groups.clone().next().unwrap();
        let shown = alloc::format!("{half} {message:?} {after_length:?} {groups:?} {entry:?}");
        assert!(!shown.contains("secret"), "{shown}");
        assert_eq!(shown.matches("58=open|").count(), 5, "{shown}");
        assert!(shown.contains(" 96=***|555=1|") && shown.contains("1 announced: 554=***|"), "{shown}");
    }

    #[test]
    fn malformed_fields_and_odd_bytes_are_shown() {
        assert_eq!(alloc::format!("{}", Readable(b"35=0\x01=x\x0158=\xffa\n\x01")), "35=0|=x|58=\\xffa\\n|");
    }
}
