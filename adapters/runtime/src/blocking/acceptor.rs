//! Several acceptor sessions on one port.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sansfix::config::{Identity, Role};
use sansfix::wire::Message;
use sansfix_registry::{Ask, Registry};

use super::owner::{Owned, until};
use super::reactor::Reactor;
use super::reception::Reception;
use crate::driver::clock::Clock;
use crate::driver::directory::Directory;
use crate::driver::line::Line;
use crate::driver::setup::{NotDown, SessionSetup, StartError};
use crate::driver::strangers::{AcceptorOptions, Strangers, WhyRefused};
use crate::driver::transport::{Slot, Transport};

/// Acceptor sessions behind one listener, or behind none. Stopped when dropped, without a Logout. QuickFIX:
/// `ThreadedSocketAcceptor`.
///
/// ```
/// use std::time::Duration;
/// use sansfix::{BeginString, config::{Config, Identity, Role}};
/// use sansfix_registry::Registry;
/// use sansfix_runtime::blocking::{Acceptor, Initiator};
/// use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, SessionSetup, pipe};
///
/// struct Quiet;
/// impl Application for Quiet {}
///
/// let registry = Registry::new();
/// let desk = Identity::new(BeginString::Fix44, "DESK", "VENUE");
/// let venue = desk.reversed();
/// let acceptor = Acceptor::without_port(Vec::new(), AcceptorOptions::default(), &registry)?;
/// acceptor.add(SessionSetup::new(Config::new(Role::Acceptor, venue.clone()), Quiet))?;
///
/// // Connections in memory: one end is dialled, the other admitted.
/// let (near, far) = pipe(64 << 10);
/// acceptor.admit(far, None);
/// let near = std::sync::Mutex::new(Some(near));
/// let initiator = Initiator::start_with(
///     SessionSetup::new(Config::new(Role::Initiator, desk.clone()), Quiet),
///     InitiatorOptions::to("memory"),
///     &registry,
///     move |_address| near.lock().unwrap().take().ok_or(std::io::ErrorKind::ConnectionRefused.into()),
/// )?;
/// assert_eq!(initiator.identity(), Some(&desk));
/// let (_, is_up) = registry.wait(&venue, Duration::MAX, |status| status.logged_on)?;
/// assert!(is_up);
///
/// assert!(acceptor.remove(&venue, Duration::MAX)?, "it was there, and is logged out");
/// assert!(!acceptor.remove(&venue, Duration::ZERO)?, "and is no more");
/// initiator.stop(); // without a Logout, had there been a connection
/// acceptor.shut_down(Duration::MAX)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Acceptor {
    address: Option<SocketAddr>,
    shared: Arc<Shared>,
    /// Wakes the accepting thread.
    waker: Waker,
    accepting: Option<JoinHandle<()>>,
}

/// A connection that did not come through the listener, and from where.
pub(super) type Admitted = (Box<dyn Transport>, Option<SocketAddr>);

/// What the accepting thread works with.
pub(super) struct Shared {
    directory: Directory<Arc<Slot>>,
    pub(super) options: AcceptorOptions,
    pub(super) strangers: Strangers,
    registry: Registry,
    pub(super) clock: Clock,
    stop: AtomicBool,
    admitted: Mutex<Vec<Admitted>>,
    /// The sessions that have been started, until they are shut down.
    owned: Mutex<Vec<Owned>>,
}

impl Acceptor {
    /// Starts `sessions` on `listener`, each registered in `registry`.
    ///
    /// A connection is given to the session that its Logon names. It is closed without a word when it names none, or
    /// one that is connected or disabled, when the first message is no Logon, and past the limits of `options`.
    ///
    /// Example: [`crate::blocking`].
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then, and the port is closed.
    pub fn start(
        listener: TcpListener,
        sessions: Vec<SessionSetup>,
        options: AcceptorOptions,
        registry: &Registry,
    ) -> Result<Self, StartError> {
        Self::open(Some(listener), sessions, options, registry)
    }

    /// The same without a listener: connections come through [`Self::admit`].
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then.
    pub fn without_port(
        sessions: Vec<SessionSetup>,
        options: AcceptorOptions,
        registry: &Registry,
    ) -> Result<Self, StartError> {
        Self::open(None, sessions, options, registry)
    }

    fn open(
        listener: Option<TcpListener>,
        sessions: Vec<SessionSetup>,
        options: AcceptorOptions,
        registry: &Registry,
    ) -> Result<Self, StartError> {
        let address = listener.as_ref().map(TcpListener::local_addr).transpose()?;
        let shared = Arc::new(Shared::new(options, registry));
        let reactor = Reactor::new()?;
        let waker = reactor.waker();
        let reception = Reception::open(reactor, listener, shared.clone())?;
        let mut acceptor = Self { address, shared, waker, accepting: None };
        for session in sessions {
            acceptor.add(session)?;
        }
        let run = move || reception.run();
        acceptor.accepting = Some(thread::Builder::new().name("sansfix-accept".into()).spawn(run)?);
        Ok(acceptor)
    }

