//! Periods of session time: which numbers are of an earlier session, and when they begin anew.

use sansfix::config::Role;
use sansfix::{BeginString, Command, Event, Outcome, PhaseName, Reason, ResetMode, SeqNum};
use sansfix_tests::lone::{Lone, START, config};

const HOUR: i64 = 3_600_000_000_000;

/// The schedule speaks: a period that began at the hour after the start.
fn period(lone: &mut Lone, open: bool, hour: i64) {
    let started_utc_ns = START.utc_ns + hour * HOUR;
    assert_eq!(lone.event(Event::Period { open, started_utc_ns }), Outcome::Done);
}

/// Sets the clock to an hour after the start, without telling anybody.
fn later(lone: &mut Lone, hour: i64) {
    lone.now.utc_ns = START.utc_ns + hour * HOUR;
}

/// A session that is logged on, and whose numbers began at the start.
fn logged_on(role: Role) -> Lone {
    let mut lone = Lone::new(config(role, BeginString::Fix44));
    lone.command(Command::Reset(ResetMode::Offline));
    lone.log_on();
    lone.received();
    lone
}

fn seq(number: u64) -> SeqNum {
    SeqNum::new(number).unwrap()
}

#[test]
fn a_new_period_ends_a_connection_in_every_phase_and_resets_once_it_is_down() {
    type Way = fn(&mut Lone);
    let ways: [(Way, &[&str], bool); 5] = [
        (|lone| _ = lone.event(Event::Connected), &[], false),
        (|lone| lone.log_on(), &["5 2 58=A new session period begins"], true),
        (
            |lone| {
                lone.log_on();
                lone.send_as(5, "35=D|11=ABOVE");
            },
            &["5 3 58=A new session period begins"],
            true,
        ),
        (
            |lone| {
                lone.log_on();
                lone.logout("lunch");
            },
            &[],
            true,
        ),
        (
            |lone| {
                lone.log_on();
                lone.command(Command::Disconnect);
            },
            &[],
            false,
        ),
    ];
    for role in [Role::Acceptor, Role::Initiator] {
        for (number, (way, says, answered)) in ways.iter().enumerate() {
            let mut lone = Lone::new(config(role, BeginString::Fix44));
            lone.command(Command::SetNextSender(seq(1)));
            way(&mut lone);
            lone.received();
            later(&mut lone, 2);
            period(&mut lone, true, 1);
            period(&mut lone, true, 1);
            assert_eq!(lone.received(), *says, "{role:?} {number}");
            assert!(lone.node.session().snapshot().epoch == 0 || !lone.node.connected());
            if *answered {
                lone.send("35=5");
            }
            lone.event(Event::Disconnected);
            let snapshot = lone.node.session().snapshot();
            assert_eq!((lone.numbers(), snapshot.epoch), ((1, 1), 1), "{role:?} {number}");
            period(&mut lone, true, 1);
            assert_eq!(lone.node.session().snapshot().epoch, 1, "{role:?} {number}: once");
            assert!(lone.node.status().enabled || number == 3);
        }
    }
}

#[test]
fn numbers_begin_with_the_period_and_not_with_its_logon_window() {
    let mut lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
    lone.command(Command::SetNextTarget(seq(40)));
    later(&mut lone, 2);
    period(&mut lone, false, 1);
    assert_eq!(lone.numbers(), (1, 1));
    // What the parties agree on now is meant for this period.
    lone.command(Command::SetNextSender(seq(7)));
    later(&mut lone, 3);
    period(&mut lone, true, 1);
    assert_eq!(lone.numbers(), (7, 1));
    later(&mut lone, 4);
    period(&mut lone, false, 1);
    assert_eq!(lone.numbers(), (7, 1), "nor with its end");
}

#[test]
fn what_an_operator_does_in_a_period_stands_until_the_next() {
    let changes = [
        (Command::SetNextSender(seq(30)), (30, 2)),
        (Command::SetNextTarget(seq(40)), (2, 40)),
        (Command::Reset(ResetMode::Offline), (1, 1)),
    ];
    for (command, numbers) in changes {
        let mut lone = logged_on(Role::Acceptor);
        lone.event(Event::Disconnected);
        assert_eq!(lone.command(command), Outcome::Done);
        for hour in [1, 2, 3] {
            later(&mut lone, hour);
            period(&mut lone, hour != 2, -1);
            assert_eq!(lone.numbers(), numbers, "{command:?}");
        }
        period(&mut lone, true, 3);
        assert_eq!(lone.numbers(), (1, 1), "{command:?}");
    }
}

#[test]
fn a_period_owes_nothing_of_the_one_before() {
    let mut lone = Lone::acceptor();
    lone.command(Command::Reset(ResetMode::InSession));
    let id = lone.received().remove(0).split("112=").nth(1).unwrap().to_owned();
    lone.send(&format!("35=0|112={id}"));
    lone.event(Event::Disconnected);
    assert!(lone.node.session().snapshot().reset_owed);
    later(&mut lone, 2);
    period(&mut lone, true, 1);
    assert!(!lone.node.session().snapshot().reset_owed);
    lone.received();
    lone.event(Event::Connected);
    lone.send_as(1, "35=A|98=0|108=30");
    assert_eq!(lone.received(), ["A 1 98=0 108=30"]);
}

#[test]
fn an_end_without_a_new_period_keeps_the_numbers_and_the_reason() {
    for mut lone in [Role::Acceptor, Role::Initiator].map(logged_on) {
        later(&mut lone, 2);
        period(&mut lone, false, -1);
        assert_eq!(lone.received(), ["5 2 58=Session time is over"]);
        lone.send("35=5");
        assert_eq!(lone.node.status().ended, Some(Reason::OutsideSessionTime));
        assert_eq!((lone.phase(), lone.numbers()), (PhaseName::Disconnected, (3, 3)));
        assert!(lone.node.status().enabled);
    }
}

/// A step back over the beginning of the period: within an hour the numbers are still this period's, beyond it they
/// were made by a clock that was wrong.
#[test]
fn a_clock_that_is_set_back_a_little_resets_nothing_twice_and_one_that_was_wrong_loses_no_period() {
    for (back_ns, again) in [(1, false), (HOUR, false), (HOUR + 1, true), (24 * HOUR, true)] {
        let mut lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
        later(&mut lone, 100);
        period(&mut lone, true, 100);
        assert_eq!(lone.node.session().snapshot().epoch, 1);
        lone.now.utc_ns -= back_ns;
        period(&mut lone, false, 76);
        later(&mut lone, 100);
        period(&mut lone, true, 100);
        assert_eq!(lone.node.session().snapshot().epoch, 1 + u64::from(again), "{back_ns}");
    }
}
