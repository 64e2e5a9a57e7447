//! The examples end by themselves when they are started with nothing, and say what they are there to show.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Runs an example that `cargo test` has compiled, which it does unless told to test this file alone. What it prints.
fn run(name: &str) -> String {
    // The examples stand beside the directory that this test was compiled into.
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(|deps| deps.parent()).unwrap().join("examples");
    let example: PathBuf = built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let output = Command::new(&example).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", example.display()));
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}: {said}\n{complained}");
    said.into_owned()
}

fn says(name: &str, parts: &[&str]) {
    let said = run(name);
    for part in parts {
        assert!(said.contains(part), "{name} does not say {part:?}:\n{said}");
    }
}

#[test]
fn acceptor() {
    says("acceptor", &["listening on 127.0.0.1:", "order CL-1 is answered", "desk: order status 0"]);
}

#[test]
fn initiator() {
    says("initiator", &["sent: Some(Sent(", ": one", ": two", ": three"]);
}

#[test]
fn operator() {
    says(
        "operator",
        &[
            "before: next to send 5, next expected 2",
            "logout: completed",
            "down:   next to send 6, next expected 3",
            "after:  next to send 7, next expected 4",
            "both numbers continue",
        ],
    );
}

#[test]
fn custom_transport() {
    says("custom_transport", &["sent: Some(Sent(", "logged out: Ok(())"]);
}

#[test]
fn each_is_short() {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut count = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path();
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines < 80, "{} has {lines} lines", path.display());
        count += 1;
    }
    assert_eq!(count, 4);
}
