//! What was found, as tables: what the suites said, and what the models' searches came to.

use std::fmt::Write as _;

use super::cases::Case;
use super::searched::{Found, Search};
use super::table::{self, Row};

/// What the suites said: each case, and how far its test had to go.
pub(crate) fn suites(found: &[(&Case, String)]) -> String {
    table::table(found.iter().map(|(case, after)| Row {
        mistake: format!("{:?}", case.mistake),
        guarantee: case.mistake.guarantee(),
        sentence: case.mistake.sentence(),
        test: case.test,
        says: case.says,
        after: after.clone(),
    }))
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
