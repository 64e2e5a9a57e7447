//! How a process dies, between any two things that it does, and begins again from what was durable.

use std::sync::Arc;

use sansfix::Session;

use super::Node;
use crate::trace::Recorder;

impl Node {
    /// The process dies and starts again: what was not durable is gone, and so is the connection.
    pub fn crash(&mut self) {
        self.began_with = self.store.snapshot().clone();
        let session = Session::new(Arc::clone(&self.config), self.began_with.clone());
        self.recorder = Recorder::new(session, self.validator.clone(), self.record);
        self.questions.clear();
        self.unsettled = None;
        self.outgoing.clear();
        self.connected = false;
        self.blocked = false;
        self.ended = None;
        self.fuse = None;
        self.dead = false;
        self.crashes += 1;
        self.application.began_again(&self.began_with);
    }

    /// The process will die when it has done this many more things: lent a message, told a state, saved, asked its store,
    /// handed bytes to its transport. `None` lets it live. From its death on it does nothing until [`Self::crash`].
    pub fn die_after(&mut self, things: Option<u32>) {
        self.fuse = things;
    }

    /// Whether the process has died and not begun again.
    #[must_use]
    pub fn dead(&self) -> bool {
        self.dead
    }

    /// How often the process has begun again.
    #[must_use]
    pub fn crashes(&self) -> u64 {
        self.crashes
    }

    /// Whether the process lives to do the next thing. To be asked once for each.
    pub(super) fn outlives_next(&mut self) -> bool {
        match &mut self.fuse {
            None => {}
            Some(0) => self.dead = true,
            Some(left) => *left -= 1,
        }
        !self.dead
    }
}
