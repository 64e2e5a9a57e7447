//! Two commanders with one command each: every order of their steps and the owner's.

use super::model::{CLASSES, Class, Look, Owner, Plan, Wait, report};
use super::session::Pace;

/// Every two classes, in either order the same.
fn pairs() -> impl Iterator<Item = (Class, Class)> {
    let indexes = (0..CLASSES.len()).flat_map(|one| (one..CLASSES.len()).map(move |two| (one, two)));
    indexes.map(|(one, two)| (CLASSES[one], CLASSES[two]))
}

fn explore_pairs(what: &str, plan: impl Fn(Plan) -> Plan) {
    let mut executions = 0;
    for (one, two) in pairs() {
        let count = plan(Plan::of([&[one], &[two]])).explore();
        assert!(count > 1, "{one:?} and {two:?} never meet");
        executions += count;
    }
    report(&format!("2 commanders x 1 command, {what}"), executions);
}

#[test]
fn one_command_each_and_an_owner_that_is_a_task() {
    explore_pairs("owner in a task, every order", |plan| Plan { owner: Owner::Task, ..plan });
}

#[test]
fn one_command_each_and_an_owner_with_a_thread() {
    explore_pairs("owner on a thread, every order", |plan| Plan { owner: Owner::Thread, ..plan });
}

/// Whoever gave another command than the Logout must not see the session logged on too early either.
#[test]
fn everybody_looks_after_a_logout() {
    let mut executions = 0;
    for other in CLASSES {
        executions += Plan { look: Look::AfterEach, ..Plan::of([&[Class::Logout], &[other]]) }.explore();
    }
    report("2 commanders x 1 command, both look, every order", executions);
}

#[test]
fn one_command_each_through_the_registrys_map() {
    explore_pairs("found in the registry, bound 3", |plan| Plan {
        find: true,
        look: Look::AfterEach,
        preemptions: Some(3),
        ..plan
    });
}

#[test]
fn one_command_each_and_waiting_for_it_on_a_thread() {
    explore_pairs("waited for on threads, bound 3", |plan| Plan {
        wait: Wait::Blocking,
        owner: Owner::Thread,
        preemptions: Some(3),
        ..plan
    });
}

#[test]
fn one_command_each_and_waiting_for_it_in_a_task() {
    explore_pairs("waited for in tasks, bound 3", |plan| Plan {
        wait: Wait::Task,
        preemptions: Some(3),
        ..plan
    });
}

/// Outcomes wait: for the end of the connection, for the next one, and for what is not durable.
#[test]
fn one_command_each_and_a_session_that_is_not_done_at_once() {
    explore_pairs("done later, bound 5", |plan| Plan { pace: Pace::Later, preemptions: Some(5), ..plan });
}

/// The same, and each is waited for.
#[test]
fn one_command_each_and_waiting_for_a_session_that_is_not_done_at_once() {
    explore_pairs("done later, waited for on threads, bound 2", |plan| Plan {
        wait: Wait::Blocking,
        pace: Pace::Later,
        preemptions: Some(2),
        ..plan
    });
}

/// One commander, every order: no wake-up is lost between looking and waiting.
#[test]
fn one_commander_that_waits_for_each_of_two_commands() {
    let mut executions = 0;
    for (one, two) in pairs() {
        for (wait, owner) in [(Wait::Blocking, Owner::Thread), (Wait::Task, Owner::Task)] {
            let count = Plan { wait, owner, look: Look::AfterEach, ..Plan::of([&[one, two]]) }.explore();
            assert!(count > 1);
            executions += count;
        }
    }
    report("1 commander x 2 commands, waited for, every order", executions);
}

/// The same with a session whose outcomes wait.
#[test]
fn one_commander_that_waits_for_two_commands_that_are_not_done_at_once() {
    let mut executions = 0;
    for (one, two) in pairs() {
        for (wait, owner) in [(Wait::Blocking, Owner::Thread), (Wait::Task, Owner::Task)] {
            let plan =
                Plan { wait, owner, pace: Pace::Later, preemptions: Some(3), ..Plan::of([&[one, two]]) };
            executions += plan.explore();
        }
    }
    report("1 commander x 2 commands, done later, waited for, bound 3", executions);
}
