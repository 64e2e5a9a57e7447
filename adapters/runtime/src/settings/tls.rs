//! What a file says of TLS, and what must hold between its keys.
//!
//! TLS is asked for by SocketUseSSL or SSLEnable, or by naming a certificate, as each engine does it. Every engine's
//! keys lead to the same few files.

use std::path::PathBuf;

use sansfix::config::Role;

use super::SessionSettings;
use super::draft::Missing;
use crate::tls::{TlsFiles, TlsVersion};

/// What the keys have said of TLS.
#[derive(Clone, Default, Debug)]
pub(crate) struct TlsDraft {
    /// SocketUseSSL, SSLEnable
    pub(crate) wanted: Option<bool>,
    /// Keys of an acceptor alone.
    pub(crate) server: Own,
    /// Keys of an initiator alone.
    pub(crate) client: Own,
    /// Keys of either role.
    pub(crate) either: Own,
    pub(crate) authorities: Option<PathBuf>,
    pub(crate) revocation_lists: Option<PathBuf>,
    /// NeedClientAuth, SSLRequireClientCertificate
    pub(crate) require_client_certificate: Option<bool>,
    /// CertificateVerifyLevel
    pub(crate) verify_level: Option<u64>,
    pub(crate) server_name: Option<String>,
    pub(crate) sni: Option<bool>,
    /// SocketMinimumTLSVersion
    pub(crate) minimum: Option<TlsVersion>,
    /// The oldest and the newest that are listed.
    pub(crate) listed: Option<(TlsVersion, TlsVersion)>,
}

/// A side's own certificate and key.
#[derive(Clone, Default, Debug)]
pub(crate) struct Own {
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) key: Option<PathBuf>,
}

impl Own {
    fn is_named(&self) -> bool {
        self.certificate.is_some() || self.key.is_some()
    }
}

impl TlsDraft {
    /// What the session of this role works with; `None` for plain TCP.
    pub(crate) fn finish(self, role: Role, missing: &mut Missing<'_>) -> Option<TlsFiles> {
        let of_role = if role == Role::Acceptor { self.server } else { self.client };
        let Own { certificate, key } = if of_role.is_named() { of_role } else { self.either };
        let named = certificate.is_some() || key.is_some() || self.authorities.is_some();
        if !self.wanted.unwrap_or(named) {
            return None;
        }
        let by_level = self.verify_level.map(|level| level > 0);
        let require = [self.require_client_certificate, by_level];
        // Whoever names authorities means them, unless it says otherwise.
        let required =
            require.contains(&Some(true)) || (self.authorities.is_some() && !require.contains(&Some(false)));
        match role {
            Role::Acceptor => {
                if certificate.is_none() {
                    missing.report(
                        "ServerCertificateFile",
                        "an acceptor with TLS needs it: write the PEM file of its certificate",
                    );
                }
                if required && self.authorities.is_none() {
                    missing.report(
                        "CertificationAuthoritiesFile",
                        "an acceptor that requires certificates needs it: write the PEM file of those to trust",
                    );
                }
            }
            Role::Initiator => {
                if self.authorities.is_none() {
                    missing.report(
                        "CertificationAuthoritiesFile",
                        "an initiator with TLS needs it: write the PEM file of the certificates to trust \
                         (the system's own: /etc/ssl/certs/ca-certificates.crt)",
                    );
                }
                if by_level == Some(false) {
                    let allowed = "1 or 2 for an initiator: its counterparty is always checked".to_owned();
                    missing.contradiction("CertificateVerifyLevel", 0, allowed);
                }
            }
        }
        let listed = self.listed.unwrap_or((TlsVersion::Tls12, TlsVersion::Tls13));
        let (oldest, newest) = (self.minimum.unwrap_or(listed.0).max(listed.0), listed.1);
        if oldest > newest {
            let allowed = format!("{newest} at most, the newest version that is listed");
            missing.contradiction("SocketMinimumTLSVersion", oldest, allowed);
        }
        Some(TlsFiles {
            certificate,
            key,
            authorities: self.authorities,
            revocation_lists: self.revocation_lists,
            require_client_certificate: role == Role::Acceptor && required,
            server_name: self.server_name.filter(|_| role == Role::Initiator),
            sni: self.sni.unwrap_or(true),
            oldest,
            newest,
        })
    }
}

