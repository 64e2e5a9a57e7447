//! What lies between sessions and the thread that writes: lines, bounded in bytes.
//!
//! The lock is held to copy a line in or to take everything out, and never while anything waits.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::LogCounts;
use super::options::LINE_OVERHEAD;

/// Which of a session's files a line is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Message,
    Event,
}

/// Something for the thread that writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Item {
    /// A session's files are named like this.
    Open { number: u64, prefix: String },
    /// The next `length` bytes are a line.
    Line { number: u64, kind: Kind, utc_ns: i64, length: usize },
    /// Nothing more comes for a session; so many of its lines did not fit.
    Close { number: u64, missed: u64 },
}

/// What the thread takes at a time.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) items: Vec<Item>,
    pub(super) bytes: Vec<u8>,
}

impl Batch {
    fn cost(&self) -> usize {
        self.items.len() * LINE_OVERHEAD + self.bytes.len()
    }
}

pub(super) struct Queue {
    most_bytes: usize,
    state: Mutex<State>,
    /// Something has come, or is to end.
    came: Condvar,
    /// Something has been written, or the thread has ended.
    written: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Batch,
    /// What the batch that is being written counts.
    in_flight: usize,
    /// How many items were put in, and how many of them have been dealt with.
    put: u64,
    done: u64,
    sessions: u64,
    stopped: bool,
    ended: bool,
    counts: LogCounts,
}

impl State {
    fn has_room(&self, most_bytes: usize, lines: usize, bytes: usize) -> bool {
        let cost = self.waiting.cost() + self.in_flight;
        !self.ended && cost + lines * LINE_OVERHEAD + bytes <= most_bytes
    }

    fn put(&mut self, item: Item) {
        self.waiting.items.push(item);
        self.put += 1;
    }
}

impl Queue {
    pub(super) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, state: Mutex::default(), came: Condvar::new(), written: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session's files; what they are called here.
    pub(super) fn open(&self, prefix: String) -> u64 {
        let mut state = self.lock();
        state.sessions += 1;
        let number = state.sessions;
        state.put(Item::Open { number, prefix });
        drop(state);
        self.came.notify_one();
        number
    }

    /// Nothing more comes for a session.
    pub(super) fn close(&self, number: u64, missed: u64) {
        self.lock().put(Item::Close { number, missed });
        self.came.notify_one();
    }

    pub(super) fn has_room(&self, lines: usize, bytes: usize) -> bool {
        self.lock().has_room(self.most_bytes, lines, bytes)
    }

    /// Takes a line. Whether there was room.
    pub(super) fn push(&self, number: u64, kind: Kind, utc_ns: i64, line: &[u8]) -> bool {
        let mut state = self.lock();
        if !state.has_room(self.most_bytes, 1, line.len()) {
            return false;
        }
        state.waiting.bytes.extend_from_slice(line);
        state.put(Item::Line { number, kind, utc_ns, length: line.len() });
        drop(state);
        self.came.notify_one();
        true
    }

    pub(super) fn missed(&self, lines: u64) {
        self.lock().counts.missed += lines;
    }

    pub(super) fn failed(&self, what: &str) {
        let mut state = self.lock();
        state.counts.failures += 1;
        state.counts.last_failure = Some(what.to_owned());
    }

    pub(super) fn counts(&self) -> LogCounts {
        self.lock().counts.clone()
    }

    /// Nobody puts anything in any more.
    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.came.notify_one();
    }

    /// Waits until what was put in has been dealt with.
    pub(super) fn flush(&self, limit: Duration) -> bool {
        let started = Instant::now();
        let mut state = self.lock();
        let target = state.put;
        while state.done < target && !state.ended {
            let left = limit.saturating_sub(started.elapsed());
            if left.is_zero() {
                break;
            }
            let waited = self.written.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.done >= target
    }

    /// For the thread: `batch` has been dealt with; waits for the next. `false`: there is none.
    pub(super) fn next(&self, batch: &mut Batch) -> bool {
        let mut state = self.lock();
        state.done += batch.items.len() as u64;
        state.in_flight = 0;
        batch.items.clear();
        batch.bytes.clear();
        self.written.notify_all();
        while state.waiting.items.is_empty() {
            if state.stopped {
                return false;
            }
            state = self.came.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(&mut state.waiting, batch);
        state.in_flight = batch.cost();
        true
    }

    /// For the thread: it ends, however that comes.
    pub(super) fn end(&self) {
        self.lock().ended = true;
        self.written.notify_all();
    }
}
