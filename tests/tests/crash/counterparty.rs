//! The counterparty that lives on: the other end of each session, on a store in memory.

use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sansfix::config::{Config, Identity, Role};
use sansfix::tags::TEXT;
use sansfix::{PhaseName, Status};
use sansfix_registry::{Bell, Registry};
use sansfix_runtime::tokio_adapter::{Acceptor, Initiator};
use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, Outlet, SessionSetup};
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Runtime;

use super::GENEROUS;
use super::child::{SESSIONS, identity, role};
use super::tap::{Seen, Tap};

/// How often each session has something to send.
const PACE: Duration = Duration::from_millis(3);

pub(crate) struct Counterparty {
    runtime: Runtime,
    registry: Registry,
    pub(crate) seen: Arc<Seen>,
    /// Where the killed process listens.
    pub(crate) port: Arc<AtomicU16>,
    /// Where this one does.
    pub(crate) own_port: u16,
    sent: Vec<Sent>,
    talking: Arc<AtomicBool>,
    pacemaker: Option<JoinHandle<()>>,
    acceptor: Option<Arc<Acceptor>>,
    initiators: Vec<Initiator>,
}

/// What was sent, with its number.
type Sent = Arc<Mutex<Vec<(u64, String)>>>;

/// Sends one message whenever its bell is rung.
struct Talker {
    session: usize,
    sent: Sent,
    bells: Arc<Mutex<Vec<Bell>>>,
    talking: Arc<AtomicBool>,
}

impl Application for Talker {
    fn started(&mut self, bell: &Bell) {
        self.bells.lock().unwrap().push(bell.clone());
    }

    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        if !self.talking.swap(false, Ordering::SeqCst) {
            return;
        }
        let mut sent = self.sent.lock().unwrap();
        let text = format!("survivor/{}/{}", self.session, sent.len());
        let number = outlet.send(b"B", |body| {
            body.field(TEXT, text.as_str());
        });
        // Refused when the session is on its way out, or when the other side reads too little.
        sent.extend(number.map(|seq| (seq.get(), text)));
    }
}

impl Counterparty {
    pub(crate) fn start() -> Self {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build().unwrap();
        let inside = runtime.enter();
        let (registry, seen) = (Registry::new(), Arc::new(Seen::default()));
        let (port, bells) = (Arc::new(AtomicU16::new(1)), Arc::new(Mutex::new(Vec::new())));
        let mut sent = Vec::new();
        let turns: Vec<_> = (0..SESSIONS).map(|_| Arc::new(AtomicBool::new(false))).collect();
        let mut setup = |session: usize| {
            let role = if role(session) == Role::Acceptor { Role::Initiator } else { Role::Acceptor };
            let texts = Sent::default();
            sent.push(texts.clone());
            let talking = turns[session].clone();
            let talker = Talker { session, sent: texts, bells: bells.clone(), talking };
            SessionSetup::new(Config::new(role, identity(session).reversed()), talker)
        };
        let setups = [0, 1, 2, 3].map(&mut setup);
        let [first, second, third, fourth] = setups;
        let initiators = [first, third]
            .into_iter()
            .map(|setup| dial(setup, port.clone(), seen.clone(), &registry))
            .collect();
        let acceptor = Acceptor::without_port(vec![second, fourth], AcceptorOptions::default(), &registry);
        let acceptor = Arc::new(acceptor.unwrap());
        let socket = socket().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(16).unwrap();
        let own_port = listener.local_addr().unwrap().port();
        runtime.spawn(accept(listener, Arc::downgrade(&acceptor), seen.clone()));
        drop(inside);
        let talking = Arc::new(AtomicBool::new(true));
        let pacemaker = {
            let (talking, bells) = (talking.clone(), bells.lock().unwrap().clone());
            thread::spawn(move || {
                while talking.load(Ordering::SeqCst) {
                    turns.iter().for_each(|turn| turn.store(true, Ordering::SeqCst));
                    bells.iter().for_each(Bell::ring);
                    thread::sleep(PACE);
                }
            })
        };
        let (acceptor, pacemaker) = (Some(acceptor), Some(pacemaker));
        Self { runtime, registry, seen, port, own_port, sent, talking, pacemaker, acceptor, initiators }
    }

    /// Waits until every session is logged on. Whether they are.
    pub(crate) fn wait_logged_on(&self) -> bool {
        let logged_on = |status: &Status| status.logged_on;
        let wait = |id: Identity| self.registry.wait(&id, GENEROUS, logged_on).unwrap().1;
        (0..SESSIONS).all(|session| wait(identity(session).reversed()))
    }

    /// Sends nothing more.
    pub(crate) fn fall_silent(&mut self) {
        self.talking.store(false, Ordering::SeqCst);
        self.pacemaker.take().unwrap().join().unwrap();
    }

    /// Waits until every session is down, and says where each is then.
    pub(crate) fn wait_down(&self) -> Vec<Status> {
        let down = |status: &Status| status.phase == PhaseName::Disconnected;
        let wait = |session| self.registry.wait(&identity(session).reversed(), GENEROUS, down).unwrap().0;
        (0..SESSIONS).map(wait).collect()
    }

    /// What was sent to the killed process's session.
    pub(crate) fn sent(&self, session: usize) -> Vec<(u64, String)> {
        self.sent[session].lock().unwrap().clone()
    }
}

impl Drop for Counterparty {
    fn drop(&mut self) {
        self.talking.store(false, Ordering::SeqCst);
        let _inside = self.runtime.enter();
        self.initiators.clear();
        self.acceptor = None;
    }
}

/// An initiator that connects to wherever the killed process listens just now.
fn dial(setup: SessionSetup, port: Arc<AtomicU16>, seen: Arc<Seen>, registry: &Registry) -> Initiator {
    let options = InitiatorOptions {
        reconnect_interval: Duration::from_millis(10),
        reconnect_limit: Duration::from_millis(10),
        ..InitiatorOptions::to("the killed process")
    };
    let connect = move |_| {
        let (port, seen) = (port.load(Ordering::SeqCst), seen.clone());
        async move { Ok(Tap::new(socket()?.connect(([127, 0, 0, 1], port).into()).await?, seen)) }
    };
    Initiator::start_with(setup, options, registry, connect).unwrap()
}

/// A socket with little room for what comes in, so that much of what is sent while it is not read stays behind in the
/// process that is killed.
fn socket() -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4 << 10)?;
    Ok(socket)
}

async fn accept(listener: TcpListener, acceptor: std::sync::Weak<Acceptor>, seen: Arc<Seen>) {
    while let Ok((stream, from)) = listener.accept().await {
        let Some(acceptor) = acceptor.upgrade() else { return };
        acceptor.admit(Tap::new(stream, seen.clone()), Some(from));
    }
}
