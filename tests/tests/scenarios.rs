//! Plays every scenario of `tests/scenarios` in every version and role it names, in virtual time, and replays each from
//! its trace.

use std::path::{Path, PathBuf};

use sansfix_tests::scenario::{LinkEngine, Scenario, play};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "scenario"))
        .collect();
    files.sort();
    files
}

/// `SCENARIO=2b cargo test --test scenarios` plays those whose file name holds `2b`.
#[test]
fn every_scenario_goes_as_it_says() {
    let wanted = std::env::var("SCENARIO").unwrap_or_default();
    let (mut passed, mut failures, mut played) = (0, Vec::new(), 0);
    for path in files() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !name.contains(&wanted) {
            continue;
        }
        played += 1;
        let scenario = match Scenario::parse(&std::fs::read_to_string(&path).unwrap()) {
            Ok(scenario) => scenario,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        for there in scenario.surroundings() {
            let mut engine = LinkEngine::new(&scenario, there).unwrap();
            match play(&scenario, there, &mut engine) {
                Ok(()) => {
                    passed += 1;
                    // The same calls give the same bytes, always.
                    let replayed = engine.replay().unwrap_or_else(|differs| panic!("{name}: {differs}"));
                    assert_eq!(replayed, engine.trace(), "{name}");
                }
                Err(failure) => {
                    failures.push(format!("{name} {} {}\n{failure}", there.version, there.role.name()));
                }
            }
        }
    }
    println!("{played} scenarios: {passed} passed, {} failed", failures.len());
    assert!(failures.is_empty(), "{}\n{passed} passed, {} failed", failures.join("\n\n"), failures.len());
    assert!(!wanted.is_empty() || passed > 400, "only {passed} were played: the folder is not what it was");
}
