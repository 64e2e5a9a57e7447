//! Messages that are given while the session is not logged on: kept by choice, and sent at the next logon.

use std::sync::mpsc;

use sansfix::tags::{GAP_FILL_FLAG, NEW_SEQ_NO, TEST_REQ_ID};
use sansfix::wire::Message;
use sansfix::{Refused, ResetMode, SeqNum, Status};
use sansfix_registry::{CommandOutcome, OwnedMessage, Receipt, Registry};
use sansfix_runtime::{AcceptorOptions, Application, Outlet, SessionSetup, WhileLoggedOut, pipe};

use crate::host::{Acceptor, Adapter, on_both_adapters};
use crate::peer::{Came, InMemory, Peer};
use crate::{GENEROUS, Silent, accept_with, acceptor_config, desk, venue, wait, wait_down};

const FEW: WhileLoggedOut = WhileLoggedOut { messages: 3, bytes: 100 };

fn start(on: Adapter, bounds: WhileLoggedOut) -> (Acceptor, Registry) {
    let setup = SessionSetup::new(acceptor_config(), Silent).keeping_while_logged_out(bounds);
    accept_with(on, vec![setup], AcceptorOptions::default())
}

fn give(registry: &Registry, text: &str) -> Receipt {
    registry.send(&venue(), OwnedMessage::new("B", format!("58={text}\x01"))).unwrap()
}

fn sent(receipt: &Receipt, seq: u64) {
    assert_eq!(receipt.wait(GENEROUS), SeqNum::new(seq).map(CommandOutcome::Sent));
}

/// The message of this number and text.
fn news(seq: u64, text: &str) -> Came {
    Came::Message { msg_type: "B".into(), seq, text: text.into() }
}

fn of_type(peer: &mut Peer, msg_type: &str, seq: u64) {
    assert_eq!(peer.receive(), Came::Message { msg_type: msg_type.into(), seq, text: String::new() });
}

/// Receives the TestRequest of this number and answers it.
fn answer(peer: &mut Peer, seq: u64) {
    of_type(peer, "1", seq);
    peer.send("0", &[(TEST_REQ_ID, &format!("TEST-{seq}"))]);
}

/// Waits until every command that was given before has been carried out.
fn carried_out(registry: &Registry) {
    assert!(registry.test_request(&venue()).unwrap().wait(GENEROUS).is_some());
}

fn what_is_kept_is_sent_in_order_at_the_next_logon_and_receipts_tell_the_numbers(on: Adapter) {
    let (acceptor, registry) = start(on, WhileLoggedOut::default());
    let receipts: Vec<_> = (0..50).map(|n| give(&registry, &n.to_string())).collect();
    carried_out(&registry);
    assert!(receipts.iter().all(|receipt| receipt.outcome().is_none()), "nothing is known yet");
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    of_type(&mut peer, "1", 2);
    // What is given now goes behind what is kept.
    let late = give(&registry, "late");
    peer.send("0", &[(TEST_REQ_ID, "TEST-2")]);
    for (n, receipt) in (0..).zip(&receipts) {
        assert_eq!(peer.receive(), news(n + 3, &n.to_string()));
        sent(receipt, n + 3);
    }
    assert_eq!(peer.receive(), news(53, "late"));
    sent(&late, 53);
    let at_once = give(&registry, "at once");
    assert_eq!(peer.receive(), news(54, "at once"));
    sent(&at_once, 54);
}

fn what_is_beyond_the_bounds_is_refused_at_once(on: Adapter) {
    let (acceptor, registry) = start(on, FEW);
    let kept: Vec<_> = ["a", "b", "c"].iter().map(|text| give(&registry, text)).collect();
    let full = Some(CommandOutcome::NotSent(Refused::Full { unsent: 18 }));
    assert_eq!(give(&registry, "one too many").wait(GENEROUS), full);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    answer(&mut peer, 2);
    for (seq, receipt) in (3..).zip(&kept) {
        sent(receipt, seq);
    }
    peer.log_out_through(3..6);
    wait_down(&registry, &venue());
    // There is room again; now the bytes decide.
    let big = give(&registry, &"x".repeat(90));
    let full = Some(CommandOutcome::NotSent(Refused::Full { unsent: 95 }));
    assert_eq!(give(&registry, "12").wait(GENEROUS), full);
    assert_eq!(big.outcome(), None);
}

