//! A store that can be held up, and looked at from outside.

use std::sync::{Arc, Condvar, Mutex};

use sansfix::{Batch, SeqNum, SeqRange, Snapshot};
use sansfix_runtime::{MemoryStore, Store, StoreError, Stored};

/// A store in memory whose saves and fetches wait while its gate is shut.
#[derive(Clone, Default)]
pub(crate) struct GatedStore {
    store: Arc<Mutex<MemoryStore>>,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    shut: bool,
    /// The next save fails.
    fails: bool,
    /// How many requests have come to the shut gate.
    held: usize,
}

impl GatedStore {
    pub(crate) fn shut(&self) {
        self.gate.state.lock().unwrap().shut = true;
    }

    pub(crate) fn open(&self) {
        self.gate.state.lock().unwrap().shut = false;
        self.gate.changed.notify_all();
    }

    /// Lets the next save fail.
    pub(crate) fn fail_once(&self) {
        self.gate.state.lock().unwrap().fails = true;
    }

    /// Waits until a request is held up.
    pub(crate) fn wait_until_held(&self) {
        let state = self.gate.state.lock().unwrap();
        let (state, late) =
            self.gate.changed.wait_timeout_while(state, crate::GENEROUS, |state| state.held == 0).unwrap();
        drop(state);
        assert!(!late.timed_out(), "nothing is asked of the store");
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.snapshot_if_any().expect("nothing was saved")
    }

    pub(crate) fn snapshot_if_any(&self) -> Option<Snapshot> {
        self.store.lock().unwrap().load().unwrap()
    }

    fn pass(&self) {
        let mut state = self.gate.state.lock().unwrap();
        if state.shut {
            state.held += 1;
            self.gate.changed.notify_all();
            let mut state = self.gate.changed.wait_while(state, |state| state.shut).unwrap();
            state.held -= 1;
        } else {
            state.held = 0;
        }
    }
}

impl Store for GatedStore {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        self.store.lock().unwrap().load()
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        self.pass();
        if std::mem::take(&mut self.gate.state.lock().unwrap().fails) {
            return Err(StoreError { doing: "save", why: "as this test wants it".into() });
        }
        self.store.lock().unwrap().save(batch)
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        self.pass();
        self.store.lock().unwrap().fetch(range, limit, sink)
    }
}
