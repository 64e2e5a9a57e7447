//! What can go wrong with TLS, in words that say whose fault it is and what to look at.

use std::io;

use rustls::{AlertDescription, CertificateError, Error};

/// TLS could not be set up, or ended in disorder. What a [`TlsTransport`](super::TlsTransport) fails with is a
/// [`std::io::Error`] around one of these. Example: [`TlsTransport`](super::TlsTransport).
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The handshake failed: a certificate is not accepted on one side, or there is no TLS on the other.
    #[error("the TLS handshake failed: {}", explain(.0))]
    Handshake(#[source] Error),
    /// The connection failed after the handshake. Under TLS 1.3 this is how an initiator learns that its own
    /// certificate is not accepted.
    #[error("the TLS connection failed: {}", explain(.0))]
    Connection(#[source] Error),
    /// The connection ended within the handshake, without a reason.
    #[error("the connection ended within the TLS handshake: does the counterparty speak TLS there?")]
    EndedInHandshake,
    /// The connection ended without the counterparty saying so under TLS: it was cut, or what came last was withheld.
    #[error("the connection ended without TLS's close_notify: what was sent last may be missing")]
    Truncated,
    /// The name that the certificate must have is none.
    #[error("{0:?} is neither a host name nor an address: set the server name that the certificate has")]
    ServerName(String),
}

impl From<TlsError> for io::Error {
    fn from(error: TlsError) -> Self {
        let kind = match &error {
            TlsError::Handshake(_) | TlsError::Connection(_) => io::ErrorKind::InvalidData,
            TlsError::EndedInHandshake | TlsError::Truncated => io::ErrorKind::UnexpectedEof,
            TlsError::ServerName(_) => io::ErrorKind::InvalidInput,
        };
        Self::new(kind, error)
    }
}

/// The common reasons in words; others as rustls has them.
fn explain(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(why) => certificate(why),
        Error::NoCertificatesPresented => {
            "the counterparty showed no certificate, and one is required".to_owned()
        }
        Error::AlertReceived(alert) => received(*alert),
        Error::InvalidMessage(_) => {
            format!("what came is no TLS ({error}): is the counterparty's side plain?")
        }
        Error::PeerIncompatible(_) => {
            format!("the counterparty has no TLS version, cipher suite or key that is spoken here ({error})")
        }
        other => other.to_string(),
    }
}

/// What is wrong with the counterparty's certificate.
fn certificate(why: &CertificateError) -> String {
    let said = Error::InvalidCertificate(why.clone());
    let what = match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "is not valid yet",
        CertificateError::UnknownIssuer => "is from none of the authorities that are trusted here",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for another name than the one that was dialled or configured"
        }
        CertificateError::Revoked => "has been revoked",
        CertificateError::UnknownRevocationStatus => {
            "has an authority that none of the revocation lists is from"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "is not meant for this side of a connection"
        }
        _ => "is not accepted",
    };
    format!("the counterparty's certificate {what} ({said})")
}

/// What the counterparty says before it closes.
fn received(alert: AlertDescription) -> String {
    let what = match alert {
        AlertDescription::UnknownCA => "it does not trust the authority of our certificate",
        AlertDescription::CertificateExpired => "our certificate has expired by its clock",
        AlertDescription::CertificateRevoked => "our certificate has been revoked",
        AlertDescription::CertificateRequired => "it requires a certificate of ours",
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::AccessDenied => "it does not accept our certificate",
        AlertDescription::ProtocolVersion => "it speaks no TLS version that is allowed here",
        AlertDescription::HandshakeFailure => {
            "it shares no cipher suite with us, or misses a certificate of ours"
        }
        AlertDescription::UnrecognisedName => "it has no certificate for the name that we asked for",
        _ => "it gave up",
    };
    format!("the counterparty refused: {what} (alert {alert:?})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_certificate_is_said_in_words() {
        for (why, words) in [
            (CertificateError::Expired, "has expired"),
            (CertificateError::NotValidYet, "is not valid yet"),
            (CertificateError::UnknownIssuer, "is from none of the authorities that are trusted here"),
            (
                CertificateError::NotValidForName,
                "is for another name than the one that was dialled or configured",
            ),
            (CertificateError::Revoked, "has been revoked"),
            (
                CertificateError::UnknownRevocationStatus,
                "has an authority that none of the revocation lists is from",
            ),
            (CertificateError::InvalidPurpose, "is not meant for this side of a connection"),
            (CertificateError::BadEncoding, "is not accepted"),
        ] {
            let said = TlsError::Handshake(Error::InvalidCertificate(why)).to_string();
            let begins = format!("the TLS handshake failed: the counterparty's certificate {words} (");
            assert!(said.starts_with(&begins), "{said}");
        }
    }

    #[test]
    fn what_the_counterparty_says_of_us_is_said_in_words_too() {
        for (alert, words) in [
            (AlertDescription::UnknownCA, "it does not trust the authority of our certificate"),
            (AlertDescription::CertificateExpired, "our certificate has expired by its clock"),
            (AlertDescription::CertificateRevoked, "our certificate has been revoked"),
            (AlertDescription::CertificateRequired, "it requires a certificate of ours"),
            (AlertDescription::BadCertificate, "it does not accept our certificate"),
            (AlertDescription::UnsupportedCertificate, "it does not accept our certificate"),
            (AlertDescription::CertificateUnknown, "it does not accept our certificate"),
            (AlertDescription::AccessDenied, "it does not accept our certificate"),
            (AlertDescription::ProtocolVersion, "it speaks no TLS version that is allowed here"),
            (
                AlertDescription::HandshakeFailure,
                "it shares no cipher suite with us, or misses a certificate of ours",
            ),
            (AlertDescription::UnrecognisedName, "it has no certificate for the name that we asked for"),
            (AlertDescription::InternalError, "it gave up"),
        ] {
            let said = TlsError::Connection(Error::AlertReceived(alert)).to_string();
            let expected =
                format!("the TLS connection failed: the counterparty refused: {words} (alert {alert:?})");
            assert_eq!(said, expected);
        }
        let other = TlsError::Connection(Error::PeerSentOversizedRecord).to_string();
        assert_eq!(other, format!("the TLS connection failed: {}", Error::PeerSentOversizedRecord));
    }
}
