//! Messages as they come from the engine, read without any code of the engine.

use std::fmt;

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
            return Err(format!("bytes that begin no message: {}", shown(bytes)));
        }
        let length = std::str::from_utf8(&bytes[first..second - 1])
            .ok()
            .and_then(|field| field.strip_prefix("9="))
            .filter(|digits| !digits.starts_with('0'))
            .and_then(|digits| digits.parse::<usize>().ok())
            .ok_or_else(|| format!("BodyLength is not second or not a number: {}", shown(bytes)))?;
        let trailer = second + length;
        let end = trailer + b"10=000|".len();
        if bytes.len() < end {
            return Ok(None);
        }
        let raw: Vec<u8> = bytes.drain(..end).collect();
        let sum = raw[..trailer].iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        if raw[trailer..] != *format!("10={sum:03}\u{1}").as_bytes() {
            return Err(format!("BodyLength or CheckSum (should be {sum:03}) is wrong: {}", shown(&raw)));
        }
        let fields = split(&raw)?;
        Ok(Some(Self { fields, raw }))
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

/// Bytes with `|` for SOH.
#[must_use]
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\u{1}', "|")
}

fn split(mut rest: &[u8]) -> Result<Vec<(u32, Vec<u8>)>, String> {
    let mut fields: Vec<(u32, Vec<u8>)> = Vec::new();
    while !rest.is_empty() {
        // RawData(96), the one data field of scenarios, is as long as RawDataLength(95) before it says.
        let announced = fields.last().filter(|(tag, _)| *tag == 95).map(|(_, value)| shown(value));
        let data =
            announced.and_then(|digits| digits.parse::<usize>().ok()).map(|length| "96=".len() + length);
        let end = match data {
            Some(end) if rest.get(end) == Some(&1) => end + 1,
            Some(_) => return Err("RawDataLength is wrong".into()),
            None => end_of_field(rest, 0).ok_or("the last field has no SOH")?,
        };
        fields.push(field(&rest[..end - 1])?);
        rest = &rest[end..];
    }
    Ok(fields)
}

fn end_of_field(bytes: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.iter().position(|byte| *byte == 1).map(|at| from + at + 1)
}

fn field(bytes: &[u8]) -> Result<(u32, Vec<u8>), String> {
    let wrong = || format!("`{}` is not tag=value", shown(bytes));
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

    #[test]
    fn a_wrong_message_is_refused() {
        assert!(Received::take(&mut bytes("8=FIX.4.2|9=5|35=0|10=160|")).is_err());
        assert!(Received::take(&mut bytes("8=FIX.4.2|9=005|35=0|10=161|")).is_err());
        assert!(Received::take(&mut bytes("35=0|8=FIX.4.2|")).is_err());
    }
}
