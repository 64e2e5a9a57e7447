//! What must hold of everything that the session says and becomes.

use std::hash::{DefaultHasher, Hash, Hasher};

use sansfix::wire::Message;
use sansfix::{Event, Outcome, PhaseName, Session, msg_type};

use super::Driven;

impl Driven {
    /// What has left: saved, numbered without a break, and nothing new after a Logout.
    pub(super) fn observe(&mut self, message: &Message<'_>) {
        self.transmitted += 1;
        let seq = message.seq().expect("every message has a number").get();
        if message.poss_dup() {
            return;
        }
        if let Some(id) = message.get(112).filter(|_| message.msg_type() == msg_type::TEST_REQUEST) {
            self.last_test_req_id = String::from_utf8_lossy(id).into_owned();
        }
        let skipped = std::mem::take(&mut self.skipped);
        if let Some(expected) = self.expected.filter(|_| self.overridden.is_none() && seq != 1) {
            let fits = if skipped { seq >= expected } else { seq == expected };
            assert!(fits, "number {seq} was sent where {expected} was due");
        }
        // What an epoch's end left unsaved leaves without a record: it can never be asked for again.
        let same_epoch = self.epoch == self.connected_in && self.session.config().persist_messages;
        assert!(!same_epoch || self.saved.contains(&seq), "{seq} left before it was saved");
        self.expected = Some(seq + 1);
        assert!(!self.logout_sent || message.msg_type() == msg_type::LOGOUT, "something new after a Logout");
        self.logout_sent = message.msg_type() == msg_type::LOGOUT;
    }

    pub(super) fn check(&mut self) {
        assert!(self.out.unsaved() || self.saving.is_none(), "a batch in flight is unsaved");
        assert!(self.out.wire().is_none_or(|wire| !format!("{wire:?}").is_empty()));
        assert!(self.out.unsent() == 0 || self.session.status().phase != PhaseName::Disconnected);
        assert!(!self.session.resetting() || self.session.status().logged_on);
        let (status, durable) = (self.session.status(), self.session.snapshot());
        // A reset shows in the epoch, or in that one was owed and is confirmed.
        let reset = (durable.epoch, durable.reset_owed) != self.last_reset;
        let may_fall = reset || std::mem::take(&mut self.target_may_fall);
        assert!(status.next_target >= self.target || may_fall, "the expected number fell");
        self.last_reset = (durable.epoch, durable.reset_owed);
        self.target = status.next_target;
        if let Some((at, timer)) = self.session.deadline().filter(|(at, _)| *at <= self.now.mono_ns) {
            let outcome = self.session.clone().handle(self.now, Event::Tick, &mut self.out.clone());
            assert_eq!(outcome, Outcome::Done, "{timer:?} is due since {at} and nothing comes of it");
        }
    }

    /// What there is to see can be shown, and a copy of the session is equal to it.
    pub(super) fn show(&self) {
        let twin = self.session.clone();
        assert!(twin == self.session, "a copy differs");
        assert_eq!(hash(&twin), hash(&self.session));
        assert!(format!("{:?} {:?} {:?}", self.session, self.out, self.saving).contains("enabled"));
        let identity = self.session.config().identity.to_string();
        assert_ne!(identity, self.session.config().identity.reversed().to_string());
    }
}

fn hash(session: &Session) -> u64 {
    let mut hasher = DefaultHasher::new();
    session.hash(&mut hasher);
    hasher.finish()
}
