//! What can be seen of a node from outside.

use sansfix::{Reason, Refused, Session, Status};

use super::{Delivered, Node, Sent};
use crate::store::SimStore;

impl Node {
    /// Whether the transport holds bytes.
    #[must_use]
    pub fn has_output(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// Whether there is a connection.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.connected
    }

    /// Why the session closed the last connection; `None` when it did not.
    #[must_use]
    pub fn ended(&self) -> Option<Reason> {
        self.ended
    }

    /// Where the session stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.recorder.link().status()
    }

    /// Every change of state that was told.
    #[must_use]
    pub fn states(&self) -> &[Status] {
        &self.states
    }

    /// The application messages that were accepted, in order.
    #[must_use]
    pub fn inbox(&self) -> &[Delivered] {
        &self.inbox
    }

    /// The application messages that were numbered, in order, those of a process that has died since among them.
    #[must_use]
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// Forgets what it has noted for others to look at: states, messages, bytes that were ignored. For long runs.
    pub fn forget(&mut self) {
        self.states.clear();
        self.inbox.clear();
        self.sent.clear();
        self.ignored.clear();
        self.refused.clear();
    }

    /// The bytes that were ignored, because they were garbled or no message.
    #[must_use]
    pub fn ignored(&self) -> &[u8] {
        &self.ignored
    }

    /// Why the session did not send what the application wanted to send in return.
    #[must_use]
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// Whether a message waits for [`Self::settle`].
    #[must_use]
    pub fn has_unsettled(&self) -> bool {
        self.unsettled.is_some()
    }

    /// How many questions the store has not answered.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.questions.len()
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &SimStore {
        &self.store
    }

    /// The store, to be damaged: the one way in that can change something.
    pub fn store_mut(&mut self) -> &mut SimStore {
        &mut self.store
    }

    /// The session, to be looked at.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.recorder.link().session()
    }
}
