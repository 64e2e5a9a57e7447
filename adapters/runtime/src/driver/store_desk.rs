//! Where a session's store is asked, so that a slow one stalls nothing.
//!
//! A store that may wait is taken to another thread with one request at a time, and comes back with the answer. One
//! that never waits is asked on the spot. What is asked, and what an answer means, is not decided here.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};
use std::time::Duration;

use sansfix::{Batch, FetchId, OwnedBatch, SeqNum, SeqRange, Ticket};

use super::handback::Handback;
use crate::store::{Store, StoreError, Stored};

/// Work for another thread.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// Starts work on another thread. Work that is dropped instead counts as failed.
pub(crate) type Elsewhere = Box<dyn FnMut(Job) + Send>;

/// What the session asks the store for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    pub(crate) fetch: FetchId,
    pub(crate) range: SeqRange,
    pub(crate) limit: u32,
}

/// What the store has said.
pub(crate) enum Answer {
    Saved(Ticket, Result<(), StoreError>),
    Fetched(FetchId, Result<Fetched, StoreError>),
    Synced(Result<(), StoreError>),
}

/// What was read back: messages and holes in ascending order.
pub(crate) struct Fetched {
    bytes: Vec<u8>,
    found: Vec<(SeqRange, usize)>,
    through: SeqNum,
}

impl Fetched {
    fn of(store: &mut dyn Store, question: Question) -> Result<Self, StoreError> {
        let (mut bytes, mut found) = (Vec::new(), Vec::new());
        let through = store.fetch(question.range, question.limit, &mut |stored| match stored {
            Stored::Message { seq, raw } => {
                bytes.extend_from_slice(raw);
                found.push((SeqRange::one(seq), raw.len()));
            }
            Stored::Hole(range) => found.push((range, 0)),
        })?;
        Ok(Self { bytes, found, through })
    }

    /// Tells each, and returns through which number the answer goes.
    pub(crate) fn tell(&self, mut sink: impl FnMut(Stored<'_>)) -> SeqNum {
        let mut rest = &self.bytes[..];
        for (range, length) in &self.found {
            match rest.split_at_checked(*length) {
                Some((raw, others)) if *length > 0 => {
                    sink(Stored::Message { seq: range.begin, raw });
                    rest = others;
                }
                _ => sink(Stored::Hole(*range)),
            }
        }
        self.through
    }
}

pub(crate) struct StoreDesk {
    /// `None` while it is elsewhere, and for ever when it has been lost there.
    store: Option<Box<dyn Store>>,
    /// `None` for a store that never waits.
    elsewhere: Option<Elsewhere>,
    under_way: bool,
    /// When the store wants to be synced, on the monotonic clock, nanoseconds.
    sync_at: Option<u64>,
    waiting: VecDeque<Request>,
    counter: Handback<Back>,
}

/// At most one save waits, since the session has one in flight at a time, and one question: a newer one makes the
/// older pointless.
enum Request {
    Save(OwnedBatch),
    Fetch(Question),
    Sync,
}

impl StoreDesk {
    /// `elsewhere` is called when the store may wait.
    pub(crate) fn new(
        store: Box<dyn Store>,
        elsewhere: impl FnOnce() -> io::Result<Elsewhere>,
    ) -> io::Result<Self> {
        let elsewhere = if store.waits() { Some(elsewhere()?) } else { None };
        let (waiting, counter) = (VecDeque::new(), Handback::default());
        Ok(Self { store: Some(store), elsewhere, under_way: false, sync_at: None, waiting, counter })
    }

    /// Saves now, or later: then the answer comes from [`Self::poll`].
    pub(crate) fn save(&mut self, batch: &Batch<'_>, mono_ns: u64) -> Option<Result<(), StoreError>> {
        if let (None, Some(store)) = (&self.elsewhere, &mut self.store) {
            // Without an answer the session would wait for it for ever, and could not even be stopped.
            let saved = catch_unwind(AssertUnwindSafe(|| store.save(batch)));
            self.note_sync(mono_ns);
            return Some(saved.unwrap_or_else(|_| Err(panicked("save"))));
        }
        self.waiting.push_back(Request::Save(batch.take()));
        self.start();
        None
    }

    /// Asks now (with the store, which never waits), or later: then the answer comes from [`Self::poll`].
    pub(crate) fn fetch(&mut self, question: Question) -> Option<&mut dyn Store> {
        if self.elsewhere.is_some() || self.store.is_none() {
            self.waiting.retain(|request| matches!(request, Request::Save(_)));
            self.waiting.push_back(Request::Fetch(question));
            self.start();
            return None;
        }
        self.store.as_deref_mut().map(|store| store as &mut dyn Store)
    }

