//! Which interesting situations a step was: a search that never met them has shown nothing about them.

use std::ops::BitOrAssign;

/// A set of situations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Reached(u32);

macro_rules! situations {
    ($($name:ident = $at:literal, $text:literal;)*) => {
        impl Reached {
            $(#[doc = $text] pub const $name: Self = Self(1 << $at);)*

            /// Every situation with its name.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$name, $text)),*];
        }
    };
}

situations! {
    CLEAN_LOGON = 0, "a logon after a clean logout";
    CRASH_IN_GAP = 1, "a crash while a gap is open";
    CROSSING_LOGOUTS = 2, "two Logouts that cross";
    RESEND_AFTER_CRASH = 3, "an application message repeated after a crash";
    LOGOUT_IN_GAP = 4, "a Logout command while a gap is open";
    LOGOUT_ABOVE_GAP = 5, "a Logout that arrives above a gap";
    SAVED_NEVER_LEFT = 6, "a crash between the save of a message and its leaving";
    NEVER_SAVED = 7, "a crash before a message was saved";
    DELIVERED_AGAIN = 8, "a message delivered again after a crash of its receiver";
    CUT_WITH_ORDER = 9, "a cut that loses an application message";
    TOO_LOW = 10, "a MsgSeqNum too low";
    LOGON_REMEMBERED = 11, "a Logon command while the Logout is under way";
    BOTH_ASK = 12, "both sides ask for a resend at once";
    LOGOUT_LIMIT = 13, "a Logout that is not answered in time";
    REQUEST_REPEATED = 14, "a ResendRequest repeated by its limit";
    RESET_DONE = 15, "a reset in session that both sides completed";
    RESET_INTERRUPTED = 16, "a connection that ends while a reset is not confirmed";
    DIALLED_IN_VAIN = 17, "a connection to an acceptor that is taken down";
    PROBED = 18, "a TestRequest for silence";
    LOST_REQUEST = 19, "a ResendRequest that is lost";
    LOST_LOGOUT = 20, "a Logout that is lost";
    DUPLICATED_LOGOUT = 21, "a Logout that arrives twice";
    LOWERED = 22, "an operator lowers a number";
    RAISED = 23, "an operator raises a number";
}

impl Reached {
    /// Whether all of `other` is among it.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The places of its situations in [`Self::ALL`].
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..Self::ALL.len()).filter(move |at| self.0 & (1 << at) != 0)
    }
}

impl BitOrAssign for Reached {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
