//! One message for every kind and number.

use std::fmt;

use super::stage::{EXPECTED, HIGH, LOW, Stage};
use super::wire::from_them;

/// A row of the transition table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// Logon without ResetSeqNumFlag(141)=Y
    Logon,
    /// Logon with ResetSeqNumFlag(141)=Y
    LogonReset,
    /// Heartbeat
    Heartbeat,
    /// TestRequest
    TestRequest,
    /// ResendRequest for one application message of ours
    ResendRequest,
    /// Reject
    Reject,
    /// SequenceReset with GapFillFlag(123)=Y
    GapFill,
    /// SequenceReset without it
    SequenceReset,
    /// Logout
    Logout,
    /// An application message
    Application,
}

/// How MsgSeqNum(34) compares with the number expected.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Number {
    /// Below it
    Low,
    /// Below it, PossDupFlag(43)=Y
    LowDuplicate,
    /// Equal
    Expected,
    /// Equal, PossDupFlag(43)=Y
    ExpectedDuplicate,
    /// Above it
    High,
    /// Above it, PossDupFlag(43)=Y
    HighDuplicate,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Logon,
        Self::LogonReset,
        Self::Heartbeat,
        Self::TestRequest,
        Self::ResendRequest,
        Self::Reject,
        Self::GapFill,
        Self::SequenceReset,
        Self::Logout,
        Self::Application,
    ];

    /// The name as readers know it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Logon => "Logon",
            Self::LogonReset => "Logon, 141=Y",
            Self::Heartbeat => "Heartbeat",
            Self::TestRequest => "TestRequest",
            Self::ResendRequest => "ResendRequest",
            Self::Reject => "Reject",
            Self::GapFill => "SequenceReset, GapFill",
            Self::SequenceReset => "SequenceReset, Reset",
            Self::Logout => "Logout",
            Self::Application => "application message",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Number {
    /// Every number.
    pub const ALL: [Self; 6] = [
        Self::Low,
        Self::LowDuplicate,
        Self::Expected,
        Self::ExpectedDuplicate,
        Self::High,
        Self::HighDuplicate,
    ];

    /// The name for readers.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Low => "below",
            Self::LowDuplicate => "below, 43=Y",
            Self::Expected => "expected",
            Self::ExpectedDuplicate => "expected, 43=Y",
            Self::High => "above",
            Self::HighDuplicate => "above, 43=Y",
        }
    }

    /// The MsgSeqNum(34).
    #[must_use]
    pub fn seq(self) -> u64 {
        match self {
            Self::Low | Self::LowDuplicate => LOW,
            Self::Expected | Self::ExpectedDuplicate => EXPECTED,
            Self::High | Self::HighDuplicate => HIGH,
        }
    }

    /// PossDupFlag(43)=Y
    pub(super) fn is_duplicate(self) -> bool {
        match self {
            Self::LowDuplicate | Self::ExpectedDuplicate | Self::HighDuplicate => true,
            Self::Low | Self::Expected | Self::High => false,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The message that stands for a cell. Nothing is wrong with it but what the cell says.
pub(super) fn witness(stage: Stage, kind: Kind, number: Number) -> Vec<u8> {
    let seq = number.seq();
    let own_order = stage.own_order().to_string();
    // Far enough above that it can be told from counting.
    let gap_fill_to = (seq + 4).to_string();
    let reset_to = (EXPECTED + 4).to_string();
    let (msg_type, fields): (&str, Vec<(u32, &str)>) = match kind {
        Kind::Logon => ("A", vec![(98, "0"), (108, "30")]),
        Kind::LogonReset => ("A", vec![(98, "0"), (108, "30"), (141, "Y")]),
        Kind::Heartbeat => ("0", vec![]),
        Kind::TestRequest => ("1", vec![(112, "ASK")]),
        Kind::ResendRequest => ("2", vec![(7, &own_order), (16, &own_order)]),
        Kind::Reject => ("3", vec![(45, "1")]),
        Kind::GapFill => ("4", vec![(123, "Y"), (36, &gap_fill_to)]),
        Kind::SequenceReset => ("4", vec![(36, &reset_to)]),
        Kind::Logout => ("5", vec![]),
        Kind::Application => ("D", vec![(11, "THEIRS")]),
    };
    from_them(msg_type, seq, number.is_duplicate(), &fields)
}
