//! Our side: a session of either adapter, operated through the registry.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sansfix::config::{Config, Identity};
use sansfix::wire::{Body, Garbled, Message, Precision};
use sansfix::{Reason, Refused, ResetMode, SeqNum, Status, Verdict};
use sansfix_registry::{Bell, Receipt, Registry};
use sansfix_runtime::tls::TlsFiles;
use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, Outlet, SessionSetup, StoreError};

use crate::case::Case;
use crate::engine::Engine;
use crate::message::Seen;
use crate::peer::{THEM, US};
use crate::{LIMIT, wait_for};

/// How many messages are sent at a turn, so that both directions flow at once.
const BURST: usize = 20;

/// Our session.
#[derive(Debug)]
pub struct Ours {
    identity: Identity,
    registry: Registry,
    record: Arc<Mutex<Record>>,
    _engine: Engine,
}

/// What the application sees and is to do.
#[derive(Debug, Default)]
struct Record {
    received: Vec<Seen>,
    to_send: VecDeque<(String, String)>,
    /// Rung when there is something to send.
    bell: Option<Bell>,
    /// Why each connection ended.
    ended: Vec<Reason>,
    /// What must never happen here.
    mishaps: Vec<String>,
}

fn lock(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ours {
    /// An acceptor on a free port, and that port.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn accept(case: &Case, heart_bt_int: u32, tls: Option<&TlsFiles>) -> (Self, u16) {
        let tls = tls.map(|files| files.server().unwrap_or_else(|error| panic!("{error}")));
        let options = AcceptorOptions { tls, logon_timeout: LIMIT, ..AcceptorOptions::default() };
        Self::start(case, heart_bt_int, |setup, registry| {
            Engine::accept(case.driver, setup, options, registry)
        })
    }

    /// An initiator that dials `port`, and again after `reconnect_interval`, or when it is told to.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn connect(
        case: &Case,
        heart_bt_int: u32,
        port: u16,
        reconnect_interval: Duration,
        tls: Option<&TlsFiles>,
    ) -> Self {
        let tls = tls.map(|files| files.client().unwrap_or_else(|error| panic!("{error}")));
        let address = format!("127.0.0.1:{port}");
        let options = InitiatorOptions {
            reconnect_interval,
            connect_timeout: LIMIT,
            tls,
            ..InitiatorOptions::to(address)
        };
        let start = |setup, registry: &_| (Engine::connect(case.driver, setup, options, registry), ());
        Self::start(case, heart_bt_int, start).0
    }

    fn start<T>(
        case: &Case,
        heart_bt_int: u32,
        engine: impl FnOnce(SessionSetup, &Registry) -> (Engine, T),
    ) -> (Self, T) {
        let identity = Identity::new(case.version, US, THEM);
        let mut config = Config::new(case.role, identity.clone()).with_profile(case.profile);
        config.heart_bt_int = heart_bt_int;
        // A slow machine fails no test.
        let patience = u32::try_from(LIMIT.as_millis()).expect("a limit of less than a month");
        config.limits.logon_timeout_ms = patience;
        config.limits.logout_timeout_ms = patience;
        let record = Arc::<Mutex<Record>>::default();
        let registry = Registry::new();
        let recorder = Recorder { record: record.clone(), version_42: case.version.as_str() == "FIX.4.2" };
        let (_engine, more) = engine(SessionSetup::new(config, recorder), &registry);
        (Self { identity, registry, record, _engine }, more)
    }

    /// Where it stands.
    ///
    /// # Panics
    /// Never: the session is registered.
    #[must_use]
    pub fn status(&self) -> Status {
        self.registry.status(&self.identity).expect("our session")
    }

    /// Waits until `until` holds, and tells whether it does.
    ///
    /// # Panics
    /// Never: the session is registered.
    pub fn wait(&self, until: impl Fn(&Status) -> bool) -> bool {
        self.registry.wait(&self.identity, LIMIT, until).expect("our session").1
    }

    /// Whether it is logged on.
    ///
    /// # Panics
    /// Never: the session is registered.
    #[must_use]
    pub fn is_logged_on(&self) -> bool {
        self.registry.is_logged_on(&self.identity).expect("our session")
    }

    /// Operator: log on.
    ///
    /// # Panics
    /// When the command is not taken.
    pub fn logon(&self) -> Receipt {
        self.registry.logon(&self.identity).expect("logon")
    }

    /// Operator: log out.
    ///
    /// # Panics
    /// When the command is not taken.
    pub fn logout(&self, text: &str) -> Receipt {
        self.registry.logout(&self.identity, text).expect("logout")
    }

    /// Operator: cut the connection.
    ///
    /// # Panics
    /// When the command is not taken.
    pub fn disconnect(&self) {
        self.registry.disconnect(&self.identity).expect("disconnect");
    }

    /// Operator: ask for a Heartbeat.
    ///
    /// # Panics
    /// When the command is not taken.
    pub fn test_request(&self) -> Receipt {
        self.registry.test_request(&self.identity).expect("test_request")
    }

    /// Operator: both numbers to 1, on the live connection.
    ///
    /// # Panics
    /// When the command is not taken.
    pub fn reset_in_session(&self) -> Receipt {
        self.registry.reset(&self.identity, ResetMode::InSession).expect("reset")
    }

    /// Operator: the next number sent; waits until it is in force.
    ///
    /// # Panics
    /// When it does not come into force.
    pub fn set_next_sender(&self, seq: u64) {
        let seq = SeqNum::new(seq).expect("a number");
        self.registry.set_next_sender(&self.identity, seq).expect("set_next_sender");
        assert!(self.wait(|status| status.next_sender == seq), "our next number sent is {:?}", self.status());
    }

    /// Operator: the next number expected; waits until it is in force.
    ///
    /// # Panics
    /// When it does not come into force.
    pub fn set_next_target(&self, seq: u64) {
        let seq = SeqNum::new(seq).expect("a number");
        self.registry.set_next_target(&self.identity, seq).expect("set_next_target");
        assert!(
            self.wait(|status| status.next_target == seq),
            "our next number expected is {:?}",
            self.status()
        );
    }

    /// Sends `count` application messages, `PREFIX1` and so on, as soon as it is logged on.
    pub fn send(&self, msg_type: &str, count: u64, prefix: &str) {
        let messages = (1..=count).map(|number| (msg_type.to_owned(), format!("{prefix}{number}")));
        let mut record = lock(&self.record);
        record.to_send.extend(messages);
        if let Some(bell) = &record.bell {
            bell.ring();
        }
    }

    /// How many are still to be sent.
    #[must_use]
    pub fn unsent(&self) -> usize {
        lock(&self.record).to_send.len()
    }

    /// The application messages it has received, from index `from` on.
    #[must_use]
    pub fn received(&self, from: usize) -> Vec<Seen> {
        lock(&self.record).received.iter().skip(from).cloned().collect()
    }

    /// How many application messages it has received.
    #[must_use]
    pub fn received_count(&self) -> usize {
        lock(&self.record).received.len()
    }

    /// Why the connections have ended, once `count` of them have.
    ///
    /// # Panics
    /// When they do not end.
    #[must_use]
    pub fn ended(&self, count: usize) -> Vec<Reason> {
        let found = wait_for(|| Some(lock(&self.record).ended.clone()).filter(|ended| ended.len() >= count));
        found.unwrap_or_else(|| panic!("not {count} connections have ended: {:?}", lock(&self.record).ended))
    }

    /// What must not have happened: ignored bytes, a store that failed, a message that could not be sent.
    #[must_use]
    pub fn mishaps(&self) -> Vec<String> {
        lock(&self.record).mishaps.clone()
    }
}

