//! Mistakes that can be planted in a session, for sansfix's own tests: each is one that somebody could make, breaks a
//! guarantee of `docs/guarantees.md`, and has to be found by a check (`tests/tests/planted.rs` says by which).
//!
//! Only a build with the feature `seeded-bugs` can make them. Without it [`Config::planted`] is the constant false.

use crate::config::{Config, Limits};
use crate::wire::{Frame, frame};
#[cfg(feature = "seeded-bugs")]
use crate::wire::{Garbled, Message};

macro_rules! mistakes {
    ($($name:ident breaks $guarantee:literal: $sentence:literal,)*) => {
        /// A mistake.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[cfg_attr(not(feature = "seeded-bugs"), allow(unreachable_pub, dead_code))]
        pub enum Planted {
            $(#[doc = $sentence] $name,)*
        }

        #[cfg(feature = "seeded-bugs")]
        impl Planted {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The guarantee that it breaks, as `G1`.
            #[must_use]
            pub const fn guarantee(self) -> &'static str {
                match self { $(Self::$name => $guarantee,)* }
            }

            /// What is done wrong.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

mistakes! {
    LogoutForgetsNumbers breaks "G1": "After a Logout both numbers begin at 1, though nobody asked for it.",
    TooLowLowersExpected breaks "G1": "A MsgSeqNum that is too low becomes the number expected.",
    UnansweredLogonGivesNumberBack breaks "G8": "The number of an unanswered Logon is taken back, in memory alone.",
    LeavesUnsaved breaks "G3": "Messages leave without waiting for the store.",
    RefusedResetTakesEffect breaks "G1": "A Logon with ResetSeqNumFlag=Y that the owner refuses resets what is expected.",
    UnansweredLogoutCounted breaks "G4": "The answer to our Logout is counted when its time is over, though it has not come.",
    LogonAboveGapCounted breaks "G4": "A Logon above the number expected is counted, and nothing asked for.",
    LogoutAnswerNotCounted breaks "G5": "The answer to our Logout is not counted.",
    ResetStaysOwed breaks "G5": "A reset that the answer to our Logon confirms is announced at the next logon again.",
    GapBelowLogonNotAsked breaks "G6": "What is missing below the counterparty's Logon is not asked for.",
    LogoutAboveGapCounted breaks "G6": "A Logout that crosses ours above a gap is counted with all below it.",
    NumberNotSavedWithMessage breaks "G7": "A message is saved with the number that came before it.",
    RestartGivesNumberAgain breaks "G7": "An initiator that starts again takes its last number for one that never left.",
    LogonCommandNotSaved breaks "G8": "That the operator enabled the session is not saved.",
    DeliveredAboveGap breaks "G9": "An application message above a gap is delivered at once, before what is missing.",
    SendsBeforeResetConfirmed breaks "G9": "The application can send while a reset is under way, and what it sends is lost.",
    QueuedSkipped breaks "G9": "What waited above a gap is counted when it closes, and not delivered.",
    EarlyLogonClosesGap breaks "G10": "The first message of a gap counts the Logon above it with all between.",
    DuplicateIsNew breaks "G11": "A message below the number expected is delivered as a new one.",
    DeliveredBeforeLogon breaks "G12": "An application message in place of the answer to our Logon is delivered.",
    DeliveredAfterLogout breaks "G12": "An application message after the counterparty's Logout is delivered.",
    AdminRepeated breaks "G13": "Administrative messages are repeated, not gap-filled.",
    RepeatedWithoutPossDup breaks "G2": "A repeated message has no PossDupFlag.",
    ReplayBeyondEnd breaks "G14": "EndSeqNo is not heeded: everything sent is repeated.",
    ReplayInterleaved breaks "G14": "New messages leave in the middle of a replay.",
    AsksForEachAboveGap breaks "G15": "Each message above a gap asks for the missing ones again.",
    HeartbeatAnswered breaks "G16": "A Heartbeat is answered with a Heartbeat.",
    SequenceResetLowers breaks "G17": "A SequenceReset-Reset lowers the number expected.",
    GapFillAboveGapApplied breaks "G17": "A GapFill above the number expected is applied.",
    GarbledIsLife breaks "G18": "A garbled message counts as a sign of life.",
    GarbledCounted breaks "G18": "A garbled message takes a number.",
    ReadsAreMessages breaks "G19": "A message that a read does not hold whole is dropped.",
    QueueAfterInput breaks "G19": "What waits above a closed gap is taken after what has been read meanwhile.",
    QueueUnbounded breaks "G20": "Any number of messages is kept above a gap.",
    CheckSumNotCompared breaks "G18": "A message with another CheckSum than its own is taken.",
    BodyLengthNotHeeded breaks "G18": "A message ends at its CheckSum, whatever its BodyLength says.",
    GarbledTakesAll breaks "G19": "What is garbled takes with it all that was read with it.",
    LengthWithoutLimit breaks "G20": "A message of any length is waited for.",
    CheckSumCountsItself breaks "G20": "CheckSum of an application message counts its own tag too.",
    PanicsOnEmptyTestReqId breaks "G20": "An empty TestReqID panics.",
    TooLowPassedOver breaks "G21": "A MsgSeqNum that is too low, without PossDupFlag, is passed over.",
    DuplicateNotTold breaks "G21": "The application is not told of a possible duplicate.",
    StrangerAnswered breaks "G22": "A first message from somebody else is answered with a Logout.",
    RefusedLogonCounted breaks "G22": "A first Logon that the owner refuses in silence is counted.",
    LogoutLostInRecovery breaks "G24": "A Logout that is given while numbers are missing is not carried out.",
    LogoutUndoneByPeer breaks "G24": "The counterparty's Logout enables the session again.",
    SecondConnectionTakesOver breaks "G25": "A second connection takes the place of the live one.",
    SendsAfterLogout breaks "G26": "The application can send after our Logout.",
    LogoutWaitsForEver breaks "G27": "Without Heartbeats the answer to our Logout is waited for without a limit.",
    SilenceNeverEnds breaks "G28": "A TestRequest that is not answered is sent again, without end.",
    HolesWithoutRecord breaks "G28": "SetNextSender leaves no record of the numbers that it passes over.",
    AsksOnce breaks "G28": "A ResendRequest that brings nothing is not repeated.",
}

impl Limits {
    /// For [`Planted::QueueUnbounded`].
    pub(crate) fn unbounded_queue() -> Self {
        Self { queued_messages: u32::MAX, queued_bytes: u32::MAX, ..Self::default() }
    }
}

/// For [`Planted::CheckSumCountsItself`]: the sum that a message ends with becomes one that counts `10=`.
pub(super) fn count_check_sum_itself(message: &mut [u8]) {
    if let [.., hundreds, tens, ones, _] = message {
        let digits = [&*hundreds, &*tens, &*ones].map(|digit| u32::from(digit - b'0'));
        let own: u32 = b"10=".iter().copied().map(u32::from).sum();
        let sum = (digits[0] * 100 + digits[1] * 10 + digits[2] + own) % 256;
        *hundreds = b'0' + (sum / 100) as u8;
        *tens = b'0' + (sum / 10 % 10) as u8;
        *ones = b'0' + (sum % 10) as u8;
    }
}

impl Config {
    /// What stands at the start of the input.
    #[cfg(not(feature = "seeded-bugs"))]
    #[inline(always)]
    pub(super) fn frame<'i>(&self, input: &'i [u8]) -> Frame<'i> {
        frame(input, self.limits.max_message_size as usize)
    }

    /// What stands at the start of the input, with the mistake in it.
    #[cfg(feature = "seeded-bugs")]
    pub(super) fn frame<'i>(&self, input: &'i [u8]) -> Frame<'i> {
        let unlimited = self.planted(Planted::LengthWithoutLimit);
        let limit = if unlimited { usize::MAX } else { self.limits.max_message_size as usize };
        let found = frame(input, limit);
        let Frame::Garbled { why, taken } = found else { return found };
        let passed = why == Garbled::CheckSum && self.planted(Planted::CheckSumNotCompared)
            || why == Garbled::LengthMismatch && self.planted(Planted::BodyLengthNotHeeded);
        match input.get(..taken).filter(|_| passed).and_then(Message::unchecked) {
            Some(message) => Frame::Message { message, taken },
            None if self.planted(Planted::GarbledTakesAll) => Frame::Garbled { why, taken: input.len() },
            None => found,
        }
    }

    /// Whether this mistake is to be made.
    #[cfg(feature = "seeded-bugs")]
    pub(crate) fn planted(&self, mistake: Planted) -> bool {
        self.planted == Some(mistake)
    }

    /// No mistake is made.
    #[cfg(not(feature = "seeded-bugs"))]
    #[inline(always)]
    pub(crate) const fn planted(&self, _: Planted) -> bool {
        false
    }
}
