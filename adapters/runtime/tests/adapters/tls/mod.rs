//! TLS: who is let in, who is refused and learns why, and sessions that run over it.

mod authority;
mod certificates;
mod files;
mod lines;
mod strangers;
mod transport;

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sansfix::config::{Config, Role};
use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix::{Reason, Status, Verdict};
use sansfix_registry::Registry;
use sansfix_runtime::tls::{ClientTls, TlsFiles, rustls};
use sansfix_runtime::{AcceptorOptions, Application, ConnectError, InitiatorOptions, Outlet, SessionSetup};

use crate::host::{Acceptor, Adapter, Initiator};
use crate::peer::text_of;
use crate::{Echo, GENEROUS, accept_with, acceptor_config, desk};
use authority::{Authority, Folder, Issued};

/// Where every acceptor here listens.
const HOST: &str = "127.0.0.1";

/// What one side works with: a certificate of its own, and an authority to trust.
fn files(folder: &Folder, own: Option<&Issued>, trusted: Option<&Authority>) -> TlsFiles {
    TlsFiles {
        certificate: own.map(|own| folder.put("own.pem", &own.chain)),
        key: own.map(|own| folder.put("own.key", &own.key)),
        authorities: trusted.map(|trusted| folder.put("trusted.pem", &trusted.chain)),
        require_client_certificate: trusted.is_some(),
        ..TlsFiles::default()
    }
}

fn server(own: &Issued, trusted: Option<&Authority>) -> Arc<rustls::ServerConfig> {
    files(&Folder::new(), Some(own), trusted).server().unwrap()
}

fn client(own: Option<&Issued>, trusted: &Authority) -> ClientTls {
    files(&Folder::new(), own, Some(trusted)).client().unwrap()
}

/// A pair that trusts each other, for connections whose addresses have no name.
pub(crate) fn mutual() -> (Arc<rustls::ServerConfig>, ClientTls) {
    let authority = Authority::new("Root");
    let (venue, desk) = (authority.issue("venue.example"), authority.issue("desk.example"));
    let mut tls = client(Some(&desk), &authority);
    tls.server_name = Some("venue.example".into());
    (server(&venue, Some(&authority)), tls)
}

/// An acceptor that sends everything back, and keeps a list of those whom it has refused.
struct Venue {
    acceptor: Acceptor,
    registry: Registry,
    refused: Arc<Mutex<Vec<String>>>,
}

impl Venue {
    fn open(on: Adapter, tls: Option<Arc<rustls::ServerConfig>>, logon_timeout: Duration) -> Self {
        let refused = Arc::new(Mutex::new(Vec::new()));
        let told = refused.clone();
        let tell =
            move |refused: &sansfix_runtime::Refused| told.lock().unwrap().push(refused.why.to_string());
        let options =
            AcceptorOptions { refused: Some(Arc::new(tell)), tls, logon_timeout, ..Default::default() };
        let (acceptor, registry) = accept_with(on, vec![SessionSetup::new(acceptor_config(), Echo)], options);
        Self { acceptor, registry, refused }
    }

    fn secured(on: Adapter, tls: Arc<rustls::ServerConfig>) -> Self {
        Self::open(on, Some(tls), GENEROUS)
    }

    fn address(&self) -> String {
        self.acceptor.local_addr().to_string()
    }

    /// Waits until it has refused somebody for this.
    fn wait_refused(&self, why: &str) {
        let started = Instant::now();
        while !self.refused.lock().unwrap().iter().any(|told| told.contains(why)) {
            assert!(started.elapsed() < GENEROUS, "{why:?} is not in {:?}", self.refused.lock().unwrap());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Greets when it has logged on, and tells what becomes of it.
struct Told(mpsc::Sender<String>);

impl Application for Told {
    fn state_changed(&mut self, status: &Status, outlet: &mut Outlet<'_>) {
        if status.logged_on {
            outlet.send(b"B", text_of("hello")).unwrap();
        }
    }

    fn message<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let text = String::from_utf8_lossy(message.get(TEXT).unwrap()).into_owned();
        let _ = self.0.send(format!("came: {text}"));
        Verdict::Accept
    }

    fn connect_failed(&mut self, error: &ConnectError) {
        let _ = self.0.send(format!("not connected: {error}"));
    }

    fn connection_failed(&mut self, error: &std::io::Error) {
        let _ = self.0.send(format!("broken: {error}"));
    }

    fn ended(&mut self, reason: Reason) {
        let _ = self.0.send(format!("ended: {reason}"));
    }
}

/// An initiator, and what it tells.
struct Desk {
    _initiator: Initiator,
    registry: Registry,
    told: Receiver<String>,
}

impl Desk {
    /// Dials once; then only when it is commanded.
    fn dial(on: Adapter, address: impl ToString, tls: Option<ClientTls>) -> Self {
        Self::dial_with(
            on,
            InitiatorOptions { tls, connect_timeout: GENEROUS, ..InitiatorOptions::to(address) },
        )
    }

    fn dial_with(on: Adapter, options: InitiatorOptions) -> Self {
        let (tell, told) = mpsc::channel();
        let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), Told(tell));
        let options = InitiatorOptions { reconnect_interval: Duration::from_secs(3600), ..options };
        let registry = Registry::new();
        let initiator = on.initiate(setup, options, &registry).unwrap();
        Self { _initiator: initiator, registry, told }
    }

    fn hears(&self) -> String {
        self.told.recv_timeout(GENEROUS).expect("nothing is told")
    }

    /// The next thing it is told begins and goes on like this.
    fn hears_that(&self, begins: &str, holds: &str) {
        let heard = self.hears();
        assert!(
            heard.starts_with(begins) && heard.contains(holds),
            "{heard:?}, not {begins:?} and {holds:?}"
        );
    }

    fn is_served(&self) {
        assert_eq!(self.hears(), "came: hello");
    }
}
