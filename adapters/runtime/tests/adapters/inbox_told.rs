//! What an inbox is told besides messages, what its sessions ask while they run, and what is shown of all that.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sansfix::config::{Config, Role};
use sansfix::{Reason, tags};
use sansfix_registry::{OwnedMessage, Registry};
use sansfix_runtime::inbox::{NothingTaken, SessionForward, Told};
use sansfix_runtime::{AcceptorOptions, InitiatorOptions, SessionSetup, channel};
use socket2::SockRef;

use crate::host::{Adapter, on_both_adapters};
use crate::inbox::{start, until};
use crate::initiator::listen;
use crate::peer::{Came, Peer};
use crate::{GENEROUS, accept_with, acceptor_config, desk, venue, wait_down, wait_logged_on};

fn our_logon_has_the_fields_that_are_wanted_in_it(on: Adapter) {
    let (address, connections) = listen();
    let (forward, _inbox) = channel(16);
    let application = forward.session(&desk()).with_logon_fields(|wanted, body| {
        body.field(tags::USERNAME, &*format!("clerk of number {}", wanted.seq));
    });
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), application);
    let _initiator = on.initiate(setup, InitiatorOptions::to(address), &Registry::new()).unwrap();
    let logon = connections.recv_timeout(GENEROUS).unwrap().receive_raw().unwrap();
    let logon = String::from_utf8_lossy(&logon);
    assert!(logon.contains("\u{1}553=clerk of number 1\u{1}"), "{logon}");
}

fn what_is_sent_again_is_asked_of_who_wants_to_be_asked(on: Adapter) {
    let (forward, _inbox) = channel(16);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let choosy = forward.session(&venue()).with_may_resend(move |message| {
        let text = String::from_utf8_lossy(message.get(tags::TEXT).unwrap()).into_owned();
        seen.lock().unwrap().push(text.clone());
        text != "stale"
    });
    for (application, comes_again) in [(choosy, ["B", "4"]), (forward.session(&venue()), ["B", "B"])] {
        let setup = SessionSetup::new(acceptor_config(), application);
        let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
        let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
        for text in ["good", "stale"] {
            registry.send(&venue(), OwnedMessage::new("B", format!("58={text}\x01"))).unwrap();
            assert_eq!(peer.receive().msg_type(), "B");
        }
        peer.send("2", &[(7, "2"), (16, "3")]);
        for (seq, msg_type) in (2..).zip(comes_again) {
            let came = peer.receive();
            assert!(matches!(&came, Came::Message { seq: its, .. } if *its == seq), "{came:?}");
            assert_eq!(came.msg_type(), msg_type);
        }
    }
    assert_eq!(*asked.lock().unwrap(), ["good", "stale"]);
}

fn a_connection_that_breaks_is_told_before_its_end(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    // It is reset.
    SockRef::from(&peer.stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(peer);
    let why = until(&inbox, |told| match told {
        Told::ConnectionFailed(why) => Some(why),
        Told::Ended(reason) => panic!("it ends first: {reason}"),
        _ => None,
    });
    assert!(!why.is_empty());
    let reason = until(&inbox, |told| match told {
        Told::Ended(reason) => Some(reason),
        _ => None,
    });
    assert_eq!(reason, Reason::ConnectionLost);
}

/// The limit of 300 ms is that for the answer to a Logout: so long a message keeps its connection.
fn a_message_that_nobody_has_taken_goes_with_its_connection(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    peer.news("untaken");
    drop(peer);
    assert_eq!(wait_down(&registry, &venue()).next_target.get(), 2);
    // Everything has been told when it has ended.
    assert_eq!(acceptor.shut_down(GENEROUS), Ok(()));
    until(&inbox, |told| match told {
        Told::Message(_) => panic!("it was withdrawn"),
        Told::Withdrawn(_) => panic!("nobody has seen it"),
        Told::Ended(_) => Some(()),
        _ => None,
    });
}

fn nothing_that_is_told_shows_a_secret(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, SessionForward::authenticating);
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.send("A", &[(98, "0"), (108, "30"), (554, "swordfish")]);
    let show = |told: &Told| {
        let shown = format!("{told:?}");
        assert!(!shown.contains("swordfish"), "{shown}");
        shown
    };
    let mut seen = Vec::new();
    let mut see = |ends: &str| loop {
        let taken = inbox.take(GENEROUS).unwrap_or_else(|_| panic!("no {ends:?} in {seen:?}"));
        let shown = show(&taken.told);
        let is_it = shown.starts_with(ends);
        seen.push(shown);
        match taken.told {
            Told::Message(delivery) | Told::Logon(delivery) => delivery.accept(),
            _ => {}
        }
        if is_it {
            return seen.last().cloned().unwrap_or_default();
        }
    };
    assert!(see("Logon(").contains("554="));
    assert_eq!(peer.receive().msg_type(), "A");
    for possible_duplicate in [false, true] {
        let news = [(43, "Y"), (122, "20260101-00:00:00"), (554, "swordfish"), (58, "open")];
        peer.send("B", if possible_duplicate { &news } else { &news[2..] });
        peer.next = 2;
        let shown = see(if possible_duplicate { "Duplicate(" } else { "Message(" });
        assert!(shown.contains("58=open"), "{shown}");
    }
    peer.next = 3;
    std::io::Write::write_all(&mut peer.stream, b"8=FIX.4.4\x019=19\x0135=A\x01554=swordfish\x0110=000\x01")
        .unwrap();
    assert!(see("Garbled { why: ").contains("554="));
    registry.disconnect(&venue()).unwrap();
    see("Ended(ByOperator)");
    assert!(see("StateChanged(Status { phase: Disconnected").contains("ended: Some(ByOperator)"));
}

#[test]
fn an_inbox_is_over_only_when_every_forward_is_gone() {
    let (forward, inbox) = channel(1);
    let another = forward.clone();
    drop(forward);
    assert_eq!(inbox.take(Duration::ZERO).unwrap_err(), NothingTaken::TimedOut);
    let session = another.session(&venue());
    assert!(format!("{session:?}").contains("VENUE") && format!("{another:?}").starts_with("Forward"));
    drop(another);
    assert_eq!(inbox.take(Duration::ZERO).unwrap_err(), NothingTaken::TimedOut);
    drop(session);
    assert_eq!(inbox.take(Duration::ZERO).unwrap_err(), NothingTaken::Over);
}

on_both_adapters!(
    our_logon_has_the_fields_that_are_wanted_in_it,
    what_is_sent_again_is_asked_of_who_wants_to_be_asked,
    a_connection_that_breaks_is_told_before_its_end,
    a_message_that_nobody_has_taken_goes_with_its_connection,
    nothing_that_is_told_shows_a_secret,
);
