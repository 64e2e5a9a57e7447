//! Where a connection is handed to the thread that owns its session.
//!
//! A slot holds one connection: from the moment it is handed over until the owner releases the slot. So one identity
//! has one connection.

use std::net::TcpStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sansfix_registry::Bell;

/// A connection, and what was read from it to find its session.
pub(super) struct Incoming {
    pub(super) stream: TcpStream,
    pub(super) first: Vec<u8>,
}

pub(super) struct Slot {
    state: Mutex<State>,
    freed: Condvar,
    bell: Bell,
}

#[derive(Default)]
struct State {
    /// A connection has been handed over and is not released yet.
    taken: bool,
    waiting: Option<Incoming>,
    stop: bool,
}

impl Slot {
    pub(super) fn new(bell: Bell) -> Self {
        Self { state: Mutex::default(), freed: Condvar::new(), bell }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a connection over when the slot is free, or becomes free within `grace`; else gives it back.
    pub(super) fn offer(&self, incoming: Incoming, grace: Duration) -> Result<(), Incoming> {
        let (mut state, _) = self
            .freed
            .wait_timeout_while(self.lock(), grace, |state| state.taken && !state.stop)
            .unwrap_or_else(PoisonError::into_inner);
        if state.taken || state.stop {
            return Err(incoming);
        }
        state.taken = true;
        state.waiting = Some(incoming);
        drop(state);
        self.bell.ring();
        Ok(())
    }

    /// The connection that has been handed over. The slot stays taken until [`Self::release`].
    pub(super) fn take(&self) -> Option<Incoming> {
        self.lock().waiting.take()
    }

    pub(super) fn release(&self) {
        self.lock().taken = false;
        self.freed.notify_all();
    }

    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.freed.notify_all();
        self.bell.ring();
    }

    pub(super) fn stopped(&self) -> bool {
        self.lock().stop
    }

    /// Whether a connection has been handed over and not been released.
    pub(super) fn taken(&self) -> bool {
        self.lock().taken
    }

    /// Wakes the owner.
    pub(super) fn ring(&self) {
        self.bell.ring();
    }
}
