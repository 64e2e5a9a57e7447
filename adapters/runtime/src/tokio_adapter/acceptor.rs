//! Several acceptor sessions on one port.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use sansfix::config::{Identity, Role};
use sansfix::wire::Message;
use sansfix_registry::{Ask, Registry};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};

use super::owner::{Owned, until};
use super::stream::Stream;
use crate::driver::Closing;
use crate::driver::clock::Clock;
use crate::driver::directory::Directory;
use crate::driver::greeter::Greeter;
use crate::driver::line::Line;
use crate::driver::setup::{NotDown, SessionSetup, StartError};
use crate::driver::strangers::{ACCEPT_AGAIN, AcceptorOptions, Stranger, Strangers, WhyRefused};
use crate::driver::transport::{Slot, Transport};
use crate::socket;

/// Acceptor sessions behind one listener, or behind none. Stopped when dropped, without a Logout. QuickFIX:
/// `ThreadedSocketAcceptor`.
///
/// ```
/// use std::time::Duration;
/// use sansfix::{BeginString, config::{Config, Identity, Role}};
/// use sansfix_registry::{CommandOutcome, Registry};
/// use sansfix_runtime::tokio_adapter::{Acceptor, Initiator, Stream};
/// use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, SessionSetup};
///
/// struct Quiet;
/// impl Application for Quiet {}
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let registry = Registry::new();
/// let desk = Identity::new(BeginString::Fix44, "DESK", "VENUE");
/// let venue = desk.reversed();
/// let acceptor = Acceptor::without_port(Vec::new(), AcceptorOptions::default(), &registry)?;
/// acceptor.add(SessionSetup::new(Config::new(Role::Acceptor, venue.clone()), Quiet))?;
///
/// // Connections in memory, of tokio's: one end is dialled, the other admitted.
/// let (near, far) = tokio::io::duplex(64 << 10);
/// acceptor.admit(Stream(far), None);
/// let mut near = Some(Stream(near));
/// let initiator = Initiator::start_with(
///     SessionSetup::new(Config::new(Role::Initiator, desk.clone()), Quiet),
///     InitiatorOptions::to("memory"),
///     &registry,
///     move |_address| std::future::ready(near.take().ok_or(std::io::ErrorKind::ConnectionRefused.into())),
/// )?;
/// assert_eq!(initiator.identity(), Some(&desk));
/// let outcome = registry.logon(&venue)?.await;
/// assert!(matches!(outcome, CommandOutcome::LoggedOn | CommandOutcome::Already), "{outcome}");
///
/// assert!(acceptor.remove(&venue, Duration::MAX).await?, "it was there, and is logged out");
/// assert!(!acceptor.remove(&venue, Duration::ZERO).await?, "and is no more");
/// initiator.stop(); // without a Logout, had there been a connection
/// acceptor.shut_down(Duration::MAX).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Acceptor {
    address: Option<SocketAddr>,
    shared: Arc<Shared>,
    /// The task that holds the port.
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    directory: Directory<Arc<Slot>>,
    options: AcceptorOptions,
    strangers: Strangers,
    registry: Registry,
    clock: Clock,
    /// Tells every task of the acceptor but the sessions' to end.
    running: watch::Sender<bool>,
    /// The sessions that have been started, until they are shut down.
    owned: Mutex<Vec<Owned>>,
}

impl Acceptor {
    /// Starts `sessions` on `listener`, each registered in `registry`.
    ///
    /// A connection is given to the session that its Logon names. It is closed without a word when it names none, or
    /// one that is connected or disabled, when the first message is no Logon, and past the limits of `options`.
    ///
    /// Example: [`crate::tokio_adapter`].
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then, and the port is closed.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(
        listener: TcpListener,
        sessions: Vec<SessionSetup>,
        options: AcceptorOptions,
        registry: &Registry,
    ) -> Result<Self, StartError> {
        let mut acceptor = Self::without_port(sessions, options, registry)?;
        acceptor.address = Some(listener.local_addr()?);
        socket::widen(&listener)?;
        let (shared, running) = (acceptor.shared.clone(), acceptor.shared.running.subscribe());
        let accepting = until_the_end(running.clone(), accept(listener, shared, running));
        acceptor.accepting = Some(tokio::spawn(accepting));
        Ok(acceptor)
    }

    /// The same without a listener: connections come through [`Self::admit`].
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn without_port(
        sessions: Vec<SessionSetup>,
        options: AcceptorOptions,
        registry: &Registry,
    ) -> Result<Self, StartError> {
        let shared = Shared {
            directory: Directory::default(),
            options,
            strangers: Strangers::default(),
            registry: registry.clone(),
            clock: Clock::start_in_tokio(),
            running: watch::Sender::new(true),
            owned: Mutex::default(),
        };
        let acceptor = Self { address: None, shared: Arc::new(shared), accepting: None };
        for session in sessions {
            acceptor.add(session)?;
        }
        Ok(acceptor)
    }

