//! A store that takes its time stalls neither input, nor commands, nor deadlines.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix::{PhaseName, Verdict};
use sansfix_registry::{CommandOutcome, Registry};
use sansfix_runtime::{AcceptorOptions, Application, Outlet, SessionSetup};

use crate::gate::GatedStore;
use crate::host::{Acceptor, Adapter, on_both_adapters};
use crate::peer::{Came, Peer};
use crate::{GENEROUS, Silent, accept_with, acceptor_config, desk, venue, wait, wait_down};

/// Hands on what comes.
struct Inbox(mpsc::Sender<String>);

impl Application for Inbox {
    fn message<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let text = String::from_utf8_lossy(message.get(TEXT).unwrap()).into_owned();
        self.0.send(text).unwrap();
        Verdict::Accept
    }
}

fn start(on: Adapter, application: impl Application + 'static) -> (Acceptor, Registry, GatedStore) {
    let store = GatedStore::default();
    let mut config = acceptor_config();
    config.limits.logout_timeout_ms = 500;
    config.limits.flush_timeout_ms = 200;
    let setup = SessionSetup::new(config, application).with_store(store.clone());
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    (acceptor, registry, store)
}

fn messages_come_in_while_the_store_saves(on: Adapter) {
    let (inbox, came) = mpsc::channel();
    let (acceptor, _registry, store) = start(on, Inbox(inbox));
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    store.shut();
    peer.send("1", &[(112, "are you there")]);
    store.wait_until_held();
    for text in ["one", "two", "three"] {
        peer.news(text);
        assert_eq!(came.recv_timeout(GENEROUS).unwrap(), text);
    }
    store.open();
    assert_eq!(peer.receive(), Came::Message { msg_type: "0".into(), seq: 2, text: String::new() });
}

fn a_logout_ends_within_its_limits_though_the_store_is_stuck_and_loses_no_number(on: Adapter) {
    let (acceptor, registry, store) = start(on, Silent);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    store.shut();
    peer.send("1", &[(112, "are you there")]);
    store.wait_until_held();
    let given = Instant::now();
    let receipt = registry.logout(&venue(), "now").unwrap();
    assert_eq!(registry.is_logged_on(&venue()), Ok(false));
    let status = wait_down(&registry, &venue());
    // 0.7 s by its limits; the rest, up to what they are by default, is for a machine that is busy. The store is stuck.
    assert!(given.elapsed() < Duration::from_secs(9), "{:?}", given.elapsed());
    assert_eq!(status.next_sender.get(), 4, "Logon, Heartbeat, Logout");
    assert_eq!(receipt.outcome(), None, "what is not durable is not told");
    peer.ends_in_silence();

    store.open();
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::TimedOut));
    registry.logon(&venue()).unwrap();
    wait(&registry, &venue(), "enabled", |status| status.enabled);
    // The two that never left are asked for and gap-filled.
    let mut again = Peer::connect(acceptor.local_addr(), desk());
    again.next = 3;
    again.log_on();
    assert_eq!(again.receive(), Came::Message { msg_type: "A".into(), seq: 4, text: String::new() });
}

fn a_cut_during_a_fetch_is_noticed_at_once_and_its_answer_is_not_mixed_into_the_next_connection(on: Adapter) {
    let (acceptor, registry, store) = start(on, Silent);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    for _ in 0..5 {
        peer.send("1", &[(112, "x")]);
        assert_eq!(peer.receive().msg_type(), "0");
    }
    store.shut();
    peer.send("2", &[(7, "1"), (16, "0")]);
    store.wait_until_held();
    drop(peer);
    wait_down(&registry, &venue());

    let mut next = Peer::connect(acceptor.local_addr(), desk());
    next.next = 8;
    next.log_on();
    wait(&registry, &venue(), "connected again", |status| status.connection == 2);
    store.open();
    assert_eq!(next.receive(), Came::Message { msg_type: "A".into(), seq: 7, text: String::new() });
    next.send("1", &[(112, "y")]);
    let answer = next.receive();
    assert_eq!(answer, Came::Message { msg_type: "0".into(), seq: 8, text: String::new() }, "and no replay");
}

fn a_store_that_takes_five_seconds_holds_up_what_it_saves_and_nothing_else(on: Adapter) {
    let (inbox, came) = mpsc::channel();
    let (acceptor, registry, store) = start(on, Inbox(inbox));
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    store.shut();
    peer.send("1", &[(112, "are you there")]);
    store.wait_until_held();
    let held = Instant::now();
    peer.news("meanwhile");
    assert_eq!(came.recv_timeout(GENEROUS).unwrap(), "meanwhile");
    let number = sansfix::SeqNum::new(100).unwrap();
    let receipt = registry.set_next_target(&venue(), number).unwrap();
    let status = wait(&registry, &venue(), "renumbered", |status| status.next_target == number);
    assert_eq!((status.phase, receipt.outcome()), (PhaseName::Active, None));
    std::thread::sleep(Duration::from_secs(5).saturating_sub(held.elapsed()));
    assert_eq!(receipt.outcome(), None, "it is not saved yet");
    store.open();
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
    assert_eq!(peer.receive().msg_type(), "0");
}

fn a_shutdown_waits_for_what_is_being_saved_though_the_store_had_failed_before(on: Adapter) {
    let (acceptor, registry, store) = start(on, Silent);
    let number = |number| sansfix::SeqNum::new(number).unwrap();
    let renumber = |next| registry.set_next_sender(&venue(), number(next)).unwrap();
    store.fail_once();
    assert!(!renumber(10).wait(GENEROUS).unwrap().is_success());
    assert_eq!(renumber(20).wait(GENEROUS), Some(CommandOutcome::Completed), "and it works again");
    store.shut();
    let receipt = renumber(30);
    store.wait_until_held();
    let shutting_down = std::thread::spawn(move || acceptor.shut_down(GENEROUS));
    // Long enough for an owner that does not wait to have gone.
    assert_eq!(receipt.wait(Duration::from_millis(200)), None);
    store.open();
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
    shutting_down.join().unwrap().unwrap();
    assert_eq!(store.snapshot().next_sender, number(30));
}

on_both_adapters!(
    messages_come_in_while_the_store_saves,
    a_logout_ends_within_its_limits_though_the_store_is_stuck_and_loses_no_number,
    a_cut_during_a_fetch_is_noticed_at_once_and_its_answer_is_not_mixed_into_the_next_connection,
    a_store_that_takes_five_seconds_holds_up_what_it_saves_and_nothing_else,
    a_shutdown_waits_for_what_is_being_saved_though_the_store_had_failed_before,
);
