//! Messages as they come from the engine, read without the engine's reader. What goes wrong is told without secrets.
//!
//! Which field is the data of which length is known from the engine's table: it is the standard's, and long.

use std::fmt;

use sansfix::wire::data_tag_of;
use sansfix_runtime::log::GarbledBytes;

use super::ladder::whole;

/// One message, with its fields in the order they came in.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    /// Every field, BeginString(8) and CheckSum(10) included.
    pub fields: Vec<(u32, Vec<u8>)>,
    raw: Vec<u8>,
}

impl Received {
    /// Takes the first message off `bytes`; `None` while it is incomplete.
    ///
    /// # Errors
    /// What is wrong with the bytes: an engine must send well-formed messages only.
    pub fn take(bytes: &mut Vec<u8>) -> Result<Option<Self>, String> {
        let Some(first) = end_of_field(bytes, 0) else { return Ok(None) };
        let Some(second) = end_of_field(bytes, first) else { return Ok(None) };
        if !bytes.starts_with(b"8=FIX") {
            return Err(format!("bytes that begin no message: {}", GarbledBytes(bytes)));
        }
        let length = std::str::from_utf8(&bytes[first..second - 1])
            .ok()
            .and_then(|field| field.strip_prefix("9="))
            .filter(|digits| !digits.starts_with('0'))
            .and_then(|digits| digits.parse::<usize>().ok())
            .ok_or_else(|| format!("BodyLength is not second or not a number: {}", GarbledBytes(bytes)))?;
        let trailer = second + length;
        let end = trailer + b"10=000|".len();
        if bytes.len() < end {
            return Ok(None);
        }
        let raw: Vec<u8> = bytes.drain(..end).collect();
        let sum = raw[..trailer].iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        if raw[trailer..] != *format!("10={sum:03}\u{1}").as_bytes() {
            // Where one of its fields ends may be as wrong as where it ends itself.
            let raw = GarbledBytes(&raw);
            return Err(format!("BodyLength or CheckSum (should be {sum:03}) is wrong: {raw}"));
        }
        let fields = split(&raw)?;
        Ok(Some(Self { fields, raw }))
    }

    /// A FIX.4.4 message with these fields in its body, each ended by `|`.
    #[cfg(test)]
    pub(crate) fn of(body: &str) -> Self {
        Self::take(&mut tests::message(body)).unwrap().unwrap()
    }

    /// The value of the first field with this tag.
    #[must_use]
    pub fn get(&self, tag: &str) -> Option<&[u8]> {
        let tag: u32 = tag.parse().ok()?;
        self.fields.iter().find(|(name, _)| *name == tag).map(|(_, value)| value.as_slice())
    }

    /// The value of a field as a number.
    #[must_use]
    pub fn number(&self, tag: &str) -> Option<u64> {
        std::str::from_utf8(self.get(tag)?).ok()?.parse().ok()
    }
}

impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&whole(&self.raw))
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn split(mut rest: &[u8]) -> Result<Vec<(u32, Vec<u8>)>, String> {
    let mut fields: Vec<(u32, Vec<u8>)> = Vec::new();
    while !rest.is_empty() {
        let end = match fields.last().and_then(|length| end_of_data(length, rest)) {
            Some(end) if rest.get(end) == Some(&1) => end + 1,
            Some(_) => {
                let length = fields.last().map_or(0, |(tag, _)| *tag);
                return Err(format!("field {length} is not the length of the data after it"));
            }
            None => end_of_field(rest, 0).ok_or("the last field has no SOH")?,
        };
        fields.push(field(&rest[..end - 1])?);
        rest = &rest[end..];
    }
    Ok(fields)
}

/// Where the data ends that `rest` begins with, as the field before it says; `None` when that announces none, or
/// something else follows it. A length that is no number fits nothing.
fn end_of_data((tag, length): &(u32, Vec<u8>), rest: &[u8]) -> Option<usize> {
    let begins = format!("{}=", data_tag_of(*tag)?);
    let length = || std::str::from_utf8(length).ok()?.parse::<usize>().ok();
    rest.starts_with(begins.as_bytes()).then(|| begins.len().saturating_add(length().unwrap_or(usize::MAX)))
}