    /// Adds a session while the others run. It accepts from here on, if it is enabled. There is no limit to how many
    /// are added like this.
    ///
    /// # Errors
    /// [`StartError`]: its role is that of an initiator, its identity is registered already, or its store cannot be read.
    /// The session does not run then.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn add(&self, session: SessionSetup) -> Result<(), StartError> {
        self.shared.add(session).map(|_| ())
    }

    /// Logs one session out, waits for that at most for `limit` (zero does not wait, [`Duration::MAX`] does as long as it
    /// takes), and removes it. Connections of it are sent away from the call on. Whether there was one of this identity.
    ///
    /// # Errors
    /// [`NotDown`] when the limit passed first: the connection is closed all the same.
    pub async fn remove(&self, identity: &Identity, limit: Duration) -> Result<bool, NotDown> {
        let owned = {
            let mut all = self.shared.owned();
            let of_it = all.iter().position(|one| one.identity == *identity);
            let Some(index) = of_it else { return Ok(false) };
            self.shared.directory.remove(identity);
            all.swap_remove(index)
        };
        owned.slot.ask(Ask::ShutDown);
        if owned.ended(until(limit)).await { Ok(true) } else { Err(NotDown(vec![identity.clone()])) }
    }

    /// Takes a connection as if the listener had accepted it, with the same limits. `from` is compared with
    /// [`AcceptorOptions::allowed`] and counted in
    /// [`max_strangers_per_address`](AcceptorOptions::max_strangers_per_address). Returns at once.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn admit(&self, transport: impl Transport + 'static, from: Option<SocketAddr>) {
        let running = self.shared.running.subscribe();
        if let Some(stranger) = self.shared.enter(from) {
            let greeting = greet(Box::new(transport), stranger, from, self.shared.clone());
            tokio::spawn(until_the_end(running, greeting));
        }
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
    pub async fn shut_down(mut self, limit: Duration) -> Result<(), NotDown> {
        let limit = until(limit);
        self.shared.running.send_replace(false);
        if let Some(accepting) = self.accepting.take() {
            // Whoever is told that this has ended can listen on the port again. A panic of that task has been reported.
            let _ = accepting.await;
        }
        let owned = std::mem::take(&mut *self.shared.owned());
        owned.iter().for_each(|one| one.slot.ask(Ask::ShutDown));
        let mut not_down = Vec::new();
        for one in owned {
            let identity = one.identity.clone();
            if !one.ended(limit).await {
                not_down.push(identity);
            }
        }
        if not_down.is_empty() { Ok(()) } else { Err(NotDown(not_down)) }
    }

    /// Closes the port and every connection, without a Logout. It does not wait for that; [`Self::shut_down`] does.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.shared.running.send_replace(false);
        self.shared.owned().iter().for_each(|one| one.slot.ask(Ask::Stop));
    }
}

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acceptor").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Shared {
    fn owned(&self) -> MutexGuard<'_, Vec<Owned>> {
        self.owned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, session: SessionSetup) -> Result<Arc<Slot>, StartError> {
        let identity = session.config.identity.clone();
        if session.config.role != Role::Acceptor {
            return Err(StartError::Role { identity: Box::new(identity) });
        }
        let owned = Owned::start(session, &self.registry, Line::Accepting)?;
        let slot = owned.slot.clone();
        let mut all = self.owned();
        if !*self.running.borrow() {
            // Made for a connection that came as the acceptor ended, which has not seen it.
            slot.ask(Ask::Stop);
        }
        all.retain(|one| one.identity != identity);
        all.push(owned);
        // Nobody sees it in one place and not in the other.
        self.directory.add(identity, slot.clone());
        drop(all);
        Ok(slot)
    }

    fn enter(&self, from: Option<SocketAddr>) -> Option<Stranger> {
        self.strangers.enter(from, &self.options).map_err(|why| self.options.tell(from, why)).ok()
    }

    fn find(&self, logon: &Message<'_>, from: Option<SocketAddr>) -> Result<Arc<Slot>, WhyRefused> {
        if let Some(slot) = self.directory.find(logon) {
            return Ok(slot);
        }
        let session = self.options.make(logon, from, self.directory.len())?;
        self.add(session).map_err(WhyRefused::NotStarted)
    }
}

async fn until_the_end(mut running: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        // An error means that the acceptor is gone.
        _ = running.wait_for(|running| !running) => {}
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, running: watch::Receiver<bool>) {
    loop {
        let Ok((stream, from)) = listener.accept().await else {
            sleep(ACCEPT_AGAIN).await;
            continue;
        };
        // Closed at once when it may not come in.
        let Some(stranger) = shared.enter(Some(from)) else { continue };
        if let Err(error) = socket::configure(&stream, &shared.options.socket) {
            shared.options.tell(Some(from), error.into());
            continue;
        }
        let greeting = greet(Box::new(Stream(stream)), stranger, Some(from), shared.clone());
        tokio::spawn(until_the_end(running.clone(), greeting));
    }
}

/// Brings a connection to its session, or sends it away.
async fn greet(
    transport: Box<dyn Transport>,
    stranger: Stranger,
    from: Option<SocketAddr>,
    shared: Arc<Shared>,
) {
    let Shared { options, clock, .. } = &*shared;
    let mut greeter = Greeter::new(transport, options, clock.mono_ns());
    let greeted = loop {
        let due = sleep_until(Instant::now() + clock.until(greeter.deadline()));
        tokio::select! {
            greeted = poll_fn(|context| {
                greeter.poll(context, clock.mono_ns(), options, |logon| shared.find(logon, from))
            }) => break greeted,
            () = due => {}
        }
    };
    let Err(why) = greeted else { return };
    options.tell(from, why);
    if let Some(transport) = greeter.take_transport() {
        let mut closing = Closing::default();
        closing.add(transport, clock.mono_ns());
        close(closing, clock).await;
    }
    // Counted until it is gone.
    drop(stranger);
}

async fn close(mut closing: Closing, clock: &Clock) {
    while let Some(deadline) = closing.deadline() {
        let due = sleep_until(Instant::now() + clock.until(deadline));
        let closed = poll_fn(|context| {
            closing.work(context, clock.mono_ns());
            if closing.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        });
        tokio::select! { () = closed => {}, () = due => {} }
    }
}
