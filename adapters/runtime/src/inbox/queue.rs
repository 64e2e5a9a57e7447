//! The queue between sessions and whoever takes from it.
//!
//! Decides what fits. Nobody waits for room here: what does not fit is counted, and a message always fits, since its
//! session has no other until it is answered.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use sansfix::config::Identity;
use sansfix_registry::Bell;

use super::NothingTaken;
use super::delivery::Counter;
use super::told::{Taken, Told};

pub(super) struct Queue {
    bound: usize,
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Taken>,
    /// How many of them take up bounded room.
    counted: usize,
    /// How many can still put something in.
    forwards: usize,
    /// Nobody takes any more.
    abandoned: bool,
    /// Those who wait in tasks.
    tasks: BTreeMap<u64, Waker>,
    /// Of the sessions that run, to tell them that nobody takes any more.
    bells: BTreeMap<u64, Bell>,
    last_key: u64,
}

impl State {
    fn key(&mut self) -> u64 {
        self.last_key += 1;
        self.last_key
    }

    fn pop(&mut self) -> Option<Taken> {
        let taken = self.waiting.pop_front()?;
        self.counted -= usize::from(taken.told.is_counted());
        Some(taken)
    }

    fn is_over(&self) -> bool {
        self.waiting.is_empty() && self.forwards == 0
    }
}

impl Queue {
    pub(super) fn new(bound: usize) -> Self {
        Self { bound, state: Mutex::default(), arrived: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    fn wake(&self, mut state: MutexGuard<'_, State>) {
        let tasks = std::mem::take(&mut state.tasks);
        drop(state);
        self.arrived.notify_all();
        tasks.into_values().for_each(Waker::wake);
    }
}

/// What forwards do.
impl Queue {
    pub(super) fn enter(&self) {
        self.lock().forwards += 1;
    }

    pub(super) fn leave(&self) {
        let mut state = self.lock();
        state.forwards -= 1;
        self.wake(state);
    }

    /// The bell of a session that runs, until [`Self::silence`].
    pub(super) fn attach(&self, bell: Bell) -> u64 {
        let mut state = self.lock();
        let key = state.key();
        state.bells.insert(key, bell);
        key
    }

    pub(super) fn silence(&self, key: u64) {
        let bell = self.lock().bells.remove(&key);
        drop(bell);
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.lock().abandoned
    }

    pub(super) fn put(&self, session: &Arc<Identity>, told: Told) {
        let mut state = self.lock();
        if state.abandoned {
            // A message that is dropped says so to its session, for which this lock is not needed.
            drop(state);
            drop(told);
            return;
        }
        let counted = usize::from(told.is_counted());
        // Ignored bytes leave room for what matters more.
        let garbled = matches!(told, Told::Garbled { .. });
        let bound = if garbled { self.bound.div_ceil(2) } else { self.bound };
        if counted > 0 && state.counted >= bound {
            missed(&mut state.waiting, session);
        } else {
            state.counted += counted;
            state.waiting.push_back(Taken { session: session.clone(), told });
        }
        self.wake(state);
    }

    /// Takes a message out again. Whether it was still there.
    pub(super) fn take_back(&self, counter: &Arc<Counter>) -> bool {
        let mut state = self.lock();
        let is_it = |taken: &Taken| {
            taken.told.delivery().is_some_and(|delivery| Arc::ptr_eq(delivery.counter(), counter))
        };
        let Some(index) = state.waiting.iter().position(is_it) else { return false };
        let taken = state.waiting.remove(index);
        drop(state);
        drop(taken);
        true
    }
}

/// One more of a session that was not told. There is one such note for each session at a time.
fn missed(waiting: &mut VecDeque<Taken>, session: &Arc<Identity>) {
    for taken in waiting.iter_mut().rev() {
        if let (Told::Missed(count), true) = (&mut taken.told, taken.session == *session) {
            *count += 1;
            return;
        }
    }
    waiting.push_back(Taken { session: session.clone(), told: Told::Missed(1) });
}

/// What the inbox does.
impl Queue {
    pub(super) fn take(&self, limit: Duration) -> Result<Taken, NothingTaken> {
        let started = Instant::now();
        let mut state = self.lock();
        loop {
            if let Some(taken) = state.pop() {
                return Ok(taken);
            }
            if state.is_over() {
                return Err(NothingTaken::Over);
            }
            let left = limit.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(NothingTaken::TimedOut);
            }
            state = self.arrived.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn poll(&self, key: &mut Option<u64>, waker: &Waker) -> Poll<Option<Taken>> {
        let waker = waker.clone();
        let mut state = self.lock();
        let taken = state.pop();
        if taken.is_some() || state.is_over() {
            return Poll::Ready(taken);
        }
        let key = *key.get_or_insert_with(|| state.key());
        let before = state.tasks.insert(key, waker);
        drop(state);
        drop(before);
        Poll::Pending
    }

    pub(super) fn forget(&self, key: u64) {
        let waker = self.lock().tasks.remove(&key);
        drop(waker);
    }

    /// Nobody takes any more.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.abandoned = true;
        state.counted = 0;
        let waiting = std::mem::take(&mut state.waiting);
        let bells: Vec<Bell> = state.bells.values().cloned().collect();
        drop(state);
        drop(waiting);
        bells.iter().for_each(Bell::ring);
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("waiting", &self.len()).finish_non_exhaustive()
    }
}
