//! TLS: the names that four engines have for the same few files and choices.

use std::path::PathBuf;

use super::keys;
use crate::settings::key::{
    Key,
    Setting::{Custom, Flag, Number, Text, Unsafe, Unsupported},
};
use crate::settings::tls;

fn path(value: &str) -> Option<PathBuf> {
    (!value.is_empty()).then(|| value.into())
}

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

const DIRECTORY: &str = "directories are not read: put the files together into one, and name it";
const BYTES: &str = "only files are read: write it to one, and name it";
const KEY_STORE: &str = "Java key stores are not read: convert them to PEM, and name the files with CertificationAuthoritiesFile, \
    ServerCertificateFile or ClientCertificateFile";
const SUITES: &str = "TLS 1.2 and 1.3 choose among suites with forward secrecy and authenticated encryption";
const UNCHECKED: &str =
    "certificates are always checked; name whom to trust with CertificationAuthoritiesFile";

pub(super) const KEYS: &[Key] = keys! {
    "SocketUseSSL", None, JAVA_GO, Flag(|draft, on| draft.tls.wanted = Some(on));
        "Y when a certificate is named"; "The connection is TLS.";
    "SSLEnable", None, NET, Flag(|draft, on| draft.tls.wanted = Some(on));
        "Y when a certificate is named"; "As SocketUseSSL.";
    "CertificationAuthoritiesFile", None, CPP, Text(|draft, value| draft.tls.authorities = path(value));
        "required for an initiator"; "PEM file of the authorities that are trusted, and no others. An acceptor with it requires a \
        certificate from each client, unless another key says that it does not.";
    "SocketCAFile", None, GO, Text(|draft, value| draft.tls.authorities = path(value));
        ""; "As CertificationAuthoritiesFile.";
    "SSLCACertificate", None, NET, Text(|draft, value| draft.tls.authorities = path(value));
        ""; "As CertificationAuthoritiesFile.";
    "ServerCertificateFile", None, CPP, Text(|draft, value| draft.tls.server.certificate = path(value));
        "required for an acceptor"; "PEM file of an acceptor's certificate, and behind it those that lead to an authority. The key \
        may stand in it too.";
    "ServerCertificateKeyFile", None, CPP, Text(|draft, value| draft.tls.server.key = path(value));
        "the certificate's file"; "PEM file of an acceptor's key, without a password.";
    "ClientCertificateFile", None, CPP, Text(|draft, value| draft.tls.client.certificate = path(value));
        ""; "PEM file of an initiator's certificate, for a counterparty that requires one.";
    "ClientCertificateKeyFile", None, CPP, Text(|draft, value| draft.tls.client.key = path(value));
        "the certificate's file"; "PEM file of an initiator's key, without a password.";
    "SocketCertificateFile", None, GO, Text(|draft, value| draft.tls.either.certificate = path(value));
        ""; "As ServerCertificateFile or ClientCertificateFile, which go before it.";
    "SocketPrivateKeyFile", None, GO, Text(|draft, value| draft.tls.either.key = path(value));
        ""; "As ServerCertificateKeyFile or ClientCertificateKeyFile.";
    "SSLCertificate", None, NET, Text(|draft, value| draft.tls.either.certificate = path(value));
        ""; "As SocketCertificateFile: PEM with certificate and key. Convert others with `openssl pkcs12 -nodes`.";
    "SSLCertificatePassword", None, NET,
        Unsupported(&[""], "keys with a password are not read: store the key without one, and protect its file");
        ""; "The password of the certificate's file.";
    "CertificateRevocationListFile", None, CPP, Text(|draft, value| draft.tls.revocation_lists = path(value));
        ""; "PEM file of revocation lists, read at the start. With it, a certificate is refused when no list is from its authority. \
        How old a list is does not matter.";
    "CertificateVerifyLevel", None, CPP, Number(0, 2, |draft, n| draft.tls.verify_level = Some(n));
        "2 with authorities"; "0: an acceptor asks for no certificate. 1 or 2: it requires one. An initiator always checks.";
    "NeedClientAuth", None, JAVA, Flag(|draft, on| draft.tls.require_client_certificate = Some(on));
        "Y with authorities"; "An acceptor requires a certificate.";
    "SSLRequireClientCertificate", None, NET, Flag(|draft, on| draft.tls.require_client_certificate = Some(on));
        "Y with authorities"; "As NeedClientAuth.";
    "SocketServerName", None, GO, Text(|draft, value| draft.tls.server_name = text(value));
        "the host that is dialled"; "The name that an initiator's counterparty must have in its certificate, and that is sent with \
        the handshake.";
    "SSLServerName", None, NET, Text(|draft, value| draft.tls.server_name = text(value));
        "the host that is dialled"; "As SocketServerName.";
    "SNIHostName", None, JAVA, Text(|draft, value| draft.tls.server_name = text(value));
        "the host that is dialled"; "As SocketServerName.";
    "UseSNI", None, JAVA, Flag(|draft, on| draft.tls.sni = Some(on));
        "Y"; "An initiator sends the name with the handshake.";
    "SocketMinimumTLSVersion", None, GO, Custom(tls::MINIMUM_ALLOWED, |draft, _, value| {
        draft.tls.minimum = tls::minimum(value);
        draft.tls.minimum.is_some()
    });
        "TLS12"; "The oldest TLS version; nothing older than TLS 1.2 is ever spoken.";
    "SSLProtocol", None, CPP, Custom(tls::VERSIONS_ALLOWED, |draft, _, value| {
        draft.tls.listed = tls::versions(value);
        draft.tls.listed.is_some()
    });
        "all"; "TLS versions, each with a `-` in front to take it away again. Older ones than TLS 1.2 are passed over.";
    "SSLProtocols", None, NET, Custom(tls::VERSIONS_ALLOWED, |draft, _, value| {
        draft.tls.listed = tls::versions(value);
        draft.tls.listed.is_some()
    });
        "all"; "As SSLProtocol.";
    "EnabledProtocols", None, JAVA, Custom(tls::VERSIONS_ALLOWED, |draft, _, value| {
        draft.tls.listed = tls::versions(value);
        draft.tls.listed.is_some()
    });
        "all"; "As SSLProtocol.";
    "LogonPasswordInClear", None, OURS, Flag(|draft, on| draft.password_in_clear = on);
        "N"; "Username(553), Password(554) and NewPassword(925) of LogonTag go over a connection without TLS. N: that is an \
        error.";
    "SocketInsecureSkipVerify", None, GO, Unsafe(&["N"], UNCHECKED);
        "N"; "Certificates are not checked.";
    "SSLValidateCertificates", None, NET, Unsafe(&["Y"], UNCHECKED);
        "Y"; "Certificates are checked.";
    "SSLCheckCertificateRevocation", None, NET,
        Unsafe(&["N"], "nobody is asked; write N, and name lists with CertificateRevocationListFile");
        ""; "Certificates are looked up in revocation lists.";
    "CertificationAuthoritiesDirectory", None, CPP, Unsafe(&[""], DIRECTORY); ""; "Certificates that are trusted.";
    "CertificateRevocationListDirectory", None, CPP, Unsafe(&[""], DIRECTORY);
        ""; "Certificates that are not trusted any more.";
    "SocketPrivateKeyBytes", None, GO, Unsafe(&[""], BYTES); ""; "The key.";
    "SocketCertificateBytes", None, GO, Unsafe(&[""], BYTES); ""; "The certificate.";
    "SocketCABytes", None, GO, Unsafe(&[""], BYTES); ""; "Certificates that are trusted.";
    "SSLCipherSuite", None, CPP, Unsupported(&[""], SUITES); ""; "Cipher suites.";
    "TLSCipherSuites", None, CPP, Unsupported(&[""], SUITES); ""; "Cipher suites of TLS 1.3.";
    "CipherSuites", None, JAVA, Unsupported(&[""], SUITES); ""; "Cipher suites.";
    "EndpointIdentificationAlgorithm", None, JAVA,
        Unsupported(&["HTTPS", "LDAPS"], "the name of an acceptor is always checked");
        ""; "How the certificate's name is checked.";
    "SocketKeyStore", None, JAVA, Unsupported(&[""], KEY_STORE); ""; "A Java file of keys.";
    "SocketKeyStorePassword", None, JAVA, Unsupported(&[""], KEY_STORE); ""; "Its password.";
    "KeyManagerFactoryAlgorithm", None, JAVA, Unsupported(&[""], KEY_STORE); ""; "A Java algorithm.";
    "KeyStoreType", None, JAVA, Unsupported(&[""], KEY_STORE); ""; "A Java file type.";
    "SocketTrustStore", None, JAVA, Unsupported(&[""], KEY_STORE); ""; "A Java file of certificates.";
    "SocketTrustStorePassword", None, JAVA, Unsupported(&[""], KEY_STORE); ""; "Its password.";
    "TrustManagerFactoryAlgorithm", None, JAVA, Unsupported(&[""], KEY_STORE); ""; "A Java algorithm.";
    "TrustStoreType", None, JAVA, Unsupported(&[""], KEY_STORE); ""; "A Java file type.";
};
