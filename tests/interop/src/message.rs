//! An application message as either side saw it come.

use std::fmt;

/// What is compared of a message: its number, whether it came as a possible duplicate, its type and its ClOrdID(11).
#[derive(Clone, PartialEq, Eq)]
pub struct Seen {
    /// MsgSeqNum(34)
    pub seq: u64,
    /// PossDupFlag(43)
    pub poss_dup: bool,
    /// MsgType(35)
    pub msg_type: String,
    /// ClOrdID(11)
    pub id: String,
}

impl Seen {
    /// The messages `PREFIXfrom` to `PREFIXto`, the first under the number `seq`, the others after it.
    #[must_use]
    pub fn run(
        seq: u64,
        poss_dup: bool,
        msg_type: &str,
        prefix: &str,
        ids: std::ops::Range<u64>,
    ) -> Vec<Self> {
        let first = ids.start;
        ids.map(|number| Self {
            seq: seq + number - first,
            poss_dup,
            msg_type: msg_type.into(),
            id: format!("{prefix}{number}"),
        })
        .collect()
    }

    /// Reads `SEQ:POSSDUP:MSGTYPE:CLORDID`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (seq, poss_dup, msg_type, id) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            seq: seq.parse().ok()?,
            poss_dup: poss_dup == "Y",
            msg_type: msg_type.into(),
            id: id.into(),
        })
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seq, poss_dup, msg_type, id } = self;
        write!(f, "{seq}:{}:{msg_type}:{id}", if *poss_dup { 'Y' } else { 'N' })
    }
}

/// Compares two lists and tells the first place where they differ.
///
/// # Panics
/// When they differ.
pub fn assert_same(whose: &str, seen: &[Seen], expected: &[Seen]) {
    let differs = seen.iter().zip(expected).position(|(seen, expected)| seen != expected);
    let at = match differs {
        None if seen.len() == expected.len() => return,
        None => seen.len().min(expected.len()),
        Some(at) => at,
    };
    let around = |list: &[Seen]| list.iter().skip(at.saturating_sub(2)).take(6).cloned().collect::<Vec<_>>();
    panic!(
        "{whose} received {} messages, {} were expected; from the first difference (index {at}) on: {:?} instead of {:?}",
        seen.len(),
        expected.len(),
        around(seen),
        around(expected),
    );
}
