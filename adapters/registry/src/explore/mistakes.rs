//! Mistakes that the exploration must find: each is switched on, and some execution has to fail.
//!
//! A failed execution can end its process (loom unwinds through what is not finished), so each runs in a process of
//! its own: the same test, told by a variable to make the mistake.

use std::process::Command;

use super::handing;
use super::model::{Class, Owner, Plan, Wait};
use crate::seeded::Bug;

/// Set in the processes that make the mistake.
const MISTAKEN: &str = "SANSFIX_MISTAKEN";

/// The plan holds, and with the mistake it fails in this way.
fn assert_found(plan: &Plan, bug: Bug, how: &str) {
    assert_found_by(|bug| plan.explore_with(bug), &format!("{plan:?}"), bug, how);
}

fn assert_found_by(explore: impl Fn(Option<Bug>) -> u64, plan: &str, bug: Bug, how: &str) {
    if std::env::var_os(MISTAKEN).is_some() {
        explore(Some(bug));
        return;
    }
    explore(None);
    let test = std::thread::current().name().map(str::to_owned).expect("tests have names");
    let mut mistaken = Command::new(std::env::current_exe().unwrap());
    mistaken.args([&test, "--exact", "--nocapture", "--test-threads=2"]).env(MISTAKEN, "1");
    let output = mistaken.env("RUST_BACKTRACE", "0").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{bug:?} was not found by {plan}");
    assert!(said.contains(how), "{bug:?} was found in another way: {said}");
}

const NOT_SERIAL: &str = "no serial order explains";
const LOST: &str = "a command without an outcome";
const DEADLOCK: &str = "deadlock";

#[test]
fn a_logout_that_is_not_counted() {
    assert_found(&Plan::of([&[Class::Logout], &[Class::Other]]), Bug::LogoutNotCounted, NOT_SERIAL);
}

#[test]
fn a_count_that_is_published_before_its_status() {
    assert_found(&Plan::of([&[Class::Logout]]), Bug::CountBeforeStatus, NOT_SERIAL);
}

#[test]
fn an_outcome_that_is_told_before_its_status() {
    let plan = Plan { wait: Wait::Blocking, ..Plan::of([&[Class::Logout, Class::Logon]]) };
    assert_found(&plan, Bug::OutcomeBeforeStatus, NOT_SERIAL);
}

#[test]
fn an_owner_that_is_not_woken() {
    let plan = Plan { owner: Owner::Thread, ..Plan::of([&[Class::Other]]) };
    assert_found(&plan, Bug::OwnerNotWoken, DEADLOCK);
}

#[test]
fn an_owner_in_a_task_that_is_not_woken() {
    assert_found(&Plan::of([&[Class::Other]]), Bug::OwnerNotWoken, DEADLOCK);
}

#[test]
fn a_waiter_that_is_not_woken() {
    let plan = Plan { wait: Wait::Blocking, ..Plan::of([&[Class::Other]]) };
    assert_found(&plan, Bug::WaiterNotWoken, DEADLOCK);
}

#[test]
fn a_task_that_is_not_woken() {
    let plan = Plan { wait: Wait::Task, ..Plan::of([&[Class::Other]]) };
    assert_found(&plan, Bug::TaskNotWoken, DEADLOCK);
}

#[test]
fn a_full_mailbox_that_drops_a_command() {
    let plan = Plan { bound: 1, ..Plan::of([&[Class::Other], &[Class::Logout]]) };
    assert_found(&plan, Bug::FullDropsOldest, NOT_SERIAL);
}

#[test]
fn a_close_that_tells_nobody() {
    let plan = Plan { wait: Wait::Blocking, ..Plan::of([&[Class::Other], &[Class::Shutdown]]) };
    assert_found(&plan, Bug::CloseTellsNobody, DEADLOCK);
}

#[test]
fn a_command_that_is_given_to_a_closed_session() {
    let plan = Plan::of([&[Class::Other], &[Class::Shutdown]]);
    assert_found(&plan, Bug::ClosedTakes, LOST);
}

#[test]
fn a_message_that_is_answered_with_the_number_of_another() {
    let plan = Plan { wait: Wait::Blocking, ..Plan::of([&[Class::Other, Class::Other]]) };
    assert_found(&plan, Bug::AnswersAnother, NOT_SERIAL);
}

fn assert_found_handing(plan: handing::Plan, bug: Bug, how: &str) {
    let plan = handing::Plan { preemptions: Some(2), ..plan };
    assert_found_by(|bug| plan.explore_with(bug), &format!("{plan:?}"), bug, how);
}

#[test]
fn a_slot_that_is_free_and_tells_nobody() {
    assert_found_handing(handing::Plan::of(2), Bug::ReleaseWakesNobody, DEADLOCK);
}

#[test]
fn an_owner_that_ends_and_tells_nobody_who_waits_for_its_slot() {
    let plan = handing::Plan { asked: true, ..handing::Plan::of(2) };
    assert_found_handing(plan, Bug::AskWakesNobody, DEADLOCK);
}

#[test]
fn a_connection_that_takes_the_place_of_another() {
    // One is there and the next comes, or it has gone before it was taken.
    let plan = handing::Plan { hasty: 1, ..handing::Plan::of(1) };
    assert_found_handing(plan, Bug::TakenIsOverwritten, "connection is");
}

#[test]
fn a_connection_that_its_owner_is_not_told_of() {
    assert_found_handing(handing::Plan::of(2), Bug::OfferNotRung, DEADLOCK);
}
