//! What an initiator needs for TLS.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::error::TlsError;

/// How an initiator speaks TLS: what it trusts and shows, and which name its counterparty's certificate must have.
/// [`TlsFiles::client`](super::TlsFiles::client) makes one from files; this one is of the caller's own:
///
/// ```
/// use std::sync::Arc;
/// use sansfix_runtime::InitiatorOptions;
/// use sansfix_runtime::tls::{ClientTls, rustls};
///
/// let provider = Arc::new(rustls::crypto::ring::default_provider());
/// let trusted = rustls::RootCertStore::empty(); // the authorities are added here
/// let config = rustls::ClientConfig::builder_with_provider(provider)
///     .with_safe_default_protocol_versions()?
///     .with_root_certificates(trusted)
///     .with_no_client_auth();
/// let tls = ClientTls { server_name: Some("fix.example.com".into()), ..ClientTls::new(config) };
/// let options = InitiatorOptions { tls: Some(tls), ..InitiatorOptions::to("192.0.2.7:5001") };
/// # drop(options);
/// # Ok::<(), rustls::Error>(())
/// ```
#[derive(Clone)]
pub struct ClientTls {
    /// What it trusts and shows.
    pub config: Arc<ClientConfig>,
    /// SocketServerName: the name that the certificate must have, a host name or an IP address. `None`, the default: the
    /// host of the address that is dialled.
    pub server_name: Option<String>,
}

impl ClientTls {
    /// With the name of whatever host is dialled.
    #[must_use]
    pub fn new(config: impl Into<Arc<ClientConfig>>) -> Self {
        Self { config: config.into(), server_name: None }
    }

    /// The name that is asked for at `address`, which is `host:port`, or anything when a name is set.
    pub(crate) fn name_at(&self, address: &str) -> Result<ServerName<'static>, TlsError> {
        let host = || address.rsplit_once(':').map_or(address, |(host, _)| host).trim_matches(['[', ']']);
        let name = self.server_name.clone().unwrap_or_else(|| host().to_owned());
        ServerName::try_from(name.clone()).map_err(|_| TlsError::ServerName(name))
    }
}

/// Equal when they share one configuration.
impl PartialEq for ClientTls {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.config, &other.config) && self.server_name == other.server_name
    }
}

impl Eq for ClientTls {}

impl std::fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientTls").field("server_name", &self.server_name).finish_non_exhaustive()
    }
}
