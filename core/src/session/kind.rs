//! What kind of message it is, as far as the session tells kinds apart.

use crate::msg_type;
use crate::tags;
use crate::version::BeginString;
use crate::wire::Message;

/// A row of the transition table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Kind {
    /// Logon without ResetSeqNumFlag(141)=Y, or in FIX.4.0, which has no such field
    Logon,
    /// Logon with ResetSeqNumFlag(141)=Y
    LogonReset,
    Heartbeat,
    TestRequest,
    ResendRequest,
    Reject,
    /// SequenceReset with GapFillFlag(123)=Y
    GapFill,
    /// SequenceReset without it
    SequenceReset,
    Logout,
    /// Everything that is not administrative, XMLnonFIX included
    Application,
}

impl Kind {
    pub(super) fn of(message: &Message<'_>, version: BeginString) -> Self {
        let flag = |tag| message.get(tag) == Some(b"Y");
        match message.msg_type() {
            msg_type::HEARTBEAT => Self::Heartbeat,
            msg_type::TEST_REQUEST => Self::TestRequest,
            msg_type::RESEND_REQUEST => Self::ResendRequest,
            msg_type::REJECT => Self::Reject,
            msg_type::LOGOUT => Self::Logout,
            msg_type::SEQUENCE_RESET if flag(tags::GAP_FILL_FLAG) => Self::GapFill,
            msg_type::SEQUENCE_RESET => Self::SequenceReset,
            msg_type::LOGON if version.has_reset_flag() && flag(tags::RESET_SEQ_NUM_FLAG) => Self::LogonReset,
            msg_type::LOGON => Self::Logon,
            _ => Self::Application,
        }
    }
}