    /// Syncs when that is due: now, or later; then the answer comes from [`Self::poll`].
    pub(crate) fn sync_if_due(&mut self, mono_ns: u64) -> Option<Result<(), StoreError>> {
        self.sync_at.take_if(|at| *at <= mono_ns)?;
        if let (None, Some(store)) = (&self.elsewhere, &mut self.store) {
            let synced = catch_unwind(AssertUnwindSafe(|| store.sync()));
            return Some(synced.unwrap_or_else(|_| Err(panicked("sync"))));
        }
        // While it works, what it does is as good, or it says so again when it is back.
        if self.is_idle() {
            self.waiting.push_back(Request::Sync);
            self.start();
        }
        None
    }

    /// When [`Self::sync_if_due`] is due, on the monotonic clock, nanoseconds.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.sync_at
    }

    fn note_sync(&mut self, mono_ns: u64) {
        let left = self.store.as_ref().and_then(|store| store.sync_due());
        let ns = |left: Duration| u64::try_from(left.as_nanos()).unwrap_or(u64::MAX);
        self.sync_at = left.map(|left| mono_ns.saturating_add(ns(left)));
    }

    /// Whether nothing is asked that has not been answered.
    pub(crate) fn is_idle(&self) -> bool {
        !self.under_way && self.waiting.is_empty()
    }

    fn start(&mut self) {
        if self.under_way {
            return;
        }
        let Some(request) = self.waiting.pop_front() else { return };
        self.under_way = true;
        let returning = Returning { counter: self.counter.clone(), request: request.name(), back: None };
        let (Some(elsewhere), Some(mut store)) = (&mut self.elsewhere, self.store.take()) else { return };
        elsewhere(Box::new(move || {
            let answer = request.perform(&mut *store);
            returning.with(answer, store);
        }));
    }

    /// The next answer.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>, mono_ns: u64) -> Poll<Answer> {
        if !self.under_way {
            return Poll::Pending;
        }
        let Poll::Ready(back) = self.counter.poll(context) else { return Poll::Pending };
        self.under_way = false;
        let answer = match back {
            Back::Store(answer, store) => {
                self.store = Some(store);
                // One that has just failed is not asked again at once.
                if !matches!(answer, Answer::Synced(Err(_))) {
                    self.note_sync(mono_ns);
                }
                answer
            }
            Back::Lost(answer) => answer,
        };
        self.start();
        Poll::Ready(answer)
    }
}

impl Request {
    fn name(&self) -> Name {
        match self {
            Self::Save(batch) => Name::Save(batch.ticket()),
            Self::Fetch(question) => Name::Fetch(question.fetch),
            Self::Sync => Name::Sync,
        }
    }

    fn perform(&self, store: &mut dyn Store) -> Answer {
        match self {
            Self::Save(batch) => Answer::Saved(batch.ticket(), store.save(&batch.as_batch())),
            Self::Fetch(question) => Answer::Fetched(question.fetch, Fetched::of(store, *question)),
            Self::Sync => Answer::Synced(store.sync()),
        }
    }
}

#[derive(Clone, Copy)]
enum Name {
    Save(Ticket),
    Fetch(FetchId),
    Sync,
}

/// Carries the store and its answer back, also from a thread that panics or never begins.
struct Returning {
    counter: Handback<Back>,
    request: Name,
    back: Option<(Answer, Box<dyn Store>)>,
}

impl Returning {
    fn with(mut self, answer: Answer, store: Box<dyn Store>) {
        self.back = Some((answer, store));
    }
}

impl Drop for Returning {
    fn drop(&mut self) {
        let back = match self.back.take() {
            Some((answer, store)) => Back::Store(answer, store),
            None => Back::Lost(lost(self.request)),
        };
        self.counter.leave(back);
    }
}

fn panicked(doing: &'static str) -> StoreError {
    StoreError { doing, why: "it panicked".into() }
}

fn lost(request: Name) -> Answer {
    let error = |doing| StoreError {
        doing,
        why: "it panicked, or its thread was taken away; start the session again".into(),
    };
    match request {
        Name::Save(ticket) => Answer::Saved(ticket, Err(error("save"))),
        Name::Fetch(fetch) => Answer::Fetched(fetch, Err(error("read back"))),
        Name::Sync => Answer::Synced(Err(error("sync"))),
    }
}

enum Back {
    Store(Answer, Box<dyn Store>),
    Lost(Answer),
}
