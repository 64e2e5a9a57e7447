//! Plans that are just large enough for one mistake, each the smallest of its kind: without a mistake they hold.
//!
//! `listed.rs` runs each in a process of its own that makes the mistake.

use super::model::{Class, Owner, Plan, Wait};
use super::{handing, lives};

#[test]
fn a_logout_that_is_not_counted() {
    Plan::of([&[Class::Logout], &[Class::Other]]).explore();
}

#[test]
fn a_count_that_is_published_before_its_status() {
    Plan::of([&[Class::Logout]]).explore();
}

#[test]
fn an_outcome_that_is_told_before_its_status() {
    let plan = Plan { wait: Wait::Blocking, ..Plan::of([&[Class::Logout, Class::Logon]]) };
    plan.explore();
}

#[test]
fn an_owner_that_is_not_woken() {
    let plan = Plan { owner: Owner::Thread, ..Plan::of([&[Class::Other]]) };
    plan.explore();
}

#[test]
fn an_owner_in_a_task_that_is_not_woken() {
    Plan::of([&[Class::Other]]).explore();
}

#[test]
fn a_waiter_that_is_not_woken() {
    let plan = Plan { wait: Wait::Blocking, ..Plan::of([&[Class::Other]]) };
    plan.explore();
}

#[test]
fn a_task_that_is_not_woken() {
    let plan = Plan { wait: Wait::Task, ..Plan::of([&[Class::Other]]) };
    plan.explore();
}

#[test]
fn a_full_mailbox_that_drops_a_command() {
    let plan = Plan { bound: 1, ..Plan::of([&[Class::Other], &[Class::Logout]]) };
    plan.explore();
}

#[test]
fn a_close_that_tells_nobody() {
    let plan = Plan { wait: Wait::Blocking, ..Plan::of([&[Class::Other], &[Class::Shutdown]]) };
    plan.explore();
}

#[test]
fn a_command_that_is_given_to_a_closed_session() {
    let plan = Plan::of([&[Class::Other], &[Class::Shutdown]]);
    plan.explore();
}

#[test]
fn a_message_that_is_answered_with_the_number_of_another() {
    let plan = Plan { wait: Wait::Blocking, ..Plan::of([&[Class::Other, Class::Other]]) };
    plan.explore();
}

/// With two preemptions: enough for each of these.
fn explore(plan: handing::Plan) {
    handing::Plan { preemptions: Some(2), ..plan }.explore();
}

#[test]
fn a_slot_that_is_free_and_tells_nobody() {
    explore(handing::Plan::of(2));
}

#[test]
fn an_owner_that_ends_and_tells_nobody_who_waits_for_its_slot() {
    let plan = handing::Plan { asked: true, ..handing::Plan::of(2) };
    explore(plan);
}

#[test]
fn a_connection_that_takes_the_place_of_another() {
    // One is there and the next comes, or it has gone before it was taken.
    let plan = handing::Plan { hasty: 1, ..handing::Plan::of(1) };
    explore(plan);
}

#[test]
fn a_connection_that_its_owner_is_not_told_of() {
    explore(handing::Plan::of(2));
}

#[test]
fn a_second_session_in_the_place_of_the_first() {
    lives::Plan { owners: 2, lives: 1, commanders: 0, preemptions: Some(2) }.explore();
}
