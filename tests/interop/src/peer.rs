//! QuickFIX: the program `peer/peer.cpp`, which takes a line and answers with a line.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use sansfix::config::Role;

use crate::case::Case;
use crate::message::Seen;
use crate::wire::Line;
use crate::{LIMIT, fresh_directory, peer_program};

/// Our CompID.
pub const US: &str = "SANSFIX";
/// QuickFIX's CompID.
pub const THEM: &str = "QUICKFIX";

/// A running QuickFIX. Ended when dropped.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    commands: ChildStdin,
    answers: Receiver<String>,
    store: PathBuf,
}

/// Where QuickFIX stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerState {
    /// Meant to be up.
    pub enabled: bool,
    /// Both Logons have been exchanged.
    pub logged_on: bool,
    /// The next number it sends.
    pub next_sender: u64,
    /// The next number it expects.
    pub next_target: u64,
    /// How many application messages it has received.
    pub received: usize,
    /// How many it is still to send.
    pub unsent: usize,
    /// How many messages went over the wire.
    pub wire: usize,
}

impl Peer {
    /// Runs the program. QuickFIX itself is started by [`Self::start`].
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn run() -> Self {
        let program = peer_program().expect("a peer program");
        let mut child = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be run: {error}", program.display()));
        let commands = child.stdin.take().expect("its input");
        let output = child.stdout.take().expect("its output");
        let (lines, answers) = channel();
        thread::spawn(move || pass_on(output, &lines));
        Self { child, commands, answers, store: fresh_directory() }
    }

    /// Starts its session. An initiator connects at once, and again whenever it is disconnected and enabled, after
    /// `reconnect_interval` seconds.
    ///
    /// # Errors
    /// What QuickFIX says.
    pub fn start(
        &mut self,
        case: &Case,
        port: u16,
        heart_bt_int: u32,
        reconnect_interval: u32,
    ) -> Result<(), String> {
        let role = match case.peer_role() {
            Role::Initiator => "initiator",
            Role::Acceptor => "acceptor",
        };
        let (version, appl_ver) = (case.version.as_str(), case.appl_ver.unwrap_or("-"));
        let line = format!(
            "start {role} {version} {appl_ver} {THEM} {US} {port} {heart_bt_int} {reconnect_interval} {}",
            self.store.display()
        );
        match self.ask(&line).as_str() {
            "ok" => Ok(()),
            error => Err(error.into()),
        }
    }

    /// Where it stands.
    ///
    /// # Panics
    /// When the answer cannot be read.
    pub fn state(&mut self) -> PeerState {
        let line = self.ask("state");
        let number = |key: &str| -> u64 {
            let value = line.split(' ').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
            value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {key} in {line}"))
        };
        PeerState {
            enabled: number("enabled") == 1,
            logged_on: number("logged_on") == 1,
            next_sender: number("sender"),
            next_target: number("target"),
            received: number("received") as usize,
            unsent: number("unsent") as usize,
            wire: number("wire") as usize,
        }
    }

    /// Sends `count` application messages, `PREFIX1` and so on, also while it is logged out: it numbers them then.
    pub fn send(&mut self, msg_type: &str, count: u64, prefix: &str) {
        self.command(&format!("send {msg_type} {count} {prefix}"));
    }

    /// Enables it. An initiator connects, an acceptor accepts.
    pub fn logon(&mut self) {
        self.command("logon");
    }

    /// Disables it, with a Logout when it is logged on.
    pub fn logout(&mut self, text: &str) {
        self.command(&format!("logout {text}"));
    }

    /// Whether it is disabled whenever it has been logged on and is not any more.
    pub fn stay_down(&mut self, stay: bool) {
        self.command(if stay { "stay-down Y" } else { "stay-down N" });
    }

    /// Sends a TestRequest.
    pub fn test_request(&mut self, id: &str) {
        self.command(&format!("test-request {id}"));
    }

    /// The next number it sends.
    pub fn set_next_sender(&mut self, seq: u64) {
        self.command(&format!("sender {seq}"));
    }

    /// The next number it expects.
    pub fn set_next_target(&mut self, seq: u64) {
        self.command(&format!("target {seq}"));
    }

    /// The application messages it has received, from index `from` on.
    pub fn received(&mut self, from: usize) -> Vec<Seen> {
        self.list(&format!("received {from}"), Seen::parse)
    }

    /// What went over the wire, from index `from` on.
    pub fn wire(&mut self, from: usize) -> Vec<Line> {
        self.list(&format!("wire {from}"), Line::parse)
    }

    /// What it has to say.
    pub fn events(&mut self) -> Vec<String> {
        self.list("events 0", |line| Some(line.into()))
    }

    /// Whether the program has ended by itself.
    #[must_use]
    pub fn is_gone(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn list<T>(&mut self, command: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let answer = self.ask(command);
        let lines = answer.strip_prefix("list").unwrap_or_else(|| panic!("{command}: {answer}"));
        lines
            .split('\t')
            .skip(1)
            .map(|line| parse(line).unwrap_or_else(|| panic!("cannot read {line}")))
            .collect()
    }

    fn command(&mut self, line: &str) {
        let answer = self.ask(line);
        assert_eq!(answer, "ok", "{line}");
    }

    fn ask(&mut self, line: &str) -> String {
        writeln!(self.commands, "{line}").unwrap_or_else(|error| panic!("QuickFIX takes no {line}: {error}"));
        self.answers
            .recv_timeout(LIMIT)
            .unwrap_or_else(|error| panic!("QuickFIX does not answer {line}: {error}"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It has nothing that would have to be ended in order.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.store);
    }
}

fn pass_on(output: ChildStdout, lines: &Sender<String>) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if lines.send(line).is_err() {
            return;
        }
    }
}
