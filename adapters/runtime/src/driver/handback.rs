//! Where another thread leaves something for a session's owner.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Room for one thing at a time.
pub(crate) struct Handback<T> {
    state: Arc<Mutex<State<T>>>,
}

struct State<T> {
    left: Option<T>,
    waker: Option<Waker>,
}

impl<T> Default for Handback<T> {
    fn default() -> Self {
        Self { state: Arc::new(Mutex::new(State { left: None, waker: None })) }
    }
}

impl<T> Clone for Handback<T> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone() }
    }
}

impl<T> Handback<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves it and wakes who waits for it.
    pub(crate) fn leave(&self, thing: T) {
        let waker = {
            let mut state = self.lock();
            state.left = Some(thing);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(crate) fn poll(&self, context: &mut Context<'_>) -> Poll<T> {
        let mut state = self.lock();
        match state.left.take() {
            Some(thing) => Poll::Ready(thing),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
