//! The process of the initiators, on tokio: each sends its messages, one after the other, and sees that each comes back
//! once and in order, however often it is logged out meanwhile.

use std::io::BufRead;
use std::sync::mpsc;
use std::time::Duration;

use sansfix::Verdict;
use sansfix::config::{Config, Role};
use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix_registry::Registry;
use sansfix_runtime::tokio_adapter::Initiator;
use sansfix_runtime::{Application, InitiatorOptions, Outlet, SessionSetup};

use super::{GENEROUS, MESSAGES, identity, say};

/// Sends a number, and the next when it has come back.
struct Counting {
    session: usize,
    next: u64,
    /// The number is on its way.
    asked: bool,
    wrong: u64,
    done: mpsc::Sender<(usize, u64)>,
}

impl Application for Counting {
    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        if self.asked || self.next == MESSAGES {
            return;
        }
        let text = self.next.to_string();
        self.asked = outlet
            .send(b"B", |body| {
                body.field(TEXT, text.as_str());
            })
            .is_ok();
    }

    fn message<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let right = message.get(TEXT) == Some(self.next.to_string().as_bytes());
        self.wrong += u64::from(!right || !self.asked);
        self.next += 1;
        self.asked = false;
        if self.next == MESSAGES {
            self.done.send((self.session, self.wrong)).unwrap();
        }
        Verdict::Accept
    }
}

pub(crate) fn run(sessions: usize, port: u16) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let _inside = runtime.enter();
    let registry = Registry::new();
    let (done, all_done) = mpsc::channel();
    let interval = Duration::from_millis(100);
    let options = InitiatorOptions {
        reconnect_interval: interval,
        reconnect_limit: interval,
        ..InitiatorOptions::to(format!("127.0.0.1:{port}"))
    };
    let setups: Vec<_> = (0..sessions)
        .map(|session| {
            let counting = Counting { session, next: 0, asked: false, wrong: 0, done: done.clone() };
            SessionSetup::new(Config::new(Role::Initiator, identity(session).reversed()), counting)
        })
        .collect();
    say("ready");
    std::io::stdin().lock().read_line(&mut String::new()).unwrap();
    let start = |setup| Initiator::start(setup, options.clone(), &registry).unwrap();
    let initiators: Vec<_> = setups.into_iter().map(start).collect();
    let mut wrong = 0;
    for _ in 0..sessions {
        let (session, of_session) = all_done.recv_timeout(GENEROUS).expect("not every message has come back");
        if of_session > 0 {
            say(&format!("session {session}: {of_session} are wrong"));
        }
        wrong += of_session;
    }
    say(&format!("messages that came out of order or twice: {wrong}"));
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
    let ends: Vec<_> = (0..sessions)
        .map(|session| {
            let id = identity(session).reversed();
            registry.wait(&id, GENEROUS, |status| status.logged_on).unwrap();
            id
        })
        .collect();
    let receipts: Vec<_> = ends.iter().map(|id| registry.logout(id, "done").unwrap()).collect();
    for (receipt, id) in receipts.into_iter().zip(&ends) {
        let outcome = receipt.wait(GENEROUS);
        assert!(outcome.as_ref().is_some_and(|outcome| outcome.is_success()), "{id}: {outcome:?}");
        let status = registry.status(id).unwrap();
        say(&format!("ends with {} {}", status.next_sender.get(), status.next_target.get()));
    }
    drop(initiators);
}
