//! `sansfix demo --data DIR` is killed in the middle, again and again, and goes on from where it was.

use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// After how many messages a run is killed: while it logs on, trades, is down, trades again.
const KILLS: [usize; 5] = [1, 9, 22, 2, 30];

/// Both directions as the demo shows them.
const DIRECTIONS: [&str; 2] = ["desk > venue", "venue > desk"];

/// A run of the demo.
struct Demo {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    text: Vec<String>,
}

impl Demo {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sansfix"))
            .args(["demo", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, text: Vec::new() }
    }

    /// Reads on to the message with this count, or to the end.
    fn read(&mut self, messages: usize) {
        let mut seen = 0;
        while seen < messages {
            let Some(Ok(line)) = self.lines.next() else { return };
            seen += usize::from(line.contains(" 34="));
            self.text.push(line);
        }
    }

    /// SIGKILL, where there are signals. What it had written is still read.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.read(usize::MAX);
        std::mem::take(&mut self.text)
    }

    fn end(mut self) -> (Vec<String>, bool) {
        self.read(usize::MAX);
        let success = self.child.wait().unwrap().success();
        (std::mem::take(&mut self.text), success)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The numbers that were shown in a direction.
fn shown(text: &[String], direction: &str) -> Vec<u64> {
    let lines = text.iter().filter_map(|line| line.split_once(direction));
    lines.map(|(_, rest)| number_after(rest, "34=")).collect()
}

fn number_after(text: &str, what: &str) -> u64 {
    let rest = text.split_once(what).unwrap_or_else(|| panic!("no {what} in {text}")).1;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
    digits.parse().unwrap()
}

/// What a run says of a side: next number to send, next expected. A side that saved nothing yet starts.
fn told(text: &[String], side: &str, starts: bool) -> [u64; 2] {
    let what = if starts { "starts in" } else { "continues from" };
    let wanted = format!(" {side} {what} ");
    let line =
        text.iter().find(|line| line.contains(&wanted)).unwrap_or_else(|| panic!("{wanted}: {text:#?}"));
    [number_after(line, "next number to send "), number_after(line, "next expected ")]
}

#[test]
fn killed_and_started_again_five_times_the_numbers_go_on() {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("demo-data-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&data);
    // The highest number that was shown in each direction.
    let mut highest = [0, 0];
    for run in 0..=KILLS.len() {
        let mut demo = Demo::start(&data);
        let text = match KILLS.get(run) {
            Some(messages) => {
                demo.read(*messages);
                demo.kill()
            }
            None => {
                let (text, success) = demo.end();
                assert!(success, "{text:#?}");
                assert!(text.last().unwrap().contains("every number once, none lost, none used again"));
                text
            }
        };
        let started = |side| text.iter().any(|line| line.contains(&format!(" {side} starts in ")));
        for (side, highest) in ["desk", "venue"].into_iter().zip(highest) {
            assert!(!started(side) || highest == 0, "run {run}: {side} has forgotten everything: {text:#?}");
        }
        let [desk, venue] = ["desk", "venue"].map(|side| told(&text, side, started(side)));
        assert!(
            desk[1] <= venue[0] && venue[1] <= desk[0],
            "run {run}: received what was not sent: {text:#?}"
        );
        for (side, told) in [desk, venue].into_iter().enumerate() {
            let numbers = shown(&text, DIRECTIONS[side]);
            // What was saved when it was killed, and not shown any more, is at most what one turn of it saves.
            let from = highest[side] + 1;
            assert!((from..=from + 4).contains(&told[0]), "run {run} goes on from {}, not {from}", told[0]);
            let expected: Vec<u64> = (told[0]..told[0] + numbers.len() as u64).collect();
            assert_eq!(numbers, expected, "run {run}, {}: {text:#?}", DIRECTIONS[side]);
            highest[side] = (told[0] + numbers.len() as u64) - 1;
        }
    }
    assert!(highest[0] > 20 && highest[1] > 40, "{highest:?}");
    std::fs::remove_dir_all(&data).unwrap();
}

#[test]
fn two_demos_on_the_same_data_are_one_too_many() {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("demo-twice-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&data);
    let mut first = Demo::start(&data);
    first.read(1);
    let second =
        Command::new(env!("CARGO_BIN_EXE_sansfix")).args(["demo", "--data"]).arg(&data).output().unwrap();
    first.kill();
    assert!(!second.status.success());
    let says = String::from_utf8_lossy(&second.stderr);
    assert!(says.contains("is in use by another process"), "{says}");
    std::fs::remove_dir_all(&data).unwrap();
}
