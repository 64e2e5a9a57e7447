//! A thousand sessions on one acceptor: all log on at once and exchange messages; half of them are logged out and on by
//! the registry, again and again, while the others carry traffic; no number is lost. Logon rate and memory are printed.
//!
//! Acceptor and initiators are processes of their own, this test binary with a variable in its environment, so that the
//! memory of the acceptor is its own. `SANSFIX_SESSIONS` is how many sessions there are; a thousand on threads need five
//! thousand file descriptors, so the limit is raised as far as the system lets it.

#[path = "thousand/acceptors.rs"]
mod acceptors;
#[path = "thousand/initiators.rs"]
mod initiators;

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use sansfix::BeginString;
use sansfix::config::Identity;

/// Far more than any wait here takes.
const GENEROUS: Duration = Duration::from_secs(120);

/// What the process is to be: acceptors or initiators, adapter, how many sessions, port.
const PART: &str = "SANSFIX_THOUSAND_PART";

/// What each process's lines for this test begin with.
const SAYS: &str = "thousand: ";

/// How many messages each initiator sends, and has sent back.
const MESSAGES: u64 = 20;

/// The acceptor's session of this index.
fn identity(session: usize) -> Identity {
    Identity::new(BeginString::Fix44, "VENUE", &format!("DESK{session:05}"))
}

fn say(line: &str) {
    // After whatever the test harness has printed on the line.
    println!("\n{SAYS}{line}");
}

/// One of the two processes.
#[test]
fn part() {
    let Ok(part) = std::env::var(PART) else { return };
    let words: Vec<&str> = part.split(' ').collect();
    let sessions = words[2].parse().unwrap();
    match words[0] {
        "acceptors" => acceptors::run(words[1], sessions),
        "initiators" => initiators::run(sessions, words[3].parse().unwrap()),
        other => panic!("{other}"),
    }
}

struct Part {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Part {
    /// Starts it with as many file descriptors as the system lets it have: each session of the blocking adapter takes
    /// four.
    fn start(part: &str) -> Self {
        let mut child = Command::new("sh")
            .args([
                "-c",
                "ulimit -n \"$(ulimit -Hn)\"; exec \"$0\" --exact part --nocapture --test-threads=1",
            ])
            .arg(std::env::current_exe().unwrap())
            .env(PART, part)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line that begins with `what`, without it. Others are told.
    fn hear(&mut self, what: &str) -> String {
        loop {
            let line =
                self.lines.next().unwrap_or_else(|| panic!("it ends before it says {what:?}")).unwrap();
            let Some(line) = line.strip_prefix(SAYS) else { continue };
            match line.strip_prefix(what) {
                Some(rest) => return rest.trim().to_owned(),
                None => println!("  {line}"),
            }
        }
    }

    fn tell(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"go on\n").unwrap();
    }

    /// Where each session ended: its own next number, and the counterparty's.
    fn end(mut self, sessions: usize) -> Vec<(u64, u64)> {
        drop(self.child.stdin.take());
        let numbers = (0..sessions).map(|_| {
            let line = self.hear("ends with ");
            let (own, other) = line.split_once(' ').unwrap();
            (own.parse().unwrap(), other.parse().unwrap())
        });
        let numbers = numbers.collect();
        assert!(self.child.wait().unwrap().success());
        numbers
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn a_thousand_sessions(adapter: &str) {
    let sessions = std::env::var("SANSFIX_SESSIONS").map_or(1_000, |text| text.parse().unwrap());
    println!("{sessions} sessions, {adapter}:");
    let mut acceptors = Part::start(&format!("acceptors {adapter} {sessions} -"));
    let port = acceptors.hear("listens on ");
    let mut initiators = Part::start(&format!("initiators - {sessions} {port}"));
    initiators.hear("ready");
    acceptors.tell();
    acceptors.hear("waits");
    initiators.tell();
    acceptors.hear("all are logged on");
    let wrong: u64 = initiators.hear("messages that came out of order or twice: ").parse().unwrap();
    acceptors.tell();
    let cycles: usize = acceptors.hear("logged out and on: ").parse().unwrap();
    println!("  {cycles} times one of {} sessions was logged out and on meanwhile", sessions / 2);
    let ours = initiators.end(sessions);
    let theirs = acceptors.end(sessions);
    assert_eq!(wrong, 0);
    assert!(cycles >= sessions / 2, "half of them were to be logged out and on: {cycles}");
    let reversed: Vec<_> = theirs.iter().map(|(own, other)| (*other, *own)).collect();
    assert_eq!(ours, reversed, "both sides agree on every number");
    // A Logon and as many messages as were sent, at least.
    assert!(ours.iter().all(|(own, other)| *own > MESSAGES + 1 && *other > MESSAGES + 1));
}

#[test]
fn on_threads() {
    a_thousand_sessions("threads");
}

#[test]
fn on_tokio() {
    a_thousand_sessions("tokio");
}
