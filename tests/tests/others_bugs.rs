//! Defects of other engines, each with the test that keeps it out of this one. `docs/others-bugs.md` is the table.

mod others_bugs {
    mod connections;
    mod logon;
    mod logout;
    mod resend;
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
    ];
    let tests: Vec<&str> = sources
        .iter()
        .flat_map(|source| source.split("#[test]\n").skip(1))
        .filter_map(|test| test.trim_start().strip_prefix("fn ")?.split('(').next())
        .collect();
    assert!(tests.len() > 50);
    for test in &tests {
        assert!(table.contains(&format!("`{test}`")), "{test} is not in the table");
    }
    let named =
        table.split('`').skip(1).step_by(2).filter(|name| name.len() > 30 && !name.contains([' ', '/']));
    for name in named {
        assert!(tests.contains(&name), "{name} is in the table and no test");
    }
}