/// Nothing overtakes the replay of what the counterparty lacks, nor a gap of ours.
fn what_is_kept_waits_for_the_recovery_of_both_sides(on: Adapter) {
    let (acceptor, registry) = start(on, FEW);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    sent(&give(&registry, "lost"), 2);
    assert_eq!(peer.receive(), news(2, "lost"));
    drop(peer);
    wait_down(&registry, &venue());
    let kept = give(&registry, "kept");

    // The counterparty has missed 2, and we have missed its 2 to 4.
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 5);
    of_type(&mut peer, "2", 4);
    of_type(&mut peer, "1", 5);
    peer.send("2", &[(7, "2"), (16, "3")]);
    peer.send("0", &[(TEST_REQ_ID, "TEST-5")]);
    assert_eq!(peer.receive(), news(2, "lost"), "the replay");
    of_type(&mut peer, "4", 3);
    assert_eq!(kept.outcome(), None, "the gap is open: the Heartbeat does not count yet");
    peer.next = 2;
    let gap_fill = [(43, "Y"), (122, "20260101-00:00:00"), (GAP_FILL_FLAG, "Y"), (NEW_SEQ_NO, "6")];
    peer.send("4", &gap_fill);
    assert_eq!(peer.receive(), news(6, "kept"));
    sent(&kept, 6);
}

fn what_is_given_while_a_logout_is_in_force_stays_kept_until_the_logon(on: Adapter) {
    let (acceptor, registry) = start(on, FEW);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    registry.logout(&venue(), "lunch").unwrap();
    let during = give(&registry, "during");
    assert_eq!(peer.receive().msg_type(), "5");
    peer.send("5", &[]);
    peer.ends_in_silence();
    wait_down(&registry, &venue());
    let after = give(&registry, "after");

    // A Logon that a Logout supersedes sends nothing.
    let superseded = registry.logon(&venue()).unwrap();
    registry.logout(&venue(), "").unwrap();
    assert_eq!(superseded.wait(GENEROUS), Some(CommandOutcome::Superseded));
    carried_out(&registry);
    assert_eq!((during.outcome(), after.outcome()), (None, None));

    registry.logon(&venue()).unwrap();
    wait(&registry, &venue(), "enabled", |status| status.enabled);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 3);
    answer(&mut peer, 4);
    assert_eq!(peer.receive(), news(5, "during"));
    assert_eq!(peer.receive(), news(6, "after"));
    sent(&during, 5);
    sent(&after, 6);
}

fn a_reset_in_between_numbers_what_is_kept_anew(on: Adapter) {
    let (acceptor, registry) = start(on, FEW);
    let peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    drop(peer);
    wait_down(&registry, &venue());
    let kept = give(&registry, "kept");
    let reset = registry.reset(&venue(), ResetMode::Offline).unwrap();
    assert_eq!(reset.wait(GENEROUS), Some(CommandOutcome::Completed));
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    answer(&mut peer, 2);
    assert_eq!(peer.receive(), news(3, "kept"));
    sent(&kept, 3);
}

fn a_connection_that_ends_before_the_recovery_loses_nothing(on: Adapter) {
    let (acceptor, registry) = start(on, FEW);
    let kept = give(&registry, "kept");
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    of_type(&mut peer, "1", 2);
    drop(peer);
    wait_down(&registry, &venue());
    assert_eq!(kept.outcome(), None);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 2);
    answer(&mut peer, 4);
    assert_eq!(peer.receive(), news(5, "kept"));
    sent(&kept, 5);
}

fn what_cannot_be_sent_is_told_and_holds_up_nothing(on: Adapter) {
    let (acceptor, registry) = start(on, FEW);
    let wrong = registry.send(&venue(), OwnedMessage::new("A", "98=0\x01")).unwrap();
    let right = give(&registry, "right");
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    answer(&mut peer, 2);
    assert_eq!(wrong.wait(GENEROUS), Some(CommandOutcome::NotSent(Refused::MsgType)));
    assert_eq!(peer.receive(), news(3, "right"));
    sent(&right, 3);
}

/// Says when it is logged on, and holds its session up until it may go on.
struct Held(mpsc::Sender<()>, mpsc::Receiver<()>);

impl Application for Held {
    fn state_changed(&mut self, status: &Status, _outlet: &mut Outlet<'_>) {
        if status.logged_on && self.0.send(()).is_ok() {
            self.1.recv_timeout(GENEROUS).unwrap();
        }
    }
}

/// The answer to a TestRequest of ours.
fn answer_test_request(peer: &mut Peer) {
    let raw = peer.receive_raw().unwrap();
    let asked = Message::parse(&raw).unwrap();
    assert_eq!(asked.msg_type(), b"1");
    let id = String::from_utf8(asked.get(TEST_REQ_ID).unwrap().to_vec()).unwrap();
    peer.send("0", &[(TEST_REQ_ID, &id)]);
}

