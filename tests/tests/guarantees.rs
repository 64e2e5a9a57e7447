//! `docs/guarantees.md` has a row for each guarantee, names tests where they are, mistakes that can be planted and figures
//! that `docs/assurance.md` gives, and leaves no mistake of the session out.

use std::fs;

use sansfix_tests::house::{repository, sources};

const PAGE: &str = include_str!("../../docs/guarantees.md");
const ASSURANCE: &str = include_str!("../../docs/assurance.md");
const MISTAKES: &str = include_str!("../../core/src/session/planted.rs");
/// The mistakes of the registry.
const SEEDED: &str = include_str!("../../adapters/registry/src/seeded.rs");
/// How many guarantees there are.
const GUARANTEES: usize = 28;

/// The columns of a guarantee's row.
const TESTS: usize = 2;
const COMMAND: usize = 3;
const EXTENT: usize = 4;
const PLANTED: usize = 5;

fn row(guarantee: &str) -> &'static str {
    let begin = format!("| {guarantee} |");
    PAGE.lines().find(|line| line.starts_with(&begin)).unwrap_or_else(|| panic!("{guarantee} has no row"))
}

fn column(guarantee: &str, at: usize) -> &'static str {
    row(guarantee).split(" | ").nth(at).unwrap_or_else(|| panic!("{guarantee} lacks columns"))
}

fn guarantees() -> impl Iterator<Item = String> {
    (1..=GUARANTEES).map(|number| format!("G{number}"))
}

fn quoted(column: &str) -> impl Iterator<Item = &str> {
    column.split('`').skip(1).step_by(2)
}

/// What the file holds, or all Rust files of the directory.
fn text_at(path: &str) -> String {
    let whole = repository().join(path);
    if whole.is_dir() {
        return sources(path).into_iter().map(|source| source.text).collect();
    }
    fs::read_to_string(&whole).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Whether there is a test of this name in the text: a function that is marked as one, or given to each adapter.
fn is_test(name: &str, text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let begins = |line: &&str| line.starts_with(&format!("fn {name}("));
    let marked = |at: usize| lines[..at].iter().rev().take_while(|line| line.starts_with(['#', '/']));
    let own = (0..lines.len()).filter(|at| begins(&lines[*at])).any(|at| marked(at).any(|l| *l == "#[test]"));
    let mut given = lines.iter().skip_while(|line| !line.starts_with("on_both_adapters!(")).copied();
    own || given
        .any(|line| line.trim_start_matches("on_both_adapters!(").split([',', ')']).any(|n| n.trim() == name))
}

#[test]
fn every_guarantee_has_a_row_with_tests_that_are_where_it_says() {
    for guarantee in guarantees() {
        let (mut path, mut text, mut named) = ("", String::new(), 0);
        for quoted in quoted(column(&guarantee, TESTS)) {
            if quoted.contains('/') {
                (path, text) = (quoted, text_at(quoted));
            } else {
                assert!(is_test(quoted, &text), "{guarantee}: {path} has no test {quoted}");
                named += 1;
            }
        }
        assert!(named > 0, "{guarantee} names no test");
    }
}

#[test]
fn every_guarantee_has_a_command_that_runs_its_tests() {
    for guarantee in guarantees() {
        let command = column(&guarantee, COMMAND);
        assert!(command.contains("cargo test"), "{guarantee} has no command");
        for path in quoted(column(&guarantee, TESTS)) {
            let suite =
                path.strip_prefix("tests/tests/").or_else(|| path.strip_prefix("adapters/runtime/tests/"));
            let Some(suite) = suite.and_then(|suite| suite.split(['/', '.']).next()) else { continue };
            let words: Vec<&str> = command.split([' ', '`']).collect();
            let runs = words.windows(2).any(|two| two == ["--test", suite]);
            assert!(runs, "{guarantee}: no command runs {suite}");
        }
    }
}

/// A figure that one page has and the other has not is an old one.
#[test]
fn every_figure_of_a_row_stands_in_the_page_of_figures() {
    for guarantee in guarantees() {
        let words = column(&guarantee, EXTENT).split([' ', ';']);
        for figure in
            words.filter(|word| word.contains(',') && word.starts_with(|c: char| c.is_ascii_digit()))
        {
            assert!(ASSURANCE.contains(figure), "{guarantee}: docs/assurance.md does not have {figure}");
        }
    }
}

#[test]
fn every_mistake_that_a_row_names_can_be_planted() {
    for guarantee in guarantees() {
        let named: Vec<_> = quoted(column(&guarantee, PLANTED)).filter(|name| !name.contains('/')).collect();
        assert!(!named.is_empty(), "{guarantee} has no planted mistake");
        for name in named {
            let known = MISTAKES.contains(&format!("    {name} breaks \"{guarantee}\":"))
                || SEEDED.contains(&format!("    {name},\n"));
            assert!(known, "{guarantee}: {name} cannot be planted, or breaks another");
        }
    }
}

#[test]
fn every_planted_mistake_stands_in_the_row_of_its_guarantee() {
    let mut mistakes = 0;
    for line in MISTAKES.lines().filter(|line| line.starts_with("    ") && line.contains(" breaks \"G")) {
        let (name, rest) = line.trim().split_once(" breaks \"").expect("a name stands before");
        let guarantee = rest.split('"').next().expect("a guarantee stands there");
        assert!(row(guarantee).contains(&format!("`{name}`")), "{name} is not in the row of {guarantee}");
        mistakes += 1;
    }
    assert!(mistakes >= 52, "only {mistakes} were read");
}
