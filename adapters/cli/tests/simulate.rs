//! `sansfix simulate` as a process: what it prints, what it refuses, and by which exit code.

use std::path::PathBuf;
use std::process::Command;

/// What it printed on standard output and on standard error, and its exit code.
fn simulate(arguments: &str) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_sansfix"))
        .arg("simulate")
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (out, err, output.status.code().unwrap())
}

/// The number in this row of the table.
fn count(out: &str, row: &str) -> u64 {
    let line = out.lines().find(|line| line.starts_with(row));
    let number = line.and_then(|line| line.split_whitespace().last()?.parse().ok());
    number.unwrap_or_else(|| panic!("{row}: {out}"))
}

/// Everything goes wrong more often than by default, so that an hour has all of it.
const STORM: &str =
    "--hours 1 --loss 0.01 --duplicate 0.01 --cut 20 --silence 5 --crash 20 --logout 20 --slow-store 500";

#[test]
fn a_storm_violates_nothing_and_is_told_in_a_table() {
    let (out, err, code) = simulate(&format!("--seed 41 --seeds 2 {STORM}"));
    assert_eq!(code, 0, "{out}{err}");
    let again = "sansfix simulate --seed 41 --seeds 2 --hours 1 --orders 120 --loss 0.01 --duplicate 0.01 --cut 20 \
                 --silence 5 --crash 20 --logout 20 --slow-store 500\n";
    assert!(out.starts_with(again), "{out}");
    for seed in [41, 42] {
        let line = out.lines().find(|line| line.trim_start().starts_with(&format!("{seed} ")));
        assert!(line.is_some_and(|line| line.ends_with("  holds")), "seed {seed}: {out}");
    }
    for row in
        ["messages lost", "messages duplicated", "messages replayed", "cuts", "crashes", "operator logouts"]
    {
        assert!(count(&out, row) > 0, "{row}: {out}");
    }
    assert_eq!(count(&out, "healed and checked"), 2, "{out}");
    assert!(out.contains("\nno guarantee was violated in 2."), "{out}");
    assert!(out.ends_with(" virtual hours: seeds 41 to 42\n"), "{out}");
    assert!(err.ends_with(" virtual hours per second\n"), "{err}");
}

#[test]
fn equal_options_print_the_same_and_another_seed_does_not() {
    let [first, second, other] = [7, 7, 8].map(|seed| simulate(&format!("--seed {seed} {STORM}")).0);
    assert_eq!(first, second);
    let digest = |out: &str| {
        out.lines().find_map(|line| Some(line.strip_suffix("  holds")?.rsplit(' ').next()?.to_owned()))
    };
    assert!(digest(&first).is_some_and(|digest| digest.len() == 16), "{first}");
    assert_ne!(digest(&first), digest(&other));
}

#[test]
fn each_option_does_what_it_says_and_no_more() {
    let faults = [
        ("loss", "0.05", "messages lost"),
        ("duplicate", "0.05", "messages duplicated"),
        ("cut", "20", "cuts"),
        ("silence", "20", "silences"),
        ("crash", "20", "crashes"),
        ("logout", "20", "operator logouts"),
    ];
    for (wanted, value, _) in faults {
        let options =
            faults.map(|(name, ..)| format!("--{name} {}", if name == wanted { value } else { "0" }));
        let (out, err, code) = simulate(&format!("--hours 1 --slow-store 0 {}", options.join(" ")));
        assert_eq!(code, 0, "{out}{err}");
        for (name, _, row) in faults {
            // What is written into the silence is lost.
            let expected = name == wanted || (wanted, name) == ("silence", "loss");
            assert_eq!(count(&out, row) > 0, expected, "--{wanted} {value} and {row}: {out}");
        }
    }
    let (out, ..) =
        simulate("--hours 1 --orders 0 --loss 0 --duplicate 0 --cut 0 --silence 0 --crash 0 --logout 0");
    assert_eq!(count(&out, "orders sent"), 2, "one each way when the faults have stopped: {out}");
}

#[test]
fn the_page_is_one_file_that_fetches_nothing() {
    let page =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("simulate-{}.html", std::process::id()));
    let (out, err, code) = simulate(&format!("--runs 1 {STORM} --html {}", page.display()));
    assert_eq!(code, 0, "{out}{err}");
    assert!(err.contains(&format!("the ladder is drawn in {}", page.display())), "{err}");
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"), "{html}");
    assert!(
        html.contains("Seed 1: the end of 1.") && html.contains("Logon ") && html.contains("<svg "),
        "{html}"
    );
    let without_namespace = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for foreign in ["<script", "http:", "https:", "src=", "href=", "url("] {
        assert!(!without_namespace.contains(foreign), "{foreign} is in {html}");
    }
    std::fs::remove_file(&page).unwrap();
}

/// A device that is always full, where there is one.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_neither_a_violation_nor_a_wrong_call() {
    let (_, err, code) = simulate("--hours 1 --html /dev/full");
    assert!(err.contains("error: --html /dev/full: ") && err.contains("; it is not whole"), "{err}");
    assert_eq!(code, 3, "{err}");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sansfix"));
    let output = command.args(["simulate", "--hours", "1"]).stdout(full).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("error: standard output: "), "{err}");
    assert_eq!(output.status.code(), Some(3), "{err}");
}

#[test]
fn what_is_wrong_is_told_with_the_option_its_value_and_what_is_allowed_before_anything_is_done() {
    for (wrong, says) in [
        ("--hours 0", "error: --hours 0: must be above 0 and at most 100000 hours"),
        ("--hours -1", "error: --hours -1: must be above 0 and at most 100000 hours"),
        ("--hours nan", "error: --hours NaN: must be above 0 and at most 100000 hours"),
        ("--orders 36001", "error: --orders 36001: must be from 0 to 36000 an hour for each side"),
        ("--loss 5", "error: --loss 5: must be a share of all messages from 0 to 0.5, like 0.001"),
        (
            "--duplicate -0.1",
            "error: --duplicate -0.1: must be a share of all messages from 0 to 0.5, like 0.001",
        ),
        ("--cut 601", "error: --cut 601: must be from 0 to 600 times an hour"),
        ("--silence 1e3", "error: --silence 1000: must be from 0 to 600 times an hour"),
        ("--crash -2", "error: --crash -2: must be from 0 to 600 times an hour"),
        ("--logout inf", "error: --logout inf: must be from 0 to 600 times an hour"),
        ("--slow-store 10001", "error: --slow-store 10001: must be from 0 to 10000 ms"),
        ("--seeds 0", "invalid value '0' for '--seeds <K>'"),
        ("--loss much", "invalid value 'much' for '--loss <SHARE>'"),
        (
            "--seed 18446744073709551614 --seeds 3",
            "error: --seeds 3: must be at most 2, since --seed 18446744073709551614 has no more after it",
        ),
        ("--html /no/such/directory/page.html", "error: --html /no/such/directory/page.html: "),
    ] {
        let (out, err, code) = simulate(wrong);
        assert!(err.contains(says), "{wrong}: {err}");
        assert_eq!((out.as_str(), code), ("", 2), "{wrong}");
    }
}
