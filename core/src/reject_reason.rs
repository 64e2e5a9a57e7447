//! SessionRejectReason(373) and BusinessRejectReason(380).

use crate::version::BeginString;

/// Why a message breaks a session rule: SessionRejectReason(373), FIX 4.4 volume 2 "Reject".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
#[non_exhaustive]
pub enum SessionRejectReason {
    /// 0: the tag is not in the specification
    InvalidTagNumber = 0,
    /// 1
    RequiredTagMissing = 1,
    /// 2: the tag is known, but not in a message of this type
    TagNotDefinedForThisMessageType = 2,
    /// 3
    UndefinedTag = 3,
    /// 4
    TagSpecifiedWithoutAValue = 4,
    /// 5
    ValueIsIncorrect = 5,
    /// 6
    IncorrectDataFormatForValue = 6,
    /// 7
    DecryptionProblem = 7,
    /// 8
    SignatureProblem = 8,
    /// 9
    CompIdProblem = 9,
    /// 10
    SendingTimeAccuracyProblem = 10,
    /// 11
    InvalidMsgType = 11,
    /// 12, from FIX 4.3
    XmlValidationError = 12,
    /// 13, from FIX 4.3
    TagAppearsMoreThanOnce = 13,
    /// 14, from FIX 4.3
    TagSpecifiedOutOfRequiredOrder = 14,
    /// 15, from FIX 4.3
    RepeatingGroupFieldsOutOfOrder = 15,
    /// 16, from FIX 4.3
    IncorrectNumInGroupCount = 16,
    /// 17, from FIX 4.3
    NonDataValueIncludesSoh = 17,
    /// 18, from FIXT.1.1
    InvalidUnsupportedApplicationVersion = 18,
    /// 99, from FIX 4.4: explained in Text(58)
    Other = 99,
}

impl SessionRejectReason {
    /// The value of tag 373.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The words for Text(58).
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::InvalidTagNumber => "Invalid tag number",
            Self::RequiredTagMissing => "Required tag missing",
            Self::TagNotDefinedForThisMessageType => "Tag not defined for this message type",
            Self::UndefinedTag => "Undefined Tag",
            Self::TagSpecifiedWithoutAValue => "Tag specified without a value",
            Self::ValueIsIncorrect => "Value is incorrect (out of range) for this tag",
            Self::IncorrectDataFormatForValue => "Incorrect data format for value",
            Self::DecryptionProblem => "Decryption problem",
            Self::SignatureProblem => "Signature problem",
            Self::CompIdProblem => "CompID problem",
            Self::SendingTimeAccuracyProblem => "SendingTime accuracy problem",
            Self::InvalidMsgType => "Invalid MsgType",
            Self::XmlValidationError => "XML validation error",
            Self::TagAppearsMoreThanOnce => "Tag appears more than once",
            Self::TagSpecifiedOutOfRequiredOrder => "Tag specified out of required order",
            Self::RepeatingGroupFieldsOutOfOrder => "Repeating group fields out of order",
            Self::IncorrectNumInGroupCount => "Incorrect NumInGroup count for repeating group",
            Self::NonDataValueIncludesSoh => "Non-data value includes field delimiter (SOH character)",
            Self::InvalidUnsupportedApplicationVersion => "Invalid/Unsupported Application Version",
            Self::Other => "Other",
        }
    }

    /// Whether tag 373 of this version has the value: 12 to 17 from FIX 4.3, 18 in FIXT.1.1, 99 from FIX 4.4.
    #[must_use]
    pub fn exists_in(self, version: BeginString) -> bool {
        match self.code() {
            0..=11 => version.has_reject_fields(),
            12..=17 => version >= BeginString::Fix43,
            18 => version == BeginString::Fixt11,
            _ => version >= BeginString::Fix44,
        }
    }
}

/// Why an application cannot process a message that is correct for the session: BusinessRejectReason(380).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
#[non_exhaustive]
pub enum BusinessRejectReason {
    /// 0
    Other = 0,
    /// 1
    UnknownId = 1,
    /// 2
    UnknownSecurity = 2,
    /// 3
    UnsupportedMessageType = 3,
    /// 4
    ApplicationNotAvailable = 4,
    /// 5
    ConditionallyRequiredFieldMissing = 5,
    /// 6, from FIX 4.3
    NotAuthorized = 6,
    /// 7, from FIX 4.3
    DeliverToFirmNotAvailable = 7,
    /// 8, FIX 5.0
    ThrottleLimitExceeded = 8,
    /// 9, FIX 5.0
    ThrottleLimitExceededSessionDisconnected = 9,
    /// 10, FIX 5.0
    ThrottledMessagesRejectedOnRequest = 10,
    /// 18, FIX 5.0
    InvalidPriceIncrement = 18,
}

impl BusinessRejectReason {
    /// The value of tag 380.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Whether tag 380 of this version has the value: 0 to 5 from FIX 4.2, 6 and 7 from FIX 4.3, the rest in FIXT.1.1.
    /// A reason that a version does not have is written as 0, Other.
    #[must_use]
    pub fn exists_in(self, version: BeginString) -> bool {
        match self.code() {
            0..=5 => version.has_reject_fields(),
            6 | 7 => version >= BeginString::Fix43,
            _ => version == BeginString::Fixt11,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_exists_from_its_version_on() {
        let exists = |reason: BusinessRejectReason, from| {
            BeginString::ALL.map(|version| reason.exists_in(version) == (version >= from)) == [true; 6]
        };
        assert!(exists(BusinessRejectReason::ConditionallyRequiredFieldMissing, BeginString::Fix42));
        assert!(exists(BusinessRejectReason::NotAuthorized, BeginString::Fix43));
        assert!(exists(BusinessRejectReason::ThrottleLimitExceeded, BeginString::Fixt11));
        let exists = |reason: SessionRejectReason, from| {
            BeginString::ALL.map(|version| reason.exists_in(version) == (version >= from)) == [true; 6]
        };
        assert!(exists(SessionRejectReason::InvalidMsgType, BeginString::Fix42));
        assert!(exists(SessionRejectReason::IncorrectNumInGroupCount, BeginString::Fix43));
        assert!(exists(SessionRejectReason::Other, BeginString::Fix44));
        assert!(exists(SessionRejectReason::InvalidUnsupportedApplicationVersion, BeginString::Fixt11));
    }
}
