//! What passes between a session and its store: batches to save, messages to read back.
//!
//! Decides what an answer of the store means for the session, and asks the application which messages may be repeated.
//! When the store is asked is the session's business, where it works is [`super::store_desk`]'s.

use std::task::{Context, Poll};

use sansfix::{Event, FetchId, SeqRange, Ticket};

use super::application::{Application, may_resend};
use super::store_desk::{Answer, Fetched, Question};
use super::worker::Worker;
use crate::store::{StoreError, Stored};

impl Worker {
    /// What the store has answered since. Whether there was anything.
    pub(super) fn hear_the_store(&mut self, context: &mut Context<'_>) -> bool {
        let mono_ns = self.clock.mono_ns();
        if let Some(Err(error)) = self.desk.sync_if_due(mono_ns) {
            self.store_has_failed(&error);
            self.commands.publish(&self.link);
            // The session has its connection closed.
            return true;
        }
        let Poll::Ready(answer) = self.desk.poll(context, mono_ns) else { return false };
        match answer {
            Answer::Saved(ticket, result) => self.saved(ticket, result),
            Answer::Fetched(fetch, Ok(fetched)) => self.fetched(fetch, &fetched),
            Answer::Synced(Ok(())) => {}
            Answer::Fetched(_, Err(error)) | Answer::Synced(Err(error)) => self.store_has_failed(&error),
        }
        self.commands.publish(&self.link);
        true
    }

    pub(super) fn saved(&mut self, ticket: Ticket, result: Result<(), StoreError>) {
        self.watch.saved(self.clock.now());
        match result {
            Ok(()) => {
                self.store_failed = false;
                self.link.handle(self.clock.now(), Event::Saved(ticket));
                self.commands.mailbox().saved();
            }
            Err(error) => self.store_has_failed(&error),
        }
    }

    fn store_has_failed(&mut self, error: &StoreError) {
        self.store_failed = true;
        self.watch.store_failed(self.clock.now(), error);
        self.link.handle(self.clock.now(), Event::StoreFailed);
        self.commands.mailbox().store_failed();
        self.application.store_failed(error);
    }

    pub(super) fn fetch(&mut self, question: Question) {
        let now = self.clock.now();
        let Question { fetch, range, limit } = question;
        let Some(store) = self.desk.fetch(question) else { return };
        let (link, application) = (&mut self.link, &mut *self.application);
        let result = store.fetch(range, limit, &mut |stored| {
            link.handle(now, answer(application, fetch, stored));
        });
        match result {
            Ok(through) => {
                self.link.handle(now, Event::FetchEnd { fetch, through });
            }
            Err(error) => self.store_has_failed(&error),
        }
    }

    fn fetched(&mut self, fetch: FetchId, fetched: &Fetched) {
        let now = self.clock.now();
        let (link, application) = (&mut self.link, &mut *self.application);
        let through = fetched.tell(|stored| {
            link.handle(now, answer(application, fetch, stored));
        });
        link.handle(now, Event::FetchEnd { fetch, through });
    }
}

/// What is told the session of a stored message: as it is, or that the application declines to repeat it.
fn answer<'a>(application: &mut dyn Application, fetch: FetchId, stored: Stored<'a>) -> Event<'a> {
    match stored {
        Stored::Message { seq, raw } if !may_resend(application, raw) => {
            Event::Declined { fetch, range: SeqRange::one(seq) }
        }
        stored => stored.answer(fetch),
    }
}
