//! Our acceptor and our initiator.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use sansfix::config::{Config, Role};
use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix::{Reason, Verdict};
use sansfix_registry::{Bell, Registry};
use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, Outlet, SessionSetup};

use crate::host::{Adapter, Initiator, on_both_adapters};
use crate::peer::text_of;
use crate::tls::mutual;
use crate::{Echo, GENEROUS, accept, accept_with, acceptor_config, desk, venue, wait_down, wait_logged_on};

/// Gives a text to the courier and rings for it.
struct Outbox {
    texts: mpsc::Sender<String>,
    bell: Bell,
}

impl Outbox {
    fn send(&self, text: impl Into<String>) {
        self.texts.send(text.into()).unwrap();
        self.bell.ring();
    }
}

/// Sends what another thread gives it, and hands on what comes.
struct Courier {
    bell: mpsc::Sender<Bell>,
    outbox: mpsc::Receiver<String>,
    inbox: mpsc::Sender<String>,
}

impl Application for Courier {
    fn started(&mut self, bell: &Bell) {
        self.bell.send(bell.clone()).unwrap();
    }

    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        while let Ok(text) = self.outbox.try_recv() {
            outlet.send(b"B", text_of(&text)).unwrap();
        }
    }

    fn message<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let text = String::from_utf8_lossy(message.get(TEXT).unwrap()).into_owned();
        self.inbox.send(text).unwrap();
        Verdict::Accept
    }

    fn ended(&mut self, reason: Reason) {
        self.inbox.send(format!("ended: {reason}")).unwrap();
    }
}

fn start(
    on: Adapter,
    address: impl ToString,
    registry: &Registry,
) -> (Initiator, Outbox, mpsc::Receiver<String>) {
    start_with(on, InitiatorOptions::to(address), registry)
}

fn start_with(
    on: Adapter,
    options: InitiatorOptions,
    registry: &Registry,
) -> (Initiator, Outbox, mpsc::Receiver<String>) {
    let (texts, to_send) = mpsc::channel();
    let (bell, bells) = mpsc::channel();
    let (came, inbox) = mpsc::channel();
    let courier = Courier { bell, outbox: to_send, inbox: came };
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), courier);
    // So long that only a command can be the reason for a second connection.
    let options = InitiatorOptions { reconnect_interval: Duration::from_secs(3600), ..options };
    let initiator = on.initiate(setup, options, registry).unwrap();
    (initiator, Outbox { texts, bell: bells.recv().unwrap() }, inbox)
}

fn a_thousand_messages_there_and_back_then_logout_and_logon_with_the_next_numbers(on: Adapter) {
    let (acceptor, registry) = accept(on, Echo);
    let (_initiator, outbox, inbox) = start(on, acceptor.local_addr(), &registry);
    a_thousand_messages_then_logout_and_logon(&registry, &outbox, &inbox);
}

fn the_same_over_tls(on: Adapter) {
    let (server, client) = mutual();
    let sessions = vec![SessionSetup::new(acceptor_config(), Echo)];
    let options = AcceptorOptions { tls: Some(server), ..AcceptorOptions::default() };
    let (acceptor, registry) = accept_with(on, sessions, options);
    let options = InitiatorOptions { tls: Some(client), ..InitiatorOptions::to(acceptor.local_addr()) };
    let (_initiator, outbox, inbox) = start_with(on, options, &registry);
    a_thousand_messages_then_logout_and_logon(&registry, &outbox, &inbox);
}

fn a_thousand_messages_then_logout_and_logon(
    registry: &Registry,
    outbox: &Outbox,
    inbox: &mpsc::Receiver<String>,
) {
    wait_logged_on(registry, &desk());
    for n in 0..1_000 {
        outbox.send(format!("news {n}"));
    }
    for n in 0..1_000 {
        assert_eq!(inbox.recv_timeout(GENEROUS).unwrap(), format!("news {n}"));
    }
    registry.logout(&desk(), "lunch").unwrap();
    assert_eq!(registry.is_logged_on(&desk()), Ok(false));
    let (ours, theirs) = (wait_down(registry, &desk()), wait_down(registry, &venue()));
    assert_eq!(inbox.recv_timeout(GENEROUS).unwrap(), format!("ended: {}", Reason::LogoutCompleted));
    assert_eq!((ours.next_sender.get(), ours.next_target.get()), (1_003, 1_003));
    assert_eq!((theirs.next_sender, theirs.next_target), (ours.next_target, ours.next_sender));
    assert!(!ours.enabled && theirs.enabled, "the operator disabled one side only");

    registry.logon(&desk()).unwrap();
    let status = wait_logged_on(registry, &desk());
    assert_eq!((status.next_sender.get(), status.next_target.get()), (1_004, 1_004));
    outbox.send("afternoon");
    assert_eq!(inbox.recv_timeout(GENEROUS).unwrap(), "afternoon");
}

fn a_logout_of_the_acceptors_operator_ends_both_and_bars_the_way_until_logon(on: Adapter) {
    let (acceptor, registry) = accept(on, Echo);
    let (_initiator, outbox, inbox) = start(on, acceptor.local_addr(), &registry);
    wait_logged_on(&registry, &desk());
    wait_logged_on(&registry, &venue());
    registry.logout(&venue(), "closing").unwrap();
    wait_down(&registry, &venue());
    wait_down(&registry, &desk());
    let status = registry.status(&desk()).unwrap();
    assert!(status.enabled, "the counterparty's Logout disables nothing here");

    // The way is barred: a connection is made and closed.
    while inbox.try_recv().is_ok() {}
    registry.logon(&desk()).unwrap();
    let ended = inbox.recv_timeout(GENEROUS).unwrap();
    assert!(ended.starts_with("ended"), "{ended}");
    assert_eq!(registry.is_logged_on(&desk()), Ok(false));

    let barred = registry.status(&desk()).unwrap();
    assert_eq!(barred.next_target, status.next_target, "nothing came from the barred side");
    registry.logon(&venue()).unwrap();
    registry.logon(&desk()).unwrap();
    wait_logged_on(&registry, &desk());
    outbox.send("open again");
    assert_eq!(inbox.recv_timeout(GENEROUS).unwrap(), "open again");
}

/// The interval that commands may take to act is 50 ms by design; the bound here only tells a command that is acted
/// on from one that waits for a Heartbeat or a reconnect.
fn a_command_is_carried_out_while_nothing_comes_from_the_peer(on: Adapter) {
    let (acceptor, registry) = accept(on, Echo);
    let (_initiator, _outbox, _inbox) = start(on, acceptor.local_addr(), &registry);
    wait_logged_on(&registry, &desk());
    let given = Instant::now();
    registry.logout(&desk(), "").unwrap();
    wait_down(&registry, &desk());
    assert!(given.elapsed() < Duration::from_secs(20), "{:?}", given.elapsed());
}

on_both_adapters!(
    a_thousand_messages_there_and_back_then_logout_and_logon_with_the_next_numbers,
    the_same_over_tls,
    a_logout_of_the_acceptors_operator_ends_both_and_bars_the_way_until_logon,
    a_command_is_carried_out_while_nothing_comes_from_the_peer,
);
