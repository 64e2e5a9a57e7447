//! What the proof in `tests/counters` takes for granted of each step, held against the real session, at numbers of any size.

use proptest::prelude::*;
use sansfix::config::Role;
use sansfix::{BeginString, Event, SeqNum};
use sansfix_sim::Settings;
use sansfix_tests::lone::{Lone, config};
use sansfix_tests::property_cases;

const STEPS: &str = include_str!("../counters/steps.txt");
/// Room for the messages of a case below the last number.
const ROOM: u64 = 100;

/// What a step adds to the next number to send and to the next number expected.
fn row(name: &str) -> (i64, i64) {
    let lines = STEPS.lines().filter(|line| !line.starts_with('#'));
    let found: Vec<_> = lines.map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    let row = found.iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("no step {name}"));
    (row[1].parse().expect("a number"), row[2].parse().expect("a number"))
}

fn sum(names: &[&str]) -> (i64, i64) {
    names.iter().map(|name| row(name)).fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1))
}

/// A session without a connection that continues from these numbers.
fn at(role: Role, sender: u64, target: u64) -> Lone {
    let mut settings = Settings::new(config(role, BeginString::Fix44));
    let number = |value| SeqNum::new(value).expect("in range");
    (settings.snapshot.next_sender, settings.snapshot.next_target) = (number(sender), number(target));
    let mut lone = Lone::with(settings);
    lone.next = target;
    assert_eq!(lone.numbers(), (sender, target));
    lone
}

/// What `act` adds to both numbers, and how many messages the session sends.
fn added(lone: &mut Lone, act: impl FnOnce(&mut Lone)) -> ((i64, i64), i64) {
    let before = lone.numbers();
    lone.received();
    act(lone);
    let after = lone.numbers();
    let difference = |after: u64, before: u64| i64::try_from(i128::from(after) - i128::from(before));
    let sender = difference(after.0, before.0).expect("a step adds little");
    let target = difference(after.1, before.1).expect("a step adds little");
    ((sender, target), lone.received().len() as i64)
}

fn log_on(lone: &mut Lone) {
    let names: [&[&str]; 2] = match lone.role() {
        Role::Initiator => [&["logon"], &["receive_logon"]],
        Role::Acceptor => [&[], &["receive_logon", "logon"]],
    };
    let (dialled, _) = added(lone, |lone| _ = lone.event(Event::Connected));
    assert_eq!(dialled, sum(names[0]));
    let (answered, _) = added(lone, |lone| lone.send("35=A|98=0|108=30"));
    assert_eq!(answered, sum(names[1]));
    assert!(lone.node.status().logged_on);
}

proptest! {
    #![proptest_config(property_cases(60))]

    /// Each step of the table, and every one of them.
    #[test]
    fn each_step_adds_to_the_numbers_what_the_proof_says(
        initiator: bool,
        sender in prop_oneof![2..10_000u64, 2..SeqNum::MAX.get() - ROOM],
        target in prop_oneof![2..10_000u64, 2..SeqNum::MAX.get() - ROOM],
    ) {
        let role = if initiator { Role::Initiator } else { Role::Acceptor };
        let mut lone = at(role, sender, target);
        log_on(&mut lone);
        prop_assert_eq!(added(&mut lone, |lone| lone.orders(&["A"])), (row("send"), 1));
        prop_assert_eq!(added(&mut lone, |lone| lone.send("35=0")), (row("receive"), 0));

        // What is asked for is a message of its own.
        let next = lone.next;
        let (gap, asked) = added(&mut lone, |lone| lone.send_as(next + 1, "35=0"));
        prop_assert_eq!((gap, asked), (sum(&["receive_gap", "send"]), 1));
        // Repeated in order, both are counted.
        let repeated = added(&mut lone, |lone| {
            lone.send("35=0|43=Y|122=20260921-14:13:20");
            lone.send("35=0|43=Y|122=20260921-14:13:20");
        });
        prop_assert_eq!(repeated, (sum(&["receive", "receive"]), 0));

        // Ours first, then theirs.
        prop_assert_eq!(added(&mut lone, |lone| _ = lone.logout("for a moment")), (row("logout"), 1));
        prop_assert_eq!(added(&mut lone, |lone| lone.send("35=5")), (row("receive_logout"), 0));
        prop_assert_eq!(added(&mut lone, |lone| _ = lone.event(Event::Disconnected)).0, row("cut"));
        prop_assert_eq!(added(&mut lone, |lone| lone.node.crash()).0, row("crash"));

        // On again with the numbers that follow; theirs first, then ours.
        prop_assert_eq!(added(&mut lone, |lone| _ = lone.logon()).0, (0, 0));
        log_on(&mut lone);
        let answered = added(&mut lone, |lone| lone.send("35=5"));
        prop_assert_eq!(answered, (sum(&["receive_logout", "answer_logout"]), 1));
        prop_assert_eq!(lone.numbers(), (sender + 6, target + 7));
    }
}

#[test]
fn no_step_of_the_table_is_left_out() {
    let source = include_str!("counters.rs");
    let steps = STEPS.lines().filter(|line| !line.starts_with('#'));
    let names: Vec<_> = steps.filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names.len(), 10);
    for name in names {
        assert!(source.contains(&format!("\"{name}\"")), "{name} is not taken with a session");
    }
}
