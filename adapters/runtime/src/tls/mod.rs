//! TLS, on either adapter and in either role.
//!
//! [`TlsFiles`] names the certificates and keys, as a `.cfg` file does. With the feature `tls` it makes what rustls works
//! with, for `InitiatorOptions::tls` and `AcceptorOptions::tls`; a caller with a configuration of its own gives that
//! instead. `TlsTransport` puts TLS on any [`Transport`](crate::Transport) and does no I/O itself, so that TCP on both
//! adapters, pipes and transports of the caller's own share it.
//!
//! Decides how a handshake, an alert and the end of a stream show; not what is trusted, which is the configuration's
//! business.

#[cfg(feature = "tls")]
mod client;
#[cfg(feature = "tls")]
mod error;
mod files;
#[cfg(feature = "tls")]
mod load;
#[cfg(feature = "tls")]
mod pem;
#[cfg(feature = "tls")]
mod transport;

#[cfg(feature = "tls")]
pub use client::ClientTls;
#[cfg(feature = "tls")]
pub use error::TlsError;
pub use files::{TlsFiles, TlsVersion};
#[cfg(feature = "tls")]
pub use pem::TlsFileError;
#[cfg(feature = "tls")]
pub use rustls;
#[cfg(feature = "tls")]
pub use transport::TlsTransport;
