//! Any interleaving of commands, ticks, messages, slow saves, cuts and crashes keeps the invariants of section 16 of
//! the specification, and heals when the faults are over. Every run replays from its trace byte for byte.

use proptest::prelude::*;
use sansfix::BeginString;
use sansfix_sim::Side;
use sansfix_tests::property_cases;
use sansfix_tests::run::{Allowed, Run, ops};

fn versions() -> impl Strategy<Value = BeginString> {
    prop_oneof![Just(BeginString::Fix40), Just(BeginString::Fix42), Just(BeginString::Fixt11)]
}

proptest! {
    #![proptest_config(property_cases(100))]

    #[test]
    fn nothing_is_lost_without_crashes(
        version in versions(),
        seed: u64,
        ops in ops(Allowed { crash: false, reset: false }, 60),
    ) {
        let mut run = Run::new(version, seed);
        run.perform(&ops);
        run.heal();
        run.invariants.check_healed(&run.pair);
        for side in Side::BOTH {
            let trace = run.pair.node_mut(side).recorder().trace().to_owned();
            prop_assert_eq!(run.pair.node(side).replay(), Ok(trace));
        }
    }

    #[test]
    fn crashes_heal_and_reuse_no_number(
        version in versions(),
        seed: u64,
        ops in ops(Allowed { crash: true, reset: false }, 60),
    ) {
        let mut run = Run::new(version, seed);
        run.perform(&ops);
        run.heal();
        run.invariants.check_healed(&run.pair);
    }

    #[test]
    fn resets_in_session_leave_both_sides_agreed(
        seed: u64,
        ops in ops(Allowed { crash: false, reset: true }, 60),
    ) {
        let mut run = Run::new(BeginString::Fix44, seed);
        run.perform(&ops);
        run.heal();
        run.invariants.check_healed(&run.pair);
    }
}
