//! Mistakes that the exploration must find: each is made, and some execution has to fail in the way that it ought to.
//!
//! A failed execution can end its process (loom unwinds through what is not finished), so each runs in a process of
//! its own: one test of `mistakes.rs`, told by a variable to make the mistake.

use std::io::Write;
use std::process::Command;
use std::sync::LazyLock;
use std::{env, panic};

use super::model::EXECUTIONS;
use super::table::{self, Row};
use crate::seeded::Bug;

/// Set in the processes that make a mistake: to its name.
const MISTAKEN: &str = "SANSFIX_MISTAKEN";
/// What such a process says when it fails, before the number of the execution that did.
const FAILED: &str = "failed: execution ";

/// The mistake that this process is to make.
pub(super) fn mistaken() -> Option<Bug> {
    static WANTED: LazyLock<Option<Bug>> = LazyLock::new(|| {
        let name = env::var(MISTAKEN).ok()?;
        let named = Bug::ALL.iter().find(|bug| format!("{bug:?}") == name);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |why| {
            before(why);
            let _ = writeln!(std::io::stderr(), "{FAILED}{}", EXECUTIONS.get());
        }));
        Some(*named.unwrap_or_else(|| panic!("there is no mistake called {name}")))
    });
    *WANTED
}

/// A test of `mistakes.rs` that must fail when the mistake is made.
struct Case {
    bug: Bug,
    test: &'static str,
    /// What it says, among other things.
    says: &'static str,
}

const fn case(bug: Bug, test: &'static str, says: &'static str) -> Case {
    Case { bug, test, says }
}

const NOT_SERIAL: &str = "no serial order explains";
const LOST: &str = "a command without an outcome";
const DEADLOCK: &str = "deadlock";
/// The next one has come before the owner looked again, or before it looked at all: whichever order is tried first.
const OVERWRITTEN: &str = if cfg!(loom) { "a second connection is there" } else { "a connection is lost" };

const CASES: &[Case] = &[
    case(Bug::LogoutNotCounted, "a_logout_that_is_not_counted", NOT_SERIAL),
    case(Bug::CountBeforeStatus, "a_count_that_is_published_before_its_status", NOT_SERIAL),
    case(Bug::OutcomeBeforeStatus, "an_outcome_that_is_told_before_its_status", NOT_SERIAL),
    case(Bug::OwnerNotWoken, "an_owner_that_is_not_woken", DEADLOCK),
    case(Bug::OwnerNotWoken, "an_owner_in_a_task_that_is_not_woken", DEADLOCK),
    case(Bug::WaiterNotWoken, "a_waiter_that_is_not_woken", DEADLOCK),
    case(Bug::TaskNotWoken, "a_task_that_is_not_woken", DEADLOCK),
    case(Bug::FullDropsOldest, "a_full_mailbox_that_drops_a_command", NOT_SERIAL),
    case(Bug::CloseTellsNobody, "a_close_that_tells_nobody", DEADLOCK),
    case(Bug::ClosedTakes, "a_command_that_is_given_to_a_closed_session", LOST),
    case(Bug::SecondTaken, "a_second_session_in_the_place_of_the_first", "two sessions of one identity"),
    case(Bug::ReleaseWakesNobody, "a_slot_that_is_free_and_tells_nobody", DEADLOCK),
    case(Bug::AskWakesNobody, "an_owner_that_ends_and_tells_nobody_who_waits_for_its_slot", DEADLOCK),
    case(Bug::TakenIsOverwritten, "a_connection_that_takes_the_place_of_another", OVERWRITTEN),
    case(Bug::OfferNotRung, "a_connection_that_its_owner_is_not_told_of", DEADLOCK),
    case(Bug::AnswersAnother, "a_message_that_is_answered_with_the_number_of_another", NOT_SERIAL),
];

/// What the test says when the mistake is made. `None`: it passes.
fn failure(case: &Case) -> Option<String> {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([&format!("explore::mistakes::{}", case.test), "--exact", "--nocapture"]);
    command.env(MISTAKEN, format!("{:?}", case.bug)).env("RUST_BACKTRACE", "0");
    let output = command.output().unwrap();
    let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let printed = printed.concat();
    assert!(printed.contains("running 1 test\n"), "there is no test called {}", case.test);
    (!output.status.success()).then_some(printed)
}

/// The number of the execution that failed first.
fn execution(said: &str) -> &str {
    said.split_once(FAILED).and_then(|(_, after)| after.lines().next()).expect("it says which one failed")
}

#[test]
fn every_mistake_is_found_by_the_plan_that_is_large_enough_for_it() {
    let (mut wrong, mut rows) = (Vec::new(), Vec::new());
    for case in CASES {
        let Case { bug, test, says } = case;
        match failure(case) {
            None => wrong.push(format!("{bug:?} is not found by {test}")),
            Some(said) if !said.contains(says) => {
                wrong.push(format!("{bug:?} is found by {test} in another way than `{says}`: {said}"));
            }
            Some(said) => rows.push(Row {
                mistake: format!("{bug:?}"),
                guarantee: bug.guarantee(),
                sentence: bug.sentence(),
                test,
                says,
                after: format!("execution {}", execution(&said)),
            }),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Under shuttle it is another execution.
    if cfg!(loom) {
        let command = "RUSTFLAGS=\"--cfg loom\" cargo test --release -p sansfix-registry --lib listed";
        table::check("planted mistakes of the registry", &table::table(rows), command);
    }
}

#[test]
fn every_mistake_has_a_case() {
    for bug in Bug::ALL {
        assert!(CASES.iter().any(|case| case.bug == *bug), "{bug:?} is looked for by nothing");
    }
}
