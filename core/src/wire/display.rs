//! A message as people read it, fit for a log: `|` for SOH, and secrets hidden.
//!
//! Decides which values never appear in a log: passwords and raw data (FIX 4.4 volume 2, "Logon": 96, 554, 925; FIXT.1.1:
//! 1402, 1404; and the encrypted section 91). Wherever this crate prints a message, it prints it this way.

use core::fmt;

use super::field::{Field, Fields};
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
        for field in Fields::new(self.0) {
            match field {
                Ok(field) => write!(f, "{field:?}|")?,
                Err(malformed) => write!(f, "{}|", malformed.raw.escape_ascii())?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Readable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
    fn malformed_fields_and_odd_bytes_are_shown() {
        assert_eq!(alloc::format!("{}", Readable(b"35=0\x01=x\x0158=\xffa\n\x01")), "35=0|=x|58=\\xffa\\n|");
    }
}
