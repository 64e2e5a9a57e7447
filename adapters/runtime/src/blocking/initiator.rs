//! One initiator session: it dials, and dials again.

use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use sansfix::config::{Identity, Role};
use sansfix_registry::{Ask, Registry};

use super::owner::{Owned, until};
use super::stream::Tcp;
use crate::driver::dial_options::InitiatorOptions;
use crate::driver::dialling::{Connecting, Connector, Dialling};
use crate::driver::handback::Handback;
use crate::driver::line::Line;
use crate::driver::setup::{NotDown, SessionSetup, StartError};
use crate::driver::transport::Transport;
use crate::socket;

/// One initiator session. Stopped when dropped, without a Logout. QuickFIX: `SocketInitiator`, of one session. Example:
/// [`Acceptor`](super::Acceptor), with a connection in memory; [`crate::blocking`], over TCP.
pub struct Initiator {
    owned: Option<Owned>,
}

impl Initiator {
    /// Starts `session` and registers it in `registry`. It dials at once, over TCP, if it is enabled and in session time.
    /// That nobody answers is no error: it dials again.
    ///
    /// # Errors
    /// [`StartError`]: its role is that of an acceptor, `options` has no address, its identity is registered already, its
    /// store cannot be read, or the system gives no thread. Nothing runs then.
    pub fn start(
        session: SessionSetup,
        options: InitiatorOptions,
        registry: &Registry,
    ) -> Result<Self, StartError> {
        let dialling = options.clone();
        Self::start_with(session, options, registry, move |address| connect(address, &dialling))
    }

    /// The same over connections that `connect` makes; it is given each of the addresses in turn, which can be
    /// anything. It runs on a thread of its own and may wait; a connection that comes when none is wanted any more is
    /// dropped, and an error of it is told with [`Application::connect_failed`](super::Application::connect_failed).
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with<T: Transport + 'static>(
        session: SessionSetup,
        options: InitiatorOptions,
        registry: &Registry,
        connect: impl Fn(&str) -> io::Result<T> + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        let identity = || Box::new(session.config.identity.clone());
        if session.config.role != Role::Initiator {
            return Err(StartError::Role { identity: identity() });
        }
        if options.addresses.is_empty() {
            return Err(StartError::NoAddress { identity: identity() });
        }
        let connect = Arc::new(connect);
        let connector: Connector = Box::new(move |address| elsewhere(connect.clone(), address.to_owned()));
        let line = |_| Line::Dialling(Box::new(Dialling::new(options, connector)));
        Ok(Self { owned: Some(Owned::start(session, registry, line)?) })
    }

    /// Logs the session out, waits for that at most for `limit` (zero does not wait, [`Duration::MAX`] does as long as it
    /// takes), and stops. What the operator wants of the session stays as it is: the next start dials again, unless it
    /// was disabled.
    ///
    /// # Errors
    /// [`NotDown`] when the limit passed first: the connection is closed all the same.
    pub fn shut_down(mut self, limit: Duration) -> Result<(), NotDown> {
        let Some(owned) = self.owned.take() else { return Ok(()) };
        owned.slot.ask(Ask::ShutDown);
        let identity = owned.identity.clone();
        if owned.ended(until(limit)) { Ok(()) } else { Err(NotDown(vec![identity])) }
    }

    /// Which session it is; never `None` but while it is being dropped.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.owned.as_ref().map(|owned| &owned.identity)
    }

    /// Closes the connection without a Logout and dials no more.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Initiator {
    fn drop(&mut self) {
        if let Some(owned) = self.owned.take() {
            owned.slot.ask(Ask::Stop);
            owned.join();
        }
    }
}

impl std::fmt::Debug for Initiator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Initiator").field("identity", &self.identity()).finish_non_exhaustive()
    }
}

/// An attempt runs on a thread of its own, so that commands are carried out meanwhile.
fn elsewhere<T, C>(connect: Arc<C>, address: String) -> Connecting
where
    T: Transport + 'static,
    C: Fn(&str) -> io::Result<T> + Send + Sync + 'static,
{
    let handback = Handback::default();
    let here = handback.clone();
    let spawned = thread::Builder::new().name("sansfix-dial".into()).spawn(move || {
        let connected = connect(&address);
        handback.leave(connected.map(|transport| Box::new(transport) as Box<dyn Transport>));
    });
    Box::pin(async move {
        spawned?;
        poll_fn(|context| here.poll(context)).await
    })
}

fn connect(address: &str, options: &InitiatorOptions) -> io::Result<Tcp> {
    connect_to_one(&address.to_socket_addrs()?.collect::<Vec<_>>(), options)
}

/// Connects to the first of a name's addresses that answers.
fn connect_to_one(addresses: &[SocketAddr], options: &InitiatorOptions) -> io::Result<Tcp> {
    let (started, limit) = (Instant::now(), options.connect_timeout);
    let mut last = io::Error::other("the name has no address");
    for (tried, address) in addresses.iter().enumerate() {
        let share = socket::share(limit.saturating_sub(started.elapsed()), addresses.len() - tried);
        let connected = socket::unconnected(*address, options.local, &options.socket).and_then(|socket| {
            socket.connect_timeout(&(*address).into(), share)?;
            Tcp::connected(socket.into())
        });
        match connected {
            Ok(tcp) => return Ok(tcp),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn an_address_that_never_answers_leaves_time_for_the_next_of_its_name() {
        let (silent, _kept) = socket::that_never_answers();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addresses = [silent, listener.local_addr().unwrap()];
        let options =
            InitiatorOptions { connect_timeout: Duration::from_secs(4), ..InitiatorOptions::to("") };
        let connected = connect_to_one(&addresses, &options);
        assert!(connected.is_ok(), "{:?}", connected.err());
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_ok(), "it is connected to the other one");
    }
}
