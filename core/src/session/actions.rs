//! What the session wants done, in order: records to save, bytes to send, questions, notices.

use super::action::{Action, Wire};

/// The session's output.
#[derive(Clone, Debug, Default)]
pub struct Actions {}

impl Actions {
    /// Nothing to do yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next thing to do. Each is offered once.
    pub fn next(&mut self) -> Option<Action<'_>> {
        todo!()
    }

    /// The bytes that may leave, for a driver that selects over reading and writing.
    pub fn wire(&mut self) -> Option<Wire<'_>> {
        todo!()
    }

    /// After a cancelled driver: what was offered and not answered is offered again, the same batch with the same
    /// ticket.
    pub fn offer_again(&mut self) {
        todo!()
    }

    /// The transport takes bytes again.
    pub fn writable(&mut self) {
        todo!()
    }

    pub(crate) fn sendable(&self) -> &[u8] {
        todo!()
    }

    pub(crate) fn note_sent(&mut self, count: usize) {
        let _ = count;
        todo!()
    }

    pub(crate) fn note_blocked(&mut self) {
        todo!()
    }

    /// Whether records wait to be saved: link and store must outlive the connection until this is false.
    #[must_use]
    pub fn unsaved(&self) -> bool {
        todo!()
    }

    /// How many bytes wait to be sent, saved or not.
    #[must_use]
    pub fn unsent(&self) -> usize {
        todo!()
    }
}
