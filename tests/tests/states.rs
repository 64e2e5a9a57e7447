//! The transition table and the command table: what a real session does in every cell, compared with what the
//! specification says, and with the page that tells it.

use std::fs;
use std::path::{Path, PathBuf};

use sansfix::config::Profile;
use sansfix_tests::states::{
    COMMANDS, CommandTable, Kind, MessageTable, Number, Stage, State, observe_command, observe_message, page,
};

const PROFILES: [Profile; 2] = [Profile::Standard, Profile::Compatible];

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn message_table() -> MessageTable {
    MessageTable::parse(&fs::read_to_string(file("states/messages.txt")).unwrap())
}

fn command_table() -> CommandTable {
    CommandTable::parse(&fs::read_to_string(file("states/commands.txt")).unwrap())
}

/// Every cell that exists.
fn cells() -> impl Iterator<Item = (Profile, Stage, Kind, Number)> {
    let stages = PROFILES.into_iter().flat_map(|profile| {
        let exists = move |stage: &Stage| stage.exists_in(profile);
        Stage::ALL.into_iter().filter(exists).map(move |stage| (profile, stage))
    });
    let kinds = stages.flat_map(|(profile, stage)| Kind::ALL.map(|kind| (profile, stage, kind)));
    kinds.flat_map(|(profile, stage, kind)| Number::ALL.map(|number| (profile, stage, kind, number)))
}

fn assert_none(differences: &[String]) {
    assert!(differences.is_empty(), "{} cells differ:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_cell_of_the_transition_table_is_as_the_specification_says() {
    let table = message_table();
    let mut differences = Vec::new();
    let mut observed = 0;
    for (profile, stage, kind, number) in cells() {
        let cell = format!("{profile:?} {stage}, {kind}, {number}");
        let expected = table.expected(profile, stage, kind, number);
        let expected = expected.unwrap_or_else(|| panic!("states/messages.txt lacks {cell}"));
        for role in stage.roles() {
            let seen = observe_message(stage, *role, profile, kind, number).to_string();
            observed += 1;
            if seen != expected.text {
                differences.push(format!(
                    "{cell}, {role:?} (section {})\n  specified: {}\n  observed:  {seen}",
                    expected.section, expected.text
                ));
            }
        }
    }
    assert_none(&differences);
    // 660 cells, and 60 fewer in the profile that closes when it answers a Logout; six stages have both roles.
    assert_eq!(observed, 5 * 60 + 6 * 120 + 5 * 60 + 5 * 120);
}

#[test]
fn the_compatible_profile_differs_exactly_where_the_table_says() {
    let table = message_table();
    for (stage, kind) in table.compatible_rows() {
        let differs = Number::ALL.into_iter().any(|number| {
            let text = |profile| table.expected(profile, stage, kind, number).map(|expected| expected.text);
            text(Profile::Standard) != text(Profile::Compatible)
        });
        assert!(differs, "the row {stage}, {kind} of Compatible is that of Standard");
    }
}

#[test]
fn every_outcome_of_the_table_has_a_text_of_its_own_and_is_used() {
    let table = message_table();
    for (name, text) in &table.outcomes {
        assert_eq!(table.name(text), Some(name.as_str()), "two outcomes have the text: {text}");
        assert_eq!(table.text(name), Some(text.as_str()), "two outcomes have the name {name}");
        let used = cells().any(|(profile, stage, kind, number)| {
            table.expected(profile, stage, kind, number).is_some_and(|expected| expected.name == name)
        });
        assert!(used, "no cell has the outcome {name}");
    }
}

#[test]
fn every_command_in_every_state_does_what_the_design_says() {
    let table = command_table();
    let mut differences = Vec::new();
    for state in State::ALL {
        let logged_on =
            table.logged_on(*state).unwrap_or_else(|| panic!("states/commands.txt lacks {state}"));
        assert_eq!(state.reach().session.status().logged_on, logged_on, "IsLoggedOn in {state}");
        for (name, command) in COMMANDS {
            let expected = table.expected(*state, name);
            let (outcome, effect) =
                expected.unwrap_or_else(|| panic!("states/commands.txt lacks {name} in {state}"));
            let seen = observe_command(*state, command);
            if format!("{:?}", seen.outcome) != outcome || seen.effect != effect {
                differences.push(format!(
                    "{name} in {state}\n  specified: {outcome}; {effect}\n  observed:  {:?}; {}",
                    seen.outcome, seen.effect
                ));
            }
        }
    }
    assert_none(&differences);
}

#[test]
fn the_page_tells_what_is_observed() {
    let path = file("../docs/states.md");
    let page = page(&message_table());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == page,
        "docs/states.md differs from what is observed; write it again with UPDATE_DOCS=1 cargo test -p sansfix-tests \
         --test states, and read the difference"
    );
}
