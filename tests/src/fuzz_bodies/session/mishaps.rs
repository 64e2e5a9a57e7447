//! What goes wrong around the session: connections, processes, stores and transports.

use std::sync::Arc;

use sansfix::{Actions, Event, FetchId, InboundId, SeqNum, SeqRange, Session, Ticket, Verdict};
use sansfix_runtime::Store;

use super::numbers::Call;
use super::{Answers, Driven};

impl Driven {
    /// The connection comes and goes, the process dies, the store fails, answers come too late.
    pub(super) fn connection(&mut self, page: u8, value: u8) {
        match page % 4 {
            0 => {
                let event = if value & 1 == 0 { Event::Connected } else { Event::Disconnected };
                self.handle(event);
            }
            1 => self.restart(),
            2 => {
                self.saving = None;
                self.handle(Event::StoreFailed);
            }
            _ => {
                let (fetch, seq) = (FetchId::from_number(u64::from(value)), SeqNum::SECOND);
                let range = SeqRange::one(seq);
                self.handle(Event::Saved(Ticket::from_number(u64::from(value) + (1 << 40))));
                self.handle(Event::Stored { fetch, seq, raw: b"" });
                self.handle(Event::Declined { fetch, range });
                self.handle(Event::FetchEnd { fetch, through: seq });
                let id = InboundId::from_number(1 << 40 | u64::from(value));
                assert!(self.session.settle(self.now, id, Verdict::Accept, &mut self.out).is_err());
                assert!(self.session.logon(self.now, id, |_| {}, &mut self.out).is_err());
                self.numbers.called(&self.session, Call::Other);
            }
        }
    }

    /// The process dies, and the session continues from what was saved.
    fn restart(&mut self) {
        let snapshot = self.store.load().expect("memory does not fail").expect("it began with one");
        (self.session, self.out) = (Session::new(Arc::clone(&self.config), snapshot), Actions::new());
        self.numbers.restarted(&self.session);
        self.repeats.clear();
        self.logout_sent = false;
        (self.saving, self.asked, self.lent) = (None, None, None);
        self.input.clear();
    }

    /// How fast and how well store and transport do their parts.
    pub(super) fn surroundings(&mut self, page: u8, value: u8) {
        match page % 4 {
            0 => {
                self.slow = value & 1 == 1;
                self.finish_save();
            }
            1 => {
                self.stuck = value & 1 == 1;
                self.out.writable();
            }
            2 => {
                // The driver was cancelled: what it had begun is offered again.
                (self.saving, self.asked) = (None, None);
                self.out.offer_again();
            }
            _ if value & 4 != 0 => self.logon_fields = Some(value >> 3),
            _ => {
                self.answers = [Answers::Whole, Answers::Declined, Answers::Lost, Answers::Whole]
                    [usize::from(value & 3)];
            }
        }
    }
}
