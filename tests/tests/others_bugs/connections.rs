//! Connections, timers, slow peers and stores.

use sansfix::config::Role;
use sansfix::{BeginString, Event, PhaseName, Reason, Refused, Session};
use sansfix_sim::{Pace, Ruling, Settings};
use sansfix_tests::applications::Undecided;
use sansfix_tests::lone::{Lone, config};

#[test]
fn quickfixgo_a_logon_timer_of_an_old_connection_cuts_the_next() {
    let mut lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
    lone.event(Event::Connected);
    lone.pass(9.0);
    lone.event(Event::Disconnected);
    lone.event(Event::Connected);
    lone.pass(3.0);
    assert!(lone.node.connected(), "twelve seconds after the first connection, three after this one");
    lone.send("35=A|98=0|108=30");
    lone.pass(25.0);
    assert_eq!(lone.phase(), PhaseName::Active);
}

#[test]
fn quickfixgo_a_logout_timer_of_an_old_connection_cuts_the_next() {
    for mut lone in Lone::both() {
        lone.logout("bye");
        lone.pass(8.0);
        lone.event(Event::Disconnected);
        lone.logon();
        lone.received();
        lone.log_on();
        lone.pass(5.0);
        assert_eq!(lone.phase(), PhaseName::Active);
    }
}

#[test]
fn quickfixj_1243_292_bytes_of_a_dead_connection_are_fed_to_the_next() {
    for mut lone in Lone::both() {
        // A whole message waits behind one that is unsettled when the line is cut.
        let settings = Settings::new(config(lone.role(), BeginString::Fix44));
        lone = Lone::with(Settings { application: Box::new(Undecided(b"D")), ..settings });
        lone.log_on();
        lone.send("35=D|11=OLD");
        lone.send("35=1|112=OLD");
        lone.event(Event::Disconnected);
        lone.next = 2;
        lone.log_on();
        assert_eq!(lone.received(), [""; 0], "the old TestRequest is not answered");
        assert_eq!(lone.numbers().1, 3, "only the Logon was counted");
    }
}

#[test]
fn quickfixj_1114_a_resend_range_is_noted_though_its_request_was_never_sent() {
    for mut lone in Lone::both() {
        lone.node.set_pace(Pace::OnRequest);
        lone.send_as(5, "35=D|11=E");
        lone.event(Event::Disconnected);
        while lone.node.answer_store(lone.now) {}
        assert_eq!(lone.received(), [""; 0], "the request was numbered and never left");
        lone.node.set_pace(Pace::Prompt);
        lone.next = 6;
        lone.log_on_again();
        assert_eq!(lone.received(), ["2 4 7=2 16=0"], "it is asked for again");
    }
}

#[test]
fn quickfixn_281_quickfixj_569_a_heartbeat_behind_a_gap_is_no_sign_of_life() {
    for mut lone in Lone::both() {
        lone.send_as(9, "35=D|11=Z");
        for seq in 10..20 {
            lone.pass(29.0);
            if lone.phase() != PhaseName::Active {
                break;
            }
            assert!(!lone.received().iter().any(|sent| sent.starts_with("1 ")), "no TestRequest is needed");
            lone.send_as(seq, "35=0");
        }
        lone.pass(3.0);
        assert_ne!(lone.node.status().ended, Some(Reason::TestRequestTimeout));
        // The gap itself is asked for a bounded number of times, and then the session ends for that reason.
        assert_eq!(lone.node.status().ended, Some(Reason::ResendTimeout));
    }
}

#[test]
fn quickfix_608_artio_34_quickfixgo_615_a_slow_peer_blocks_the_session_and_its_senders() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut config = config(role, BeginString::Fix44);
        config.limits.unsent_bytes = 2_000;
        let mut lone = Lone::logged_on(config);
        lone.node.set_room(lone.now, 0);
        let refused = (0..100).find_map(|at| lone.order(&at.to_string()).err());
        assert!(matches!(refused, Some(Refused::Full { .. })), "{refused:?}");
        lone.send("35=D|11=X");
        assert_eq!(lone.delivered(), ["X"], "input is read all the same");
        lone.logout("enough");
        lone.pass(10.1);
        assert_eq!(lone.node.ended(), Some(Reason::LogoutTimeout));
    }
}

#[test]
fn quickfix_266_quickfixgo_167_a_slow_handler_blocks_the_session() {
    let settings = Settings::new(config(Role::Acceptor, BeginString::Fix44));
    let mut lone = Lone::with(Settings { application: Box::new(Undecided(b"D")), ..settings });
    lone.log_on();
    lone.send("35=D|11=X");
    lone.pass(95.0);
    assert_eq!(lone.received(), ["0 2", "0 3", "0 4"], "Heartbeats go on");
    assert!(lone.order("A").is_ok());
    assert_eq!(lone.phase(), PhaseName::Active, "and silence is not held against the counterparty");
    lone.received();
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    lone.pass(20.0);
    assert!(!lone.received().iter().any(|sent| sent.starts_with("1 ")), "nor is it afterwards");
}

#[test]
fn quickfixgo_432_528_the_number_is_raised_before_the_write_fails() {
    for mut lone in Lone::both() {
        let before = lone.node.store().snapshot().clone();
        lone.node.set_pace(Pace::OnRequest);
        lone.order("A").unwrap();
        lone.event(Event::StoreFailed);
        assert_eq!(lone.received(), [""; 0]);
        assert_eq!(*lone.node.store().snapshot(), before, "what is stored is what left");
        let config = std::sync::Arc::new(lone.node.session().config().clone());
        let again = Session::new(config, lone.node.store().snapshot().clone());
        assert_eq!(again.status().next_sender.get(), 2, "a restart goes on from there");
    }
}

#[test]
fn quickfixgo_524_523_531_events_after_the_end_panic_or_block() {
    for mut lone in Lone::both() {
        lone.event(Event::Disconnected);
        let before = lone.node.session().clone();
        lone.event(Event::Disconnected);
        lone.event(Event::Tick);
        lone.node.feed(lone.now, b"8=FIX.4.4\x01");
        lone.pass(100.0);
        assert_eq!(*lone.node.session(), before);
    }
}

#[test]
fn one_connection_at_a_time_the_second_touches_nothing() {
    for mut lone in Lone::both() {
        lone.order("A").unwrap();
        let before = lone.node.session().clone();
        let second = lone.event(Event::Connected);
        assert_eq!(second, sansfix::Outcome::Ignored, "G25: a second connection is refused");
        assert_eq!(*lone.node.session(), before, "G25: a second connection changes nothing");
    }
}
