//! Both numbers back to 1.
//!
//! FIX 4.4 volume 2, "Logon", ResetSeqNumFlag. A new numbering is a new epoch: messages of the old one are no longer
//! available, here and in the store.

use super::Session;
use super::actions::Actions;
use crate::seq::SeqNum;
use crate::time::Now;

impl Session {
    /// What we send is numbered from 1 again.
    pub(super) fn renumber(&mut self, now: Now, out: &mut Actions) {
        self.durable.epoch += 1;
        self.durable.created_utc_ns = now.utc_ns;
        self.durable.next_sender = SeqNum::FIRST;
        self.changed = true;
        out.epoch_changed();
    }

    /// Without a connection: both numbers, and no more is owed to the counterparty.
    pub(super) fn reset_offline(&mut self, now: Now, out: &mut Actions) {
        self.renumber(now, out);
        self.durable.next_target = SeqNum::FIRST;
        self.durable.reset_owed = false;
        self.reset_when_down = false;
    }
}