fn end_of_field(bytes: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.iter().position(|byte| *byte == 1).map(|at| from + at + 1)
}

fn field(bytes: &[u8]) -> Result<(u32, Vec<u8>), String> {
    // It may be the rest of a secret.
    let wrong = || format!("not tag=value: ({} bytes hidden)", bytes.len());
    let at = bytes.iter().position(|byte| *byte == b'=').ok_or_else(wrong)?;
    let tag = std::str::from_utf8(&bytes[..at]).ok().and_then(|tag| tag.parse().ok()).ok_or_else(wrong)?;
    if at + 1 == bytes.len() {
        return Err(format!("field {tag} has no value"));
    }
    Ok((tag, bytes[at + 1..].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        text.replace('|', "\u{1}").into_bytes()
    }

    #[test]
    fn a_message_is_taken_when_it_is_whole() {
        let whole = bytes("8=FIX.4.2|9=5|35=0|10=161|8=");
        let mut cut = whole[..20].to_vec();
        assert_eq!(Received::take(&mut cut), Ok(None));
        let mut input = whole;
        let message = Received::take(&mut input).unwrap().unwrap();
        assert_eq!(message.get("35"), Some(&b"0"[..]));
        assert_eq!(input, b"8=");
    }

    /// A message with its BodyLength and CheckSum.
    pub(super) fn message(body: &str) -> Vec<u8> {
        let body = bytes(body);
        let mut raw = [format!("8=FIX.4.4\u{1}9={}\u{1}", body.len()).as_bytes(), &body].concat();
        let sum = raw.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        raw.extend_from_slice(format!("10={sum:03}\u{1}").as_bytes());
        raw
    }

    #[test]
    fn data_is_as_long_as_its_length_says_whatever_is_in_it() {
        for (length, data) in [(95, 96), (354, 355), (212, 213), (93, 89), (90, 91), (348, 349), (621, 622)] {
            let mut raw = message(&format!("35=D|{length}=7|{data}=a|10=b=|58=x|"));
            let read = Received::take(&mut raw).unwrap().unwrap();
            assert_eq!(read.get(&data.to_string()), Some(&b"a\x0110=b="[..]), "{length}");
            assert_eq!(read.get("58"), Some(&b"x"[..]), "{length}");
            let said = Received::take(&mut message(&format!("35=D|{length}=6|{data}=a|10=b=|58=x|")));
            assert_eq!(said, Err(format!("field {length} is not the length of the data after it")));
        }
        // What follows is not the data: the length is a field as any other.
        assert!(Received::take(&mut message("35=D|354=7|58=x|")).is_ok());
    }

    #[test]
    fn no_secret_is_told() {
        let secrets = "554=hunter2|925=hunter3|95=9|96=h|hunter4|1402=hunter5|";
        let mut wrong_sum = message(&format!("35=A|{secrets}"));
        let at = wrong_sum.len() - 2;
        wrong_sum[at] ^= 1;
        let cases = [
            wrong_sum,
            message(&format!("35=A|{secrets}").replace("95=9", "95=8")),
            message(&format!("35=A|{secrets}").replace("95=9", "95=1")),
            bytes(&format!("9=FIX.4.4|35=A|{secrets}")),
            bytes(&format!("8=FIX.4.4|35=A|{secrets}")),
            bytes(&format!("8=FIX.4.4|9=007|{secrets}")),
        ];
        for mut case in cases {
            let said = Received::take(&mut case).unwrap_err();
            assert!(!said.contains("hunter"), "{said}");
        }
    }

    #[test]
    fn a_wrong_message_is_refused() {
        assert!(Received::take(&mut bytes("8=FIX.4.2|9=5|35=0|10=160|")).is_err());
        assert!(Received::take(&mut bytes("8=FIX.4.2|9=005|35=0|10=161|")).is_err());
        assert!(Received::take(&mut bytes("35=0|8=FIX.4.2|")).is_err());
    }
}
