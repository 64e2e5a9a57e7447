//! How an initiator is told to dial.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::transport::Transport;
use crate::socket::SocketOptions;
#[cfg(feature = "tls")]
use crate::tls::{ClientTls, TlsTransport};

/// How an initiator dials.
///
/// ```
/// use std::time::Duration;
/// use sansfix_runtime::{AddressOrder, InitiatorOptions};
///
/// let options = InitiatorOptions {
///     addresses: vec!["fix.example.com:5001".into(), "backup.example.com:5001".into()],
///     order: AddressOrder::Priority,
///     ..InitiatorOptions::to("")
/// };
/// assert_eq!(options.reconnect_interval, Duration::from_secs(1));
/// assert_eq!(options.reconnect_limit, Duration::from_secs(30));
/// assert_eq!(options.connect_timeout, Duration::from_secs(10));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InitiatorOptions {
    /// Where to, as `host:port` (`[address]:port` for IPv6), at least one. An attempt tries each once. Names are looked up
    /// at each attempt. QuickFIX: SocketConnectHost and SocketConnectPort.
    pub addresses: Vec<String>,
    /// From the end of a connection, or of an attempt, to the next attempt: 1 s by default. It doubles each time, up to
    /// the limit, until a logon completes. A Logon command does not wait for it. QuickFIX: ReconnectInterval.
    pub reconnect_interval: Duration,
    /// What the interval does not grow beyond: 30 s by default. Less than the interval: it does not grow.
    pub reconnect_limit: Duration,
    /// How long an attempt may take at each address, a TLS handshake included: 10 s by default. The addresses of a name
    /// share it.
    pub connect_timeout: Duration,
    /// Which address an attempt begins with: [`AddressOrder::RoundRobin`] by default.
    pub order: AddressOrder,
    /// Where TCP that the adapter dials itself connects from; port 0 for any. `None`: as the system likes.
    pub local: Option<SocketAddr>,
    /// What TCP connections are set to that the adapter dials itself.
    pub socket: SocketOptions,
    /// Every connection begins with TLS, also one that `start_with` makes. `None`: it is taken as it is.
    /// [`TlsFiles::client`](crate::tls::TlsFiles::client) makes one from files.
    #[cfg(feature = "tls")]
    pub tls: Option<ClientTls>,
}

/// Which of an initiator's addresses an attempt begins with. Example: [`InitiatorOptions`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AddressOrder {
    /// The one after that which the last connection was made to.
    #[default]
    RoundRobin,
    /// The first, always: the others are for when it fails.
    Priority,
}

impl InitiatorOptions {
    /// To one address, `host:port`, again after 1 s, 2 s, 4 s and so on up to 30 s, with 10 s for an attempt. Nothing is
    /// looked up here.
    #[must_use]
    pub fn to(address: impl ToString) -> Self {
        Self {
            addresses: vec![address.to_string()],
            reconnect_interval: Duration::from_secs(1),
            reconnect_limit: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            order: AddressOrder::default(),
            local: None,
            socket: SocketOptions::default(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// The connection to `address` as its bytes are to be read.
    #[cfg(feature = "tls")]
    pub(super) fn secured(
        &self,
        address: &str,
        transport: Box<dyn Transport>,
    ) -> io::Result<Box<dyn Transport>> {
        let Some(tls) = &self.tls else { return Ok(transport) };
        let name = tls.name_at(address)?;
        Ok(Box::new(TlsTransport::client(transport, tls.config.clone(), name)?))
    }

    /// The connection to `address` as its bytes are to be read.
    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "nothing is to be done without TLS")]
    pub(super) fn secured(
        &self,
        _address: &str,
        transport: Box<dyn Transport>,
    ) -> io::Result<Box<dyn Transport>> {
        Ok(transport)
    }
}

/// An address could not be connected to. It is tried again; [`crate::Application::connect_failed`] is told.
///
/// ```
/// use sansfix_runtime::ConnectError;
///
/// let why = std::io::ErrorKind::ConnectionRefused.into();
/// let error = ConnectError { address: "127.0.0.1:5001".into(), why };
/// assert_eq!(error.to_string(), "127.0.0.1:5001: connection refused");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{address}: {why}")]
pub struct ConnectError {
    /// Which one, as [`InitiatorOptions::addresses`] has it.
    pub address: String,
    /// Why not: what the system or TLS says, or that nothing answered within the limit.
    #[source]
    pub why: io::Error,
}
