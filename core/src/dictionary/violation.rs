//! What a message breaks.

use core::fmt;

use crate::reject_reason::SessionRejectReason;
use crate::session::Verdict;

/// The first rule of the dictionary that a message breaks. Converts into the verdict that rejects the message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Violation {
    /// SessionRejectReason(373)
    pub reason: SessionRejectReason,
    /// RefTagID(371), as the counterparty wrote it; none when no single field is at fault (an unknown MsgType) or its
    /// tag is no number.
    pub tag: Option<i64>,
}

impl Violation {
    pub(super) fn new(reason: SessionRejectReason, tag: u32) -> Self {
        Self { reason, tag: Some(i64::from(tag)) }
    }
}

impl From<Violation> for Verdict<'static> {
    fn from(violation: Violation) -> Self {
        Self::SessionReject { reason: violation.reason, tag: violation.tag, text: "" }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.text())?;
        self.tag.map_or(Ok(()), |tag| write!(f, " ({tag})"))
    }
}

impl core::error::Error for Violation {}
