//! The example ends by itself, and says what it is there to show.

use std::path::PathBuf;
use std::process::Command;

#[test]
fn venue() {
    // The examples stand beside the directory that this test was compiled into; `cargo test` compiles them, unless told to
    // test this file alone.
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(|deps| deps.parent()).unwrap().join("examples");
    let example: PathBuf = built.join(format!("venue{}", std::env::consts::EXE_SUFFIX));
    let output = Command::new(&example).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", example.display()));
    let [said, complained] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(output.status.success(), "{said}\n{complained}");
    for name in ["ALICE", "BOB"] {
        let line = said.lines().find(|line| line.starts_with(&format!("{name}: "))).unwrap();
        let numbers: Vec<u64> =
            line.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
        assert!(numbers[0] > 1_000 && numbers[0] == numbers[1], "{line}");
    }
    assert!(
        said.lines().filter(|line| line.starts_with("crashes ")).all(|line| !line.ends_with(" 0")),
        "{said}"
    );
}
