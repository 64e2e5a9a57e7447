//! One initiator session: it dials, and dials again.

use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// Where to, as `host:port`, tried in turn, one at each attempt. Names are looked up at each attempt.
    pub addresses: Vec<String>,
    /// From the end of a connection, or of an attempt, to the next attempt. A Logon command does not wait for it.
    pub reconnect_interval: Duration,
    /// How long an attempt may take.
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
        let worker = Worker::new(session, registry)?;
        let slot = Arc::new(Slot::new(worker.mailbox().bell()));
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
    /// An attempt is under way.
    under_way: Arc<AtomicBool>,
    /// The attempt, or its connection, has not been seen to end yet.
    busy: bool,
    /// Not before this.
    next: Instant,
    attempts: usize,
}

impl Dialling {
    fn new(options: InitiatorOptions) -> Self {
        Self { options, under_way: Arc::default(), busy: false, next: Instant::now(), attempts: 0 }
    }

    fn dial(&mut self, slot: &Arc<Slot>) {
        let Some(address) = self.options.addresses.get(self.attempts % self.options.addresses.len().max(1))
        else {
            return;
        };
        self.attempts += 1;
        self.busy = true;
        self.under_way.store(true, Ordering::SeqCst);
        let (address, limit) = (address.clone(), self.options.connect_timeout);
        let (slot, under_way) = (slot.clone(), self.under_way.clone());
        let spawned = thread::Builder::new().name("sansfix-dial".into()).spawn(move || {
            if let Some(stream) = connect(&address, limit) {
                // Given back only when the session is being stopped.
                let _ = slot.offer(Incoming { stream, first: Vec::new() }, Duration::ZERO);
            }
            under_way.store(false, Ordering::SeqCst);
            slot.ring();
        });
        if spawned.is_err() {
            self.under_way.store(false, Ordering::SeqCst);
        }
    }
}

impl Between for Dialling {
    fn look(&mut self, worker: &mut Worker, slot: &Arc<Slot>) -> Option<Duration> {
        if self.under_way.load(Ordering::SeqCst) || slot.taken() {
            return None;
        }
        let now = Instant::now();
        if std::mem::take(&mut self.busy) {
            self.next = now + self.options.reconnect_interval;
        }
        if worker.take_logon_given() {
            self.next = now;
        }
        if !worker.wants_connection() {
            return None;
        }
        if self.next <= now {
            self.dial(slot);
            return None;
        }
        Some(self.next - now)
    }
}

fn connect(address: &str, limit: Duration) -> Option<TcpStream> {
    address.to_socket_addrs().ok()?.find_map(|address| TcpStream::connect_timeout(&address, limit).ok())
}
