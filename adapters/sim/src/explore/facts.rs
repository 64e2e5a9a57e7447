//! What has to be remembered of a side to judge what it does, beyond what its session and its disk say.

/// A ResendRequest that has left.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Asked {
    pub(super) begin: u64,
    /// `None`: everything from there on.
    pub(super) end: Option<u64>,
    /// The number that showed the gap.
    pub(super) high: u64,
}

/// What is remembered of a side. As little as the guarantees need: every fact here multiplies the worlds.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Facts {
    /// The highest number that has left, in this numbering.
    pub(super) highest_left: u64,
    /// The number of the Logout that has left on this connection, or on the last one.
    pub(super) logout_left: Option<u64>,
    /// The counterparty's Logout was consumed in sequence on this connection.
    pub(super) peer_logout_consumed: bool,
    /// The ResendRequest that left last on this connection.
    pub(super) asked: Option<Asked>,
    /// How many ResendRequests were sent, but for those that a limit repeated or that ask for the next chunk.
    pub(super) requests: u8,
    /// The numbers of the application messages that were delivered, in this numbering of the counterparty.
    pub(super) delivered: Vec<u64>,
    /// Of those, the numbers that may be delivered once more because the process has died since.
    pub(super) again: Vec<u64>,
    /// The number that was delivered last in this life of the process.
    pub(super) last_delivered: u64,
    /// What the operator wants, as far as it is durable.
    pub(super) meant_down: bool,
    /// The number expected that an operator set beyond what the counterparty has sent.
    pub(super) set_ahead: u64,
    /// The next number sent when the operator commanded the reset that is under way.
    pub(super) reset_given_at: Option<u64>,
}

impl Facts {
    /// The gap that was asked about is open while the number that showed it is expected still, or a lower one.
    pub(super) fn gap_open(&self, next_target: u64) -> bool {
        self.asked.is_some_and(|asked| next_target <= asked.high)
    }

    /// Whether a request from `begin` on asks for the chunk behind the one that was asked for last.
    pub(super) fn is_next_chunk(&self, begin: u64) -> bool {
        self.asked.and_then(|asked| asked.end).is_some_and(|end| begin == end + 1)
    }

    /// A connection begins.
    pub(super) fn connected(&mut self) {
        self.logout_left = None;
        self.peer_logout_consumed = false;
        self.asked = None;
    }

    /// The process has died, and goes on with `next_target` expected.
    pub(super) fn crashed(&mut self, next_target: u64, enabled: bool) {
        self.peer_logout_consumed = false;
        self.asked = None;
        self.last_delivered = 0;
        self.reset_given_at = None;
        self.again = self.delivered.iter().copied().filter(|seq| *seq >= next_target).collect();
        self.meant_down = !enabled;
    }
}
