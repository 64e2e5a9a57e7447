//! Starts the process, kills it, reads what it has written down, and compares.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use sansfix::Status;
use sansfix_sim::Random;

use super::child::{LISTENS, ORDERS, SESSIONS};
use super::counterparty::Counterparty;
use super::notebook::{Notebook, Notes};
use super::stores::Fault;

/// A process is killed within this time, milliseconds: of its start now and then, of the moment when everything that
/// was lost on the way with the one before has been sent again otherwise.
const STARTING: u64 = 40;
const WORKING: u64 = 150;

/// For how long nothing is read before some kills, milliseconds.
const HELD: u64 = 80;

/// What a run has seen.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Figures {
    pub(crate) kills: u64,
    /// How often something of a session was saved and had not arrived when it was killed.
    pub(crate) unreceived: u64,
    /// How often a journal held more than it had acknowledged.
    pub(crate) unacknowledged: u64,
    /// Torn records that were cut.
    pub(crate) torn: u64,
    /// Messages that came from the killed process.
    pub(crate) messages: u64,
    /// Those of them that were sent again.
    pub(crate) replayed: u64,
    /// Application messages that the killed process has received, each counted once.
    pub(crate) received: u64,
    pub(crate) saves: u64,
    pub(crate) syncs: u64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, unreceived, unacknowledged, torn, messages, replayed, received, saves, syncs } =
            self;
        write!(
            f,
            "{kills} kills of {SESSIONS} sessions each: {unreceived} times a session had saved messages that had not \
             arrived, {unacknowledged} times a save that was not acknowledged, {torn} times a torn record; {messages} \
             messages came, {replayed} of them replays and gap fills; {received} went there; {saves} saves, {syncs} syncs"
        )
    }
}

pub(crate) struct Kills {
    counterparty: Counterparty,
    directory: PathBuf,
    random: Random,
    fault: Fault,
    figures: Figures,
    problems: Vec<String>,
    /// The numbers that each session must go on from, at least.
    saved: [(u64, u64); SESSIONS],
    /// What the killed process's sessions have received.
    received: [BTreeMap<u64, String>; SESSIONS],
}

