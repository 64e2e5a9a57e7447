//! Long walks by seed, and histories that shrink, over the same worlds.

use std::fmt;

use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use sansfix_sim::explore::{Broken, Budget, Explorer, Reached, Step, World, ladder, walk, write_steps};
use sansfix_tests::planted::plant;
use sansfix_tests::property_cases;

/// How many walks, and how long each is.
const WALKS: (u64, usize) = if cfg!(debug_assertions) { (20, 300) } else { (400, 1_000) };

#[test]
fn long_walks_break_nothing() {
    let first = std::env::var("SANSFIX_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let (count, length) = WALKS;
    println!("seeds {first} to {}, SANSFIX_SEED begins elsewhere", first + count - 1);
    let mut reached = Reached::default();
    let mut steps = 0;
    for seed in first..first + count {
        let explorer = Explorer::new(Budget::WALKS[(seed % 3) as usize]);
        let walked = walk(&explorer, seed, length);
        steps += walked.steps.len();
        reached |= walked.reached;
        if let Some(broken) = walked.broken {
            panic!("seed {seed}: {broken}\n\n{}", write_steps(&walked.steps));
        }
    }
    println!("{steps} steps");
    let missed: Vec<_> =
        Reached::ALL.iter().filter(|(one, _)| !reached.has(*one)).map(|(_, name)| name).collect();
    assert!(missed.len() <= if cfg!(debug_assertions) { 12 } else { 2 }, "never met: {missed:?}");
}

#[test]
fn walks_in_which_logons_say_what_was_not_got_break_nothing() {
    let (count, length) = WALKS;
    for seed in 1..=count {
        let budget = Budget::WALKS[(seed % 3) as usize];
        let explorer = Explorer::with(budget, |config| config.next_expected_msg_seq_num = true);
        let walked = walk(&explorer, seed, length);
        if let Some(broken) = walked.broken {
            panic!("seed {seed}: {broken}\n\n{}", write_steps(&walked.steps));
        }
    }
}

/// A world, and how it came about, for the message of a failure.
#[derive(Clone)]
struct History {
    explorer: Explorer,
    world: World,
    steps: Vec<Step>,
}

impl History {
    fn first(budget: Budget) -> Self {
        let explorer = Explorer::with(budget, |config| *config = plant(config.clone()));
        Self { world: explorer.first(), explorer, steps: Vec::new() }
    }

    /// What the step makes of it; `None` where the world does not allow the step.
    fn after(&self, step: Option<Step>) -> Option<Self> {
        let Some(step) = step else { return Some(self.clone()) };
        let world = self.explorer.perform(&self.world, step)?.world;
        let steps = self.steps.iter().copied().chain([step]).collect();
        Some(Self { explorer: self.explorer.clone(), world, steps })
    }

    fn report(&self, broken: &Broken) -> String {
        let drawn = ladder(&self.explorer, &broken.to_string(), &self.steps);
        format!("{broken}\n\n{}\n{drawn}", write_steps(&self.steps))
    }
}

impl fmt::Debug for History {
    /// The steps say all: two whole sessions would fill pages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.explorer.budget(), write_steps(&self.steps))
    }
}

/// The step that is drawn next, `None` where nothing can happen any more. A history that fails is shrunk to steps that are
/// still possible where they then stand.
struct Possible;

impl ReferenceStateMachine for Possible {
    type State = History;
    type Transition = Option<Step>;

    fn init_state() -> BoxedStrategy<History> {
        (0usize..2).prop_map(|budget| History::first(Budget::WALKS[budget])).boxed()
    }

    fn transitions(history: &History) -> BoxedStrategy<Option<Step>> {
        let mut steps = Vec::new();
        history.explorer.steps(&history.world, &mut steps);
        let (free, costly): (Vec<_>, Vec<_>) = steps
            .into_iter()
            .map(Some)
            .partition(|step| step.is_some_and(|step| history.explorer.is_free(&history.world, step)));
        match (free.is_empty(), costly.is_empty()) {
            (true, true) => Just(None).boxed(),
            (true, false) => select(costly).boxed(),
            (false, true) => select(free).boxed(),
            // What happens by itself more often, so that messages arrive between the faults.
            (false, false) => prop_oneof![3 => select(free), 1 => select(costly)].boxed(),
        }
    }

    fn apply(history: History, step: &Option<Step>) -> History {
        history.after(*step).expect("a step that is possible")
    }

    fn preconditions(history: &History, step: &Option<Step>) -> bool {
        history.after(*step).is_some()
    }
}

/// Plays what was drawn, and looks at every world it comes to, and at what becomes of the last when the faults stop.
struct Played;

impl StateMachineTest for Played {
    type SystemUnderTest = History;
    type Reference = Possible;

    fn init_test(history: &History) -> History {
        history.clone()
    }

    fn apply(history: History, _: &History, step: Option<Step>) -> History {
        history.after(step).expect("a step that is possible")
    }

    fn check_invariants(history: &History, _: &History) {
        if let Some(broken) = history.world.broken() {
            panic!("{}", history.report(broken));
        }
    }

    fn teardown(history: History, _: History) {
        if let Err(broken) = history.explorer.settle_down(&history.world) {
            panic!("{}", history.report(&broken));
        }
    }
}

prop_state_machine! {
    #![proptest_config(property_cases(256))]

    /// A history that fails shrinks to the steps that matter.
    #[test]
    fn histories_that_shrink_break_nothing(sequential 1..120 => Played);
}
