//! Heartbeats and TestRequests: sent, answered, and what silence means.

use super::Session;
use super::actions::Actions;
use super::connection::{InSessionReset, LogonKind};
use super::planted::Planted;
use super::reject::Problem;
use crate::msg_type;
use crate::reject_reason::SessionRejectReason;
use crate::seq::SeqNum;
use crate::tags;
use crate::time::Now;
use crate::wire::Message;

impl Session {
    /// A TestRequest is answered with a Heartbeat that repeats its TestReqID(112), also when HeartBtInt is 0.
    pub(super) fn answer_test_request(&mut self, now: Now, message: &Message<'_>, out: &mut Actions) {
        let problem = |reason| Problem { reason, tag: Some(i64::from(tags::TEST_REQ_ID)), text: "" };
        let id = match message.get(tags::TEST_REQ_ID) {
            Some(id) if self.config.planted(Planted::PanicsOnEmptyTestReqId) && id[0] == 0 => return,
            Some(b"") if !self.config.switches.answer_empty_test_req_id => {
                self.reject(now, message, &problem(SessionRejectReason::TagSpecifiedWithoutAValue), out);
                return;
            }
            Some(id) => id,
            None => {
                self.reject(now, message, &problem(SessionRejectReason::RequiredTagMissing), out);
                return;
            }
        };
        if self.connection.as_ref().is_some_and(|live| live.may_send_new()) {
            self.send_admin(now, msg_type::HEARTBEAT, |encoder| encoder.field(tags::TEST_REQ_ID, id), out);
        }
    }

    pub(super) fn send_heartbeat(&mut self, now: Now, out: &mut Actions) {
        self.send_admin(now, msg_type::HEARTBEAT, |_| {}, out);
    }

    /// Sends a TestRequest. Its own number makes TestReqID(112) unlike any other of the session.
    pub(super) fn send_test_request(&mut self, now: Now, id: &str, out: &mut Actions) -> SeqNum {
        let fixed = self.config.switches.fixed_test_req_id;
        let made = test_req_id(self.durable.next_sender);
        let id = match id {
            "" if fixed => "TEST",
            "" => &made,
            id => id,
        };
        let seq =
            self.send_admin(now, msg_type::TEST_REQUEST, |encoder| encoder.field(tags::TEST_REQ_ID, id), out);
        if let Some(live) = &mut self.connection {
            // One more request gives a silent counterparty no more time.
            live.probe_since.get_or_insert(now.mono_ns);
        }
        seq
    }

    /// A Heartbeat in sequence: it may be the answer that an in-session reset waits for.
    pub(super) fn heartbeat(&mut self, now: Now, message: &Message<'_>) {
        let id = self.next_id();
        let Some(live) = &mut self.connection else { return };
        let InSessionReset::Probing { test_request, .. } = live.reset else { return };
        let fixed = self.config.switches.fixed_test_req_id;
        let answered = message.get(tags::TEST_REQ_ID).is_some_and(|answer| {
            answer == test_req_id(test_request).as_bytes() || (fixed && answer == b"TEST")
        });
        if answered && live.gap.is_none() && live.may_send_new() {
            live.reset = InSessionReset::None;
            live.want_logon(now, id, LogonKind::ResetRequest);
        }
    }
}

fn test_req_id(seq: SeqNum) -> alloc::string::String {
    alloc::format!("TEST-{seq}")
}
