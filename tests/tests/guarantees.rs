//! `docs/guarantees.md` has a row for each guarantee, names tests that exist, and lists every mistake that can be planted.

use sansfix_tests::house::sources;

const PAGE: &str = include_str!("../../docs/guarantees.md");
const MISTAKES: &str = include_str!("../../core/src/session/planted.rs");
/// How many guarantees there are.
const GUARANTEES: usize = 28;

fn row(guarantee: &str) -> &'static str {
    let begin = format!("| {guarantee} |");
    PAGE.lines().find(|line| line.starts_with(&begin)).unwrap_or_else(|| panic!("{guarantee} has no row"))
}

#[test]
fn every_guarantee_has_a_row_with_a_test_that_exists() {
    let all: String =
        ["core", "adapters", "tests"].into_iter().flat_map(sources).map(|source| source.text).collect();
    for number in 1..=GUARANTEES {
        let row = row(&format!("G{number}"));
        let tests = row.split(" | ").nth(2).unwrap_or_default();
        let names = tests.split('`').skip(1).step_by(2).filter(|name| !name.contains(['/', ' ']));
        let missing: Vec<_> = names.clone().filter(|name| !all.contains(&format!("fn {name}("))).collect();
        assert!(
            names.count() > 0 && missing.is_empty(),
            "G{number} names tests that are not there: {missing:?}"
        );
        let command = row.split(" | ").nth(3).unwrap_or_default();
        for suite in tests.split('`').filter_map(|path| path.strip_prefix("tests/tests/")) {
            let suite = suite.split(['/', '.']).next().unwrap_or_default();
            assert!(command.contains(&format!("--test {suite}")), "G{number}: no command runs {suite}");
        }
        assert!(command.contains("cargo test"), "G{number} has no command");
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
    assert!(mistakes >= 44, "only {mistakes} were read");
}
