//! TLS for QuickFIX, whose build in Debian has none: stunnel beside it, with OpenSSL, so that nothing of ours is on both
//! sides. Each side shows the other a certificate of one authority.

use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use sansfix::config::Role;
use sansfix_runtime::tls::TlsFiles;

use crate::ours::free_port;
use crate::{fresh_directory, wait_for};

/// Debian's name and everybody else's.
const PROGRAMS: [&str; 2] = ["stunnel4", "stunnel"];

/// How often another port is tried when one has been taken by somebody else.
const PORTS_TRIED: usize = 10;

/// The name in both certificates.
const NAME: &str = "127.0.0.1";

/// Certificates and keys of both sides, in files.
#[derive(Debug)]
pub struct Secrets {
    directory: PathBuf,
}

impl Secrets {
    /// Makes them.
    ///
    /// # Panics
    /// When they cannot be made or written.
    #[must_use]
    pub fn new() -> Self {
        let directory = fresh_directory();
        std::fs::create_dir_all(&directory).expect("a directory");
        let secrets = Self { directory };
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "interop");
        secrets.write("authority.pem", &params.self_signed(&key).expect("an authority").pem());
        let authority = Issuer::new(params, key);
        for whose in ["ours", "theirs"] {
            let key = KeyPair::generate().expect("a key");
            let mut params = CertificateParams::new(vec![NAME.to_owned()]).expect("a name");
            params.distinguished_name.push(DnType::CommonName, whose);
            let certificate = params.signed_by(&key, &authority).expect("a certificate");
            secrets.write(&format!("{whose}.pem"), &(certificate.pem() + &key.serialize_pem()));
        }
        secrets
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// What our side works with.
    #[must_use]
    pub fn ours(&self) -> TlsFiles {
        TlsFiles {
            certificate: Some(self.file("ours.pem")),
            authorities: Some(self.file("authority.pem")),
            require_client_certificate: true,
            ..TlsFiles::default()
        }
    }
}

impl Default for Secrets {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Secrets {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// A running stunnel. Ended when dropped.
#[derive(Debug)]
pub struct Terminator {
    child: Child,
    /// Where it listens.
    pub port: u16,
}

impl Terminator {
    /// In front of a QuickFIX of this role: for an initiator it takes plain TCP and connects to `port` with TLS, for an
    /// acceptor it is the other way round.
    ///
    /// # Panics
    /// When there is no stunnel, or it does not start.
    #[must_use]
    pub fn run(secrets: &Secrets, peer_role: Role, port: u16) -> Self {
        let client = if peer_role == Role::Initiator { "yes" } else { "no" };
        let mut said = String::new();
        for _ in 0..PORTS_TRIED {
            let listens = free_port();
            let configuration = format!(
                "foreground = yes\npid =\ndebug = warning\noutput = {log}\n[fix]\nclient = {client}\n\
                 accept = 127.0.0.1:{listens}\nconnect = 127.0.0.1:{port}\ncert = {cert}\nCAfile = {authority}\n\
                 verifyChain = yes\nrequireCert = yes\ncheckIP = {NAME}\nTIMEOUTclose = 0\n",
                log = secrets.file("stunnel.log").display(),
                cert = secrets.file("theirs.pem").display(),
                authority = secrets.file("authority.pem").display(),
            );
            secrets.write("stunnel.conf", &configuration);
            let mut running = Self { child: start(secrets), port: listens };
            match running.listens() {
                true => return running,
                false => said = std::fs::read_to_string(secrets.file("stunnel.log")).unwrap_or_default(),
            }
        }
        panic!("stunnel does not start on any of {PORTS_TRIED} ports: {said}");
    }

    /// Waits until it takes connections, or has ended.
    fn listens(&mut self) -> bool {
        let ready = wait_for(|| match self.child.try_wait() {
            Ok(None) => TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok().map(|_| true),
            Ok(Some(_)) | Err(_) => Some(false),
        });
        // Whoever listens there may also be the one who took the port.
        ready == Some(true) && matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Terminator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(secrets: &Secrets) -> Child {
    for program in PROGRAMS {
        let mut command = Command::new(program);
        command.arg(secrets.file("stunnel.conf")).stdin(Stdio::null()).stdout(Stdio::null());
        match command.stderr(Stdio::null()).spawn() {
            Ok(child) => return child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => panic!("{program} cannot be run: {error}"),
        }
    }
    panic!("stunnel is missing: tests/interop/build-peer.sh installs it");
}
