//! TLS, on either adapter and in either role.
//!
//! [`TlsFiles`] names the certificates and keys, as a `.cfg` file does. With the feature `tls` it makes what rustls works
//! with, for `InitiatorOptions::tls` and `AcceptorOptions::tls`; a caller with a configuration of its own gives that
//! instead. `TlsTransport` puts TLS on any [`Transport`](crate::Transport) and does no I/O itself, so that TCP on both
//! adapters, pipes and transports of the caller's own share it.
//!
#![cfg_attr(feature = "tls", doc = "```")]
#![cfg_attr(not(feature = "tls"), doc = "```ignore")]
//! use sansfix_runtime::tls::{TlsFileError, TlsFiles};
//! use sansfix_runtime::{AcceptorOptions, InitiatorOptions};
//!
//! /// Both sides show a certificate of one authority.
//! fn mutual(files: &TlsFiles) -> Result<(AcceptorOptions, InitiatorOptions), TlsFileError> {
//!     let acceptor = AcceptorOptions { tls: Some(files.server()?), ..AcceptorOptions::default() };
//!     let address = "fix.example.com:5001";
//!     let initiator = InitiatorOptions { tls: Some(files.client()?), ..InitiatorOptions::to(address) };
//!     Ok((acceptor, initiator))
//! }
//!
//! let files = TlsFiles {
//!     certificate: Some("desk.pem".into()),
//!     authorities: Some("nowhere/ca.pem".into()),
//!     require_client_certificate: true,
//!     ..TlsFiles::default()
//! };
//! let error = mutual(&files).unwrap_err();
//! assert_eq!(error.file.to_str(), Some("nowhere/ca.pem"));
//! ```
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
