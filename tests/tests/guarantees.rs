//! `docs/guarantees.md` has a row for each guarantee, names tests where they are, mistakes that can be planted and figures
//! that `docs/assurance.md` gives, and leaves no mistake of the session, the journal or the registry out.

use std::fs;

use sansfix_tests::house::{repository, sources};

const PAGE: &str = include_str!("../../docs/guarantees.md");
const ASSURANCE: &str = include_str!("../../docs/assurance.md");
/// Where mistakes are planted: in the session, the journal and the registry.
const MISTAKES: [&str; 3] = [
    include_str!("../../core/src/session/planted.rs"),
    include_str!("../../adapters/runtime/src/store/journal/planted.rs"),
    include_str!("../../adapters/registry/src/seeded.rs"),
];
/// How many there are.
const LEAST: [usize; 3] = [52, 11, 15];
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
    // Those that are run with a mistake as well are seen by their module.
    let begins = |line: &&str| line.trim_start_matches("pub(super) ").starts_with(&format!("fn {name}("));
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

/// The mistakes that a source plants, each with the guarantee that it breaks.
fn planted(source: &'static str) -> Vec<(&'static str, &'static str)> {
    let mistake = |line: &'static str| {
        let (name, rest) = line.strip_prefix("    ")?.split_once(" breaks \"")?;
        Some((name, rest.split_once("\": \"")?.0))
    };
    source.lines().filter_map(mistake).filter(|(name, _)| name.chars().all(char::is_alphanumeric)).collect()
}

/// Those in the generated tables: what was looked for and found.
fn listed() -> Vec<(&'static str, &'static str)> {
    let mistake = |line: &'static str| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        Some((name, rest.split_once(" | ")?.0))
    };
    PAGE.lines().filter_map(mistake).collect()
}

#[test]
fn every_mistake_that_a_row_names_was_planted_and_found() {
    let (planted, listed) = (MISTAKES.map(planted).concat(), listed());
    for guarantee in guarantees() {
        let named: Vec<_> = quoted(column(&guarantee, PLANTED)).collect();
        assert!(!named.is_empty(), "{guarantee} has no planted mistake");
        for name in named {
            let mistake = (name, guarantee.as_str());
            assert!(planted.contains(&mistake), "{guarantee}: {name} cannot be planted, or breaks another");
            assert!(listed.contains(&mistake), "{guarantee}: no table says what found {name}");
        }
    }
}

#[test]
fn every_planted_mistake_stands_in_the_row_of_its_guarantee_and_in_a_table() {
    let listed = listed();
    for (source, least) in MISTAKES.into_iter().zip(LEAST) {
        let planted = planted(source);
        assert!(planted.len() >= least, "only {planted:?} were read");
        for mistake @ (name, guarantee) in planted {
            let named = quoted(column(guarantee, PLANTED)).any(|quoted| quoted == name);
            assert!(named, "{name} is not in the row of {guarantee}");
            assert!(listed.contains(&mistake), "no table says what found {name}");
        }
    }
}

#[test]
fn every_mistake_in_a_table_can_be_planted() {
    let planted = MISTAKES.map(planted).concat();
    for mistake in listed() {
        assert!(planted.contains(&mistake), "{mistake:?} cannot be planted, or breaks another");
    }
}
