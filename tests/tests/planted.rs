//! Mistakes that are planted in the session, each of which a check has to find: one of the suites, which are tests of
//! this program too, so that they hold without a mistake.
#![allow(clippy::module_inception, reason = "a suite has a folder of its own name beside it")]

#[path = "adversary.rs"]
mod adversary;
#[path = "arbitrary_bytes.rs"]
mod arbitrary_bytes;
#[path = "chunking.rs"]
mod chunking;
#[path = "corpus_replay.rs"]
mod corpus_replay;
#[path = "invariants.rs"]
mod invariants;
#[path = "others_bugs.rs"]
mod others_bugs;
#[path = "rules_commands.rs"]
mod rules_commands;
#[path = "rules_input.rs"]
mod rules_input;
#[path = "rules_output.rs"]
mod rules_output;
#[path = "rules_replay.rs"]
mod rules_replay;
#[path = "rules_slow.rs"]
mod rules_slow;
#[path = "scenarios.rs"]
mod scenarios;
#[path = "states.rs"]
mod states;

mod planted {
    mod cases;
    mod page;
    mod searched;
    mod suite;
    mod table;
}
