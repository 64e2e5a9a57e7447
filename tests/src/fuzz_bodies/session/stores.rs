//! What the store is asked to do: batches to save, and questions about what it has.

use sansfix::{Event, FetchId, Outcome, SeqRange};
use sansfix_runtime::{Store, Stored};

use super::numbers::Call;
use super::{Answers, Driven};

impl Driven {
    /// Whatever the store was slow to do is done now.
    pub(super) fn finish_save(&mut self) {
        if let Some((fetch, range, limit)) = self.asked.take() {
            self.fetch(fetch, range, limit);
        }
        let Some(batch) = self.saving.take() else { return };
        self.store.save(&batch.as_batch()).expect("memory does not fail");
        self.numbers.saved(&batch);
        self.handle(Event::Saved(batch.ticket()));
    }

    pub(super) fn fetch(&mut self, fetch: FetchId, range: SeqRange, limit: u32) {
        assert!(range.contains(range.begin) && range.contains(range.end) && range.count() > 0 && limit > 0);
        let (session, out, now, answers) = (&mut self.session, &mut self.out, self.now, self.answers);
        let (numbers, repeats) = (&mut self.numbers, &mut self.repeats);
        let through = self.store.fetch(range, limit, &mut |stored| {
            let event = match stored {
                Stored::Message { seq, .. } if answers == Answers::Declined => {
                    Event::Declined { fetch, range: SeqRange::one(seq) }
                }
                Stored::Message { .. } if answers == Answers::Lost => return,
                stored => stored.answer(fetch),
            };
            let outcome = session.handle(now, event, out);
            numbers.called(session, Call::Other);
            if let (Event::Stored { raw, .. }, Outcome::Done) = (event, outcome) {
                repeats.given(raw.to_vec());
            }
        });
        let through = through.expect("memory does not fail");
        self.handle(Event::FetchEnd { fetch, through });
    }
}
