//! Messages as a counterparty writes and reads them.

use sansfix::wire::{Precision, write_timestamp};
use sansfix::{BeginString, Now};

use crate::scenario::Received;

/// The counterparty's CompID.
pub const PEER: &str = "TW";
/// The CompID of the session under test.
pub const ENGINE: &str = "ISLD";

/// A whole message from the counterparty. `text` is `35=D|11=A`, with `|` for SOH; MsgType must come first.
#[must_use]
pub fn message(version: BeginString, now: Now, seq: u64, text: &str) -> Vec<u8> {
    let (kind, rest) = text.split_once('|').unwrap_or((text, ""));
    given(version, now, &format!("{kind}|34={seq}|49={PEER}|52=now|56={ENGINE}|{rest}"))
}

/// A whole message of which every field is given: `35=D|49=TW|52=now|56=ISLD|11=A`, with the time for `now`.
#[must_use]
pub fn given(version: BeginString, now: Now, text: &str) -> Vec<u8> {
    let (before, after) = text.split_once("|52=now|").unwrap_or((text, ""));
    let with_soh = |text: &str| text.replace('|', "\u{1}").into_bytes();
    let mut body = with_soh(before);
    body.extend_from_slice(b"\x0152=");
    write_timestamp(&mut body, now.utc_ns, Precision::Milliseconds);
    body.push(1);
    body.append(&mut with_soh(after));
    if !body.ends_with(&[1]) {
        body.push(1);
    }
    framed(version, &body)
}

/// `body` between BeginString, BodyLength and CheckSum.
#[must_use]
pub fn framed(version: BeginString, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("8={}\u{1}9={}\u{1}", version.as_str(), body.len()).into_bytes();
    bytes.extend_from_slice(body);
    let sum = bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    bytes.extend_from_slice(format!("10={sum:03}\u{1}").as_bytes());
    bytes
}

/// The messages in `bytes`.
///
/// # Panics
/// When the bytes are not whole, well-formed messages: an engine sends nothing else.
#[must_use]
pub fn messages(mut bytes: Vec<u8>) -> Vec<Received> {
    let mut messages = Vec::new();
    loop {
        match Received::take(&mut bytes) {
            Ok(Some(message)) => messages.push(message),
            Ok(None) => break,
            Err(what) => panic!("{what}"),
        }
    }
    assert!(bytes.is_empty(), "an unfinished message: {}", String::from_utf8_lossy(&bytes));
    messages
}

/// A message in short: its type, its number, and its other fields but header and trailer: `D 34=2 11=A`. `R` after the
/// number stands for PossDupFlag=Y.
#[must_use]
pub fn short(message: &Received) -> String {
    let text = |tag| message.get(tag).map(|value| String::from_utf8_lossy(value).into_owned());
    let mut short = format!("{} {}", text("35").unwrap_or_default(), text("34").unwrap_or_default());
    if message.get("43") == Some(b"Y") {
        short.push('R');
    }
    for (tag, value) in &message.fields {
        if ![8, 9, 10, 34, 35, 43, 49, 52, 56, 122].contains(tag) {
            short.push_str(&format!(" {tag}={}", String::from_utf8_lossy(value)));
        }
    }
    short
}
