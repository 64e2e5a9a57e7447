//! Long walks by seed, and lists of steps that shrink, over the same worlds.

use proptest::prelude::*;
use sansfix_sim::Side;
use sansfix_sim::explore::{Act, Budget, Explorer, Reached, Step, ladder, play, walk, write_steps};
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

fn step() -> impl Strategy<Value = Step> {
    let side = || prop_oneof![Just(Side::Initiator), Just(Side::Acceptor)];
    let act = prop_oneof![
        6 => Just(Act::Connect),
        12 => side().prop_map(Act::Deliver),
        4 => side().prop_map(Act::End),
        4 => side().prop_map(Act::Send),
        3 => side().prop_map(Act::Limit),
        1 => Just(Act::Cut),
        2 => side().prop_map(Act::Logout),
        3 => side().prop_map(Act::Logon),
        1 => side().prop_map(Act::Reset),
        1 => side().prop_map(Act::Lose),
        1 => side().prop_map(Act::Duplicate),
        1 => side().prop_map(Act::Crash),
    ];
    let crash = prop_oneof![12 => Just(None), 1 => (0u8..4).prop_map(Some)];
    (act, crash).prop_map(|(act, crash_after)| Step { act, crash_after })
}

proptest! {
    #![proptest_config(property_cases(256))]

    /// Steps that are not possible are passed over, so that a list that fails shrinks to what matters.
    #[test]
    fn lists_of_steps_break_nothing(budget in 0usize..2, steps in proptest::collection::vec(step(), 1..120)) {
        let explorer = Explorer::new(Budget::WALKS[budget]);
        if let Err(broken) = play(&explorer, &steps) {
            let drawn = ladder(&explorer, &broken.to_string(), &steps);
            prop_assert!(false, "{broken}\n\n{}\n{drawn}", write_steps(&steps));
        }
    }
}
