//! G16: two engines never enter an endless exchange. What sessions say by themselves stays below a bound that grows with
//! what gives them reason to speak.

use sansfix::{SECOND_NS, msg_type};

use crate::invariants::Violation;
use crate::line::Passage;
use crate::pair::{Pair, Side, Written};
use crate::received::Received;

/// How long is counted together, nanoseconds.
const WINDOW_NS: u64 = 60 * SECOND_NS;
/// What both sides may say in a window without any reason, besides what HeartBtInt makes them say.
const BY_THEMSELVES: u64 = 60;
/// What they may say in as many intervals of Heartbeats as a window has: a Heartbeat, a TestRequest and its answer from
/// each side are fewer.
const FOR_AN_INTERVAL: u64 = 8;
/// What a connection may lead to: Logons, Logouts, a probe and a recovery from each side are fewer.
const FOR_A_CONNECTION: u64 = 24;
/// What a message that was lost or repeated may lead to: a ResendRequest, or a probe and its answer.
const FOR_A_FAULT: u64 = 4;

/// What has been said in this window, and what may be.
#[derive(Debug, Default)]
pub(super) struct Chatter {
    window: Option<u64>,
    connection: u64,
    said: u64,
    allowed: u64,
}

impl Chatter {
    /// Checks what was written since the last time.
    pub(super) fn check(&mut self, pair: &Pair) -> Result<(), Violation> {
        let heart_bt_int = u64::from(pair.node(Side::Initiator).session().config().heart_bt_int);
        let intervals = (WINDOW_NS / SECOND_NS).checked_div(heart_bt_int).unwrap_or(0);
        let by_themselves = BY_THEMSELVES + FOR_AN_INTERVAL * intervals;
        for side in Side::BOTH {
            for written in pair.written(side) {
                self.count(written, by_themselves);
                if self.said > self.allowed {
                    let text = format!(
                        "{} administrative messages within a minute, where {} are many",
                        self.said, self.allowed
                    );
                    return Err(Violation { guarantee: "G16", side: None, text });
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, written: &Written, by_themselves: u64) {
        let window = Some(written.at_ns / WINDOW_NS);
        if self.window != window {
            (self.window, self.said, self.allowed) = (window, 0, by_themselves);
        }
        if self.connection != written.connection {
            self.connection = written.connection;
            self.allowed += FOR_A_CONNECTION;
        }
        self.allowed += if written.passage == Passage::Passes { 0 } else { FOR_A_FAULT };
        let Ok(Some(message)) = Received::take(&mut written.bytes.clone()) else { return };
        if message.get("43") == Some(b"Y") {
            return;
        }
        // A message of an application may be answered with a Reject.
        match message.get("35") {
            Some(kind) if msg_type::is_admin(kind) => self.said += 1,
            _ => self.allowed += 1,
        }
    }
}
