//! What of a session is durable.

use super::intent::Intent;
use crate::seq::SeqNum;

/// What a store keeps beside the messages, and what a session starts from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Snapshot {
    /// The next MsgSeqNum(34) expected.
    pub next_target: SeqNum,
    /// The next MsgSeqNum(34) to send.
    pub next_sender: SeqNum,
    /// Counts the resets. Messages of an older epoch are no longer available for resending.
    pub epoch: u64,
    /// When the epoch began, nanoseconds since 1970-01-01T00:00:00Z.
    pub created_utc_ns: i64,
    /// A reset was announced with ResetSeqNumFlag(141)=Y and not confirmed yet: the next Logon announces it again.
    pub reset_owed: bool,
    /// Whether the session is meant to be up.
    pub intent: Intent,
}

impl Snapshot {
    /// A session that never ran, enabled, both numbers 1.
    #[must_use]
    pub fn new(created_utc_ns: i64) -> Self {
        Self {
            next_target: SeqNum::FIRST,
            next_sender: SeqNum::FIRST,
            epoch: 0,
            created_utc_ns,
            reset_owed: false,
            intent: Intent::enabled_by_configuration(),
        }
    }
}

impl Snapshot {
    /// Becomes `other`. Cheaper than a clone while the intent stays.
    pub(crate) fn update(&mut self, other: &Self) {
        self.next_target = other.next_target;
        self.next_sender = other.next_sender;
        self.epoch = other.epoch;
        self.created_utc_ns = other.created_utc_ns;
        self.reset_owed = other.reset_owed;
        if !alloc::sync::Arc::ptr_eq(&self.intent.why, &other.intent.why) || self.intent != other.intent {
            self.intent = other.intent.clone();
        }
    }
}
