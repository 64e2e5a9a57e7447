//! Messages of the counterparty, and a short form of ours.

use core::fmt;

use sansfix::tags;
use sansfix::wire::{Encoder, Message};

/// The SendingTime(52) of every message: the moment at which the tests stand still.
const SENDING_TIME: &str = "20231114-22:13:20.000";
/// A second earlier: OrigSendingTime(122) of a possible duplicate.
const ORIG_SENDING_TIME: &str = "20231114-22:13:19.000";

/// A message from THEM to US.
pub(super) fn from_them(msg_type: &str, seq: u64, poss_dup: bool, fields: &[(u32, &str)]) -> Vec<u8> {
    let mut buffer = Vec::new();
    let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", msg_type.as_bytes());
    encoder.header_field(tags::MSG_SEQ_NUM, &seq);
    if poss_dup {
        encoder.header_field(tags::POSS_DUP_FLAG, "Y");
        encoder.header_field(tags::ORIG_SENDING_TIME, ORIG_SENDING_TIME);
    }
    encoder.header_field(tags::SENDER_COMP_ID, "THEM");
    encoder.header_field(tags::SENDING_TIME, SENDING_TIME);
    encoder.header_field(tags::TARGET_COMP_ID, "US");
    for (tag, value) in fields {
        encoder.field(*tag, *value);
    }
    encoder.finish();
    buffer
}

/// A message that the session sent: its type, its number, and the fields that tell it from others of its type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// `Heartbeat(112=ASK)`
    pub text: String,
    /// MsgSeqNum(34)
    pub seq: u64,
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The messages of a stretch of bytes, which holds whole ones.
pub(super) fn split(mut bytes: &[u8]) -> Vec<Sent> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let sansfix::wire::Frame::Message { message, taken } = sansfix::wire::frame(bytes, usize::MAX) else {
            panic!("what the session sent is no message: {}", String::from_utf8_lossy(bytes));
        };
        messages.push(short_form(&message));
        bytes = &bytes[taken..];
    }
    messages
}

fn short_form(message: &Message<'_>) -> Sent {
    let (name, shown): (&str, &[u32]) = match message.msg_type() {
        b"0" => ("Heartbeat", &[112]),
        b"1" => ("TestRequest", &[112]),
        b"2" => ("ResendRequest", &[7, 16]),
        b"3" => ("Reject", &[45, 371, 373]),
        b"4" => ("SequenceReset", &[34, 43, 36, 123]),
        b"5" => ("Logout", &[58]),
        b"A" => ("Logon", &[141, 789]),
        _ => ("application message", &[43]),
    };
    let seq = message.seq().map_or(0, sansfix::SeqNum::get);
    let written = |tag: u32| message.header_field(tag).or_else(|| message.get(tag));
    let fields: Vec<String> = shown
        .iter()
        .filter_map(|tag| Some(format!("{tag}={}", String::from_utf8_lossy(written(*tag)?))))
        .collect();
    let text = if fields.is_empty() { name.to_owned() } else { format!("{name}({})", fields.join(", ")) };
    Sent { text, seq }
}
