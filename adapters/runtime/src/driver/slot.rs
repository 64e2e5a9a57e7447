//! Where a connection is handed to the owner of its session, and where the owner is told to end.
//!
//! A slot holds one connection: from the moment it is handed over until the owner releases the slot. So one identity
//! has one connection.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use sansfix_registry::Bell;

use super::transport::Incoming;

/// What the owner of a session is asked to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Ask {
    /// Go on.
    Run,
    /// Log out, wait for that, and end.
    ShutDown,
    /// End, without a Logout.
    Stop,
}

pub(crate) struct Slot {
    state: Mutex<State>,
    bell: Bell,
}

struct State {
    /// A connection has been handed over and is not released yet.
    taken: bool,
    waiting: Option<Incoming>,
    ask: Ask,
    /// Those who have a connection to hand over and found the slot taken.
    callers: BTreeMap<u64, Waker>,
    last_caller: u64,
}

impl Slot {
    pub(crate) fn new(bell: Bell) -> Self {
        let (waiting, callers) = (None, BTreeMap::new());
        let state = State { taken: false, waiting, ask: Ask::Run, callers, last_caller: 0 };
        Self { state: Mutex::new(state), bell }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the connection out of `incoming` when the slot is free; else says when to try again. One that is left
    /// there when this is ready is not wanted any more. Who gives up before that says so with [`Self::forget`], since
    /// the slot can stay taken for as long as a session runs.
    pub(crate) fn poll_offer(
        &self,
        context: &mut Context<'_>,
        caller: &mut Option<u64>,
        incoming: &mut Option<Incoming>,
    ) -> Poll<()> {
        let waker = context.waker().clone();
        let mut state = self.lock();
        if state.ask == Ask::Run && state.taken {
            state.last_caller += 1;
            let caller = *caller.get_or_insert(state.last_caller);
            let before = state.callers.insert(caller, waker);
            drop(state);
            drop(before);
            return Poll::Pending;
        }
        if state.ask == Ask::Run {
            state.waiting = incoming.take();
            state.taken = state.waiting.is_some();
        }
        drop(state);
        self.bell.ring();
        Poll::Ready(())
    }

    /// This caller does not wait any more.
    pub(crate) fn forget(&self, caller: u64) {
        let waker = self.lock().callers.remove(&caller);
        drop(waker);
    }

    /// The connection that has been handed over. The slot stays taken until [`Self::release`].
    pub(crate) fn take(&self) -> Option<Incoming> {
        self.lock().waiting.take()
    }

    pub(crate) fn release(&self) {
        let callers = {
            let mut state = self.lock();
            state.taken = state.waiting.is_some();
            std::mem::take(&mut state.callers)
        };
        callers.into_values().for_each(Waker::wake);
    }

    /// Asks the owner to end. What was asked first stands, unless this is more urgent.
    pub(crate) fn ask(&self, ask: Ask) {
        let callers = {
            let mut state = self.lock();
            state.ask = state.ask.max(ask);
            std::mem::take(&mut state.callers)
        };
        callers.into_values().for_each(Waker::wake);
        self.bell.ring();
    }

    pub(crate) fn asked(&self) -> Ask {
        self.lock().ask
    }
}
