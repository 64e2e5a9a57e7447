//! What of a message stands in a log: everything but secrets, on one line.
//!
//! The values that [`sansfix::wire::is_secret`] names are replaced by asterisks: a password by three, raw data by as many
//! as it has bytes, so that its length field stays true and a viewer finds the next field. Of what is no field only
//! digits before an equals sign are kept, since it may be the rest of a value that was cut. Control characters (line
//! ends above all, which data may hold) become a question mark each; SOH and TAB stay. So a message is one line, as
//! long as it was unless it holds a password; its CheckSum is the one it had.

use std::fmt;

use sansfix::tags;
use sansfix::wire::{Field, Fields, SOH, is_secret};

/// What stands instead of a password.
const HIDDEN: &[u8] = b"***";

/// What stands instead of a control character.
const UNPRINTABLE: u8 = b'?';

/// How much of garbled bytes is shown, in bytes: they may be as many as a message may have.
const SHOWN: usize = 2 << 10;

/// Appends a message, fields ended by SOH.
pub(super) fn write_message(line: &mut Vec<u8>, bytes: &[u8]) {
    for field in Fields::new(bytes) {
        match field {
            Ok(field) => write_field(line, &field),
            Err(malformed) => write_malformed(line, malformed.raw),
        }
        line.push(SOH);
    }
}

fn write_field(line: &mut Vec<u8>, field: &Field<'_>) {
    write_number(line, field.tag);
    line.push(b'=');
    if !is_secret(field.tag) {
        write_printable(line, field.value);
    } else if matches!(field.tag, tags::PASSWORD | tags::NEW_PASSWORD) {
        line.extend_from_slice(HIDDEN);
    } else {
        line.resize(line.len() + field.value.len(), b'*');
    }
}

fn write_malformed(line: &mut Vec<u8>, raw: &[u8]) {
    let digits = raw.iter().position(|byte| *byte == b'=').and_then(|at| raw.get(..at));
    if let Some(digits) = digits.filter(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
    {
        line.extend_from_slice(digits);
        line.push(b'=');
    }
    line.extend_from_slice(HIDDEN);
}

fn write_number(line: &mut Vec<u8>, mut number: u32) {
    let start = line.len();
    loop {
        line.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    if let Some(digits) = line.get_mut(start..) {
        digits.reverse();
    }
}

/// Appends bytes, with control characters replaced.
pub(super) fn write_printable(line: &mut Vec<u8>, bytes: &[u8]) {
    let printable = |byte: u8| if byte.is_ascii_control() && byte != b'\t' { UNPRINTABLE } else { byte };
    if bytes.iter().any(|byte| byte.is_ascii_control()) {
        line.extend(bytes.iter().map(|byte| printable(*byte)));
    } else {
        line.extend_from_slice(bytes);
    }
}

/// Prints a message with `|` for SOH and without secrets.
pub(super) struct MessageText<'a>(pub(super) &'a [u8]);

impl fmt::Display for MessageText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Vec::with_capacity(self.0.len());
        write_message(&mut line, self.0);
        write_with_bars(f, &line)
    }
}

/// Prints bytes without control characters.
pub(super) struct Printable<'a>(pub(super) &'a [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Vec::with_capacity(self.0.len());
        write_printable(&mut line, self.0);
        f.write_str(&String::from_utf8_lossy(&line))
    }
}

fn write_with_bars(f: &mut fmt::Formatter<'_>, line: &[u8]) -> fmt::Result {
    f.write_str(&String::from_utf8_lossy(line).replace('\u{1}', "|"))
}

/// Prints bytes that are no message, fit for a log.
///
/// Nothing tells where a secret in them ends, so what follows the first one is hidden, and everything that does not
/// begin as a message does: it may be the rest of one that was cut.
///
/// ```
/// use sansfix_runtime::log::GarbledBytes;
/// let shown = |bytes: &[u8]| GarbledBytes(bytes).to_string();
/// assert_eq!(shown(b"8=FIX.4.4\x019=x\x0135=0\x01"), "8=FIX.4.4|9=x|35=0|");
/// assert_eq!(shown(b"8=FIX.4.4\x019=5\x01554=pass\x01word\x01"), "8=FIX.4.4|9=5|554=*** (10 bytes hidden)");
/// assert_eq!(shown(b"word\x0135=0\x01"), "(10 bytes hidden)");
/// ```
#[derive(Clone, Copy)]
pub struct GarbledBytes<'a>(pub &'a [u8]);

impl fmt::Debug for GarbledBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for GarbledBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.starts_with(b"8=") {
            return write!(f, "({} bytes hidden)", self.0.len());
        }
        let mut line = Vec::new();
        let mut fields = Fields::new(self.0);
        let mut before = self.0;
        while let Some(field) = fields.next() {
            match field {
                Ok(field) if is_secret(field.tag) => {
                    write_number(&mut line, field.tag);
                    write_with_bars(f, &line)?;
                    let tag_length = before.iter().position(|byte| *byte == b'=').map_or(0, |at| at + 1);
                    return write!(f, "=*** ({} bytes hidden)", before.len().saturating_sub(tag_length));
                }
                Ok(field) => write_field(&mut line, &field),
                Err(malformed) => write_malformed(&mut line, malformed.raw),
            }
            line.push(SOH);
            before = fields.rest();
            if line.len() > SHOWN {
                write_with_bars(f, line.get(..SHOWN).unwrap_or(&line))?;
                return write!(f, " (cut; {} bytes in all)", self.0.len());
            }
        }
        write_with_bars(f, &line)
    }
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
