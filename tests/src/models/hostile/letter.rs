//! What can happen to the session: a letter of the alphabet is a message of the counterparty, right or wrong, an event of
//! the connection, or an operator's command.
//!
//! Numbers are relative to the session's own, so that the same letter means the same in every state.

use core::fmt;

/// One letter. Its name is how it is written in a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// How it is written
    pub name: &'static str,
    /// What it stands for
    pub what: What,
}

/// What a letter stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A connection is made.
    Connect,
    /// The counterparty or the network closes the connection.
    Lost,
    /// The next deadline comes; a moment before it an early tick.
    Tick,
    /// Half the time to it passes, while a Logout waits to be answered.
    Half,
    /// An operator's command.
    Operator(Order),
    /// The application sends a message.
    Send,
    /// The counterparty sends a message.
    Heard(Said),
}

/// An operator's commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Logon
    Logon,
    /// Logout
    Logout,
    /// TestRequest
    TestRequest,
    /// Disconnect
    Disconnect,
    /// Reset, without a connection
    ResetOffline,
    /// Logout and reset
    ResetAfterLogout,
    /// Reset on the live connection
    ResetInSession,
}

/// A message of the counterparty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said {
    /// MsgType(35) and its fields
    pub kind: Kind,
    /// MsgSeqNum(34)
    pub number: Number,
    /// PossDupFlag(43)
    pub dup: Dup,
    /// What is wrong with it
    pub fault: Fault,
    /// What the owner of the session says to it
    pub verdict: Answer,
}

/// MsgType(35) and what the body says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Logon
    Logon(LogonForm),
    /// Heartbeat
    Heartbeat(Id),
    /// TestRequest
    TestRequest(Id),
    /// ResendRequest
    ResendRequest(Asked),
    /// Reject
    Reject,
    /// SequenceReset with GapFillFlag(123)=Y; NewSeqNo(36) is so much above its number
    GapFill { by: u64 },
    /// SequenceReset without it; NewSeqNo(36) compared with the number that is expected
    Reset(NewSeqNo),
    /// Logout
    Logout,
    /// An application message
    Order,
}

/// How a Logon is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogonForm {
    /// As it should be
    Right,
    /// With ResetSeqNumFlag(141)=Y
    Reset,
    /// With another HeartBtInt(108) than the session's: 0 where that is not 0
    OtherHeartBtInt,
    /// Without EncryptMethod(98)
    NoEncryptMethod,
    /// NextExpectedMsgSeqNum(789): everything was got
    GotAll,
    /// NextExpectedMsgSeqNum(789)=1
    GotNothing,
    /// NextExpectedMsgSeqNum(789) above what was sent
    GotTooMuch,
}

/// TestReqID(112) of a Heartbeat or a TestRequest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Id {
    /// None
    None,
    /// One without a value
    Empty,
    /// That of the last TestRequest of the session
    Asked,
    /// Another
    Other,
}

/// BeginSeqNo(7) and EndSeqNo(16).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// 1 to infinity
    All,
    /// 1 alone
    First,
    /// The last number that was sent
    Last,
    /// 1 to three above the last number that was sent
    TooMany,
    /// From the next number on
    Beyond,
    /// The end before the beginning
    Reversed,
}

/// NewSeqNo(36) of a SequenceReset-Reset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewSeqNo {
    /// Below the number that is expected
    Lower,
    /// That number
    Equal,
    /// Two above it
    Higher,
}

/// MsgSeqNum(34).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// The one that is expected
    Expected,
    /// One below
    Low,
    /// So much above
    Ahead(u64),
    /// 1
    One,
    /// The field is left out.
    Absent,
    /// The field holds letters.
    Letters,
}

/// PossDupFlag(43) and OrigSendingTime(122).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dup {
    /// Not a possible duplicate
    No,
    /// A possible duplicate
    Yes,
    /// One without OrigSendingTime(122)
    NoOrig,
    /// One whose OrigSendingTime(122) lies after SendingTime(52)
    LaterOrig,
}

/// What is wrong with a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing
    None,
    /// BeginString(8)
    BeginString,
    /// SenderCompID(49)
    Sender,
    /// TargetCompID(56)
    Target,
    /// SendingTime(52) is an hour old.
    Stale,
    /// CheckSum(10)
    CheckSum,
    /// BodyLength(9) is one too small.
    BodyLength,
}

impl Fault {
    /// Whether the message is garbled.
    #[must_use]
    pub fn garbles(self) -> bool {
        matches!(self, Self::CheckSum | Self::BodyLength)
    }
}

/// What the owner answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Accept
    Accept,
    /// Reject
    SessionReject,
    /// BusinessMessageReject
    BusinessReject,
    /// Logon refused without a word
    RefuseSilently,
    /// Logon refused with a text
    Refuse,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Letter {
    /// The message that the letter stands for, if it does.
    #[must_use]
    pub fn said(&self) -> Option<&Said> {
        match &self.what {
            What::Heard(said) => Some(said),
            What::Connect | What::Lost | What::Tick | What::Half | What::Operator(_) | What::Send => None,
        }
    }
}
