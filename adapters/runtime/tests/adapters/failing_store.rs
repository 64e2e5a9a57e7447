//! A store that fails, or panics, as it reads back or syncs: it is told, the connection is closed, and the session goes
//! on at the next one as long as it has its store.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sansfix::{Batch, SeqNum, SeqRange, Snapshot};
use sansfix_registry::{OwnedMessage, Registry};
use sansfix_runtime::inbox::Told;
use sansfix_runtime::{
    AcceptorOptions, Clock, Inbox, ManualClock, MemoryStore, SessionSetup, Store, StoreError, Stored, channel,
};

use crate::gate::GatedStore;
use crate::host::{Acceptor, Adapter, on_both_adapters};
use crate::inbox::until;
use crate::peer::{Came, Peer};
use crate::{GENEROUS, Silent, accept_with, acceptor_config, desk, venue, wait, wait_down};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Doing {
    ReadBack,
    Sync,
}

#[derive(Clone, Copy, Debug)]
enum How {
    Fails,
    Panics,
}

/// A store in memory that wants to be synced a moment after each save, and fails once when it is told to.
struct Failing {
    store: MemoryStore,
    waits: bool,
    fails: Arc<Mutex<Option<(Doing, How)>>>,
}

impl Failing {
    fn is_doing(&self, doing: Doing, name: &'static str) -> Result<(), StoreError> {
        let fails = self.fails.lock().unwrap().take_if(|(where_it_fails, _)| *where_it_fails == doing);
        match fails {
            None => Ok(()),
            Some((_, How::Fails)) => Err(StoreError { doing: name, why: "as this test wants it".into() }),
            Some((_, How::Panics)) => panic!("as this test wants it"),
        }
    }
}

impl Store for Failing {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        self.store.load()
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        self.store.save(batch)
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        self.is_doing(Doing::ReadBack, "read back")?;
        self.store.fetch(range, limit, sink)
    }

    fn waits(&self) -> bool {
        self.waits
    }

    fn sync_due(&self) -> Option<Duration> {
        Some(Duration::from_millis(20))
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        self.is_doing(Doing::Sync, "sync")
    }
}

struct Place {
    acceptor: Acceptor,
    registry: Registry,
    inbox: Inbox,
    fails: Arc<Mutex<Option<(Doing, How)>>>,
}

impl Place {
    fn open(on: Adapter, waits: bool) -> Self {
        let fails = Arc::new(Mutex::new(None));
        let (forward, inbox) = channel(16);
        // In a box, as it comes from a settings file.
        let store: Box<dyn Store> =
            Box::new(Failing { store: MemoryStore::new(), waits, fails: fails.clone() });
        let mut config = acceptor_config();
        // No other deadline than the store's leads to a look at the session.
        config.limits.flush_timeout_ms = 600_000;
        let setup = SessionSetup::new(config, forward.session(&venue())).with_store(store);
        let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
        Self { acceptor, registry, inbox, fails }
    }

    /// Logs on, and lets the store fail: the connection is closed without a Logout.
    fn fails(&self, doing: Doing, how: How) {
        let mut peer = Peer::logged_on(self.acceptor.local_addr(), desk(), 1);
        *self.fails.lock().unwrap() = Some((doing, how));
        match doing {
            Doing::ReadBack => peer.send("2", &[(7, "1"), (16, "0")]),
            Doing::Sync => {
                peer.send("1", &[(112, "something to save")]);
                assert_eq!(peer.receive().msg_type(), "0");
            }
        }
        peer.ends_in_silence();
        wait_down(&self.registry, &venue());
    }

    /// What the application is told of it, before the end.
    fn told(&self) -> String {
        until(&self.inbox, |told| match told {
            Told::StoreFailed(why) => Some(why.into()),
            Told::Ended(_) => panic!("it is told after the end, or not at all"),
            _ => None,
        })
    }

    fn goes_on(self) {
        let mut peer = Peer::connect(self.acceptor.local_addr(), desk());
        peer.next = 3;
        peer.log_on();
        assert_eq!(peer.receive().msg_type(), "A");
        peer.log_out();
        assert_eq!(self.acceptor.shut_down(GENEROUS), Ok(()));
    }
}

fn a_failure_closes_the_connection_and_is_told_before_the_end(on: Adapter) {
    for waits in [false, true] {
        for (doing, name) in [(Doing::ReadBack, "read back"), (Doing::Sync, "sync")] {
            let place = Place::open(on, waits);
            place.fails(doing, How::Fails);
            assert_eq!(place.told(), format!("the store could not {name}: as this test wants it"), "{waits}");
            place.goes_on();
        }
    }
}

