//! The process of the acceptor: sends everything back, and logs half of its sessions out and on meanwhile.

use std::collections::VecDeque;
use std::io::BufRead;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use sansfix::config::{Config, Role};
use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix::{PhaseName, Verdict};
use sansfix_registry::Registry;
use sansfix_runtime::{AcceptorOptions, Application, Outlet, SessionSetup, blocking, tokio_adapter};

use super::{GENEROUS, identity, say};

/// Sends everything back: when it is on its way out, after the next logon.
#[derive(Default)]
struct Echo {
    owed: VecDeque<Vec<u8>>,
}

impl Application for Echo {
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.owed.push_back(message.get(TEXT).unwrap_or_default().to_vec());
        self.turn(outlet);
        Verdict::Accept
    }

    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        while let Some(text) = self.owed.front() {
            let sent = outlet.send(b"B", |body| {
                body.field(TEXT, text.as_slice());
            });
            if sent.is_err() {
                return;
            }
            self.owed.pop_front();
        }
    }
}

enum Acceptor {
    Threads(blocking::Acceptor),
    Tokio(tokio_adapter::Acceptor, tokio::runtime::Runtime),
}

pub(crate) fn run(adapter: &str, sessions: usize) {
    let before = resident_kib();
    let registry = Registry::new();
    let setups = (0..sessions)
        .map(|session| SessionSetup::new(Config::new(Role::Acceptor, identity(session)), Echo::default()));
    // All of them come from one address, and at once.
    let options = AcceptorOptions {
        max_strangers: sessions,
        max_strangers_per_address: sessions,
        ..Default::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let started = Instant::now();
    let acceptor = match adapter {
        "threads" => Acceptor::Threads(
            blocking::Acceptor::start(listener, setups.collect(), options, &registry).unwrap(),
        ),
        "tokio" => {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let inside = runtime.enter();
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let acceptor =
                tokio_adapter::Acceptor::start(listener, setups.collect(), options, &registry).unwrap();
            drop(inside);
            Acceptor::Tokio(acceptor, runtime)
        }
        other => panic!("{other}"),
    };
    let per_session = |now: u64| now.saturating_sub(before) / sessions as u64;
    say(&format!(
        "started in {:?}, {} KiB resident a session",
        started.elapsed(),
        per_session(resident_kib())
    ));
    say(&format!("listens on {port}"));
    wait_for_a_line();
    say("waits");
    let started = Instant::now();
    for session in 0..sessions {
        let (status, holds) = registry.wait(&identity(session), GENEROUS, |status| status.logged_on).unwrap();
        assert!(holds, "session {session} does not log on: {status:?}");
    }
    let taken = started.elapsed();
    let rate = sessions as f64 / taken.as_secs_f64();
    say(&format!("{sessions} logons in {taken:?}: {rate:.0} a second"));
    say(&format!("{} KiB resident a session, logged on", per_session(resident_kib())));
    say("all are logged on");
    let busy = Arc::new(AtomicBool::new(true));
    let operator = {
        let (registry, busy) = (registry.clone(), busy.clone());
        thread::spawn(move || out_and_on(&registry, sessions, &busy))
    };
    wait_for_a_line();
    busy.store(false, Ordering::SeqCst);
    let cycles = operator.join().unwrap();
    say(&format!("{} KiB resident a session, in the end", per_session(resident_kib())));
    say(&format!("logged out and on: {cycles}"));
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
    for session in 0..sessions {
        let down =
            registry.wait(&identity(session), GENEROUS, |status| status.phase == PhaseName::Disconnected);
        let (status, holds) = down.unwrap();
        assert!(holds, "session {session} is not down: {status:?}");
        say(&format!("ends with {} {}", status.next_sender.get(), status.next_target.get()));
    }
    match acceptor {
        Acceptor::Threads(acceptor) => acceptor.shut_down(GENEROUS).unwrap(),
        Acceptor::Tokio(acceptor, runtime) => runtime.block_on(acceptor.shut_down(GENEROUS)).unwrap(),
    }
}

/// Logs every other session out and on, all at once, as long as there is traffic, and once at least. How many were.
fn out_and_on(registry: &Registry, sessions: usize, busy: &AtomicBool) -> usize {
    let mut cycles = 0;
    while cycles == 0 || busy.load(Ordering::SeqCst) {
        let ids = || (0..sessions).step_by(2).map(identity);
        let receipts: Vec<_> = ids().map(|id| (registry.logout(&id, "maintenance").unwrap(), id)).collect();
        for (receipt, id) in receipts {
            let outcome = receipt.wait(GENEROUS);
            assert!(outcome.as_ref().is_some_and(|outcome| outcome.is_success()), "{id}: {outcome:?}");
            assert_eq!(registry.is_logged_on(&id), Ok(false), "{id}");
        }
        ids().for_each(|id| drop(registry.logon(&id).unwrap()));
        for id in ids() {
            let (status, holds) = registry.wait(&id, GENEROUS, |status| status.logged_on).unwrap();
            assert!(holds, "{id} does not log on again: {status:?}");
            cycles += 1;
        }
    }
    cycles
}

fn wait_for_a_line() {
    std::io::stdin().lock().read_line(&mut String::new()).unwrap();
}

/// Memory of this process that is in RAM, as the system counts it (VmRSS), KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
