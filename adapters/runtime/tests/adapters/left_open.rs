//! Messages that an application leaves open or gives up, and Logons that cannot be made.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};

use sansfix::config::{Config, Role};
use sansfix::wire::Body;
use sansfix::{InboundId, LogonWanted, Reason, Verdict, msg_type, tags};
use sansfix_registry::{CommandOutcome, Registry};
use sansfix_runtime::{
    AcceptorOptions, Answer, Application, InitiatorOptions, Lent, Outlet, Pipe, SessionSetup, Transport, pipe,
};

use crate::host::{Adapter, on_both_adapters};
use crate::initiator::listen;
use crate::peer::{InMemory, Peer};
use crate::{GENEROUS, accept, accept_with, acceptor_config, desk, venue, wait, wait_down, wait_logged_on};

/// Says this of every application message, and then nothing.
struct Says(fn() -> Answer<'static>, mpsc::Sender<Reason>);

impl Application for Says {
    fn lent<'a>(&'a mut self, lent: &'a Lent<'_>, _outlet: &mut Outlet<'_>) -> Answer<'a> {
        let admin = msg_type::is_admin(lent.message().msg_type());
        if admin { Answer::Verdict(Verdict::Accept) } else { (self.0)() }
    }

    fn ended(&mut self, reason: Reason) {
        self.1.send(reason).unwrap();
    }
}

/// By itself, an application that says "later" has nothing to say later.
fn a_message_that_is_given_up_closes_the_connection_and_is_not_counted(on: Adapter) {
    for answer in [|| Answer::Abandon, || Answer::Later] {
        let (tell, ended) = mpsc::channel();
        let (acceptor, registry) = accept(on, Says(answer, tell));
        let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
        peer.news("who takes this?");
        peer.ends_in_silence();
        assert_eq!(ended.recv_timeout(GENEROUS).unwrap(), Reason::ConnectionLost);
        assert_eq!(wait_down(&registry, &venue()).next_target.get(), 2, "it comes again");
    }
}

/// Judges a Logon later: says that it is about to, and waits until it is to go on.
struct Judge {
    judging: mpsc::Sender<InboundId>,
    go_on: mpsc::Receiver<()>,
    withdrawn: mpsc::Sender<InboundId>,
}

impl Application for Judge {
    fn lent<'a>(&'a mut self, _lent: &'a Lent<'_>, _outlet: &mut Outlet<'_>) -> Answer<'a> {
        Answer::Later
    }

    fn answer(&mut self, id: InboundId) -> Answer<'_> {
        self.judging.send(id).unwrap();
        self.go_on.recv_timeout(GENEROUS).unwrap();
        Answer::Verdict(Verdict::Accept)
    }

    fn withdrawn(&mut self, id: InboundId) {
        self.withdrawn.send(id).unwrap();
    }
}

fn a_logout_that_is_given_while_a_logon_is_being_accepted_comes_first(on: Adapter) {
    let ((judging, judges), (go, go_on), (withdraw, withdrawn)) =
        (mpsc::channel(), mpsc::channel(), mpsc::channel());
    let (acceptor, registry) = accept(on, Judge { judging, go_on, withdrawn: withdraw });
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.log_on();
    let id = judges.recv_timeout(GENEROUS).unwrap();
    let receipt = registry.logout(&venue(), "nobody comes in").unwrap();
    go.send(()).unwrap();
    peer.ends_in_silence();
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
    let status = wait_down(&registry, &venue());
    assert!(!status.enabled);
    assert_eq!((status.next_sender.get(), status.next_target.get()), (1, 1), "nothing has taken effect");
    assert_eq!(withdrawn.recv_timeout(GENEROUS).unwrap(), id);
    assert_eq!(acceptor.shut_down(GENEROUS), Ok(()));
    assert_eq!(withdrawn.try_iter().count(), 0, "it is told once");
}

/// Writes a value into the Logon that would end the field.
struct Unwritable;

impl Application for Unwritable {
    fn logon_fields(&mut self, _wanted: &LogonWanted, body: &mut Body<'_>) {
        body.field(tags::PASSWORD, "sec\u{1}ret");
    }
}

fn a_logon_that_cannot_be_written_is_not_sent(on: Adapter) {
    let (address, connections) = listen();
    let registry = Registry::new();
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), Unwritable);
    let _initiator = on.initiate(setup, InitiatorOptions::to(address), &registry).unwrap();
    connections.recv_timeout(GENEROUS).unwrap().ends_in_silence();
    let status = wait(&registry, &desk(), "down again", |status| status.ended.is_some());
    assert_eq!((status.next_sender.get(), status.ended), (1, Some(Reason::ByOperator)));
}

/// A connection in memory that cannot be flushed any more when it is told so.
struct Unflushed {
    below: Pipe,
    broken: Arc<AtomicBool>,
    writes: Arc<AtomicUsize>,
}

impl Transport for Unflushed {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        self.below.poll_read(context, into)
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.below.poll_write(context, bytes)
    }

    fn poll_flush(&mut self, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let broken = self.broken.load(Ordering::SeqCst);
        Poll::Ready(if broken { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) })
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.below.poll_close(context)
    }
}

/// What was sent may have been a Logout that the counterparty answers.
fn a_connection_that_takes_no_more_is_written_to_no_more_and_is_read_to_its_end(on: Adapter) {
    let (broken, writes) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let (near, far) = pipe(64 << 10);
    let setup = SessionSetup::new(acceptor_config(), crate::Silent);
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    acceptor.admit(Unflushed { below: near, broken: broken.clone(), writes: writes.clone() });
    let mut peer = Peer::over(InMemory(far), desk());
    peer.log_on();
    wait_logged_on(&registry, &venue());
    assert_eq!(peer.receive().msg_type(), "A");
    broken.store(true, Ordering::SeqCst);
    let before = writes.load(Ordering::SeqCst);
    for _ in 0..3 {
        let next = peer.next + 1;
        peer.send("1", &[(112, "are you there")]);
        wait(&registry, &venue(), "past it", |status| status.next_target.get() == next);
    }
    drop(peer);
    assert_eq!(wait_down(&registry, &venue()).ended, Some(Reason::ConnectionLost));
    // None, when it was the flush behind the Logon that failed first.
    assert!(writes.load(Ordering::SeqCst) <= before + 1, "it is written to");
}

on_both_adapters!(
    a_message_that_is_given_up_closes_the_connection_and_is_not_counted,
    a_logout_that_is_given_while_a_logon_is_being_accepted_comes_first,
    a_logon_that_cannot_be_written_is_not_sent,
    a_connection_that_takes_no_more_is_written_to_no_more_and_is_read_to_its_end,
);
