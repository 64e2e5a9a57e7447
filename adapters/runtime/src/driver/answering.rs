//! Answers that come later: what an application was lent and has left open.
//!
//! Decides when the application is asked again, and what becomes of a message that it gives up. Whether an answer is
//! still in time is the session's business.

use super::application::Answer;
use super::worker::Worker;

impl Worker {
    /// Whether the application has answered what it had left open.
    pub(super) fn hear_the_application(&mut self) -> bool {
        let Some(id) = self.open else { return false };
        match self.application.answer(id) {
            Answer::Later => return false,
            Answer::Abandon => self.ended(None),
            Answer::Verdict(verdict) => {
                self.open = None;
                if self.link.settle(self.clock.now(), id, verdict).is_err() {
                    self.application.withdrawn(id);
                }
            }
        }
        true
    }
}
