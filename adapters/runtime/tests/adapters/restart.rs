//! What a session owes and what its operator wants of it, on a journal that a failure of the machine has left.

use sansfix::wire::Message;
use sansfix::{Origin, ResetMode, tags};
use sansfix_registry::{CommandOutcome, Registry};
use sansfix_runtime::store::journal::{JournalOptions, JournalStore};
use sansfix_runtime::{AcceptorOptions, Clock, SessionSetup, Store};

use crate::disk::Disk;
use crate::host::{Acceptor, Adapter, on_both_adapters};
use crate::peer::Peer;
use crate::{GENEROUS, Silent, accept_with, acceptor_config, desk, venue, wait, wait_down};

fn journal(disk: &Disk) -> JournalStore<Disk> {
    JournalStore::open_in(disk.clone(), JournalOptions::default()).unwrap()
}

fn start(on: Adapter, disk: &Disk) -> (Acceptor, Registry) {
    let setup = SessionSetup::new(acceptor_config(), Silent).with_store(journal(disk));
    accept_with(on, vec![setup], AcceptorOptions::default())
}

fn a_reset_that_was_not_confirmed_is_announced_again_after_a_restart(on: Adapter) {
    let disk = Disk::default();
    let (acceptor, registry) = start(on, &disk);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    registry.reset(&venue(), ResetMode::InSession).unwrap();
    // Whether anything is missing is found out first.
    let raw = peer.receive_raw().expect("it hangs up");
    let test_request = Message::parse(&raw).unwrap();
    let id = test_request.get(tags::TEST_REQ_ID).expect("it is a TestRequest");
    peer.send("0", &[(tags::TEST_REQ_ID, std::str::from_utf8(id).unwrap())]);
    assert!(announces_a_reset(&mut peer));
    // The machine fails before the counterparty has answered.
    let found = disk.after_a_failure();
    drop((peer, acceptor));

    let (acceptor, registry) = start(on, &found);
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.next = 3;
    peer.log_on();
    assert!(announces_a_reset(&mut peer));
    peer.next = 1;
    peer.send("A", &[(98, "0"), (108, "30"), (141, "Y")]);
    wait(&registry, &venue(), "reset", |status| {
        status.next_sender.get() == 2 && status.next_target.get() == 2
    });
    peer.send("1", &[(112, "alive")]);
    assert_eq!(peer.receive().msg_type(), "0");
}

/// Whether a Logon comes that is the first of a new numbering.
fn announces_a_reset(peer: &mut Peer) -> bool {
    let raw = peer.receive_raw().expect("it hangs up");
    let logon = Message::parse(&raw).unwrap();
    assert_eq!((logon.msg_type(), logon.seq().map(sansfix::SeqNum::get)), (&b"A"[..], Some(1)));
    logon.get(tags::RESET_SEQ_NUM_FLAG) == Some(b"Y")
}

fn a_session_that_was_taken_down_stays_down_over_a_restart_and_tells_by_whom_when_and_why(on: Adapter) {
    let disk = Disk::default();
    let (acceptor, registry) = start(on, &disk);
    let peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let given = Clock::start().now().utc_ns;
    let receipt = registry.logout(&venue(), "maintenance").unwrap();
    peer.log_out_second();
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
    let known = Clock::start().now().utc_ns;
    // The machine fails when the operator has been told.
    let found = disk.after_a_failure();
    drop(acceptor);

    let intent = journal(&found.after_a_failure()).load().unwrap().expect("it was saved").intent;
    assert_eq!((intent.enabled, intent.by, &*intent.why), (false, Origin::Operator, "maintenance"));
    assert!((given..=known).contains(&intent.at_utc_ns), "{intent:?}");
    let (acceptor, registry) = start(on, &found);
    let status = wait_down(&registry, &venue());
    assert_eq!((status.enabled, status.next_sender.get(), status.next_target.get()), (false, 3, 3));
    let mut barred = Peer::connect(acceptor.local_addr(), desk());
    barred.next = 3;
    barred.log_on();
    barred.ends_in_silence();
    registry.logon(&venue()).unwrap();
    wait(&registry, &venue(), "enabled", |status| status.enabled);
    Peer::logged_on(acceptor.local_addr(), desk(), 3).log_out();
}

on_both_adapters!(
    a_reset_that_was_not_confirmed_is_announced_again_after_a_restart,
    a_session_that_was_taken_down_stays_down_over_a_restart_and_tells_by_whom_when_and_why,
);
