//! How often each fault and command may happen in one history: what makes the number of states finite.

use std::fmt;

use crate::pair::Side;

/// How often each fault and command may happen in one history. What costs nothing is not here: connections between two
/// sides that are meant to be up, deliveries, the end of a stream, and limits that pass while nothing is under way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Budget {
    /// Application messages of the initiator and of the acceptor
    pub application: [u8; 2],
    /// Logout commands, on either side
    pub logout: u8,
    /// Logon commands, on either side
    pub logon: u8,
    /// Resets in session, commanded on either side
    pub reset: u8,
    /// SetNextSender and SetNextTarget, on either side, while nothing is under way
    pub set_next: u8,
    /// Connections that are cut: everything under way is lost
    pub cut: u8,
    /// Processes that die, between any two of their actions, and start again from disk
    pub crash: u8,
    /// Limits that pass although something is under way
    pub early: u8,
    /// Heartbeats, TestRequests and their limits that are due while nothing is under way
    pub heartbeats: u8,
    /// Connections to an acceptor that is taken down
    pub dials: u8,
    /// Messages that are lost while the connection goes on
    pub loss: u8,
    /// Messages that arrive twice, the second time behind everything that is under way
    pub duplication: u8,
}

impl Budget {
    /// Nothing: two sides that connect.
    pub const NONE: Self = Self {
        application: [0, 0],
        logout: 0,
        logon: 0,
        reset: 0,
        set_next: 0,
        cut: 0,
        crash: 0,
        early: 0,
        heartbeats: 0,
        dials: 0,
        loss: 0,
        duplication: 0,
    };

    /// As often as one likes: for walks and for histories that are given.
    pub const PLENTY: Self = Self {
        application: [u8::MAX, u8::MAX],
        logout: u8::MAX,
        logon: u8::MAX,
        reset: u8::MAX,
        set_next: u8::MAX,
        cut: u8::MAX,
        crash: u8::MAX,
        early: u8::MAX,
        heartbeats: u8::MAX,
        dials: u8::MAX,
        loss: u8::MAX,
        duplication: u8::MAX,
    };

    /// The budgets of walks: plenty of what goes together. Numbers that operators set and resets are apart from each other
    /// and from loss and duplication: a message of the old numbering that comes late looks like one of the new.
    pub const WALKS: [Self; 3] = [
        Self { set_next: 0, reset: 0, ..Self::PLENTY },
        Self { set_next: 0, loss: 0, duplication: 0, ..Self::PLENTY },
        // A number that is too low by n takes n connections to come right, and a cure is not without end.
        Self { reset: 0, loss: 0, duplication: 0, set_next: 12, ..Self::PLENTY },
    ];

    /// What no honest exchange within the budget takes: the highest number that a side may come to. Each connection takes
    /// a Logon, a ResendRequest and a Logout of each side at most, and a second Logout after a recovery; each thing that can
    /// happen makes one more connection at most, and two messages.
    #[must_use]
    pub fn ceiling(&self) -> u64 {
        let happenings = [
            self.logout,
            self.logon,
            self.reset,
            self.set_next,
            self.cut,
            self.crash,
            self.early,
            self.heartbeats,
            self.dials,
            self.loss,
            self.duplication,
        ];
        let happenings: u64 = happenings.into_iter().map(u64::from).sum();
        let application = self.application.into_iter().map(u64::from).max().unwrap_or_default();
        1 + application + 4 * (happenings + 1) + 2 * happenings
    }

    /// How often a connection may have ended with something under way, or lost it: of what was spent out of `self` down to
    /// `left`. A Logout counts too, since before the logon is complete it only closes.
    pub(super) fn faults_spent(&self, left: &Self) -> u64 {
        let spent = [
            self.logout - left.logout,
            self.reset - left.reset,
            self.cut - left.cut,
            self.crash - left.crash,
            self.early - left.early,
            self.dials - left.dials,
            self.loss - left.loss,
            self.duplication - left.duplication,
            self.set_next - left.set_next,
        ];
        spent.into_iter().map(u64::from).sum()
    }

    /// Whether what was spent out of `self` down to `left` has lost nothing on a connection that went on, nor let a limit
    /// pass early, nor set a number: whatever was asked for has come.
    pub(super) fn kept_everything_since(&self, left: &Self) -> bool {
        (self.loss, self.duplication, self.early, self.set_next)
            == (left.loss, left.duplication, left.early, left.set_next)
    }

    pub(super) fn take_application(&mut self, side: Side) -> bool {
        take(&mut self.application[side as usize])
    }
}

/// One less, if there is one.
pub(super) fn take(left: &mut u8) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}

impl fmt::Display for Budget {
    /// `application 1+1, logout 1, cut 1`; what is 0 is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "application {}+{}", self.application[0], self.application[1])?;
        let named = [
            ("logout", self.logout),
            ("logon", self.logon),
            ("reset", self.reset),
            ("SetNext", self.set_next),
            ("cut", self.cut),
            ("crash", self.crash),
            ("early limit", self.early),
            ("heartbeat", self.heartbeats),
            ("dial in vain", self.dials),
            ("loss", self.loss),
            ("duplication", self.duplication),
        ];
        for (name, count) in named.into_iter().filter(|(_, count)| *count > 0) {
            write!(f, ", {name} {count}")?;
        }
        Ok(())
    }
}