impl Kills {
    pub(crate) fn new(name: &str, seed: u64, fault: Fault) -> Self {
        let directory =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("crash-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).unwrap();
        Self {
            counterparty: Counterparty::start(),
            directory,
            random: Random::new(seed),
            fault,
            figures: Figures::default(),
            problems: Vec::new(),
            saved: [(1, 1); SESSIONS],
            received: Default::default(),
        }
    }

    /// Runs the process and kills it.
    pub(crate) fn kill_once(&mut self) {
        let mut child = self.start();
        if self.random.below(5) == 0 {
            self.pause(STARTING);
        } else {
            if !self.is_up_and_healed() {
                self.problems.push(format!(
                    "run {}: not everything that was saved has come again",
                    self.figures.kills
                ));
            }
            self.pause(WORKING);
            if self.random.below(2) == 0 {
                self.counterparty.seen.hold(true);
                self.pause(HELD);
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        self.counterparty.seen.hold(false);
        self.read_notebook();
        self.figures.kills += 1;
    }

    fn start(&self) -> Child {
        let (run, port) = (self.figures.kills, self.counterparty.own_port);
        let orders = format!("{run} {port} {} {}", self.fault.name(), self.directory.display());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed_process", "--nocapture", "--test-threads=1"])
            .env(ORDERS, orders)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (output, port) = (BufReader::new(child.stdout.take().unwrap()), self.counterparty.port.clone());
        thread::spawn(move || {
            // What was still in the pipe when it was killed is read, too; the next process has another port.
            for line in output.lines().map_while(Result::ok) {
                if let Some((_, number)) = line.split_once(LISTENS) {
                    port.store(number.parse().unwrap(), Ordering::SeqCst);
                }
            }
        });
        child
    }

    fn pause(&mut self, most_ms: u64) {
        thread::sleep(Duration::from_millis(self.random.below(most_ms)));
    }

    /// Waits until every session is up and everything that was saved before has come. A problem ends the wait.
    fn is_up_and_healed(&self) -> bool {
        let healed = self.counterparty.seen.wait(|state| {
            let healed = state.ledgers.iter().all(|ledger| ledger.is_healed());
            healed || state.ledgers.iter().any(|ledger| !ledger.problems.is_empty())
        });
        healed && (!self.problems().is_empty() || self.counterparty.wait_logged_on())
    }

    /// The process is dead: everything it has sent is read, then what it has written down.
    fn read_notebook(&mut self) {
        assert!(self.counterparty.seen.wait_for_the_end(), "a connection of a dead process does not end");
        let run = self.figures.kills;
        for (session, notes) in Notebook::read(&self.directory, run) {
            self.compare(session, notes);
        }
    }

    fn compare(&mut self, session: usize, notes: Notes) {
        let who = format!("run {}, session {session}", self.figures.kills);
        let Notes { loaded, saved, saves, syncs, torn, sent, received } = notes;
        let before = self.saved[session];
        let Some(loaded) = loaded else { return };
        if loaded.0 < before.0 || loaded.1 < before.1 {
            self.problems.push(format!("{who}: {before:?} was acknowledged, and it goes on from {loaded:?}"));
        }
        self.figures.unacknowledged += u64::from(loaded != before);
        self.saved[session] = saved.unwrap_or(loaded);
        self.figures.torn += u64::from(torn);
        self.figures.saves += saves;
        self.figures.syncs += syncs;
        for (seq, text) in received {
            if let Some(other) =
                self.received[session].insert(seq, text.clone()).filter(|other| *other != text)
            {
                self.problems.push(format!("{who}: {seq} was delivered as {other:?} and as {text:?}"));
            }
        }
        let missing = self.counterparty.seen.lock().ledgers[session].acknowledge(sent);
        self.figures.unreceived += u64::from(missing > 0);
    }

    /// What was noticed so far.
    pub(crate) fn problems(&self) -> Vec<String> {
        let state = self.counterparty.seen.lock();
        let of_ledgers = state.ledgers.iter().enumerate().flat_map(|(session, ledger)| {
            ledger.problems.iter().map(move |problem| format!("session {session}: {problem}"))
        });
        self.problems.iter().cloned().chain(of_ledgers).collect()
    }

    /// Starts it once more, lets everything come to rest, and looks at every number.
    pub(crate) fn finish(mut self) -> (Vec<String>, Figures) {
        let mut child = self.start();
        if !self.is_up_and_healed() {
            self.problems.push("it does not come up again".to_owned());
        }
        self.counterparty.fall_silent();
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
        self.read_notebook();
        for (session, status) in self.counterparty.wait_down().into_iter().enumerate() {
            self.look_at_the_end(session, &status);
        }
        let problems = self.problems();
        let Self { counterparty, directory, mut figures, received, .. } = self;
        for ledger in &counterparty.seen.lock().ledgers {
            figures.messages += ledger.messages;
            figures.replayed += ledger.replayed;
        }
        figures.received = received.iter().map(|received| received.len() as u64).sum();
        drop(counterparty);
        std::fs::remove_dir_all(directory).unwrap();
        (problems, figures)
    }

    fn look_at_the_end(&mut self, session: usize, status: &Status) {
        let theirs = (status.next_target.get(), status.next_sender.get());
        if self.saved[session] != theirs {
            let saved = self.saved[session];
            self.problems
                .push(format!("session {session} ends with {saved:?}, its counterparty has {theirs:?}"));
        }
        if let Some(gap) = self.counterparty.seen.lock().ledgers[session].first_gap(theirs.0) {
            self.problems.push(format!("session {session}: nothing was ever heard of {gap}"));
        }
        for (seq, text) in self.counterparty.sent(session) {
            if self.received[session].get(&seq) != Some(&text) {
                let got = self.received[session].get(&seq);
                self.problems
                    .push(format!("session {session}: {seq} was sent as {text:?}, delivered as {got:?}"));
            }
        }
    }
}
