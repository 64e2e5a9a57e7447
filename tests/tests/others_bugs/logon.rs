//! Logon and resets.

use sansfix::config::Role;
use sansfix::{BeginString, Command, Event, Origin, PhaseName, Reason, ResetMode, msg_type};
use sansfix_sim::{Ruling, Settings};
use sansfix_tests::applications::{Strict, Undecided};
use sansfix_tests::lone::{Lone, config};

fn acceptor() -> Lone {
    Lone::new(config(Role::Acceptor, BeginString::Fix44))
}

/// A session that was logged on, sent one order, and is down.
fn down() -> Lone {
    let mut lone = Lone::acceptor();
    lone.order("A").unwrap();
    lone.event(Event::Disconnected);
    lone.received();
    lone
}

#[test]
fn quickfixgo_410_quickfixj_474_an_unauthenticated_logon_with_a_reset_wipes_the_store() {
    let before = down();
    let (snapshot, config) = (before.node.store().snapshot().clone(), before.node.session().config().clone());
    let application = Box::new(Strict::logon("", 1));
    let mut lone = Lone::with(Settings { application, snapshot, ..Settings::new(config) });
    lone.event(Event::Connected);
    lone.send_as(1, "35=A|98=0|108=30|141=Y");
    assert_eq!(lone.numbers(), (3, 2));
    assert_eq!((lone.received(), lone.node.store().saves()), (vec![], 0));
}

#[test]
fn quickfixj_482_a_reset_with_another_number_than_1_is_accepted() {
    let mut lone = down();
    lone.event(Event::Connected);
    lone.send_as(7, "35=A|98=0|108=30|141=Y");
    assert!(!lone.node.connected());
    assert_eq!(lone.node.session().snapshot().epoch, 0);
    assert!(!lone.received().iter().any(|sent| sent.starts_with('A')));
}

#[test]
fn quickfixgo_762_625_artio_185_a_reset_is_not_announced_or_not_honoured_in_the_answer() {
    let mut lone = down();
    lone.event(Event::Connected);
    lone.send_as(1, "35=A|98=0|108=30|141=Y");
    assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y"], "and no ResendRequest");
    assert_eq!(lone.numbers(), (2, 2));

    // The initiator's side of it: an answer with a reset that it did not ask for sets both numbers too.
    let mut lone = Lone::initiator();
    lone.command(Command::Reset(ResetMode::InSession));
    let probe = lone.received().remove(0);
    let id = probe.split("112=").nth(1).unwrap().to_owned();
    lone.send(&format!("35=0|112={id}"));
    assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y"]);
    lone.send_as(1, "35=A|98=0|108=30|141=Y");
    assert_eq!(lone.numbers(), (2, 2));
}

#[test]
fn quickfix_58_a_duplicate_logon_answer_is_answered_with_a_logon() {
    let mut lone = Lone::initiator();
    lone.send("35=A|98=0|108=30");
    assert!(!lone.received().iter().any(|sent| sent.starts_with('A')));
    // A repeated one from the peer's store, marked as such, is no more than a duplicate.
    let mut lone = Lone::initiator();
    lone.send_as(1, "35=A|43=Y|122=20260921-14:13:19|98=0|108=30");
    assert_eq!((lone.received(), lone.phase()), (vec![], PhaseName::Active));
}

#[test]
fn quickfix_58_two_engines_never_storm_each_other_with_logons() {
    use sansfix::config::{Config, Identity};
    use sansfix_sim::{Pair, Side};
    let identity = Identity::new(BeginString::Fix44, "A", "B");
    let settings = |role, identity| Settings::new(Config::new(role, identity));
    let mut pair = Pair::new(
        settings(Role::Initiator, identity.clone()),
        settings(Role::Acceptor, identity.reversed()),
        sansfix_tests::lone::START,
    );
    pair.connect();
    pair.run().unwrap();
    for side in Side::BOTH {
        pair.command(side, Command::Reset(ResetMode::InSession));
    }
    pair.run().unwrap();
    for side in Side::BOTH {
        let logons =
            pair.written(side).iter().filter(|write| write.bytes.windows(6).any(|at| at == b"\x0135=A\x01"));
        assert!(logons.count() <= 3, "{side:?} {:?}", pair.written(side));
    }
}

#[test]
fn quickfixj_902_a_timer_heartbeat_takes_number_1_before_the_logon_answer() {
    let application = Box::new(Undecided(msg_type::LOGON));
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.heart_bt_int = 1;
    let mut lone = Lone::with(Settings { application, ..Settings::new(config) });
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=1");
    lone.pass(5.0);
    assert_eq!(lone.received(), [""; 0], "nobody is logged on yet");
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    assert_eq!(lone.received(), ["A 1 98=0 108=1"]);
}

#[test]
fn artio_474_a_reset_that_is_not_answered_never_completes() {
    for mut lone in Lone::both() {
        lone.command(Command::Reset(ResetMode::InSession));
        let id = lone.received().remove(0).split("112=").nth(1).unwrap().to_owned();
        lone.send(&format!("35=0|112={id}"));
        lone.received();
        lone.pass(10.1);
        assert_eq!(lone.node.status().ended, Some(Reason::ResetFailed));
        lone.pass(5.0);
        assert!(!lone.node.connected());
        // The counterparty may have reset or not: the reset is announced again.
        assert!(lone.node.session().snapshot().reset_owed);
        if lone.role() == Role::Initiator {
            lone.received();
            lone.event(Event::Connected);
            assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y"]);
        }
    }
}

