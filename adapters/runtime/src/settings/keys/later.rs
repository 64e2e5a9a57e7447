//! Session time, TLS and proxies: known, and not there yet.

use super::keys;
use crate::settings::key::{
    Key,
    Setting::{Later, Schedule, Unsafe},
};

pub(super) const SESSION_TIME: &[Key] = keys! {
    "NonStopSession", None, CPP_JAVA_NET, Schedule; "N"; "Session time never ends.";
    "StartTime", None, ALL, Schedule; ""; "When session time begins.";
    "EndTime", None, ALL, Schedule; ""; "When session time ends.";
    "StartDay", None, ALL, Schedule; ""; "The day of the week on which session time begins.";
    "EndDay", None, ALL, Schedule; ""; "The day of the week on which session time ends.";
    "Weekdays", None, JAVA_NET_GO, Schedule; ""; "The days of the week that have session time.";
    "TimeZone", None, JAVA_NET_GO, Schedule; ""; "The time zone of these times.";
    "UseLocalTime", None, CPP_NET, Schedule; "N"; "These times are local.";
    "LogonTime", None, CPP, Schedule; ""; "When the session logs on.";
    "LogoutTime", None, CPP, Schedule; ""; "When the session logs out.";
    "LogonDay", None, CPP, Schedule; ""; "The day of the week on which the session logs on.";
    "LogoutDay", None, CPP, Schedule; ""; "The day of the week on which the session logs out.";
};

/// Why plain TCP is refused where a file asks for TLS: a password would travel in the clear.
const PLAIN: &str = "the connection would be plain TCP; remove it if that is meant";

pub(super) const TLS_AND_PROXIES: &[Key] = keys! {
    "SocketUseSSL", None, JAVA_GO, Unsafe(&["N"], PLAIN); "N"; "The connection is TLS.";
    "SSLEnable", None, NET, Unsafe(&["N"], PLAIN); "N"; "The connection is TLS.";
    "ServerCertificateFile", None, CPP, Unsafe(&[""], PLAIN); ""; "An acceptor's certificate.";
    "ServerCertificateKeyFile", None, CPP, Unsafe(&[""], PLAIN); ""; "An acceptor's key.";
    "ClientCertificateFile", None, CPP, Unsafe(&[""], PLAIN); ""; "An initiator's certificate.";
    "ClientCertificateKeyFile", None, CPP, Unsafe(&[""], PLAIN); ""; "An initiator's key.";
    "CertificationAuthoritiesFile", None, CPP, Unsafe(&[""], PLAIN); ""; "Certificates that are trusted.";
    "CertificationAuthoritiesDirectory", None, CPP, Unsafe(&[""], PLAIN); ""; "Certificates that are trusted.";
    "CertificateRevocationListFile", None, CPP, Unsafe(&[""], PLAIN); ""; "Certificates that are not trusted any more.";
    "CertificateRevocationListDirectory", None, CPP, Unsafe(&[""], PLAIN); ""; "Certificates that are not trusted any more.";
    "CertificateVerifyLevel", None, CPP, Unsafe(&[""], PLAIN); ""; "How certificates are checked.";
    "SocketPrivateKeyFile", None, GO, Unsafe(&[""], PLAIN); ""; "The key.";
    "SocketCertificateFile", None, GO, Unsafe(&[""], PLAIN); ""; "The certificate.";
    "SocketCAFile", None, GO, Unsafe(&[""], PLAIN); ""; "Certificates that are trusted.";
    "SocketPrivateKeyBytes", None, GO, Unsafe(&[""], PLAIN); ""; "The key.";
    "SocketCertificateBytes", None, GO, Unsafe(&[""], PLAIN); ""; "The certificate.";
    "SocketCABytes", None, GO, Unsafe(&[""], PLAIN); ""; "Certificates that are trusted.";
    "SocketInsecureSkipVerify", None, GO, Later(&["N"]); "N"; "Certificates are not checked.";
    "SocketServerName", None, GO, Later(&[]); ""; "The name that the certificate must have.";
    "SocketMinimumTLSVersion", None, GO, Later(&[]); ""; "The oldest TLS version.";
    "SSLProtocol", None, CPP, Later(&[]); ""; "TLS versions.";
    "SSLProtocols", None, NET, Later(&[]); ""; "TLS versions.";
    "SSLCipherSuite", None, CPP, Later(&[]); ""; "Cipher suites.";
    "TLSCipherSuites", None, CPP, Later(&[]); ""; "Cipher suites of TLS 1.3.";
    "SSLServerName", None, NET, Later(&[]); ""; "The name that the certificate must have.";
    "SSLValidateCertificates", None, NET, Later(&["Y"]); "Y"; "Certificates are checked.";
    "SSLCheckCertificateRevocation", None, NET, Later(&[]); ""; "Certificates are looked up in revocation lists.";
    "SSLCertificate", None, NET, Later(&[]); ""; "The certificate.";
    "SSLCertificatePassword", None, NET, Later(&[]); ""; "The password of the certificate.";
    "SSLRequireClientCertificate", None, NET, Later(&[]); ""; "An acceptor asks for a certificate.";
    "SSLCACertificate", None, NET, Later(&[]); ""; "A certificate that is trusted.";
    "SocketKeyStore", None, JAVA, Later(&[]); ""; "A Java file of keys.";
    "SocketKeyStorePassword", None, JAVA, Later(&[]); ""; "Its password.";
    "KeyManagerFactoryAlgorithm", None, JAVA, Later(&[]); ""; "A Java algorithm.";
    "KeyStoreType", None, JAVA, Later(&[]); ""; "A Java file type.";
    "SocketTrustStore", None, JAVA, Later(&[]); ""; "A Java file of certificates.";
    "SocketTrustStorePassword", None, JAVA, Later(&[]); ""; "Its password.";
    "TrustManagerFactoryAlgorithm", None, JAVA, Later(&[]); ""; "A Java algorithm.";
    "TrustStoreType", None, JAVA, Later(&[]); ""; "A Java file type.";
    "NeedClientAuth", None, JAVA, Later(&["N"]); "N"; "An acceptor asks for a certificate.";
    "EnabledProtocols", None, JAVA, Later(&[]); ""; "TLS versions.";
    "CipherSuites", None, JAVA, Later(&[]); ""; "Cipher suites.";
    "EndpointIdentificationAlgorithm", None, JAVA, Later(&[]); ""; "How the certificate's name is checked.";
    "UseSNI", None, JAVA, Later(&["N"]); "N"; "The name is sent in the handshake.";
    "SNIHostName", None, JAVA, Later(&[]); ""; "The name that is sent in the handshake.";
    "ProxyType", None, JAVA_GO, Later(&[]); ""; "http or socks.";
    "ProxyVersion", None, JAVA, Later(&[]); ""; "The version of the proxy's protocol.";
    "ProxyHost", None, JAVA_GO, Later(&[]); ""; "The proxy's host.";
    "ProxyPort", None, JAVA_GO, Later(&[]); ""; "The proxy's port.";
    "ProxyUser", None, JAVA_GO, Later(&[]); ""; "The user at the proxy.";
    "ProxyPassword", None, JAVA_GO, Later(&[]); ""; "The password at the proxy.";
    "ProxyDomain", None, JAVA, Later(&[]); ""; "The domain at the proxy.";
    "ProxyWorkstation", None, JAVA, Later(&[]); ""; "The workstation at the proxy.";
    "SocketIgnoreProxy", None, NET, Later(&["Y"]); "Y"; "The system's proxy is not used.";
    "UseTCPProxy", None, GO, Later(&["N"]); "N"; "A load balancer tells the counterparty's address in front of the stream.";
};