    /// Adds a session while the others run. It accepts from here on, if it is enabled. There is no limit to how many
    /// are added like this.
    ///
    /// # Errors
    /// [`StartError`]: its role is that of an initiator, its identity is registered already, its store cannot be read, or
    /// the system gives no thread. The session does not run then.
    pub fn add(&self, session: SessionSetup) -> Result<(), StartError> {
        self.shared.add(session).map(|_| ())
    }

    /// Logs one session out, waits for that at most for `limit` (zero does not wait, [`Duration::MAX`] does as long as it
    /// takes), and removes it. Connections of it are sent away from the call on. Whether there was one of this identity.
    /// Not for a handler of that session, which cannot end meanwhile.
    ///
    /// # Errors
    /// [`NotDown`] when the limit passed first: the connection is closed all the same.
    pub fn remove(&self, identity: &Identity, limit: Duration) -> Result<bool, NotDown> {
        let owned = {
            let mut all = lock(&self.shared.owned);
            let of_it = all.iter().position(|one| one.identity == *identity);
            let Some(index) = of_it else { return Ok(false) };
            self.shared.directory.remove(identity);
            all.swap_remove(index)
        };
        owned.slot.ask(Ask::ShutDown);
        if owned.ended(until(limit)) { Ok(true) } else { Err(NotDown(vec![identity.clone()])) }
    }

    /// Takes a connection as if the listener had accepted it, with the same limits. `from` is compared with
    /// [`AcceptorOptions::allowed`] and counted in
    /// [`max_strangers_per_address`](AcceptorOptions::max_strangers_per_address). Returns at once.
    pub fn admit(&self, transport: impl Transport + 'static, from: Option<SocketAddr>) {
        lock(&self.shared.admitted).push((Box::new(transport), from));
        self.waker.wake_by_ref();
    }

    /// Where it listens; 0.0.0.0:0 without a listener.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address.unwrap_or(SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// Closes the port, logs every session out, waits for that at most for `limit` (of all of them together; zero does not
    /// wait, [`Duration::MAX`] does as long as it takes), and stops. What the operator wants of each session stays as it
    /// is.
    ///
    /// # Errors
    /// [`NotDown`] names the sessions that were not down when the limit passed: their connections are closed all the
    /// same.
    pub fn shut_down(mut self, limit: Duration) -> Result<(), NotDown> {
        self.accept_no_more();
        let limit = until(limit);
        let owned = std::mem::take(&mut *lock(&self.shared.owned));
        owned.iter().for_each(|one| one.slot.ask(Ask::ShutDown));
        let not_down: Vec<_> = owned
            .into_iter()
            .filter_map(|one| {
                let identity = one.identity.clone();
                (!one.ended(limit)).then_some(identity)
            })
            .collect();
        if not_down.is_empty() { Ok(()) } else { Err(NotDown(not_down)) }
    }

    /// Closes the port and every connection, without a Logout.
    pub fn stop(self) {
        drop(self);
    }

    fn accept_no_more(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.waker.wake_by_ref();
        // Inside a function of the options it is that thread, which ends when the function has returned.
        let is_it = |accepting: &JoinHandle<()>| accepting.thread().id() == thread::current().id();
        if let Some(accepting) = self.accepting.take().filter(|accepting| !is_it(accepting)) {
            // A panic of that thread has been reported by it.
            let _ = accepting.join();
        }
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.accept_no_more();
        let owned = std::mem::take(&mut *lock(&self.shared.owned));
        owned.iter().for_each(|one| one.slot.ask(Ask::Stop));
        owned.into_iter().for_each(Owned::join);
    }
}

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acceptor").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn new(options: AcceptorOptions, registry: &Registry) -> Self {
        Self {
            directory: Directory::default(),
            options,
            strangers: Strangers::default(),
            registry: registry.clone(),
            clock: Clock::start(),
            stop: AtomicBool::new(false),
            admitted: Mutex::default(),
            owned: Mutex::default(),
        }
    }

    fn add(&self, session: SessionSetup) -> Result<Arc<Slot>, StartError> {
        let identity = session.config.identity.clone();
        if session.config.role != Role::Acceptor {
            return Err(StartError::Role { identity: Box::new(identity) });
        }
        let owned = Owned::start(session, &self.registry, Line::Accepting)?;
        let slot = owned.slot.clone();
        let mut all = lock(&self.owned);
        all.retain(|one| one.identity != identity);
        all.push(owned);
        // Nobody sees it in one place and not in the other.
        self.directory.add(identity, slot.clone());
        drop(all);
        Ok(slot)
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    pub(super) fn take_admitted(&self) -> Vec<Admitted> {
        std::mem::take(&mut *lock(&self.admitted))
    }

    pub(super) fn find(
        &self,
        logon: &Message<'_>,
        from: Option<SocketAddr>,
    ) -> Result<Arc<Slot>, WhyRefused> {
        if let Some(slot) = self.directory.find(logon) {
            return Ok(slot);
        }
        let session = self.options.make(logon, from, self.directory.len())?;
        self.add(session).map_err(WhyRefused::NotStarted)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
