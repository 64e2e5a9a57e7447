//! Two commanders with two commands each.

use super::model::{CLASSES, Class, Plan, report};

/// Set to explore what takes too long for every change.
const ALL: &str = "SANSFIX_EXPLORE_ALL";

/// Every two sequences of two of these classes, in either order the same, whose first begins with `first`.
fn plans(classes: &[Class], first: Class) -> Vec<Plan> {
    let sequences: Vec<[Class; 2]> =
        classes.iter().flat_map(|one| classes.iter().map(move |two| [*one, *two])).collect();
    let mut plans = Vec::new();
    for (index, one) in sequences.iter().enumerate() {
        for two in sequences.iter().skip(index).filter(|_| one[0] == first) {
            plans.push(Plan::of([one, two]));
        }
    }
    plans
}

fn explore_bounded(first: Class) {
    let plans = plans(&CLASSES, first);
    let executions: u64 =
        plans.iter().map(|plan| Plan { preemptions: Some(3), ..plan.clone() }.explore()).sum();
    let count = plans.len();
    report(&format!("2 commanders x 2 commands, bound 3, {count} pairs from {first:?} on"), executions);
}

#[test]
fn two_commands_each_from_logout_on() {
    explore_bounded(Class::Logout);
}

#[test]
fn two_commands_each_from_logon_on() {
    explore_bounded(Class::Logon);
}

#[test]
fn two_commands_each_from_other_on() {
    explore_bounded(Class::Other);
}

#[test]
fn two_commands_each_from_shutdown_on() {
    explore_bounded(Class::Shutdown);
}

#[test]
fn every_pair_of_sequences_is_there() {
    let count: usize = CLASSES.iter().map(|first| plans(&CLASSES, *first).len()).sum();
    assert_eq!(count, 16 * 17 / 2);
}

/// Every order of two Logouts or Logons each. Takes long: only when asked for.
#[test]
fn two_logouts_or_logons_each_in_every_order() {
    if std::env::var_os(ALL).is_none() {
        report(&format!("2 x 2 of Logout and Logon in every order: skipped, set {ALL} for it;"), 0);
        return;
    }
    for first in [Class::Logout, Class::Logon] {
        for plan in plans(&[Class::Logout, Class::Logon], first) {
            let executions = plan.explore();
            report(&format!("{:?} in every order", plan.commanders), executions);
        }
    }
}

/// A mailbox for two commands: some of the four are refused, and change nothing.
#[test]
fn a_full_mailbox() {
    let mut executions = 0;
    for plan in plans(&[Class::Logout, Class::Logon], Class::Logout) {
        executions += Plan { bound: 1, preemptions: Some(3), look_always: true, ..plan }.explore();
    }
    report("2 commanders x 2 commands, a mailbox for one, bound 3", executions);
}
