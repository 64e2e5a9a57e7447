//! The channel form of an application: messages are taken, and answered later, from any thread.

use std::io::Write;
use std::time::Duration;

use sansfix::tags::TEXT;
use sansfix::{BusinessRejectReason, PhaseName, Reason, SeqNum, SessionRejectReason, Status, Verdict};
use sansfix_registry::{CommandOutcome, OwnedMessage, Registry};
use sansfix_runtime::inbox::{Delivery, NothingTaken, SessionForward, Told};
use sansfix_runtime::{AcceptorOptions, Inbox, SessionSetup, channel};

use crate::gate::GatedStore;
use crate::host::{Acceptor, Adapter, on_both_adapters};
use crate::peer::{Came, Peer};
use crate::{GENEROUS, accept_with, acceptor_config, desk, venue, wait, wait_down};

/// What an inbox of 16 is to one session.
pub(crate) fn start(
    on: Adapter,
    options: impl FnOnce(SessionForward) -> SessionForward,
) -> (Acceptor, Registry, Inbox) {
    let (forward, inbox) = channel(16);
    let mut config = acceptor_config();
    config.limits.logout_timeout_ms = 300;
    config.limits.flush_timeout_ms = 200;
    let setup = SessionSetup::new(config, options(forward.session(&venue())));
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    (acceptor, registry, inbox)
}

/// The next message, whatever is told before it.
pub(crate) fn message(inbox: &Inbox) -> Delivery {
    until(inbox, |told| match told {
        Told::Message(delivery) => Some(delivery),
        _ => None,
    })
}

pub(crate) fn until<T>(inbox: &Inbox, mut what: impl FnMut(Told) -> Option<T>) -> T {
    loop {
        let taken = inbox.take(GENEROUS).expect("it never comes");
        assert_eq!(*taken.session, venue());
        if let Some(found) = what(taken.told) {
            return found;
        }
    }
}

pub(crate) fn text(delivery: &Delivery) -> String {
    String::from_utf8_lossy(delivery.message().get(TEXT).unwrap_or_default()).into_owned()
}

fn ended(inbox: &Inbox) -> Reason {
    until(inbox, |told| match told {
        Told::Ended(reason) => Some(reason),
        _ => None,
    })
}

fn number(n: u64) -> SeqNum {
    SeqNum::new(n).unwrap()
}

fn rejected(kind: &str, seq: u64, text: &str) -> Came {
    Came::Message { msg_type: kind.into(), seq, text: text.into() }
}

fn every_verdict_reaches_the_session(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    for text in ["good", "bad form", "not now", "good again"] {
        peer.news(text);
    }
    let first = message(&inbox);
    assert_eq!((text(&first).as_str(), first.message().seq()), ("good", Some(number(2))));
    first.accept();
    let reason = SessionRejectReason::ValueIsIncorrect;
    message(&inbox).answer(Verdict::SessionReject { reason, tag: Some(58), text: "bad" });
    assert_eq!(peer.receive(), rejected("3", 2, "bad"));
    let reason = BusinessRejectReason::ApplicationNotAvailable;
    message(&inbox).answer(Verdict::BusinessReject { reason, ref_id: "", text: "busy" });
    assert_eq!(peer.receive(), rejected("j", 3, "busy"));
    let last = message(&inbox);
    assert_eq!(text(&last), "good again");
    last.accept();
    wait(&registry, &venue(), "past them all", |status| status.next_target == number(6));
}

/// What is sent before an answer goes with it, and carries the number that is being answered.
fn what_is_sent_before_the_answer_leaves_first(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("ping");
    let ping = message(&inbox);
    let pong = registry.send(&venue(), OwnedMessage::new("B", "58=pong\x01")).unwrap();
    let reason = SessionRejectReason::Other;
    ping.answer(Verdict::SessionReject { reason, tag: None, text: "after it" });
    assert_eq!(peer.receive(), rejected("B", 2, "pong"));
    assert_eq!(peer.receive(), rejected("3", 3, "after it"));
    assert_eq!(pong.wait(GENEROUS), Some(CommandOutcome::Sent(number(2))));
}

fn nothing_is_read_on_while_a_message_is_unanswered_and_everything_else_goes_on(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("one");
    let one = message(&inbox);
    peer.news("two");
    peer.send("1", &[(112, "not yet")]);
    assert_eq!(inbox.take(Duration::from_millis(100)).unwrap_err(), NothingTaken::TimedOut);

    // Commands are carried out, and what is sent leaves.
    let receipt = registry.test_request(&venue()).unwrap();
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
    assert_eq!(peer.receive().msg_type(), "1");
    assert_eq!(registry.status(&venue()).unwrap().next_target, number(2));

    one.accept();
    assert_eq!(text(&message(&inbox)), "two");
    // That one was dropped unanswered: see below what becomes of it.
    assert_eq!(ended(&inbox), Reason::ConnectionLost);
}

fn a_logout_ends_within_its_limits_though_a_message_is_unanswered(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("one");
    let one = message(&inbox);
    let receipt = registry.logout(&venue(), "now").unwrap();
    assert_eq!(peer.receive(), rejected("5", 2, "now"));
    // The answer cannot be looked at.
    peer.send("5", &[]);
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::TimedOut));
    wait_down(&registry, &venue());

    // Too late: it has no effect, and the taker is told so.
    one.accept();
    let withdrawn = until(&inbox, |told| match told {
        Told::Withdrawn(seq) => Some(seq),
        Told::Ended(_) => panic!("the end is told first"),
        _ => None,
    });
    assert_eq!(withdrawn, number(2));
    assert_eq!(registry.status(&venue()).unwrap().next_target, number(2));

    registry.logon(&venue()).unwrap();
    wait(&registry, &venue(), "enabled", |status| status.enabled);
    delivered_again(&acceptor, &registry, &inbox);
}

