//! The rule that a slow store or a slow counterparty stalls nothing: whatever is under way, every event is taken, and a
//! Logout ends within its limit.

use sansfix::config::Role;
use sansfix::{BeginString, Event, PhaseName, Reason, SECOND_NS};
use sansfix_sim::{Pace, Settings};
use sansfix_tests::lone::{Lone, config};

/// Standard: ten seconds for the answer to a Logout.
const LIMIT: f64 = 10.0;

/// Gives a Logout and checks that it ends within its limit, and not before.
fn logout_ends_within_its_limit(lone: &mut Lone) {
    lone.logout("bye");
    lone.pass(LIMIT - 0.1);
    assert!(lone.node.connected(), "{:?}", lone.node.status());
    lone.pass(0.2);
    assert!(!lone.node.connected(), "{:?}", lone.node.status());
    assert_eq!(lone.node.ended(), Some(Reason::LogoutTimeout));
    assert!(!lone.node.status().enabled);
}

#[test]
fn with_a_store_that_takes_five_seconds() {
    for mut lone in Lone::both() {
        lone.node.set_pace(Pace::After(5 * SECOND_NS));
        lone.order("A").unwrap();
        lone.logout("bye");
        lone.pass(4.9);
        assert_eq!(lone.received(), [""; 0], "A is being saved");
        lone.pass(0.2);
        assert_eq!(lone.received(), ["D 2 11=A"]);
        lone.pass(4.8);
        assert!(lone.node.connected());
        lone.pass(0.2);
        assert_eq!(lone.node.ended(), Some(Reason::LogoutTimeout));
    }
}

#[test]
fn with_a_store_that_takes_five_seconds_and_a_counterparty_that_answers() {
    for mut lone in Lone::both() {
        lone.node.set_pace(Pace::After(4 * SECOND_NS));
        lone.logout("bye");
        lone.pass(4.1);
        assert_eq!(lone.received(), ["5 2 58=bye"]);
        lone.send("35=5");
        assert_eq!(lone.node.ended(), Some(Reason::LogoutCompleted));
    }
}

#[test]
fn with_a_store_that_never_answers() {
    for mut lone in Lone::both() {
        lone.node.set_pace(Pace::OnRequest);
        lone.order("A").unwrap();
        logout_ends_within_its_limit(&mut lone);
        assert_eq!(lone.received(), [""; 0]);
    }
}

#[test]
fn with_a_counterparty_that_never_reads() {
    for mut lone in Lone::both() {
        lone.node.set_room(lone.now, 10);
        lone.orders(&["A", "B", "C"]);
        logout_ends_within_its_limit(&mut lone);
    }
}

#[test]
fn with_heartbtint_zero() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut config = config(role, BeginString::Fix44);
        config.heart_bt_int = 0;
        logout_ends_within_its_limit(&mut Lone::logged_on(config));
    }
}

#[test]
fn with_a_gap_open() {
    for mut lone in Lone::both() {
        lone.send_as(9, "35=D|11=Z");
        logout_ends_within_its_limit(&mut lone);
    }
}

#[test]
fn with_a_replay_under_way_and_a_store_that_never_answers_it() {
    for mut lone in Lone::both() {
        lone.orders(&["A", "B"]);
        lone.received();
        lone.node.set_pace(Pace::OnRequest);
        lone.send("35=2|7=1|16=0");
        logout_ends_within_its_limit(&mut lone);
        assert_eq!(lone.received(), [""; 0]);
    }
}

#[test]
fn with_a_message_that_is_never_settled() {
    let config = config(Role::Acceptor, BeginString::Fix44);
    let application = Box::new(sansfix_tests::applications::Undecided(b"D"));
    let mut lone = Lone::with(Settings { application, ..Settings::new(config) });
    lone.log_on();
    lone.send("35=D|11=X");
    logout_ends_within_its_limit(&mut lone);
}

#[test]
fn with_a_counterparty_that_keeps_sending() {
    for mut lone in Lone::both() {
        lone.logout("bye");
        for _ in 0..19 {
            lone.pass(0.5);
            lone.send("35=0");
            lone.send("35=1|112=still here");
        }
        assert_eq!(lone.phase(), PhaseName::LogoutSent);
        lone.pass(0.6);
        assert_eq!(lone.node.ended(), Some(Reason::LogoutTimeout));
    }
}

#[test]
fn after_a_cut_during_a_fetch() {
    for mut lone in Lone::both() {
        lone.orders(&["A", "B"]);
        lone.received();
        lone.node.set_pace(Pace::OnRequest);
        lone.send("35=2|7=1|16=0");
        lone.event(Event::Disconnected);
        while lone.node.answer_store(lone.now) {}
        lone.node.set_pace(Pace::Prompt);
        lone.log_on();
        lone.send("35=2|7=2|16=3");
        assert_eq!(lone.received(), ["D 2R 11=A", "D 3R 11=B"], "the next connection is served");
        logout_ends_within_its_limit(&mut lone);
    }
}

#[test]
fn while_a_save_is_under_way_every_event_is_taken() {
    for mut lone in Lone::both() {
        lone.node.set_pace(Pace::OnRequest);
        lone.order("A").unwrap();
        lone.send("35=D|11=X");
        lone.send("35=1|112=T");
        lone.pass(31.0);
        lone.send("35=0");
        assert_eq!(lone.delivered(), ["X"]);
        assert_eq!(lone.numbers(), (6, 5), "A, the echo of X, two Heartbeats");
        assert_eq!(lone.received(), [""; 0]);
        while lone.node.answer_store(lone.now) {}
        assert_eq!(lone.received(), ["D 2 11=A", "D 3 11=X", "0 4 112=T", "0 5"]);
    }
}

#[test]
fn the_error_logout_ends_after_two_seconds() {
    for mut lone in Lone::both() {
        lone.send_as(1, "35=0");
        lone.node.set_room(lone.now, 0);
        lone.pass(1.9);
        assert!(lone.node.connected());
        lone.pass(0.2);
        assert_eq!(lone.node.ended(), Some(Reason::MsgSeqNumTooLow));
    }
}

#[test]
fn heartbeats_go_on_while_a_gap_is_open() {
    // A gap that is asked for less often than Heartbeats are due.
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.heart_bt_int = 5;
    let mut lone = Lone::logged_on(config);
    lone.send_as(9, "35=D|11=Z");
    lone.received();
    lone.pass(5.1);
    assert_eq!(lone.received(), ["0 3"]);
}

#[test]
fn any_message_answers_a_test_request_and_silence_is_judged_anew() {
    for mut lone in Lone::both() {
        lone.pass(36.1);
        assert_eq!(lone.received(), ["0 2", "1 3 112=TEST-3"]);
        lone.pass(30.0);
        lone.send("35=D|11=X");
        lone.received();
        lone.pass(35.0);
        assert_eq!(lone.phase(), PhaseName::Active, "long after the first TestRequest");
        lone.pass(1.1);
        assert!(lone.received().iter().any(|sent| sent.starts_with("1 ")), "a new one");
        lone.pass(36.1);
        assert_eq!(lone.node.ended(), Some(Reason::TestRequestTimeout));
    }
}
