//! One initiator session: it dials, and dials again.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use sansfix::config::{Identity, Role};
use sansfix_registry::{Ask, Registry};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::{Instant, timeout};

use super::owner::{Owned, until};
use super::stream::Stream;
use crate::driver::dial_options::InitiatorOptions;
use crate::driver::dialling::{Connecting, Connector, Dialling};
use crate::driver::line::Line;
use crate::driver::setup::{NotDown, SessionSetup, StartError};
use crate::driver::transport::Transport;
use crate::socket::{self, SocketOptions};

/// One initiator session. Stopped when dropped, without a Logout. QuickFIX: `SocketInitiator`, of one session. Example:
/// [`Acceptor`](super::Acceptor), with a connection in memory; [`crate::tokio_adapter`], over TCP.
pub struct Initiator {
    owned: Option<Owned>,
}

impl Initiator {
    /// Starts `session` and registers it in `registry`. It dials at once, over TCP, if it is enabled and in session time.
    /// That nobody answers is no error: it dials again.
    ///
    /// # Errors
    /// [`StartError`]: its role is that of an acceptor, `options` has no address, its identity is registered already, or
    /// its store cannot be read. Nothing runs then.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(
        session: SessionSetup,
        options: InitiatorOptions,
        registry: &Registry,
    ) -> Result<Self, StartError> {
        let dialling = options.clone();
        let connect = move |address| connect(address, dialling.clone());
        Self::start_with(session, options, registry, connect)
    }

    /// The same over connections that `connect` makes; it is given each of the addresses in turn, which can be
    /// anything.
    ///
    /// # Errors
    /// As [`Self::start`].
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start_with<T, F>(
        session: SessionSetup,
        options: InitiatorOptions,
        registry: &Registry,
        mut connect: impl FnMut(String) -> F + Send + 'static,
    ) -> Result<Self, StartError>
    where
        T: Transport + 'static,
        F: Future<Output = io::Result<T>> + Send + 'static,
    {
        let identity = || Box::new(session.config.identity.clone());
        if session.config.role != Role::Initiator {
            return Err(StartError::Role { identity: identity() });
        }
        if options.addresses.is_empty() {
            return Err(StartError::NoAddress { identity: identity() });
        }
        let connector: Connector = Box::new(move |address| boxed(connect(address.to_owned())));
        let line = |_| Line::Dialling(Box::new(Dialling::new(options, connector)));
        Ok(Self { owned: Some(Owned::start(session, registry, line)?) })
    }

    /// Logs the session out, waits for that at most for `limit` (zero does not wait, [`Duration::MAX`] does as long as it
    /// takes), and stops. What the operator wants of the session stays as it is: the next start dials again, unless it
    /// was disabled.
    ///
    /// # Errors
    /// [`NotDown`] when the limit passed first: the connection is closed all the same.
    pub async fn shut_down(mut self, limit: Duration) -> Result<(), NotDown> {
        let Some(owned) = self.owned.take() else { return Ok(()) };
        owned.slot.ask(Ask::ShutDown);
        let identity = owned.identity.clone();
        if owned.ended(until(limit)).await { Ok(()) } else { Err(NotDown(vec![identity])) }
    }

    /// Which session it is.
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
        if let Some(owned) = &self.owned {
            owned.slot.ask(Ask::Stop);
        }
    }
}

impl std::fmt::Debug for Initiator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Initiator").field("identity", &self.identity()).finish_non_exhaustive()
    }
}

fn boxed<T: Transport + 'static>(
    connecting: impl Future<Output = io::Result<T>> + Send + 'static,
) -> Connecting {
    Box::pin(async move { connecting.await.map(|transport| Box::new(transport) as Box<dyn Transport>) })
}

async fn connect(address: String, options: InitiatorOptions) -> io::Result<Stream<TcpStream>> {
    let addresses: Vec<SocketAddr> = lookup_host(&*address).await?.collect();
    connect_to_one(&addresses, &options).await
}

/// Connects to the first of a name's addresses that answers.
async fn connect_to_one(
    addresses: &[SocketAddr],
    options: &InitiatorOptions,
) -> io::Result<Stream<TcpStream>> {
    let (started, limit) = (Instant::now(), options.connect_timeout);
    let mut last = io::Error::other("the name has no address");
    for (tried, address) in addresses.iter().enumerate() {
        let share = socket::share(limit.saturating_sub(started.elapsed()), addresses.len() - tried);
        let connected = match unconnected(*address, options.local, &options.socket) {
            Ok(socket) => timeout(share, socket.connect(*address)).await,
            Err(error) => Ok(Err(error)),
        };
        match connected.unwrap_or_else(|_| Err(socket::no_answer(share))) {
            Ok(stream) => return Ok(Stream(stream)),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn unconnected(
    address: SocketAddr,
    local: Option<SocketAddr>,
    options: &SocketOptions,
) -> io::Result<TcpSocket> {
    let socket = socket::unconnected(address, local, options)?;
    socket.set_nonblocking(true)?;
    Ok(TcpSocket::from_std_stream(socket.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_never_answers_leaves_time_for_the_next_of_its_name() {
        let (silent, _kept) = socket::that_never_answers();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let addresses = [silent, listener.local_addr().unwrap()];
        let options =
            InitiatorOptions { connect_timeout: Duration::from_secs(4), ..InitiatorOptions::to("") };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let connected = runtime.block_on(connect_to_one(&addresses, &options));
        assert!(connected.is_ok(), "{:?}", connected.err());
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_ok(), "it is connected to the other one");
    }
}
