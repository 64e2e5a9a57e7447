//! Several acceptor sessions on one port.

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sansfix::config::Role;
use sansfix::msg_type;
use sansfix_registry::Registry;

use super::directory::Directory;
use super::owner::{self, Accepting};
use super::setup::{SessionSetup, StartError};
use super::slot::{Incoming, Slot};
use super::socket::{self, POLL_INTERVAL};
use super::worker::Worker;

/// How long a connection for an identity that is connected is held before it is closed: when the old connection has
/// just been closed by the peer, its owner may be a moment late to notice.
const GRACE: Duration = Duration::from_millis(500);

/// After a failure to accept (no descriptor is left, say) the next attempt waits this long.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// What a stranger may cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AcceptorOptions {
    /// From the connection to the last byte of the first message.
    pub logon_timeout: Duration,
    /// The longest first message, in bytes.
    pub max_logon_size: usize,
    /// How many connections may be without a session at a time; more are closed at once.
    pub max_strangers: usize,
}

impl Default for AcceptorOptions {
    fn default() -> Self {
        Self { logon_timeout: Duration::from_secs(10), max_logon_size: 16 << 10, max_strangers: 256 }
    }
}

/// Acceptor sessions behind one listener. Stopped when dropped.
pub struct Acceptor {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
    owners: Vec<JoinHandle<()>>,
}

struct Shared {
    directory: Directory,
    options: AcceptorOptions,
    strangers: AtomicUsize,
    stop: AtomicBool,
}

impl Acceptor {
    /// Starts `sessions` on `listener`, each registered in `registry`.
    ///
    /// A connection is given to the session that its Logon names. It is closed without a word when it names none, or
    /// one that is connected or disabled, when the first message is no Logon, and past the limits of `options`.
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then.
    pub fn start(
        listener: TcpListener,
        sessions: Vec<SessionSetup>,
        options: AcceptorOptions,
        registry: &Registry,
    ) -> Result<Self, StartError> {
        let address = listener.local_addr()?;
        let mut directory = Directory::default();
        let mut workers = Vec::new();
        for setup in sessions {
            let identity = setup.config.identity.clone();
            if setup.config.role != Role::Acceptor {
                return Err(StartError::Role { identity: Box::new(identity) });
            }
            let mut worker = Worker::new(setup, registry)?;
            let slot = Arc::new(Slot::new(worker.commands().mailbox().bell()));
            directory.add(identity, slot.clone());
            workers.push((worker, slot));
        }
        let shared = Arc::new(Shared {
            directory,
            options,
            strangers: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let mut acceptor = Self { address, shared: shared.clone(), listening: None, owners: Vec::new() };
        for (worker, slot) in workers {
            acceptor.owners.push(owner::spawn(worker, slot, Accepting)?);
        }
        let listening =
            thread::Builder::new().name("sansfix-accept".into()).spawn(move || accept(&listener, &shared))?;
        acceptor.listening = Some(listening);
        Ok(acceptor)
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Closes the port and every connection, without a Logout: log the sessions out first to end them in order.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.shared.directory.slots().for_each(|slot| slot.stop());
        for owner in self.owners.drain(..) {
            let _ = owner.join();
        }
        if let Some(listening) = self.listening.take() {
            // The accepting thread waits for a connection: this is one.
            if TcpStream::connect_timeout(&reachable(self.address), Duration::from_secs(1)).is_ok() {
                let _ = listening.join();
            }
        }
    }
}

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acceptor").field("address", &self.address).finish_non_exhaustive()
    }
}

/// An address under which a listener on `address` is reached from this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while !shared.stop.load(Ordering::SeqCst) {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(ACCEPT_AGAIN);
            continue;
        };
        if shared.strangers.fetch_add(1, Ordering::SeqCst) >= shared.options.max_strangers {
            shared.strangers.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let stranger = Stranger { shared: shared.clone() };
        // When no thread can be had, the connection is closed and the stranger counted off.
        let _ = thread::Builder::new().name("sansfix-greet".into()).spawn(move || stranger.greet(stream));
    }
}

/// A connection without a session, counted as long as it is one.
struct Stranger {
    shared: Arc<Shared>,
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.shared.strangers.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Stranger {
    fn greet(self, mut stream: TcpStream) {
        let mut first = Vec::new();
        let slot =
            read_greeting(&mut stream, &mut first, &self.shared).and_then(|()| find(&first, &self.shared));
        let refused = match slot {
            Some(slot) => slot.offer(Incoming { stream, first }, GRACE).err().map(|incoming| incoming.stream),
            None => Some(stream),
        };
        if let Some(stream) = refused {
            socket::close(stream);
        }
    }
}

/// Reads until the first message is complete, or is none, or a limit has passed (`None`).
fn read_greeting(stream: &mut TcpStream, first: &mut Vec<u8>, shared: &Shared) -> Option<()> {
    let options = &shared.options;
    let started = Instant::now();
    let mut chunk = [0; 4096];
    loop {
        if sansfix::greeting(first, options.max_logon_size).is_some() {
            return Some(());
        }
        let left = options.logon_timeout.saturating_sub(started.elapsed());
        if left.is_zero() || shared.stop.load(Ordering::SeqCst) {
            return None;
        }
        stream.set_read_timeout(Some(left.min(10 * POLL_INTERVAL))).ok()?;
        match stream.read(&mut chunk) {
            Ok(0) => return None,
            Ok(count) => first.extend_from_slice(chunk.get(..count)?),
            Err(error) if socket::is_wait(error.kind()) => {}
            Err(_) => return None,
        }
    }
}

fn find(first: &[u8], shared: &Shared) -> Option<Arc<Slot>> {
    let message = sansfix::greeting(first, shared.options.max_logon_size)?.ok()?.message;
    if message.msg_type() != msg_type::LOGON {
        return None;
    }
    shared.directory.find(&message)
}