/// Our application.
struct Recorder {
    record: Arc<Mutex<Record>>,
    version_42: bool,
}

impl Application for Recorder {
    fn started(&mut self, bell: &Bell) {
        lock(&self.record).bell = Some(bell.clone());
    }

    fn message<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let text = |value: Option<&[u8]>| String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
        lock(&self.record).received.push(Seen {
            seq: message.seq().map_or(0, SeqNum::get),
            poss_dup: message.poss_dup(),
            msg_type: text(Some(message.msg_type())),
            id: text(message.get(11)),
        });
        Verdict::Accept
    }

    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        let record = &mut *lock(&self.record);
        for _ in 0..BURST {
            let Some((msg_type, id)) = record.to_send.front() else { return };
            let now = outlet.now().utc_ns;
            let sent =
                outlet.send(msg_type.as_bytes(), |body| fill(body, msg_type, id, now, self.version_42));
            match sent {
                Ok(_) => drop(record.to_send.pop_front()),
                // Later, when there is room, or after the next logon.
                Err(Refused::Full { .. } | Refused::NotActive) => return,
                Err(other) => {
                    record.mishaps.push(format!("{id} cannot be sent: {other}"));
                    return;
                }
            }
        }
    }

    fn garbled(&mut self, why: Garbled, bytes: &[u8]) {
        let bytes = String::from_utf8_lossy(bytes).replace('\x01', "|");
        lock(&self.record).mishaps.push(format!("ignored, {why}: {bytes}"));
    }

    fn store_failed(&mut self, error: &StoreError) {
        lock(&self.record).mishaps.push(error.to_string());
    }

    fn ended(&mut self, reason: Reason) {
        lock(&self.record).ended.push(reason);
    }
}

/// An order, or a report of its execution.
fn fill(body: &mut Body<'_>, msg_type: &str, id: &str, now: i64, version_42: bool) {
    body.field(11, id).field(38, "100").field(54, "1").field(55, "ACME");
    if msg_type == "D" {
        body.field(21, "1").field(40, "1");
    } else {
        body.field(6, "0").field(14, "0").field(17, id).field(37, id).field(39, "0").field(150, "0");
        body.field(151, "100");
        if version_42 {
            body.field(20, "0");
        }
    }
    body.timestamp(60, now, Precision::Milliseconds);
}

/// Which port a QuickFIX acceptor may take. Another program could take it first; then the next one is tried.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("its number").port()
}
