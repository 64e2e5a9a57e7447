//! A store that panics where the session's owner asks it: it has failed, and the session goes on at the next connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sansfix::{Batch, SeqNum, SeqRange, Snapshot};
use sansfix_runtime::{AcceptorOptions, Application, MemoryStore, SessionSetup, Store, StoreError, Stored};

use crate::host::{Adapter, on_both_adapters};
use crate::peer::{Came, Peer};
use crate::{GENEROUS, accept_with, acceptor_config, desk, venue, wait_down};

/// A store that never waits, and panics once when it is told to.
pub(crate) struct FragileStore {
    store: MemoryStore,
    panics: Arc<AtomicBool>,
}

impl FragileStore {
    /// With what tells it to.
    pub(crate) fn new() -> (Self, Arc<AtomicBool>) {
        let panics = Arc::new(AtomicBool::new(false));
        (Self { store: MemoryStore::new(), panics: panics.clone() }, panics)
    }
}

impl Store for FragileStore {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        self.store.load()
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        assert!(!self.panics.swap(false, Ordering::SeqCst), "as this test wants it");
        self.store.save(batch)
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        self.store.fetch(range, limit, sink)
    }

    fn waits(&self) -> bool {
        false
    }
}

/// Hands on why the store has failed.
struct Told(std::sync::mpsc::Sender<String>);

impl Application for Told {
    fn store_failed(&mut self, error: &StoreError) {
        self.0.send(error.to_string()).unwrap();
    }
}

fn a_store_that_panics_has_failed_and_the_session_goes_on_and_can_be_stopped(on: Adapter) {
    let (store, panics) = FragileStore::new();
    let (told, failures) = std::sync::mpsc::channel();
    let setup = SessionSetup::new(acceptor_config(), Told(told)).with_store(store);
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    panics.store(true, Ordering::SeqCst);
    peer.send("1", &[(112, "are you there")]);
    peer.ends_in_silence();
    assert_eq!(failures.recv_timeout(GENEROUS).unwrap(), "the store could not save: it panicked");
    wait_down(&registry, &venue());

    let mut again = Peer::connect(acceptor.local_addr(), desk());
    again.next = 3;
    again.log_on();
    let Came::Message { msg_type, .. } = again.receive() else { panic!("the session waits for its store") };
    assert_eq!(msg_type, "A");
    let shutting_down = std::thread::spawn(move || acceptor.shut_down(GENEROUS));
    again.log_out_second();
    shutting_down.join().unwrap().unwrap();
}

on_both_adapters!(a_store_that_panics_has_failed_and_the_session_goes_on_and_can_be_stopped);
