//! Which files hold certificates and keys, and what is asked of the counterparty.

use std::path::PathBuf;

/// The files that TLS works with, all of them PEM, and what is asked of the counterparty. Relative paths start from the
/// directory that the process runs in.
///
/// Without a password anywhere: a key's file is protected by who may read it.
///
/// ```
/// use sansfix_runtime::tls::TlsFiles;
///
/// // An initiator that checks its counterparty and shows a certificate of its own.
/// let files = TlsFiles {
///     authorities: Some("ca.pem".into()),
///     certificate: Some("desk.pem".into()),
///     key: Some("desk.key".into()),
///     ..TlsFiles::default()
/// };
/// assert!(files.sni);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TlsFiles {
    /// Our certificate, and behind it those that lead to an authority. An acceptor needs it; an initiator when its
    /// counterparty asks for one.
    pub certificate: Option<PathBuf>,
    /// The key of our certificate. Without it, it stands in the certificate's file.
    pub key: Option<PathBuf>,
    /// The certificates of the authorities that are trusted, and no others. An initiator needs it; an acceptor when it
    /// requires a certificate.
    pub authorities: Option<PathBuf>,
    /// Revocation lists: with this, a list of each authority that leads to the counterparty's certificate must be
    /// there. How old a list is does not matter. Needs [`Self::authorities`].
    pub revocation_lists: Option<PathBuf>,
    /// An acceptor: whether a connection without a certificate of the [`Self::authorities`] is refused. Off by default.
    pub require_client_certificate: bool,
    /// An initiator: the name that the certificate must have, and that is sent with the handshake. Without it, the host
    /// of the address that is dialled.
    pub server_name: Option<String>,
    /// An initiator: whether the name is sent with the handshake, so that the counterparty can choose its certificate. On
    /// by default.
    pub sni: bool,
    /// The oldest version that is spoken: TLS 1.2 by default.
    pub oldest: TlsVersion,
    /// The newest version that is spoken, not older than the oldest: TLS 1.3 by default.
    pub newest: TlsVersion,
}

/// A version of TLS. Older ones are not spoken.
///
/// ```
/// use sansfix_runtime::tls::{TlsFiles, TlsVersion};
///
/// let files = TlsFiles { oldest: TlsVersion::Tls13, ..TlsFiles::default() };
/// assert!(files.oldest <= files.newest && TlsVersion::Tls12 < TlsVersion::Tls13);
/// assert_eq!(files.newest.to_string(), "TLS 1.3");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TlsVersion {
    /// TLS 1.2
    Tls12,
    /// TLS 1.3
    Tls13,
}

impl std::fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        })
    }
}

impl Default for TlsFiles {
    /// No file, TLS 1.2 and TLS 1.3.
    fn default() -> Self {
        Self {
            certificate: None,
            key: None,
            authorities: None,
            revocation_lists: None,
            require_client_certificate: false,
            server_name: None,
            sni: true,
            oldest: TlsVersion::Tls12,
            newest: TlsVersion::Tls13,
        }
    }
}
