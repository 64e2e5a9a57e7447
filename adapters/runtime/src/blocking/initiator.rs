//! One initiator session: it dials, and dials again.

use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sansfix::config::Role;
use sansfix_registry::Registry;

use super::owner::{self, Between};
use super::setup::{SessionSetup, StartError};
use super::slot::{Incoming, Slot};
use super::worker::Worker;

/// How an initiator dials.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InitiatorOptions {
    /// Where to, as `host:port`. An attempt tries each once, beginning after the one that the last connection was made
    /// to. Names are looked up at each attempt.
    pub addresses: Vec<String>,
    /// From the end of a connection, or of an attempt, to the next attempt. A Logon command does not wait for it.
    pub reconnect_interval: Duration,
    /// How long an attempt may take at each address.
    pub connect_timeout: Duration,
}

impl InitiatorOptions {
    /// To one address, again after 30 s, with 10 s for an attempt.
    #[must_use]
    pub fn to(address: impl ToString) -> Self {
        Self {
            addresses: vec![address.to_string()],
            reconnect_interval: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// One initiator session. Stopped when dropped.
pub struct Initiator {
    slot: Arc<Slot>,
    owner: Option<JoinHandle<()>>,
}

impl Initiator {
    /// Starts `session` and registers it in `registry`. It dials at once, if it is enabled.
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then.
    pub fn start(
        session: SessionSetup,
        options: InitiatorOptions,
        registry: &Registry,
    ) -> Result<Self, StartError> {
        if session.config.role != Role::Initiator {
            let identity = Box::new(session.config.identity.clone());
            return Err(StartError::Role { identity });
        }
        let mut worker = Worker::new(session, registry)?;
        let slot = Arc::new(Slot::new(worker.commands().mailbox().bell()));
        let owner = owner::spawn(worker, slot.clone(), Dialling::new(options))?;
        Ok(Self { slot, owner: Some(owner) })
    }

    /// Closes the connection without a Logout and dials no more: log the session out first to end it in order.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Initiator {
    fn drop(&mut self) {
        self.slot.stop();
        if let Some(owner) = self.owner.take() {
            let _ = owner.join();
        }
    }
}

impl std::fmt::Debug for Initiator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Initiator").finish_non_exhaustive()
    }
}

/// When to dial. The attempt itself runs on a thread of its own, so that commands are carried out meanwhile.
struct Dialling {
    options: InitiatorOptions,
    /// The attempt, or its connection, has not been seen to end yet.
    attempt: Option<Arc<Attempt>>,
    /// Not before this.
    next: Instant,
    /// Which address the next attempt begins with.
    first: Arc<AtomicUsize>,
}

impl Dialling {
    fn new(options: InitiatorOptions) -> Self {
        Self { options, attempt: None, next: Instant::now(), first: Arc::default() }
    }

    fn dial(&mut self, slot: &Arc<Slot>) {
        let attempt = Arc::new(Attempt { over: AtomicBool::new(false), connected: AtomicBool::new(false) });
        self.attempt = Some(attempt.clone());
        let (options, slot, first) = (self.options.clone(), slot.clone(), self.first.clone());
        let dialled = attempt.clone();
        let spawned = thread::Builder::new().name("sansfix-dial".into()).spawn(move || {
            if let Some(stream) = connect(&options, &first) {
                dialled.connected.store(true, Ordering::SeqCst);
                // Given back only when the session is being stopped.
                let _ = slot.offer(Incoming { stream, first: Vec::new() }, Duration::ZERO);
            }
            dialled.over.store(true, Ordering::SeqCst);
            slot.ring();
        });
        if spawned.is_err() {
            attempt.over.store(true, Ordering::SeqCst);
        }
    }
}

/// An attempt to connect.
struct Attempt {
    /// It has ended; a connection is in the slot.
    over: AtomicBool,
    connected: AtomicBool,
}

impl Between for Dialling {
    fn look(&mut self, worker: &mut Worker, slot: &Arc<Slot>) -> Option<Duration> {
        let under_way = self.attempt.as_ref().is_some_and(|attempt| !attempt.over.load(Ordering::SeqCst));
        if under_way || slot.taken() {
            return None;
        }
        let now = Instant::now();
        if let Some(attempt) = self.attempt.take() {
            self.next = now + self.options.reconnect_interval;
            // One that began before the command says nothing about it: the next begins now.
            if !attempt.connected.load(Ordering::SeqCst) && !worker.commands().wants_dial() {
                worker.no_connection();
            }
        }
        if !worker.wants_connection() {
            return None;
        }
        if worker.commands().take_dial() || self.next <= now {
            self.dial(slot);
            return None;
        }
        Some(self.next - now)
    }
}

/// Tries each address once.
fn connect(options: &InitiatorOptions, first: &AtomicUsize) -> Option<TcpStream> {
    let InitiatorOptions { addresses, connect_timeout, .. } = options;
    let begin = first.load(Ordering::SeqCst);
    (begin..begin + addresses.len()).find_map(|index| {
        let address = addresses.get(index % addresses.len())?;
        let mut resolved = address.to_socket_addrs().ok()?;
        let stream =
            resolved.find_map(|address| TcpStream::connect_timeout(&address, *connect_timeout).ok())?;
        first.store(index + 1, Ordering::SeqCst);
        Some(stream)
    })
}
