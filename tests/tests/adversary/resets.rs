//! Resets at the worst moment.

use sansfix::config::Role;
use sansfix::{BeginString, Command, Event, PhaseName, ResetMode};
use sansfix_tests::applications::Undecided;
use sansfix_tests::lone::{Lone, config};

/// A session whose in-session reset was announced and not confirmed when the connection was lost.
fn reset_owed(mut lone: Lone) -> Lone {
    lone.received();
    lone.command(Command::Reset(ResetMode::InSession));
    let id = lone.received().remove(0).split("112=").nth(1).unwrap().to_owned();
    lone.send(&format!("35=0|112={id}"));
    lone.event(Event::Disconnected);
    lone.received();
    assert!(lone.node.session().snapshot().reset_owed);
    lone
}

#[test]
fn an_acceptor_that_owes_a_reset_is_not_stopped_by_next_expected_msg_seq_num() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.next_expected_msg_seq_num = true;
    let mut lone = Lone::new(config);
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30|789=1");
    lone.orders(&["A", "B"]);
    let mut lone = reset_owed(lone);
    lone.event(Event::Connected);
    // The counterparty never saw the reset: its numbers are those of before.
    lone.send("35=A|98=0|108=30|789=4");
    assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y 789=1"]);
    lone.send_as(1, "35=A|98=0|108=30|141=Y|789=2");
    assert_eq!((lone.phase(), lone.numbers()), (PhaseName::Active, (2, 2)));
    assert!(!lone.node.session().snapshot().reset_owed);
}

#[test]
fn an_initiator_announces_a_reset_until_it_is_confirmed() {
    let mut lone = reset_owed(Lone::initiator());
    for _ in 0..2 {
        lone.event(Event::Connected);
        assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y"]);
        lone.event(Event::Disconnected);
    }
    lone.event(Event::Connected);
    lone.received();
    lone.send_as(1, "35=A|98=0|108=30|141=Y");
    assert_eq!((lone.phase(), lone.numbers()), (PhaseName::Active, (2, 2)));
    assert!(!lone.node.session().snapshot().reset_owed, "nothing is owed any more");
}

#[test]
fn an_owed_reset_asks_for_nothing_of_the_old_numbering() {
    let mut lone = reset_owed(Lone::acceptor());
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30");
    assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y"]);
    lone.send_as(1, "35=A|98=0|108=30|141=Y");
    assert_eq!((lone.received(), lone.numbers()), (vec![], (2, 2)));
}

#[test]
fn nothing_is_sent_in_a_numbering_that_is_not_confirmed() {
    for mut lone in Lone::both() {
        lone.command(Command::Reset(ResetMode::InSession));
        let id = lone.received().remove(0).split("112=").nth(1).unwrap().to_owned();
        lone.send(&format!("35=0|112={id}"));
        assert_eq!(lone.received().len(), 1);
        // When the connection is lost now, the reset is announced again, and this order would be gone.
        assert_eq!(lone.order("A"), Err(sansfix::Refused::NotActive));
        lone.send_as(1, "35=A|98=0|108=30|141=Y");
        assert_eq!(lone.order("A").unwrap().get(), 2);
    }
}

/// What is numbered behind the TestRequest may be on its way when its answer comes, and the reset would give it up.
#[test]
fn nothing_is_sent_behind_the_question_whether_everything_has_arrived() {
    for mut lone in Lone::both() {
        lone.command(Command::Reset(ResetMode::InSession));
        assert_eq!(lone.order("A"), Err(sansfix::Refused::NotActive));
        // There is no answer: the reset is given up, and the session goes on in the old numbering.
        lone.pass(f64::from(lone.node.session().config().limits.logon_timeout_ms) / 1_000.0);
        assert!(!lone.node.session().resetting());
        assert_eq!(lone.order("A").unwrap().get(), 3);
    }
}

#[test]
fn resets_from_both_sides_at_once_meet() {
    for mut lone in Lone::both() {
        lone.command(Command::Reset(ResetMode::InSession));
        let id = lone.received().remove(0).split("112=").nth(1).unwrap().to_owned();
        // The counterparty's own reset comes before its answer to the probe.
        lone.send_as(1, "35=A|98=0|108=30|141=Y");
        assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y"]);
        lone.send_as(2, &format!("35=0|112={id}"));
        assert_eq!((lone.received(), lone.numbers()), (vec![], (2, 3)), "no second reset");
    }
}

#[test]
fn a_reset_is_under_way_from_its_announcement_until_it_is_confirmed_or_given_up() {
    for mut lone in Lone::both() {
        let resetting = |lone: &Lone| lone.node.session().resetting();
        assert!(!resetting(&lone));
        lone.command(Command::Reset(ResetMode::InSession));
        assert!(resetting(&lone));
        lone.send_as(1, "35=A|98=0|108=30|141=Y");
        assert!(!resetting(&lone));
        lone.command(Command::Reset(ResetMode::InSession));
        assert!(resetting(&lone));
        lone.event(Event::Disconnected);
        assert!(!resetting(&lone));
        lone.event(Event::Connected);
        assert!(!resetting(&lone), "a logon is no reset within the session");
    }
}

/// An application may wait for something that cannot be sent during the reset: they must not wait for each other.
#[test]
fn a_reset_has_its_limit_whatever_waits_for_its_verdict() {
    let mut lone = Lone::acceptor_under(Undecided(b"D"));
    let limit = f64::from(lone.node.session().config().limits.logon_timeout_ms) / 1_000.0;
    lone.command(Command::Reset(ResetMode::InSession));
    lone.pass(limit - 1.0);
    lone.send("35=D|11=A");
    lone.pass(0.9);
    assert!(lone.node.session().resetting() && lone.order("B").is_err());
    lone.pass(0.2);
    assert!(!lone.node.session().resetting() && lone.node.has_unsettled());
    lone.order("B").unwrap();
}