/// Names that the engines have for TLS versions, without what stands between letters and digits.
fn version(name: &str) -> Option<&'static [TlsVersion]> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    Some(match plain.as_str() {
        "tls12" | "tlsv12" => &[TlsVersion::Tls12],
        "tls13" | "tlsv13" => &[TlsVersion::Tls13],
        // What is too old is not spoken, but may stand in a list.
        "sslv2" | "sslv3" | "ssl2" | "ssl3" | "ssl30" | "tls" | "tlsv1" | "tls1" | "tls10" | "tlsv10"
        | "tls11" | "tlsv11" | "sslv2hello" => &[],
        "all" | "default" | "none" => &[TlsVersion::Tls12, TlsVersion::Tls13],
        _ => return None,
    })
}

pub(crate) const VERSIONS_ALLOWED: &str = "a list of TLS versions with TLSv1.2 or TLSv1.3 among them";

/// `TLSv1.2,TLSv1.3`, `Tls12 | Tls13`, `all -TLSv1_2`: the oldest and the newest that is left and spoken.
pub(crate) fn versions(value: &str) -> Option<(TlsVersion, TlsVersion)> {
    let mut listed = Vec::new();
    for name in value.split([',', ' ', '|', '\t']).filter(|name| !name.is_empty()) {
        let versions = version(name)?;
        if name.starts_with('-') {
            listed.retain(|listed| !versions.contains(listed));
        } else {
            listed.extend_from_slice(versions);
        }
    }
    Some((*listed.iter().min()?, *listed.iter().max()?))
}

pub(crate) const MINIMUM_ALLOWED: &str = "SSL30, TLS10, TLS11, TLS12 or TLS13";

/// One version. Older ones than TLS 1.2 mean it.
pub(crate) fn minimum(value: &str) -> Option<TlsVersion> {
    match version(value)? {
        [] => Some(TlsVersion::Tls12),
        [one] => Some(*one),
        _ => None,
    }
}

type When = fn(&SessionSettings) -> bool;

const PLAIN: &str = "the connection is plain: SocketUseSSL=Y, or a certificate, asks for TLS";
const OF_ACCEPTORS: &str = "only an acceptor has it";
const OF_INITIATORS: &str = "only an initiator has it";

/// Keys that mean nothing in some sessions: when, and why.
pub(crate) const WITHOUT_EFFECT: &[(&str, When, &str)] = &[
    ("ServerCertificateFile", is_initiator, "an initiator has ClientCertificateFile"),
    ("ServerCertificateKeyFile", is_initiator, "an initiator has ClientCertificateKeyFile"),
    ("ClientCertificateFile", |s| !is_initiator(s), "an acceptor has ServerCertificateFile"),
    ("ClientCertificateKeyFile", |s| !is_initiator(s), "an acceptor has ServerCertificateKeyFile"),
    ("NeedClientAuth", is_initiator, OF_ACCEPTORS),
    ("SSLRequireClientCertificate", is_initiator, OF_ACCEPTORS),
    ("SocketServerName", |s| !is_initiator(s), OF_INITIATORS),
    ("SSLServerName", |s| !is_initiator(s), OF_INITIATORS),
    ("SNIHostName", |s| !is_initiator(s), OF_INITIATORS),
    ("UseSNI", |s| !is_initiator(s), OF_INITIATORS),
    ("ServerCertificateFile", is_plain, PLAIN),
    ("ServerCertificateKeyFile", is_plain, PLAIN),
    ("ClientCertificateFile", is_plain, PLAIN),
    ("ClientCertificateKeyFile", is_plain, PLAIN),
    ("SocketCertificateFile", is_plain, PLAIN),
    ("SocketPrivateKeyFile", is_plain, PLAIN),
    ("SSLCertificate", is_plain, PLAIN),
    ("CertificationAuthoritiesFile", is_plain, PLAIN),
    ("SocketCAFile", is_plain, PLAIN),
    ("SSLCACertificate", is_plain, PLAIN),
    ("CertificateRevocationListFile", is_plain, PLAIN),
    ("CertificateVerifyLevel", is_plain, PLAIN),
    ("NeedClientAuth", is_plain, PLAIN),
    ("SSLRequireClientCertificate", is_plain, PLAIN),
    ("SocketServerName", is_plain, PLAIN),
    ("SSLServerName", is_plain, PLAIN),
    ("SNIHostName", is_plain, PLAIN),
    ("UseSNI", is_plain, PLAIN),
    ("SocketMinimumTLSVersion", is_plain, PLAIN),
    ("SSLProtocol", is_plain, PLAIN),
    ("SSLProtocols", is_plain, PLAIN),
    ("EnabledProtocols", is_plain, PLAIN),
    ("LogonPasswordInClear", |s| s.tls.is_some(), "under TLS nothing is in clear"),
];

fn is_plain(session: &SessionSettings) -> bool {
    session.tls.is_none()
}

fn is_initiator(session: &SessionSettings) -> bool {
    session.config.role == Role::Initiator
}
