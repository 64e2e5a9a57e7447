//! Defects of other engines, each with the test that keeps it out of this one. `docs/others-bugs.md` is the table.

mod others_bugs {
    mod connections;
    mod logon;
    mod logout;
    mod resend;
    mod schedules;
}

/// `docs/others-bugs.md` names every test, and no test that is not there.
#[test]
fn the_table_is_complete() {
    let table = include_str!("../../docs/others-bugs.md");
    let sources = [
        include_str!("others_bugs/connections.rs"),
        include_str!("others_bugs/logon.rs"),
        include_str!("others_bugs/logout.rs"),
        include_str!("others_bugs/resend.rs"),
        include_str!("others_bugs/schedules.rs"),
    ];
    // Those of the adapters run on both, which a macro at the end of each file sees to.
    let on_adapters = [
        include_str!("../../adapters/runtime/tests/commands/others_bugs/any_time.rs"),
        include_str!("../../adapters/runtime/tests/commands/others_bugs/connections.rs"),
        include_str!("../../adapters/runtime/tests/commands/others_bugs/ends.rs"),
        include_str!("../../adapters/runtime/tests/commands/others_bugs/failures.rs"),
        include_str!("../../adapters/runtime/tests/commands/others_bugs/handlers.rs"),
    ];
    let alone = sources
        .iter()
        .flat_map(|source| source.split("#[test]\n").skip(1))
        .filter_map(|test| test.trim_start().strip_prefix("fn ")?.split('(').next());
    let on_both = on_adapters
        .iter()
        .filter_map(|source| source.split("on_both_adapters!(").nth(1)?.split(')').next())
        .flat_map(|names| names.split(',').map(str::trim))
        .filter(|name| !name.is_empty());
    let tests: Vec<&str> = alone.chain(on_both).collect();
    assert!(tests.len() > 70);
    for test in &tests {
        assert!(table.contains(&format!("`{test}`")), "{test} is not in the table");
    }
    // Those of the journal are about more than other engines.
    let of_the_journal = [
        include_str!("crash.rs"),
        include_str!("../../adapters/runtime/src/store/journal/tests/crash.rs"),
        include_str!("../../adapters/runtime/tests/adapters/durable.rs"),
    ];
    let named =
        table.split('`').skip(1).step_by(2).filter(|name| name.len() > 30 && !name.contains([' ', '/']));
    for name in named {
        let function = format!("fn {name}(");
        let is_test = tests.contains(&name) || of_the_journal.iter().any(|source| source.contains(&function));
        assert!(is_test, "{name} is in the table and no test");
    }
}
