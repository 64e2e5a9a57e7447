//! What a session tells of itself.

use crate::seq::SeqNum;

/// A session's state, told with [`super::Action::StateChanged`] and by [`super::Session::status`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Status {
    /// Where the protocol stands.
    pub phase: PhaseName,
    /// Logged on, and no Logout given since: application messages can be sent.
    pub logged_on: bool,
    /// Meant to be up.
    pub enabled: bool,
    /// Inside session time. True while no schedule has spoken.
    pub in_session_time: bool,
    /// The next MsgSeqNum(34) to send.
    pub next_sender: SeqNum,
    /// The next MsgSeqNum(34) expected.
    pub next_target: SeqNum,
    /// How many connections there have been, this one included.
    pub connection: u64,
    /// Why the last connection ended, or why this one is being closed.
    pub ended: Option<Reason>,
}

/// Where the protocol stands. FIX 4.4 volume 2, "Session state matrix", has eighteen states; recovery, probing and
/// replaying are facts beside the phase here, not phases.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PhaseName {
    /// No connection
    Disconnected,
    /// Acceptor: connected, no Logon yet
    AwaitingLogon,
    /// Acceptor: a Logon came and is being authenticated or answered
    LogonReceived,
    /// Initiator: connected, the Logon is being made
    LogonPending,
    /// Initiator: the Logon was sent
    LogonSent,
    /// Logged on
    Active,
    /// A Logout was sent and not answered yet
    LogoutSent,
    /// The counterparty's Logout was answered, and it is to close
    LogoutAnswered,
    /// The connection is being closed
    Closing,
}

/// Why the session wants the connection closed, or why it ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// Our Logout was answered.
    #[error("logout completed")]
    LogoutCompleted,
    /// Our Logout was not answered in time.
    #[error("the counterparty did not answer the Logout in time")]
    LogoutTimeout,
    /// The counterparty logged out.
    #[error("the counterparty logged out")]
    PeerLogout,
    /// The counterparty logged out instead of answering our Logon.
    #[error("the counterparty refused the Logon")]
    LogonRefusedByPeer,
    /// No Logon, or no answer to ours, in time.
    #[error("no Logon in time")]
    LogonTimeout,
    /// The first message was no Logon.
    #[error("the first message is not a Logon")]
    FirstMessageNotLogon,
    /// The Logon cannot be accepted: a field is wrong or missing.
    #[error("invalid Logon")]
    InvalidLogon,
    /// The Logon names other parties, or another version, than the session's.
    #[error("the Logon's identity is not the session's")]
    WrongIdentity,
    /// The owner refused the Logon.
    #[error("the Logon was refused")]
    LogonRefused,
    /// A Logon on a session that is logged on, without ResetSeqNumFlag(141)=Y.
    #[error("a second Logon without ResetSeqNumFlag")]
    UnexpectedLogon,
    /// MsgSeqNum(34) is below the one expected, and it is no possible duplicate.
    #[error("MsgSeqNum too low")]
    MsgSeqNumTooLow,
    /// A message without MsgSeqNum(34).
    #[error("a message without MsgSeqNum")]
    MsgSeqNumMissing,
    /// NextExpectedMsgSeqNum(789) is above what was sent.
    #[error("NextExpectedMsgSeqNum too high")]
    NextExpectedTooHigh,
    /// BeginString(8) is not the session's.
    #[error("incorrect BeginString")]
    IncorrectBeginString,
    /// SenderCompID or TargetCompID is not the session's.
    #[error("CompID problem")]
    CompIdProblem,
    /// SendingTime(52) is too far from now.
    #[error("SendingTime accuracy problem")]
    SendingTimeAccuracy,
    /// Nothing came, not even an answer to a TestRequest.
    #[error("the counterparty is silent")]
    TestRequestTimeout,
    /// Repeated ResendRequests were not answered.
    #[error("ResendRequests are not answered")]
    ResendTimeout,
    /// A message above the size limit was announced.
    #[error("a message is too long")]
    MessageTooLong,
    /// The counterparty takes no bytes, or the store no records, and what it makes the session answer would grow without
    /// bound.
    #[error("too much waits to be sent to the counterparty or to be saved")]
    OutputFull,
    /// The last sequence number has been used: only a reset helps.
    #[error("no sequence number is left")]
    NoNumberLeft,
    /// The store lost a record, or failed.
    #[error("the store failed")]
    StoreFailed,
    /// An in-session reset was not answered properly.
    #[error("the reset was not confirmed")]
    ResetFailed,
    /// The operator disabled the session.
    #[error("the session is disabled")]
    Disabled,
    /// The operator closed the connection.
    #[error("disconnected by the operator")]
    ByOperator,
    /// Session time is over.
    #[error("outside session time")]
    OutsideSessionTime,
    /// The counterparty, or the network, closed the connection.
    #[error("the connection was lost")]
    ConnectionLost,
}

impl Status {
    /// Whether nothing but the numbers differs.
    pub(super) fn same_state(&self, other: &Self) -> bool {
        (self.phase, self.enabled, self.in_session_time, self.connection, self.ended)
            == (other.phase, other.enabled, other.in_session_time, other.connection, other.ended)
    }
}
