//! Answers that come later: what an application was lent and has left open.
//!
//! Decides when the application is asked again, and what becomes of a message that it gives up. Whether an answer is
//! still in time is the session's business.

use sansfix::{PhaseName, Status};

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
                if is_coming_up(&self.link.status()) {
                    // One that was given meanwhile comes first, and withdraws the Logon.
                    self.commands.carry_out_logout(&mut self.link, self.clock.now());
                }
                if self.link.settle(self.clock.now(), id, verdict).is_err() {
                    self.application.withdrawn(id);
                }
            }
        }
        true
    }
}

/// Whether what is lent is the Logon that would log the session on.
pub(super) fn is_coming_up(status: &Status) -> bool {
    matches!(status.phase, PhaseName::LogonReceived | PhaseName::LogonSent)
}
