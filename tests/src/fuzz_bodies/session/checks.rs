//! What must hold of everything that the session says and becomes.

use std::hash::{DefaultHasher, Hash, Hasher};

use sansfix::wire::Message;
use sansfix::{Event, Outcome, PhaseName, Session, msg_type};

use super::Driven;

impl Driven {
    /// What has left: saved and under the number that was taken for it, or repeated as it was saved; and nothing new after a
    /// Logout.
    pub(super) fn observe(&mut self, message: &Message<'_>) {
        self.transmitted += 1;
        let seq = message.seq().expect("every message has a number").get();
        let config = self.session.config();
        if message.poss_dup() {
            return self.repeats.leaves(message, self.numbers.highest(), config);
        }
        if let Some(id) = message.get(112).filter(|_| message.msg_type() == msg_type::TEST_REQUEST) {
            self.last_test_req_id = String::from_utf8_lossy(id).into_owned();
        }
        self.numbers.leaves(message, seq, config.persist_messages);
        assert!(!self.logout_sent || message.msg_type() == msg_type::LOGOUT, "something new after a Logout");
        self.logout_sent = message.msg_type() == msg_type::LOGOUT;
    }

    pub(super) fn check(&mut self) {
        assert!(self.out.unsaved() || self.saving.is_none(), "a batch in flight is unsaved");
        assert!(self.out.wire().is_none_or(|wire| !format!("{wire:?}").is_empty()));
        assert!(self.out.unsent() == 0 || self.session.status().phase != PhaseName::Disconnected);
        assert!(!self.session.resetting() || self.session.status().logged_on);
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
