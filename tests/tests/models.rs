//! The models, searched to their end: `cargo test --release -p sansfix-tests --test models`. Without optimisation smaller
//! budgets are searched. `SANSFIX_MODEL=nightly` in front of it searches the largest ones too.

#[path = "models/configurations.rs"]
mod configurations;
#[path = "models/histories.rs"]
mod histories;
#[path = "models/walks.rs"]
mod walks;

use sansfix_sim::explore::{Budget, Explorer, Reached, write_steps};
use sansfix_tests::models::pair::{Figures, Model, Order, search};
use sansfix_tests::models::{circles, is_recorded};

/// How many threads search.
const THREADS: usize = 2;

/// The budget, with less of it where the code is not optimised.
fn bounded(budget: Budget) -> Budget {
    if cfg!(debug_assertions) {
        Budget {
            crash: 0,
            logon: 0,
            early: 0,
            set_next: budget.set_next.min(1),
            dials: 0,
            reset: budget.reset.min(1),
            ..budget
        }
    } else {
        budget
    }
}

/// Searches everything within the budget. With all of it, each of these situations must have been met.
fn exhaust(budget: Budget, order: Order, sometimes: &[Reached]) -> Figures {
    let budget = bounded(budget);
    let figures = search(budget, order, THREADS, |_| {}).unwrap_or_else(|found| panic!("{found}"));
    println!("{figures}");
    assert_met(&figures, sometimes);
    assert_recorded(&figures);
    figures
}

fn assert_met(figures: &Figures, sometimes: &[Reached]) {
    for situation in sometimes {
        let names: Vec<_> = situation.places().map(|at| Reached::ALL[at].1).collect();
        assert!(cfg!(debug_assertions) || figures.count(*situation) > 0, "never met: {names:?}");
    }
}

/// The figures are those that were recorded. Less is searched where the code is not optimised.
fn assert_recorded(figures: &Figures) {
    let recorded = cfg!(debug_assertions) || is_recorded(&[figures.unique, figures.steps]);
    assert!(recorded, "docs/assurance.md has other figures than {} and {}", figures.unique, figures.steps);
}

/// What model A comes to.
const MET_IN_A: [Reached; 10] = [
    Reached::CLEAN_LOGON,
    Reached::CRASH_IN_GAP,
    Reached::RESEND_AFTER_CRASH,
    Reached::LOGOUT_IN_GAP,
    Reached::SAVED_NEVER_LEFT,
    Reached::NEVER_SAVED,
    Reached::DELIVERED_AGAIN,
    Reached::CUT_WITH_ORDER,
    Reached::LOGON_REMEMBERED,
    Reached::BOTH_ASK,
];

/// What model B comes to.
const MET_IN_B: [Reached; 8] = [
    Reached::CLEAN_LOGON,
    Reached::CROSSING_LOGOUTS,
    Reached::LOGOUT_ABOVE_GAP,
    Reached::LOST_REQUEST,
    Reached::LOST_LOGOUT,
    Reached::DUPLICATED_LOGOUT,
    Reached::TOO_LOW,
    Reached::REQUEST_REPEATED,
];

#[test]
fn model_a() {
    exhaust(Model::A.budget(), Order::ShortestFirst, &MET_IN_A);
}

#[test]
fn model_a_with_logouts_that_cross_and_limits_that_pass_early() {
    let sometimes = [
        Reached::CLEAN_LOGON,
        Reached::CROSSING_LOGOUTS,
        Reached::LOGOUT_IN_GAP,
        Reached::LOGOUT_ABOVE_GAP,
        Reached::LOGOUT_LIMIT,
        Reached::REQUEST_REPEATED,
        Reached::DIALLED_IN_VAIN,
    ];
    exhaust(Model::Logouts.budget(), Order::ShortestFirst, &sometimes);
}

#[test]
fn model_a_with_resets_in_session() {
    let sometimes =
        [Reached::RESET_DONE, Reached::RESET_INTERRUPTED, Reached::CRASH_IN_GAP, Reached::LOGOUT_IN_GAP];
    exhaust(Model::Resets.budget(), Order::ShortestFirst, &sometimes);
}

#[test]
fn model_b() {
    exhaust(Model::B.budget(), Order::ShortestFirst, &MET_IN_B);
}

#[test]
fn model_b_with_a_cut_and_a_crash() {
    let sometimes = [
        Reached::CRASH_IN_GAP,
        Reached::RESEND_AFTER_CRASH,
        Reached::DELIVERED_AGAIN,
        Reached::LOST_REQUEST,
        Reached::LOST_LOGOUT,
        Reached::DUPLICATED_LOGOUT,
    ];
    exhaust(Model::Faults.budget(), Order::LeastMemory, &sometimes);
}

#[test]
fn model_of_numbers_that_operators_set() {
    let sometimes = [Reached::LOWERED, Reached::RAISED, Reached::TOO_LOW];
    exhaust(Model::SetNext.budget(), Order::ShortestFirst, &sometimes);
}

/// G16: no history comes back to where it was.
#[test]
fn no_circles() {
    let heartbeats = Budget { application: [1, 0], heartbeats: 6, ..Budget::NONE };
    for budget in
        [Model::A.budget(), Model::Resets.budget(), Model::B.budget(), Model::SetNext.budget(), heartbeats]
    {
        let budget = Budget { application: [1, 0], ..bounded(budget) };
        let worlds = circles::search(&Explorer::new(budget));
        let worlds = worlds.unwrap_or_else(|steps| panic!("G16: a circle\n{}", write_steps(&steps)));
        println!("{worlds} worlds, no circle: {budget}");
    }
}

/// At least ten million worlds, in minutes. Its figures stand in `docs/assurance.md`.
#[test]
fn nightly() {
    if std::env::var("SANSFIX_MODEL").as_deref() != Ok("nightly") {
        println!("left out: SANSFIX_MODEL=nightly searches it");
        return;
    }
    let figures =
        exhaust(Model::Nightly.budget(), Order::LeastMemory, &[Reached::CLEAN_LOGON, Reached::LOST_LOGOUT]);
    assert!(figures.unique >= 10_000_000, "{}", figures.unique);
}
