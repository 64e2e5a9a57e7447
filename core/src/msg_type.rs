//! MsgType(35) of the session layer's own messages.

/// Heartbeat
pub const HEARTBEAT: &[u8] = b"0";
/// TestRequest
pub const TEST_REQUEST: &[u8] = b"1";
/// ResendRequest
pub const RESEND_REQUEST: &[u8] = b"2";
/// Reject (session level)
pub const REJECT: &[u8] = b"3";
/// SequenceReset, both modes
pub const SEQUENCE_RESET: &[u8] = b"4";
/// Logout
pub const LOGOUT: &[u8] = b"5";
/// Logon
pub const LOGON: &[u8] = b"A";
/// BusinessMessageReject, an application message from FIX 4.2
pub const BUSINESS_MESSAGE_REJECT: &[u8] = b"j";

/// Whether the type is one of the seven administrative messages. XMLnonFIX (`n`) is not: it is carried and
/// retransmitted like an application message.
#[must_use]
pub const fn is_admin(msg_type: &[u8]) -> bool {
    matches!(msg_type, [b'0'..=b'5' | b'A'])
}
