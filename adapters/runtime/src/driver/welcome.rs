//! When a session is up: as its schedule says, until the process asks it to end.
//!
//! Decides when the session is told so, and whether a connection would be welcome. What the session does about it is its
//! own business.

use sansfix::{Command, Event, Now};
use sansfix_registry::Ask;

use super::worker::Worker;

impl Worker {
    /// Whether a connection would be welcome.
    pub(super) fn is_welcome(&self) -> bool {
        let status = self.link.status();
        status.enabled && status.in_session_time && self.asked == Ask::Run
    }

    pub(super) fn hear_what_is_asked(&mut self) {
        if self.asked == Ask::Run && self.application.is_over() {
            self.slot.ask(Ask::ShutDown);
        }
        let asked = self.slot.asked();
        if asked == self.asked {
            return;
        }
        self.asked = asked;
        let now = self.clock.now();
        match asked {
            Ask::Run => {}
            // Session time is over for this process. What the operator wants of the session stays as it is.
            Ask::ShutDown => {
                self.link.handle(now, Event::Period { open: false, started_utc_ns: i64::MIN });
            }
            Ask::Stop => {
                self.link.handle(now, Event::Command(Command::Disconnect));
            }
        }
        self.commands.publish(&self.link);
    }

    /// Tells the session its session time, when that is due. When the process shuts down, it is over for good.
    pub(super) fn keep_session_time(&mut self) -> Now {
        let now = self.clock.now();
        if self.asked == Ask::Run && self.session_time.tell(&mut self.link, now) {
            self.line.opened();
        }
        now
    }
}
