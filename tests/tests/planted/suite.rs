//! Each mistake is made in a process of its own, which runs one test that ought to fail; and in the sessions of a model.

use std::process::Command;

use sansfix::Planted;
use sansfix_tests::planted::VARIABLE;

use super::cases::{CASES, Case};
use super::searched::SEARCHES;
use super::{page, table};

/// The seed that property tests draw from, so that the same steps are found each time.
const SEED: &str = "1";

/// What writes the tables.
const COMMAND: &str = "cargo test --release -p sansfix-tests --features seeded-bugs --test planted planted::";

/// How the test fails with the mistake in the session: what it printed. `None` when it passes.
fn failure(case: &Case) -> Option<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([case.test, "--exact", "--nocapture"]);
    command.env(VARIABLE, format!("{:?}", case.mistake));
    command.env("PROPTEST_RNG_SEED", SEED).env("RUST_BACKTRACE", "0");
    command.env_remove("PROPTEST_CASES").env_remove(table::UPDATE);
    let output = command.output().unwrap();
    let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let printed = printed.concat();
    assert!(printed.contains("running 1 test\n"), "there is no test called {}", case.test);
    (!output.status.success()).then_some(printed)
}

/// How far the test had to go: the steps of the shortest run that fails, or how many cells, inputs or scenarios.
fn extent(printed: &str) -> String {
    let steps = |at: usize| {
        let steps = printed[at..].lines().skip(1).take_while(|line| line.starts_with(' '));
        steps.filter(|line| line.starts_with("    ") && !line.starts_with("     ")).count()
    };
    if let Some(at) = printed.rfind("ops = [") {
        return format!("{} steps", steps(at));
    }
    if let Some((before, _)) = printed.split_once(" cells differ") {
        let cells = before.rsplit(['\n', ' ']).next().unwrap_or_default();
        return format!("{cells} cells");
    }
    let inputs = printed.lines().filter(|line| line.contains("fuzz/corpus/")).count();
    if inputs > 0 {
        return format!("input {inputs}");
    }
    "one run".to_owned()
}

#[test]
fn every_mistake_is_found_by_the_property_that_it_breaks() {
    println!("seed of the property tests: {SEED}");
    let (mut wrong, mut found) = (Vec::new(), Vec::new());
    for case in CASES {
        match failure(case) {
            None => wrong.push(format!("{:?} is not found by {}", case.mistake, case.test)),
            Some(printed) if !printed.contains(case.says) => {
                let said: Vec<&str> = printed.lines().filter(|line| !line.is_empty()).take(30).collect();
                wrong.push(format!(
                    "{:?} breaks another property of {} than `{}`: {said:#?}",
                    case.mistake, case.test, case.says
                ));
            }
            Some(printed) => found.push((case, extent(&printed))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    table::check("planted mistakes, found by tests", &page::suites(&found), COMMAND);
}

#[test]
fn every_mistake_that_a_model_can_see_is_found_by_its_search() {
    let (mut wrong, mut all) = (Vec::new(), Vec::new());
    for (mistake, searches) in SEARCHES {
        for search in *searches {
            let found = search.run(*mistake);
            let said = found.as_ref().map(|found| found.guarantee.as_str());
            if said != search.names() {
                wrong.push(format!("{mistake:?}, {search}: {said:?}, not {:?}", search.names()));
            }
            all.push((*mistake, *search, found));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    table::check("planted mistakes, found by models", &page::searches(&all), COMMAND);
}

#[test]
fn every_mistake_has_a_case_and_a_search() {
    for mistake in Planted::ALL {
        assert!(CASES.iter().any(|case| case.mistake == *mistake), "{mistake:?} is looked for by nothing");
    }
    assert!(SEARCHES.iter().map(|(mistake, _)| mistake).eq(Planted::ALL), "a mistake has no search");
    assert!(SEARCHES.iter().all(|(_, searches)| !searches.is_empty()));
}