fn a_panic_on_the_spot_costs_the_connection_alone(on: Adapter) {
    let place = Place::open(on, false);
    place.fails(Doing::Sync, How::Panics);
    assert_eq!(place.told(), "the store could not sync: it panicked");
    place.goes_on();
    // One that is asked together with the application is not told it, as a panic of the application is not.
    let place = Place::open(on, false);
    place.fails(Doing::ReadBack, How::Panics);
    place.goes_on();
}

fn a_store_that_panics_elsewhere_is_lost_and_says_so_until_the_session_is_started_again(on: Adapter) {
    for (doing, name) in [(Doing::ReadBack, "read back"), (Doing::Sync, "sync")] {
        let place = Place::open(on, true);
        place.fails(doing, How::Panics);
        let lost = "it panicked, or its thread was taken away; start the session again";
        assert_eq!(place.told(), format!("the store could not {name}: {lost}"));
        // It can only save no more.
        let mut again = Peer::connect(place.acceptor.local_addr(), desk());
        again.next = 3;
        again.log_on();
        again.ends_in_silence();
        until(&place.inbox, |told| matches!(told, Told::Ended(_)).then_some(()));
        assert_eq!(place.told(), format!("the store could not save: {lost}"));
        assert_eq!(place.acceptor.shut_down(GENEROUS), Ok(()));
    }
}

/// A store that may wait, is held up by a gate, and wants to be synced a second after each save.
#[derive(Clone, Default)]
struct SyncedLater {
    store: GatedStore,
    syncs: Arc<AtomicUsize>,
    /// What was asked for.
    fetches: Arc<Mutex<Vec<u64>>>,
}

impl Store for SyncedLater {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        self.store.load()
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        self.store.save(batch)
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        self.fetches.lock().unwrap().push(range.begin.get());
        self.store.fetch(range, limit, sink)
    }

    fn sync_due(&self) -> Option<Duration> {
        Some(Duration::from_secs(1))
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        self.syncs.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn a_sync_that_is_due_while_the_store_works_waits_until_the_store_asks_again(on: Adapter) {
    let watched = SyncedLater::default();
    let SyncedLater { store, syncs, .. } = watched.clone();
    let clock = ManualClock::at(Clock::start().now().utc_ns);
    let setup = SessionSetup::new(acceptor_config(), Silent).with_store(watched).with_clock(clock.clone());
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let mut ask = || peer.send("1", &[(112, "are you there")]);
    store.shut();
    ask();
    store.wait_until_held();
    // Due while it saves. What is carried out afterwards was looked at with the new time.
    clock.advance(Duration::from_secs(2));
    let receipt = registry.test_request(&venue()).unwrap();
    wait(&registry, &venue(), "asking", |status| status.next_sender.get() == 4);
    assert_eq!((syncs.load(Ordering::SeqCst), receipt.outcome()), (0, None));
    store.open();
    assert!(receipt.wait(GENEROUS).unwrap().is_success());
    assert_eq!(syncs.load(Ordering::SeqCst), 0, "it has said again that there is a second");
    let started = Instant::now();
    while syncs.load(Ordering::SeqCst) == 0 {
        assert!(started.elapsed() < GENEROUS, "it is never synced");
        clock.advance(Duration::from_millis(100));
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The first one is of a connection that has been cut.
fn a_newer_question_takes_the_place_of_one_that_waits(on: Adapter) {
    let watched = SyncedLater::default();
    let SyncedLater { store, fetches, .. } = watched.clone();
    let setup = SessionSetup::new(acceptor_config(), Silent).with_store(watched);
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    for seq in 2..=4 {
        registry.send(&venue(), OwnedMessage::new("B", format!("58={seq}\x01"))).unwrap();
        assert_eq!(peer.receive(), Came::Message { msg_type: "B".into(), seq, text: seq.to_string() });
    }
    store.shut();
    peer.send("1", &[(112, "something to save")]);
    store.wait_until_held();
    peer.send("2", &[(7, "2"), (16, "2")]);
    wait(&registry, &venue(), "past it", |status| status.next_target.get() == 4);
    drop(peer);
    wait_down(&registry, &venue());

    let mut next = Peer::connect(acceptor.local_addr(), desk());
    next.next = 4;
    next.log_on();
    next.send("2", &[(7, "4"), (16, "4")]);
    wait(&registry, &venue(), "past that too", |status| status.next_target.get() == 6);
    store.open();
    assert_eq!(next.receive().msg_type(), "A");
    assert_eq!(next.receive(), Came::Message { msg_type: "B".into(), seq: 4, text: "4".into() });
    assert_eq!(*fetches.lock().unwrap(), [4]);
}

on_both_adapters!(
    a_failure_closes_the_connection_and_is_told_before_the_end,
    a_panic_on_the_spot_costs_the_connection_alone,
    a_store_that_panics_elsewhere_is_lost_and_says_so_until_the_session_is_started_again,
    a_sync_that_is_due_while_the_store_works_waits_until_the_store_asks_again,
    a_newer_question_takes_the_place_of_one_that_waits,
);
