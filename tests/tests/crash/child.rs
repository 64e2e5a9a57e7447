//! The process that is killed: the acceptor of two sessions and the initiator of two, on one adapter, with a journal
//! for each. It sends messages back for what it receives, and goes on until its input ends.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sansfix::config::{Config, Identity, Role};
use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix::{BeginString, Verdict};
use sansfix_registry::Registry;
use sansfix_runtime::{
    AcceptorOptions, Application, InitiatorOptions, Outlet, SessionSetup, SyncPolicy, blocking, tokio_adapter,
};

use super::GENEROUS;
use super::notebook::Notebook;
use super::stores::{Fault, Noting};

/// The variable with what the process is to do: run, counterparty's port, fault, directory.
pub(crate) const ORDERS: &str = "SANSFIX_CRASH_ORDERS";

/// How many sessions there are.
pub(crate) const SESSIONS: usize = 4;

/// What stands before the port it listens on, on its output.
pub(crate) const LISTENS: &str = "listens on port ";

/// The killed process's session of this index.
pub(crate) fn identity(session: usize) -> Identity {
    Identity::new(BeginString::Fix44, &format!("KILLED{session}"), "SURVIVOR")
}

/// Its role there.
pub(crate) fn role(session: usize) -> Role {
    if session % 2 == 0 { Role::Acceptor } else { Role::Initiator }
}

/// All make no difference to a process that is killed, and some to how much time it spends where.
fn sync(session: usize) -> SyncPolicy {
    match session {
        0 | 1 => SyncPolicy::EveryBatch,
        2 => SyncPolicy::Interval(Duration::from_millis(5)),
        _ => SyncPolicy::Never,
    }
}

pub(crate) fn run(orders: &str) {
    let [run, port, fault, directory] = orders.splitn(4, ' ').collect::<Vec<_>>()[..] else {
        panic!("{orders}")
    };
    let (run, directory) = (run.parse().unwrap(), PathBuf::from(directory));
    let notebook = Arc::new(Notebook::begin(&directory, run));
    let mut sessions: Vec<_> = (0..SESSIONS)
        .map(|session| {
            let journal = directory.join(format!("session-{session}"));
            let store = Noting::open(journal, sync(session), Fault::called(fault), notebook.clone(), session);
            let application = Talkative { run, session, said: 0, notebook: notebook.clone() };
            let config = Config::new(role(session), identity(session));
            SessionSetup::new(config, application).with_store(store)
        })
        .collect();
    let (initiators, acceptors) = (vec![sessions.remove(3), sessions.remove(1)], sessions);
    let options = InitiatorOptions {
        reconnect_interval: Duration::from_millis(10),
        reconnect_limit: Duration::from_millis(10),
        ..InitiatorOptions::to(format!("127.0.0.1:{port}"))
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    if run % 2 == 0 {
        serve_on_threads(listener, acceptors, initiators, options);
    } else {
        serve_on_tokio(listener, acceptors, initiators, options);
    }
}

fn serve_on_threads(
    listener: TcpListener,
    acceptors: Vec<SessionSetup>,
    initiators: Vec<SessionSetup>,
    options: InitiatorOptions,
) {
    let registry = Registry::new();
    let acceptor =
        blocking::Acceptor::start(listener, acceptors, AcceptorOptions::default(), &registry).unwrap();
    let start = |setup| blocking::Initiator::start(setup, options.clone(), &registry).unwrap();
    let initiators: Vec<_> = initiators.into_iter().map(start).collect();
    wait_for_the_end(acceptor.local_addr().port());
    initiators.into_iter().for_each(|initiator| initiator.shut_down(GENEROUS).unwrap());
    acceptor.shut_down(GENEROUS).unwrap();
}

fn serve_on_tokio(
    listener: TcpListener,
    acceptors: Vec<SessionSetup>,
    initiators: Vec<SessionSetup>,
    options: InitiatorOptions,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let inside = runtime.enter();
    let registry = Registry::new();
    listener.set_nonblocking(true).unwrap();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let acceptor =
        tokio_adapter::Acceptor::start(listener, acceptors, AcceptorOptions::default(), &registry).unwrap();
    let start = |setup| tokio_adapter::Initiator::start(setup, options.clone(), &registry).unwrap();
    let initiators: Vec<_> = initiators.into_iter().map(start).collect();
    drop(inside);
    wait_for_the_end(acceptor.local_addr().port());
    for initiator in initiators {
        runtime.block_on(initiator.shut_down(GENEROUS)).unwrap();
    }
    runtime.block_on(acceptor.shut_down(GENEROUS)).unwrap();
}

fn wait_for_the_end(port: u16) {
    println!("{LISTENS}{port}");
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
}

/// Writes down what comes, and answers with messages that are never the same twice.
struct Talkative {
    run: u64,
    session: usize,
    said: u64,
    notebook: Arc<Notebook>,
}

impl Application for Talkative {
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let text = String::from_utf8_lossy(message.get(TEXT).unwrap()).into_owned();
        let seq = message.seq().unwrap().get();
        self.notebook.received(self.session, seq, &text);
        // Mostly a few, now and then so many that they are still under way with the next kill.
        let count = if seq % 20 == 0 { 200 } else { seq % 4 };
        for _ in 0..count {
            self.said += 1;
            let padding = "x".repeat((self.said % 90) as usize);
            let text = format!("{}/{}/{}/{padding}", self.run, self.session, self.said);
            // Refused when the session is on its way out: then no number is used.
            let _ = outlet.send(b"B", |body| {
                body.field(TEXT, text.as_str());
            });
        }
        Verdict::Accept
    }
}
