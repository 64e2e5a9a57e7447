//! What is filled into a message that is sent: BeginString, CompIDs, MsgSeqNum, SendingTime, BodyLength, CheckSum.

use sansfix::wire::Precision;

use super::super::template::{Filling, Template, Test};
use super::{ENGINE, ME, Player};

impl Player<'_> {
    pub(super) fn filling(&self) -> Filling<'_> {
        let version = self.there.version;
        let precision =
            if version.begin_string().seconds_only() { Precision::Seconds } else { Precision::Milliseconds };
        Filling {
            utc_ns: self.engine.utc_ns(),
            precision,
            begin_string: version.begin_string().as_str(),
            me: ME,
            engine: ENGINE,
            captured: &self.captured,
        }
    }

    pub(super) fn send(&mut self, on: usize, template: &Template) -> Result<(), String> {
        let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
        let mut left_out: Vec<&str> = Vec::new();
        for field in template.fields(self.there) {
            match &field.test {
                Test::Is(value) => fields.push((field.tag.clone(), self.filling().fill(value)?)),
                _ => left_out.push(&field.tag),
            }
        }
        let given = |tag: &str| fields.iter().find(|(name, _)| name == tag).map(|(_, value)| value.clone());
        let kind = given("35").ok_or("the message has no 35")?;
        let mut head = vec![("35", kind.clone())];
        let now = self.filling().fill("{now}")?;
        let filled = [
            ("34", self.next_out.to_string().into_bytes()),
            ("49", ME.into()),
            ("52", now),
            ("56", ENGINE.into()),
        ];
        for (tag, value) in filled {
            if !left_out.contains(&tag) {
                head.push((tag, given(tag).unwrap_or(value)));
            }
        }
        let mut bytes = Vec::new();
        head.iter().for_each(|(tag, value)| write(&mut bytes, tag, value));
        let placed = ["8", "9", "10", "34", "35", "49", "52", "56"];
        let rest = fields.iter().filter(|(tag, _)| !placed.contains(&tag.as_str()));
        rest.for_each(|(tag, value)| write(&mut bytes, tag, value));
        let wants_version = kind == b"A" && given("1137").is_none() && !left_out.contains(&"1137");
        if let Some(version) = self.there.version.default_appl_ver_id().filter(|_| wants_version) {
            write(&mut bytes, "1137", version.as_bytes());
        }
        let begin_string =
            given("8").unwrap_or_else(|| self.there.version.begin_string().as_bytes().to_vec());
        let whole = framed(&begin_string, given("9"), &bytes, given("10"));
        self.count_sent(&fields, &head);
        self.put(on, &whole)
    }

    /// What the scenario's next number is after a message.
    fn count_sent(&mut self, fields: &[(String, Vec<u8>)], head: &[(&str, Vec<u8>)]) {
        let number = |value: &[u8]| std::str::from_utf8(value).ok().and_then(|text| text.parse::<u64>().ok());
        let has = |tag: &str, value: &[u8]| fields.iter().any(|(name, is)| name == tag && is == value);
        if has("35", b"A") && has("141", b"Y") {
            self.next_out = 1;
        }
        let new = fields.iter().find(|(tag, _)| tag == "36").and_then(|(_, value)| number(value));
        let used = head.iter().find(|(tag, _)| *tag == "34").and_then(|(_, value)| number(value));
        let next = if has("35", b"4") { new } else { used.map(|used| used.saturating_add(1)) };
        self.next_out = self.next_out.max(next.unwrap_or(0));
    }

    pub(super) fn send_raw(&mut self, on: usize, text: &str) -> Result<(), String> {
        let text = text.replace('|', "\u{1}");
        let (before, after) = text.split_once("{10}").unwrap_or((&text, ""));
        let mut bytes = match before.split_once("{length}") {
            Some((head, body)) => {
                let body = self.filling().fill(body)?;
                let counted = body.len().saturating_sub(b"|10=".len());
                [self.filling().fill(head)?, counted.to_string().into_bytes(), body].concat()
            }
            None => self.filling().fill(before)?,
        };
        if text.contains("{10}") {
            let end = bytes.len() - b"10=".len();
            bytes.extend_from_slice(format!("{:03}", sum(&bytes[..end])).as_bytes());
        }
        bytes.extend_from_slice(&self.filling().fill(after)?);
        self.next_out = self.next_out.max(raw_number(&bytes).map_or(0, |number| number + 1));
        self.put(on, &bytes)
    }
}

/// MsgSeqNum of bytes that are sent as they are, if they have one.
fn raw_number(bytes: &[u8]) -> Option<u64> {
    let field = bytes.split(|byte| *byte == 1).find_map(|field| field.strip_prefix(b"34="))?;
    std::str::from_utf8(field).ok()?.parse().ok()
}

fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte))
}

fn write(bytes: &mut Vec<u8>, tag: &str, value: &[u8]) {
    bytes.extend_from_slice(tag.as_bytes());
    bytes.push(b'=');
    bytes.extend_from_slice(value);
    bytes.push(1);
}

/// A whole message around `body`. A length such as `+5` is that much off; a checksum is taken as it is.
fn framed(begin_string: &[u8], length: Option<Vec<u8>>, body: &[u8], checksum: Option<Vec<u8>>) -> Vec<u8> {
    let length = length.map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default();
    let off: Option<i64> = length.strip_prefix('+').unwrap_or(&length).parse().ok();
    let counted = match off.filter(|_| length.starts_with(['+', '-'])) {
        Some(off) => (body.len() as i64 + off).to_string(),
        None if length.is_empty() => body.len().to_string(),
        None => length,
    };
    let mut bytes = Vec::new();
    write(&mut bytes, "8", begin_string);
    write(&mut bytes, "9", counted.as_bytes());
    bytes.extend_from_slice(body);
    let right = format!("{:03}", sum(&bytes));
    write(&mut bytes, "10", &checksum.unwrap_or_else(|| right.into_bytes()));
    bytes
}
