//! From files to what rustls works with.
//!
//! Decides what is strict whatever a file says: the counterparty's certificate is always checked when there is one, each
//! connection is authenticated anew (no session is resumed, so that a certificate which has expired or been revoked does
//! not live on), and the provider of cryptography is named, since a process may have two.

use std::path::Path;
use std::sync::Arc;

use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, VerifierBuilderError, WebPkiClientVerifier};
use rustls::{ClientConfig, Error, RootCertStore, ServerConfig, SupportedProtocolVersion};

use super::client::ClientTls;
use super::files::{TlsFiles, TlsVersion};
use super::pem::{self, TlsFileError};

/// What to do about authorities that are not named.
const NAME_AUTHORITIES: &str =
    "name a PEM file with the certificates to trust (the system's own: /etc/ssl/certs/ca-certificates.crt)";

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl TlsFiles {
    /// What an initiator needs. The counterparty is always checked, so there must be [`Self::authorities`]. The files are
    /// read now, and not again: a certificate that is renewed takes effect with the next start. Example: [`crate::tls`].
    ///
    /// # Errors
    /// [`TlsFileError`] names the file, what is wrong with it and what to do: it cannot be read, is longer than 64 MiB, has
    /// nothing of the kind in it, or does not fit the others.
    pub fn client(&self) -> Result<ClientTls, TlsFileError> {
        let (authorities, file) = self.roots()?;
        let verifier = WebPkiServerVerifier::builder_with_provider(authorities, provider())
            .with_crls(self.lists()?)
            .build()
            .map_err(|error| self.cannot_check(file, &error))?;
        let builder = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&self.versions())
            .map_err(|error| self.contradiction(&error))?
            .with_webpki_verifier(verifier);
        let mut config = match self.identity()? {
            Some((chain, key)) => {
                builder.with_client_auth_cert(chain, key).map_err(|error| self.mismatch(&error))?
            }
            None => builder.with_no_client_auth(),
        };
        config.enable_sni = self.sni;
        config.resumption = Resumption::disabled();
        Ok(ClientTls { config: Arc::new(config), server_name: self.server_name.clone() })
    }

    /// What an acceptor needs: there must be a [`Self::certificate`]. The files are read now, and not again. Example:
    /// [`crate::tls`].
    ///
    /// # Errors
    /// [`TlsFileError`] as for [`Self::client`].
    pub fn server(&self) -> Result<Arc<ServerConfig>, TlsFileError> {
        let builder = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&self.versions())
            .map_err(|error| self.contradiction(&error))?;
        let builder = if self.require_client_certificate {
            let (authorities, file) = self.roots()?;
            let verifier = WebPkiClientVerifier::builder_with_provider(authorities, provider())
                .with_crls(self.lists()?)
                .build()
                .map_err(|error| self.cannot_check(file, &error))?;
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let (chain, key) = self.identity()?.ok_or_else(|| {
            let remedy = "name a PEM file with this side's certificate, and one with its key";
            TlsFileError::new(Path::new("TLS"), "an acceptor has no certificate", remedy)
        })?;
        let mut config = builder.with_single_cert(chain, key).map_err(|error| self.mismatch(&error))?;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Arc::new(config))
    }

    fn roots(&self) -> Result<(Arc<RootCertStore>, &Path), TlsFileError> {
        let Some(file) = &self.authorities else {
            let what = "nothing says which authorities are trusted";
            return Err(TlsFileError::new(Path::new("TLS"), what, NAME_AUTHORITIES));
        };
        let mut roots = RootCertStore::empty();
        for certificate in pem::certificates(file)? {
            roots.add(certificate).map_err(|error| {
                let what = format!("a certificate in it cannot be used ({error})");
                TlsFileError::new(file, what, "remove it, or copy it again")
            })?;
        }
        Ok((Arc::new(roots), file))
    }

    fn lists(&self) -> Result<Vec<CertificateRevocationListDer<'static>>, TlsFileError> {
        self.revocation_lists.as_deref().map_or(Ok(Vec::new()), pem::revocation_lists)
    }

    fn identity(&self) -> Result<Option<Identity>, TlsFileError> {
        match (&self.certificate, &self.key) {
            (Some(certificate), key) => {
                let chain = pem::certificates(certificate)?;
                Ok(Some((chain, pem::key(key.as_ref().unwrap_or(certificate))?)))
            }
            (None, Some(key)) => {
                let remedy = "name the PEM file with the certificate that it belongs to";
                Err(TlsFileError::new(key, "there is a key and no certificate", remedy))
            }
            (None, None) => Ok(None),
        }
    }

    fn versions(&self) -> Vec<&'static SupportedProtocolVersion> {
        let spoken = |version: &TlsVersion| (self.oldest..=self.newest).contains(version);
        [(TlsVersion::Tls13, &rustls::version::TLS13), (TlsVersion::Tls12, &rustls::version::TLS12)]
            .into_iter()
            .filter_map(|(version, its)| spoken(&version).then_some(its))
            .collect()
    }

    fn contradiction(&self, error: &Error) -> TlsFileError {
        let what = format!("no version from {} to {} is spoken ({error})", self.oldest, self.newest);
        TlsFileError::new(Path::new("TLS"), what, "the newest version must not be older than the oldest")
    }

    fn mismatch(&self, error: &Error) -> TlsFileError {
        let file = self.key.as_ref().or(self.certificate.as_ref()).cloned().unwrap_or_default();
        let what = format!("the key cannot be used with the certificate ({error})");
        TlsFileError::new(&file, what, "name the key that the first certificate of the chain was made for")
    }

    fn cannot_check(&self, authorities: &Path, error: &VerifierBuilderError) -> TlsFileError {
        let file = match error {
            VerifierBuilderError::InvalidCrl(_) => self.revocation_lists.as_deref().unwrap_or(authorities),
            _ => authorities,
        };
        TlsFileError::new(file, format!("nothing can be checked with it ({error})"), "copy it again")
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
