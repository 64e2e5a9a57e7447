//! FIX versions: the transport's BeginString(8) and the application's ApplVerID(1128).
//!
//! Decides which session fields and rules a version has; what a session does with them stands in `session`.

/// The transport version, written in BeginString(8).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BeginString {
    /// FIX.4.0
    Fix40,
    /// FIX.4.1
    Fix41,
    /// FIX.4.2
    Fix42,
    /// FIX.4.3
    Fix43,
    /// FIX.4.4
    Fix44,
    /// FIXT.1.1, the transport of FIX 5.0 and later
    Fixt11,
}

impl BeginString {
    /// Every version, oldest first.
    pub const ALL: [Self; 6] =
        [Self::Fix40, Self::Fix41, Self::Fix42, Self::Fix43, Self::Fix44, Self::Fixt11];

    /// The value as it stands in tag 8.
    #[must_use]
    pub const fn as_bytes(self) -> &'static [u8] {
        self.as_str().as_bytes()
    }

    /// The value as it stands in tag 8.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fix40 => "FIX.4.0",
            Self::Fix41 => "FIX.4.1",
            Self::Fix42 => "FIX.4.2",
            Self::Fix43 => "FIX.4.3",
            Self::Fix44 => "FIX.4.4",
            Self::Fixt11 => "FIXT.1.1",
        }
    }

    /// The version whose tag 8 is `value`.
    #[must_use]
    pub fn from_bytes(value: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_bytes() == value)
    }

    /// Whether times are written with seconds only (FIX 4.0 and 4.1).
    #[must_use]
    pub const fn seconds_only(self) -> bool {
        matches!(self, Self::Fix40 | Self::Fix41)
    }

    /// What stands in EndSeqNo(16) for "everything from BeginSeqNo on": 0 from FIX 4.2, 999999 before.
    #[must_use]
    pub const fn end_of_infinity(self) -> u64 {
        match self {
            Self::Fix40 | Self::Fix41 => 999_999,
            Self::Fix42 | Self::Fix43 | Self::Fix44 | Self::Fixt11 => 0,
        }
    }

    /// Whether `end` in EndSeqNo(16) means "everything from BeginSeqNo on".
    #[must_use]
    pub const fn is_infinity(self, end: u64) -> bool {
        end == 0 || (end == 999_999 && matches!(self, Self::Fix40 | Self::Fix41 | Self::Fix42))
    }

    /// Whether the version has ResetSeqNumFlag(141): from FIX 4.1.
    #[must_use]
    pub const fn has_reset_flag(self) -> bool {
        !matches!(self, Self::Fix40)
    }

    /// Whether Reject has RefTagID(371), RefMsgType(372) and SessionRejectReason(373), and whether
    /// BusinessMessageReject exists: from FIX 4.2.
    #[must_use]
    pub const fn has_reject_fields(self) -> bool {
        !matches!(self, Self::Fix40 | Self::Fix41)
    }

    /// Whether the version has NextExpectedMsgSeqNum(789): from FIX 4.4.
    #[must_use]
    pub const fn has_next_expected(self) -> bool {
        matches!(self, Self::Fix44 | Self::Fixt11)
    }

    /// Whether the version has LastMsgSeqNumProcessed(369): from FIX 4.2.
    #[must_use]
    pub const fn has_last_processed(self) -> bool {
        !matches!(self, Self::Fix40 | Self::Fix41)
    }

    /// Whether the version has LocationIDs (142 to 145): from FIX 4.1.
    #[must_use]
    pub const fn has_location_ids(self) -> bool {
        !matches!(self, Self::Fix40)
    }
}

/// The application version, written in ApplVerID(1128) and DefaultApplVerID(1137).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ApplVerId {
    /// FIX 2.7, value 0
    Fix27,
    /// FIX 3.0, value 1
    Fix30,
    /// FIX 4.0, value 2
    Fix40,
    /// FIX 4.1, value 3
    Fix41,
    /// FIX 4.2, value 4
    Fix42,
    /// FIX 4.3, value 5
    Fix43,
    /// FIX 4.4, value 6
    Fix44,
    /// FIX 5.0, value 7
    Fix50,
    /// FIX 5.0 SP1, value 8
    Fix50Sp1,
    /// FIX 5.0 SP2, value 9
    Fix50Sp2,
    /// FIX Latest, value 10
    FixLatest,
}

impl ApplVerId {
    /// Every application version, in the order of their values.
    pub const ALL: [Self; 11] = [
        Self::Fix27,
        Self::Fix30,
        Self::Fix40,
        Self::Fix41,
        Self::Fix42,
        Self::Fix43,
        Self::Fix44,
        Self::Fix50,
        Self::Fix50Sp1,
        Self::Fix50Sp2,
        Self::FixLatest,
    ];

    /// The value as it stands in tags 1128, 1130 and 1137.
    #[must_use]
    pub const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Fix27 => b"0",
            Self::Fix30 => b"1",
            Self::Fix40 => b"2",
            Self::Fix41 => b"3",
            Self::Fix42 => b"4",
            Self::Fix43 => b"5",
            Self::Fix44 => b"6",
            Self::Fix50 => b"7",
            Self::Fix50Sp1 => b"8",
            Self::Fix50Sp2 => b"9",
            Self::FixLatest => b"10",
        }
    }

    /// The version whose tag value is `value`.
    #[must_use]
    pub fn from_bytes(value: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_bytes() == value)
    }

    /// The version of a name as configurations write it: `FIX.5.0SP2`, or the tag's value itself.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "FIX.2.7" => Self::Fix27,
            "FIX.3.0" => Self::Fix30,
            "FIX.4.0" => Self::Fix40,
            "FIX.4.1" => Self::Fix41,
            "FIX.4.2" => Self::Fix42,
            "FIX.4.3" => Self::Fix43,
            "FIX.4.4" => Self::Fix44,
            "FIX.5.0" => Self::Fix50,
            "FIX.5.0SP1" => Self::Fix50Sp1,
            "FIX.5.0SP2" => Self::Fix50Sp2,
            "FIX.Latest" | "FIXLatest" => Self::FixLatest,
            other => return Self::from_bytes(other.as_bytes()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_known_by_its_value_and_no_other() {
        for version in BeginString::ALL {
            assert_eq!(BeginString::from_bytes(version.as_bytes()), Some(version));
        }
        for version in ApplVerId::ALL {
            assert_eq!(ApplVerId::from_bytes(version.as_bytes()), Some(version));
        }
        assert_eq!((BeginString::from_bytes(b"FIX.4.5"), ApplVerId::from_bytes(b"11")), (None, None));
    }

    #[test]
    fn fix_4_0_and_4_1_write_seconds() {
        assert_eq!(BeginString::ALL.map(BeginString::seconds_only), [true, true, false, false, false, false]);
    }

    #[test]
    fn zero_is_infinity_and_999999_is_it_up_to_fix_4_2() {
        assert_eq!(BeginString::ALL.map(|version| version.is_infinity(0)), [true; 6]);
        let nines = BeginString::ALL.map(|version| version.is_infinity(999_999));
        assert_eq!(nines, [true, true, true, false, false, false]);
        assert_eq!(BeginString::ALL.map(|version| version.is_infinity(7)), [false; 6]);
    }
}
