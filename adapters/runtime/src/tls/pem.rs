//! Certificates, keys and revocation lists from PEM files, with errors that say what to do.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};

/// The longest file that is read, bytes. The authorities of a whole operating system take 300,000; a large revocation
/// list some millions.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// A file of certificates or keys cannot be used. Nothing of a key is in it.
///
/// ```
/// use sansfix_runtime::tls::TlsFiles;
///
/// let files = TlsFiles { certificate: Some("nowhere/venue.pem".into()), ..TlsFiles::default() };
/// let error = files.server().unwrap_err();
/// assert_eq!(error.file.to_str(), Some("nowhere/venue.pem"));
/// assert_eq!(error.to_string(), format!("nowhere/venue.pem: {}: {}", error.what, error.remedy));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {what}: {remedy}", file.display())]
pub struct TlsFileError {
    /// Which file; `TLS` when none was named where one is needed.
    pub file: PathBuf,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
}

impl TlsFileError {
    pub(super) fn new(file: &Path, what: impl ToString, remedy: &'static str) -> Self {
        Self { file: file.to_owned(), what: what.to_string(), remedy }
    }
}

pub(super) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFileError> {
    let bytes = read(file)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        Ok(_) => Err(TlsFileError::new(
            file,
            "there is no certificate in it",
            "a PEM file has lines -----BEGIN CERTIFICATE-----; convert with `openssl x509` or `openssl pkcs12 -nokeys`",
        )),
        Err(error) => Err(damaged(file, &error)),
    }
}

pub(super) fn revocation_lists(
    file: &Path,
) -> Result<Vec<CertificateRevocationListDer<'static>>, TlsFileError> {
    let bytes = read(file)?;
    let all: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(&bytes).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        Ok(_) => Err(TlsFileError::new(
            file,
            "there is no revocation list in it",
            "a PEM file has lines -----BEGIN X509 CRL-----; convert with `openssl crl`",
        )),
        Err(error) => Err(damaged(file, &error)),
    }
}

pub(super) fn key(file: &Path) -> Result<PrivateKeyDer<'static>, TlsFileError> {
    let bytes = read(file)?;
    // Looked for first: a key of the old form would be taken for one that is not encrypted.
    let encrypted = [&b"-----BEGIN ENCRYPTED PRIVATE KEY-----"[..], b"Proc-Type: 4,ENCRYPTED"];
    if encrypted.iter().any(|mark| bytes.windows(mark.len()).any(|window| window == *mark)) {
        return Err(TlsFileError::new(
            file,
            "its key is encrypted with a password",
            "store it without one (`openssl pkey -in FILE -out NEW`) and let only the process's user read it",
        ));
    }
    match PrivateKeyDer::from_pem_slice(&bytes) {
        Ok(key) => Ok(key),
        Err(PemError::NoItemsFound) => Err(TlsFileError::new(
            file,
            "there is no private key in it",
            "a PEM file has lines -----BEGIN PRIVATE KEY-----; name the file that has them, or convert with `openssl pkey`",
        )),
        Err(error) => Err(damaged(file, &error)),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, TlsFileError> {
    let mut bytes = Vec::new();
    let opened = File::open(file).and_then(|open| open.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = opened {
        return Err(TlsFileError::new(file, error, "correct the path, or let the process's user read it"));
    }
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(TlsFileError::new(
            file,
            "it is longer than 64 MiB",
            "name a file of certificates or keys",
        ));
    }
    Ok(bytes)
}

fn damaged(file: &Path, error: &PemError) -> TlsFileError {
    TlsFileError::new(file, format!("it is damaged ({error})"), "copy or convert it again")
}
