//! Promises that need to know what went wrong, and when, or what an operator wanted.
//!
//! G5: a connection that begins with numbers on which both sides agree, and on which the line loses and repeats nothing,
//! leads to no ResendRequest, and both sides agree again when each has had the other's Logout. So the logon after a clean
//! Logout continues exactly.
//!
//! G24: a session that its operator has logged out stays down until an operator logs it on.
//!
//! G27: a Logout ends within its limit.
//!
//! G28: a line that has fallen silent is noticed by each side within its bound, unless there are no Heartbeats.

use sansfix::Reason;

use super::limits;
use crate::invariants::Violation;
use crate::line::Passage;
use crate::pair::{Pair, Side, Written};
use crate::received::Received;

/// What is promised at the moment.
#[derive(Debug, Default)]
pub(super) struct Promises {
    /// The connection on which nothing is to be asked for again; 0 when there is none.
    nothing_missing_on: u64,
    /// Who has written a Logout on it.
    logouts: [bool; 2],
    /// How many connections have ended with a clean Logout.
    clean_logouts: u64,
    /// How often each has begun again, when its operator logged it out; `None` when it is not to be down.
    logged_out: [Option<u64>; 2],
    /// The connection that has fallen silent, and until when it has to have ended, nanoseconds on the clock of the pair.
    silent: Option<(u64, u64)>,
    /// Until when each side's connection has to have ended, nanoseconds on the clock of the pair.
    down_by: [Option<u64>; 2],
}

impl Promises {
    /// A connection is about to be made.
    pub(super) fn connecting(&mut self, pair: &Pair) {
        let agree = |side: Side| {
            let [here, there] = [side, side.other()].map(|side| pair.node(side).session().snapshot());
            here.next_sender == there.next_target && pair.node(side).questions() == 0
        };
        self.nothing_missing_on = if Side::BOTH.into_iter().all(agree) { pair.connections() + 1 } else { 0 };
        self.logouts = [false; 2];
    }

    /// How many connections have ended with a clean Logout.
    pub(super) fn clean_logouts(&self) -> u64 {
        self.clean_logouts
    }

    /// An operator logs on.
    pub(super) fn logon_given(&mut self, side: Side) {
        self.logged_out[side as usize] = None;
    }

    /// An operator logs out a side that has begun again so often.
    pub(super) fn logout_given(&mut self, side: Side, pair: &Pair, slow_store_ms: u32) {
        let node = pair.node(side);
        self.logged_out[side as usize] = Some(node.crashes());
        let limit_ns = limits::of_logout(node.session().config(), slow_store_ms);
        self.down_by[side as usize] = Some(pair.now().mono_ns.saturating_add(limit_ns));
    }

    /// The line has fallen silent.
    pub(super) fn fell_silent(&mut self, pair: &Pair, slow_store_ms: u32) {
        self.nothing_missing_on = 0;
        let config = |side: Side| pair.node(side).session().config();
        if config(Side::Initiator).heart_bt_int > 0 {
            let limit = |side: Side| limits::of_silence(config(side), slow_store_ms);
            let limit_ns = Side::BOTH.into_iter().map(limit).max().unwrap_or(0);
            self.silent = Some((pair.connections(), pair.now().mono_ns.saturating_add(limit_ns)));
        }
    }

    /// Messages pass again.
    pub(super) fn silence_ended(&mut self) {
        self.silent = None;
    }

    /// Checks what was written since the last time, and whether a limit has passed.
    pub(super) fn check(&mut self, pair: &Pair) -> Result<(), Violation> {
        for side in Side::BOTH {
            for written in pair.written(side) {
                self.written(side, written)?;
            }
            self.logout_ends(side, pair)?;
            self.stays_down(side, pair)?;
        }
        self.silence_is_noticed(pair)?;
        self.clean_logout(pair)
    }

    fn silence_is_noticed(&self, pair: &Pair) -> Result<(), Violation> {
        let Some((connection, by)) = self.silent else { return Ok(()) };
        let is_open = |side: &Side| pair.node(*side).connected() && pair.connections() == connection;
        let open = Side::BOTH.into_iter().find(is_open).filter(|_| pair.now().mono_ns > by);
        let Some(side) = open else { return Ok(()) };
        let text = format!("still connected long after the line fell silent: {:?}", pair.node(side).status());
        Err(Violation { guarantee: "G28", side: Some(side), text })
    }

    fn written(&mut self, side: Side, written: &Written) -> Result<(), Violation> {
        if written.passage != Passage::Passes {
            self.nothing_missing_on = 0;
        }
        if written.connection != self.nothing_missing_on {
            return Ok(());
        }
        let Ok(Some(message)) = Received::take(&mut written.bytes.clone()) else { return Ok(()) };
        self.logouts[side as usize] |= message.get("35") == Some(b"5");
        if message.get("35") == Some(b"2") {
            let text = format!("asks for what cannot be missing: {message}");
            return Err(Violation { guarantee: "G5", side: Some(side), text });
        }
        Ok(())
    }

    fn logout_ends(&mut self, side: Side, pair: &Pair) -> Result<(), Violation> {
        let Some(by) = self.down_by[side as usize] else { return Ok(()) };
        if !pair.node(side).connected() {
            self.down_by[side as usize] = None;
        } else if pair.now().mono_ns > by {
            let text = format!(
                "still connected when every limit of its Logout has passed: {:?}",
                pair.node(side).status()
            );
            return Err(Violation { guarantee: "G27", side: Some(side), text });
        }
        Ok(())
    }

    /// A crash may have taken back what had not been saved.
    fn stays_down(&self, side: Side, pair: &Pair) -> Result<(), Violation> {
        let node = pair.node(side);
        if self.logged_out[side as usize] == Some(node.crashes()) && node.status().enabled {
            let text = format!("enabled after its operator has logged it out: {:?}", node.status());
            return Err(Violation { guarantee: "G24", side: Some(side), text });
        }
        Ok(())
    }

    /// Each side has had the other's Logout: both agree on the next numbers.
    fn clean_logout(&mut self, pair: &Pair) -> Result<(), Violation> {
        let over = |side: Side| {
            let (node, ended) = (pair.node(side), pair.node(side).status().ended);
            let by_logout = matches!(ended, Some(Reason::LogoutCompleted | Reason::PeerLogout));
            !node.connected() && node.questions() == 0 && by_logout
        };
        let here = self.nothing_missing_on == pair.connections() && self.logouts == [true; 2];
        if !here || !Side::BOTH.into_iter().all(over) {
            return Ok(());
        }
        self.logouts = [false; 2];
        self.clean_logouts += 1;
        for side in Side::BOTH {
            let [here, there] = [side, side.other()].map(|side| pair.node(side).status());
            let (expects, sends) = (here.next_target, there.next_sender);
            if expects != sends {
                let text = format!("expects {expects} after a clean Logout, and {sends} comes next");
                return Err(Violation { guarantee: "G5", side: Some(side), text });
            }
        }
        Ok(())
    }
}