#[test]
fn quickfix_146_564_789_is_not_what_was_counted_and_the_replay_skips_messages() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.next_expected_msg_seq_num = true;
    let mut lone = Lone::new(config);
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30|789=1");
    assert_eq!(lone.received(), ["A 1 98=0 108=30 789=2"], "a fresh logon of two such engines works");
    lone.orders(&["A", "B", "C"]);
    lone.event(Event::Disconnected);
    lone.received();
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30|789=1");
    let expected = [
        "A 5 98=0 108=30 789=3",
        "4 1R 36=2 123=Y",
        "D 2R 11=A",
        "D 3R 11=B",
        "D 4R 11=C",
        "4 5R 36=6 123=Y",
    ];
    assert_eq!(lone.received(), expected, "the messages themselves, not a gap fill over them");
}

#[test]
fn quickfixgo_a_fresh_logon_between_two_engines_with_789_is_refused() {
    use sansfix::config::{Config, Identity};
    use sansfix_sim::{Pair, Side};
    let identity = Identity::new(BeginString::Fix44, "A", "B");
    let settings = |role, identity| {
        let mut config = Config::new(role, identity);
        config.next_expected_msg_seq_num = true;
        Settings::new(config)
    };
    let mut pair = Pair::new(
        settings(Role::Initiator, identity.clone()),
        settings(Role::Acceptor, identity.reversed()),
        sansfix_tests::lone::START,
    );
    for _ in 0..3 {
        pair.connect();
        pair.run().unwrap();
        for side in Side::BOTH {
            assert!(pair.node(side).status().logged_on, "{side:?} {:?}", pair.node(side).status());
            pair.send(side, b"D", b"11=X\x01").unwrap();
        }
        pair.cut();
    }
    pair.connect();
    pair.run().unwrap();
    assert_eq!(Side::BOTH.map(|side| pair.node(side).inbox().len()), [3, 3]);
    assert!(!Side::BOTH.iter().any(|side| {
        pair.written(*side).iter().any(|write| write.bytes.windows(6).any(|at| at == b"\x0135=2\x01"))
    }));
}

#[test]
fn quickfixj_432_malformed_input_before_logon_loops_or_grows_without_bound() {
    // An announced length above the limit.
    let mut lone = acceptor();
    lone.event(Event::Connected);
    lone.node.feed(lone.now, b"8=FIX.4.4\x019=999999999\x0135=A\x01");
    assert_eq!(lone.node.ended(), Some(Reason::MessageTooLong));
    assert_eq!(lone.received(), [""; 0]);
    // Bytes that are no message, for ever.
    let mut lone = acceptor();
    lone.event(Event::Connected);
    for _ in 0..100 {
        lone.node.feed(lone.now, &[b'x'; 1_000]);
        lone.pass(0.05);
    }
    assert!(lone.node.connected());
    lone.pass(6.0);
    assert_eq!(lone.node.ended(), Some(Reason::LogonTimeout));
}

#[test]
fn cpp_a_peer_that_trickles_its_logon_is_waited_for_without_end() {
    let mut lone = acceptor();
    lone.event(Event::Connected);
    let logon = lone.message(1, "35=A|98=0|108=30");
    for byte in &logon[..logon.len() - 1] {
        if !lone.node.connected() {
            break;
        }
        lone.node.feed(lone.now, &[*byte]);
        lone.pass(0.9);
    }
    assert_eq!(lone.node.ended(), Some(Reason::LogonTimeout));
    assert!(lone.now.mono_ns - sansfix_tests::lone::START.mono_ns < 12 * sansfix::SECOND_NS);
}

#[test]
fn cpp_a_barred_address_causes_a_reset_before_it_is_refused() {
    // The address is known to the owner, who says no to the Logon: nothing has happened until then.
    let before = down();
    let (snapshot, config) = (before.node.store().snapshot().clone(), before.node.session().config().clone());
    let application = Box::new(Undecided(msg_type::LOGON));
    let mut lone = Lone::with(Settings { application, snapshot, ..Settings::new(config) });
    lone.event(Event::Connected);
    lone.send_as(1, "35=A|98=0|108=30|141=Y");
    assert_eq!(lone.numbers(), (3, 2));
    let refusal = Ruling::RefuseLogon { text: String::new(), status: None };
    lone.node.settle(lone.now, &refusal).unwrap();
    assert_eq!((lone.numbers(), lone.received()), ((3, 2), vec![]));
}

#[test]
fn quickfixn_945_958_logon_acts_when_the_clock_of_another_session_says_so() {
    // A command acts on its own session at once: the very next connection logs on.
    let mut lone = Lone::initiator();
    lone.logout("bye");
    lone.send("35=5");
    assert_eq!(lone.command(Command::Logon { by: Origin::Operator }), sansfix::Outcome::Done);
    assert!(lone.node.status().enabled);
    lone.received();
    lone.event(Event::Connected);
    assert_eq!(lone.received(), ["A 3 98=0 108=30"]);
}