/// The message of number 2 comes again when it is sent again, and is then counted.
fn delivered_again(acceptor: &Acceptor, registry: &Registry, inbox: &Inbox) {
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.next = 4;
    peer.log_on();
    assert_eq!(peer.receive().msg_type(), "A");
    let resend = peer.receive();
    assert_eq!(resend.msg_type(), "2");
    peer.next = 2;
    peer.send("B", &[(43, "Y"), (122, "20260101-00:00:00"), (58, "one")]);
    let again = message(inbox);
    assert_eq!((text(&again).as_str(), again.message().seq()), ("one", Some(number(2))));
    again.accept();
    wait(registry, &venue(), "past it", |status| status.next_target == number(3));
}

fn a_message_that_is_dropped_unanswered_closes_the_connection_and_comes_again(on: Adapter) {
    let store = GatedStore::default();
    let (forward, inbox) = channel(16);
    let setup = SessionSetup::new(acceptor_config(), forward.session(&venue())).with_store(store.clone());
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("one");
    // The taker's thread panics with the message in its hands.
    let taken = message(&inbox);
    let crashed = std::thread::spawn(move || {
        let _taken = taken;
        std::panic::resume_unwind(Box::new("the taker has a bug"));
    });
    assert!(crashed.join().is_err());
    peer.ends_in_silence();
    wait_down(&registry, &venue());
    assert_eq!(store.snapshot().next_target, number(2), "it has not taken effect");
    assert_eq!(ended(&inbox), Reason::ConnectionLost);
    delivered_again(&acceptor, &registry, &inbox);
}

fn a_duplicate_needs_no_answer(on: Adapter) {
    let (acceptor, _registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("one");
    message(&inbox).accept();
    peer.next = 2;
    peer.send("B", &[(43, "Y"), (122, "20260101-00:00:00"), (58, "one")]);
    let duplicate = until(&inbox, |told| match told {
        Told::Duplicate(delivery) => Some(text(&delivery)),
        _ => None,
    });
    assert_eq!(duplicate, "one");
    peer.send("1", &[(112, "alive")]);
    assert_eq!(peer.receive().msg_type(), "0");
}

fn a_logon_is_authenticated_by_who_takes_it(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, SessionForward::authenticating);
    let connect = |password| {
        let mut peer = Peer::connect(acceptor.local_addr(), desk());
        peer.send("A", &[(98, "0"), (108, "30"), (141, "Y"), (554, password)]);
        peer
    };
    let logon = || {
        until(&inbox, |told| match told {
            Told::Logon(delivery) => Some(delivery),
            _ => None,
        })
    };
    let refused = connect("guess");
    let asked = logon();
    assert_eq!(asked.message().get(sansfix::tags::PASSWORD), Some(&b"guess"[..]));
    assert!(!format!("{asked:?}").contains("guess"), "{asked:?}");
    wait(&registry, &venue(), "waiting", |status| status.phase == PhaseName::LogonReceived);
    asked.answer(Verdict::RefuseLogon { text: "", status: None });
    refused.ends_in_silence();
    wait_down(&registry, &venue());
    let dropped = connect("guess again");
    drop(logon());
    dropped.ends_in_silence();
    let Status { next_sender, next_target, .. } = wait_down(&registry, &venue());
    assert_eq!((next_sender.get(), next_target.get()), (1, 1), "nobody has reset or counted anything");

    let mut right = connect("secret");
    logon().accept();
    assert_eq!(right.receive().msg_type(), "A");
    wait(&registry, &venue(), "logged on", |status| status.logged_on);
}

fn what_does_not_fit_is_counted(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    for n in 0..100 {
        peer.stream.write_all(format!("noise {n} \x0110=000\x01").as_bytes()).unwrap();
        peer.send("1", &[(112, "heard")]);
        assert_eq!(peer.receive().msg_type(), "0");
    }
    // A message fits all the same.
    peer.news("still here");
    wait(&registry, &venue(), "past the noise", |status| status.next_target == number(102));
    let (mut garbled, mut missed) = (0, 0);
    let kept = until(&inbox, |told| match told {
        Told::Garbled { .. } => {
            garbled += 1;
            None
        }
        Told::Missed(count) => {
            missed += count;
            None
        }
        Told::Message(delivery) => Some(delivery),
        _ => None,
    });
    assert_eq!(text(&kept), "still here");
    kept.accept();
    assert!((1..=8).contains(&garbled), "{garbled} of a bound of 16, of which half is for noise");
    assert_eq!(garbled + missed, 100);
}

on_both_adapters!(
    every_verdict_reaches_the_session,
    what_is_sent_before_the_answer_leaves_first,
    nothing_is_read_on_while_a_message_is_unanswered_and_everything_else_goes_on,
    a_logout_ends_within_its_limits_though_a_message_is_unanswered,
    a_message_that_is_dropped_unanswered_closes_the_connection_and_comes_again,
    a_duplicate_needs_no_answer,
    a_logon_is_authenticated_by_who_takes_it,
    what_does_not_fit_is_counted,
);
