//! Two commanders with two commands each.

use super::model::{CLASSES, Class, Look, Plan, report};
use super::session::Pace;

/// Set to explore what takes too long for every change: to `1` for every order of the commands, to [`LOOKS`] for every
/// order of the commands and of looks after the Logouts, to a number above 1 for the latter up to so many preemptions.
const ALL: &str = "SANSFIX_EXPLORE_ALL";
const LOOKS: &str = "looks";
/// Set to the number of one of its pairs.
const PAIR: &str = "SANSFIX_EXPLORE_PAIR";

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

/// Two Logouts or Logons each, as [`ALL`] says. Takes long: only when asked for. The pairs come from the quickest on, and
/// [`PAIR`] names one of them, so that machines can share them.
#[test]
fn two_logouts_or_logons_each_in_every_order() {
    let variable = |name| std::env::var(name).ok();
    let Some(all) = variable(ALL) else {
        report(&format!("2 x 2 of Logout and Logon in every order: skipped, set {ALL} for it;"), 0);
        return;
    };
    let preemptions = all.parse().ok().filter(|bound| *bound > 1);
    let look = if preemptions.is_some() || all == LOOKS { Look::AfterLogouts } else { Look::Never };
    let one: Option<usize> = variable(PAIR).map(|pair| pair.parse().expect("a number"));
    let plans =
        [Class::Logon, Class::Logout].map(|first| plans(&[Class::Logon, Class::Logout], first)).concat();
    assert_eq!(plans.len(), 4 * 5 / 2);
    let mut sum = 0;
    for (_, plan) in plans.into_iter().enumerate().filter(|(pair, _)| one.is_none_or(|one| one == *pair)) {
        let executions = Plan { preemptions, look, ..plan.clone() }.explore();
        let bound = preemptions.map_or("in every order".to_owned(), |bound| format!("bound {bound}"));
        report(&format!("{:?}, looks: {look:?}, {bound}", plan.commanders), executions);
        sum += executions;
    }
    report("2 x 2 of Logout and Logon together", sum);
}

/// Outcomes wait for what other commands bring about, or make pointless.
#[test]
fn two_logouts_or_logons_each_that_are_not_done_at_once() {
    let mut executions = 0;
    for plan in plans(&[Class::Logout, Class::Logon], Class::Logout) {
        executions += Plan { pace: Pace::Later, preemptions: Some(2), ..plan }.explore();
    }
    report("2 commanders x 2 commands of Logout and Logon, done later, bound 2", executions);
}

/// A mailbox for two commands: some of the four are refused, and change nothing.
#[test]
fn a_full_mailbox() {
    let mut executions = 0;
    for plan in plans(&[Class::Logout, Class::Logon], Class::Logout) {
        executions += Plan { bound: 1, preemptions: Some(3), look: Look::AfterEach, ..plan }.explore();
    }
    report("2 commanders x 2 commands, a mailbox for one, bound 3", executions);
}
