//! Commands from inside the methods that tell of a failure.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use sansfix::config::{Config, Role};
use sansfix::{Batch, SeqNum, SeqRange, Snapshot};
use sansfix_registry::{Receipt, Registry};
use sansfix_runtime::{
    AcceptorOptions, Application, ConnectError, InitiatorOptions, MemoryStore, Pipe, SessionSetup, Store,
    StoreError, Stored, Transport, pipe,
};

use crate::host::{Acceptor, Adapter, on_both_adapters};
use crate::peer::Peer;
use crate::state::FIRST;
use crate::stream::Stream;
use crate::world::{They, wait_until};
use crate::{GENEROUS, desk, venue};

/// Logs its session out when something fails.
#[derive(Clone)]
struct Cautious {
    registry: Registry,
    role: Role,
    given: Arc<Mutex<Option<(&'static str, Receipt)>>>,
}

impl Cautious {
    fn new(registry: &Registry, role: Role) -> Self {
        Self { registry: registry.clone(), role, given: Arc::default() }
    }

    fn log_out(&self, method: &'static str) {
        let id = if self.role == Role::Acceptor { venue() } else { desk() };
        let receipt = self.registry.logout(&id, FIRST).unwrap();
        assert_eq!(self.registry.is_logged_on(&id), Ok(false));
        self.given.lock().unwrap().get_or_insert((method, receipt));
    }

    /// Waits until it was given in this method; it has an outcome, and the session is disabled.
    fn is_carried_out(&self, in_method: &str) {
        wait_until(in_method, || self.given.lock().unwrap().is_some());
        let (method, receipt) = self.given.lock().unwrap().take().unwrap();
        assert_eq!(method, in_method);
        assert!(receipt.wait(GENEROUS).is_some(), "no outcome");
        let id = if self.role == Role::Acceptor { venue() } else { desk() };
        let (status, down) = self.registry.wait(&id, GENEROUS, |status| !status.enabled).unwrap();
        assert!(down, "{status:?}");
    }
}

impl Application for Cautious {
    fn store_failed(&mut self, _error: &StoreError) {
        self.log_out("store_failed");
    }

    fn connect_failed(&mut self, _error: &ConnectError) {
        self.log_out("connect_failed");
    }

    fn connection_failed(&mut self, _error: &io::Error) {
        self.log_out("connection_failed");
    }
}

/// Fails when it is told to.
#[derive(Default)]
struct Failing {
    store: MemoryStore,
    fails: Arc<AtomicBool>,
}

impl Store for Failing {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        self.store.load()
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError { doing: "save", why: "the disk is full".into() });
        }
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
}

/// Breaks instead of ending.
struct Breaking(Pipe);

impl Transport for Breaking {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        match self.0.poll_read(context, into) {
            Poll::Ready(Ok(0)) => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            other => other,
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.poll_write(context, bytes)
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_close(context)
    }
}

fn accept(on: Adapter, registry: &Registry, application: Cautious, store: Failing) -> Acceptor {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let setup = SessionSetup::new(Config::new(Role::Acceptor, venue()), application).with_store(store);
    on.accept(listener, vec![setup], AcceptorOptions::default(), registry).unwrap()
}

fn log_on_over(acceptor: &Acceptor) -> They {
    let (ours, theirs) = pipe(1 << 16);
    acceptor.admit(Breaking(ours));
    let mut they = Peer::over(Stream::Pipe(theirs), desk());
    they.log_on();
    assert_eq!(they.receive().msg_type(), "A");
    they
}

fn quickfixgo_a_logout_from_inside_a_method_that_tells_of_a_failure_is_carried_out(on: Adapter) {
    let registry = Registry::new();
    let cautious = Cautious::new(&registry, Role::Initiator);
    let refusing = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), cautious.clone());
    let _initiator = on.initiate(setup, InitiatorOptions::to(refusing), &registry).unwrap();
    cautious.is_carried_out("connect_failed");

    let cautious = Cautious::new(&registry, Role::Acceptor);
    let acceptor = accept(on, &registry, cautious.clone(), Failing::default());
    drop(log_on_over(&acceptor));
    cautious.is_carried_out("connection_failed");
    assert_eq!(acceptor.shut_down(GENEROUS), Ok(()));

    let (cautious, store) = (Cautious::new(&registry, Role::Acceptor), Failing::default());
    let fails = store.fails.clone();
    let acceptor = accept(on, &registry, cautious.clone(), store);
    let mut they = log_on_over(&acceptor);
    fails.store(true, Ordering::SeqCst);
    they.news("not kept");
    cautious.is_carried_out("store_failed");
    fails.store(false, Ordering::SeqCst);
}

on_both_adapters!(quickfixgo_a_logout_from_inside_a_method_that_tells_of_a_failure_is_carried_out);
