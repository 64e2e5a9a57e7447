//! A message in a few words, and whole, without its secrets.

use std::fmt::Write as _;

use sansfix::tags::{self, Tag};
use sansfix::wire::{Field, Fields, is_secret};
use sansfix_runtime::log::{GarbledBytes, msg_type_name};

/// The FIX names of application messages that a ladder is likely to meet. The session's own have theirs from
/// [`msg_type_name`]; others are shown by their MsgType(35).
const NAMES: [(&[u8], &str); 9] = [
    (b"n", "XMLnonFIX"),
    (b"D", "NewOrderSingle"),
    (b"8", "ExecutionReport"),
    (b"9", "OrderCancelReject"),
    (b"B", "News"),
    (b"F", "OrderCancelRequest"),
    (b"G", "OrderCancelReplaceRequest"),
    (b"V", "MarketDataRequest"),
    (b"W", "MarketDataSnapshotFullRefresh"),
];

/// ClOrdID(11): no business of a session, but how people tell one order from another.
const CL_ORD_ID: Tag = 11;

/// The fields that say what a message is about, in the order in which they are shown.
const SHOWN: [(Tag, &str); 14] = [
    (tags::BEGIN_SEQ_NO, "BeginSeqNo"),
    (tags::END_SEQ_NO, "EndSeqNo"),
    (tags::NEW_SEQ_NO, "NewSeqNo"),
    (tags::REF_SEQ_NUM, "RefSeqNum"),
    (tags::REF_TAG_ID, "RefTagID"),
    (tags::SESSION_REJECT_REASON, "SessionRejectReason"),
    (tags::BUSINESS_REJECT_REASON, "BusinessRejectReason"),
    (tags::TEST_REQ_ID, "TestReqID"),
    (tags::HEART_BT_INT, "HeartBtInt"),
    (tags::RESET_SEQ_NUM_FLAG, "ResetSeqNumFlag"),
    (tags::NEXT_EXPECTED_MSG_SEQ_NUM, "NextExpectedMsgSeqNum"),
    (tags::SESSION_STATUS, "SessionStatus"),
    (CL_ORD_ID, "ClOrdID"),
    (tags::TEXT, "Text"),
];

/// The message in short: its name, MsgSeqNum(34), `PossDup`, and the fields that matter to a session. No secret is among
/// them.
///
/// ```
/// use sansfix_sim::ladder::describe;
/// let fill = b"8=FIX.4.4\x019=5\x0135=4\x0134=7\x0143=Y\x01123=Y\x0136=12\x0110=000\x01";
/// assert_eq!(describe(fill), "SequenceReset-GapFill 7 PossDup NewSeqNo=12");
/// assert_eq!(describe(b"nonsense"), "no message: (8 bytes hidden)");
/// ```
#[must_use]
pub fn describe(bytes: &[u8]) -> String {
    let get = |tag| Fields::new(bytes).get(tag);
    let begins = bytes.starts_with(b"8=FIX");
    let Some(msg_type) = get(tags::MSG_TYPE).filter(|_| begins) else {
        return format!("no message: {}", GarbledBytes(bytes));
    };
    let number = get(tags::MSG_SEQ_NUM).map_or("without MsgSeqNum".to_owned(), printable);
    let mut line = format!("{} {number}", name(msg_type, get(tags::GAP_FILL_FLAG)));
    if get(tags::POSS_DUP_FLAG) == Some(b"Y") {
        line.push_str(" PossDup");
    }
    for (tag, name) in SHOWN {
        if let Some(value) = get(tag) {
            let value = printable(value);
            let quote = if value.contains(' ') || value.is_empty() { "\"" } else { "" };
            let _ = write!(line, " {name}={quote}{value}{quote}");
        }
    }
    line
}

fn name(msg_type: &[u8], gap_fill: Option<&[u8]>) -> String {
    if msg_type == b"4" {
        let mode = if gap_fill == Some(b"Y") { "GapFill" } else { "Reset" };
        return format!("SequenceReset-{mode}");
    }
    let application = || NAMES.iter().find(|(known, _)| *known == msg_type).map(|(_, name)| *name);
    msg_type_name(msg_type)
        .or_else(application)
        .map_or_else(|| format!("MsgType={}", printable(msg_type)), str::to_owned)
}

/// The whole message with `|` for SOH. The user's name is hidden with every other secret; bytes that are no message are
/// shown up to the first secret in them.
#[must_use]
pub fn whole(bytes: &[u8]) -> String {
    if !bytes.starts_with(b"8=FIX") || Fields::new(bytes).any(|field| field.is_err()) {
        return GarbledBytes(bytes).to_string();
    }
    let mut line = String::new();
    for Field { tag, value, .. } in Fields::new(bytes).flatten() {
        let hidden = is_secret(tag) || tag == tags::USERNAME;
        let _ = write!(line, "{tag}={}|", if hidden { "***".to_owned() } else { printable(value) });
    }
    line
}

fn printable(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) if !text.contains(char::is_control) => text.to_owned(),
        _ => value.escape_ascii().to_string(),
    }
}