fn what_is_kept_waits_for_a_reset_and_has_a_number_of_after_it(on: Adapter) {
    let ((say, logged_on), (go_on, wait)) = (mpsc::channel(), mpsc::channel());
    let setup = SessionSetup::new(acceptor_config(), Held(say, wait)).keeping_while_logged_out(FEW);
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let kept = give(&registry, "kept");
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.log_on();
    logged_on.recv_timeout(GENEROUS).unwrap();
    drop(logged_on);
    // It is carried out before what is kept is looked at.
    let reset = registry.reset(&venue(), ResetMode::InSession).unwrap();
    go_on.send(()).unwrap();
    of_type(&mut peer, "A", 1);
    // One is the reset's, one is of what is kept.
    answer_test_request(&mut peer);
    answer_test_request(&mut peer);
    of_type(&mut peer, "A", 1);
    assert_eq!(kept.outcome(), None, "the numbers begin anew first");
    peer.next = 1;
    peer.send("A", &[(98, "0"), (108, "30"), (141, "Y")]);
    assert_eq!(reset.wait(GENEROUS), Some(CommandOutcome::Completed));
    assert_eq!(peer.receive(), news(2, "kept"));
    sent(&kept, 2);
}

/// So little may wait to be sent that it takes a read of the counterparty's for each message.
fn what_finds_no_room_stays_kept_and_goes_in_its_turn(on: Adapter) {
    let mut config = acceptor_config();
    config.limits.unsent_bytes = 300;
    let setup = SessionSetup::new(config, Silent).keeping_while_logged_out(WhileLoggedOut::default());
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let texts: Vec<_> = ('a'..='e').map(|letter| letter.to_string().repeat(150)).collect();
    let receipts: Vec<_> = texts.iter().map(|text| give(&registry, text)).collect();
    let (near, far) = pipe(100);
    acceptor.admit(near);
    let mut peer = Peer::over(InMemory(far), desk());
    peer.log_on();
    assert_eq!(peer.receive().msg_type(), "A");
    assert_eq!(peer.receive().msg_type(), "1");
    peer.send("0", &[(TEST_REQ_ID, "TEST-2")]);
    sent(&receipts[0], 3);
    carried_out(&registry);
    assert_eq!(receipts[4].outcome(), None, "there is room for them all");
    for (seq, text) in (3..).zip(&texts).take(1) {
        assert_eq!(peer.receive(), news(seq, text));
    }
    let mut came = Vec::new();
    while came.len() < 4 {
        if let Came::Message { msg_type, text, .. } = peer.receive() {
            // A TestRequest of ours is among them.
            if msg_type == "B" {
                came.push(text);
            }
        }
    }
    assert_eq!(came, texts[1..]);
    for receipt in receipts {
        assert!(receipt.wait(GENEROUS).unwrap().is_success());
    }
}

fn a_shutdown_tells_every_receipt(on: Adapter) {
    let (acceptor, registry) = start(on, FEW);
    let kept: Vec<_> = ["a", "b"].iter().map(|text| give(&registry, text)).collect();
    carried_out(&registry);
    assert_eq!(acceptor.shut_down(GENEROUS), Ok(()));
    for receipt in kept {
        assert_eq!(receipt.outcome(), Some(CommandOutcome::ShutDown));
    }
}

fn without_the_choice_they_are_refused(on: Adapter) {
    let (_acceptor, registry) = crate::accept(on, Silent);
    let refused = Some(CommandOutcome::NotSent(Refused::NotActive));
    assert_eq!(give(&registry, "too early").wait(GENEROUS), refused);
}

on_both_adapters!(
    what_is_kept_waits_for_a_reset_and_has_a_number_of_after_it,
    what_finds_no_room_stays_kept_and_goes_in_its_turn,
    what_is_kept_is_sent_in_order_at_the_next_logon_and_receipts_tell_the_numbers,
    what_is_beyond_the_bounds_is_refused_at_once,
    what_is_kept_waits_for_the_recovery_of_both_sides,
    what_is_given_while_a_logout_is_in_force_stays_kept_until_the_logon,
    a_reset_in_between_numbers_what_is_kept_anew,
    a_connection_that_ends_before_the_recovery_loses_nothing,
    what_cannot_be_sent_is_told_and_holds_up_nothing,
    a_shutdown_tells_every_receipt,
    without_the_choice_they_are_refused,
);
