//! The tables of planted mistakes in `docs/guarantees.md`, written from what was found: `UPDATE_DOCS=1` writes them again.

use std::fmt::Write as _;
use std::fs;

use super::cases::Case;
use super::searched::{Found, Search};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guarantees.md");

/// What the suites said: each case, and how far its test had to go.
pub(crate) fn suites(found: &[(&Case, String)]) -> String {
    let mut table = String::from(
        "| mistake | breaks | what is done wrong | found by | which says | after |\n|---|---|---|---|---|---|\n",
    );
    for (case, after) in found {
        let Case { mistake, test, says } = case;
        let test = test.rsplit("::").next().unwrap_or(test);
        let (guarantee, sentence) = (mistake.guarantee(), mistake.sentence());
        let _ = writeln!(table, "| `{mistake:?}` | {guarantee} | {sentence} | `{test}` | {says} | {after} |");
    }
    table
}

/// What the models' searches found.
pub(crate) fn searches(found: &[(sansfix::Planted, Search, Option<Found>)]) -> String {
    let mut table = String::from(
        "| mistake | breaks | searched | says | steps | worlds seen |\n|---|---|---|---|---|---|\n",
    );
    for (mistake, search, found) in found {
        let guarantee = mistake.guarantee();
        let (says, steps, seen) = found.as_ref().map_or(("", String::new(), String::new()), |found| {
            (found.guarantee.as_str(), found.steps.to_string(), found.seen.to_string())
        });
        let _ = writeln!(table, "| `{mistake:?}` | {guarantee} | {search} | {says} | {steps} | {seen} |");
    }
    table
}

/// Compares what stands on the page between two marks of this name with the table; with `UPDATE_DOCS` set, writes it.
///
/// # Panics
/// When the page has no such marks, or another table between them.
pub(crate) fn check(name: &str, table: &str) {
    let [begin, end] = ["begin", "end"].map(|mark| format!("<!-- {name}: {mark} -->\n"));
    let page = fs::read_to_string(PATH).unwrap();
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("the page has no {begin}"));
    let (committed, after) = rest.split_once(&end).unwrap_or_else(|| panic!("the page has no {end}"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PATH, format!("{before}{begin}\n{table}\n{end}{after}")).unwrap();
        return;
    }
    assert!(
        committed.trim() == table.trim(),
        "docs/guarantees.md tells something else than was found; write it again with UPDATE_DOCS=1 cargo test --release \
         -p sansfix-tests --features seeded-bugs --test planted planted::, and read the difference:\n\
         {table}"
    );
}
