//! The two sides joined, and what a scenario says and asks about both.

use std::fmt::Debug;
use std::time::Duration;

use sansfix::config::Role;
use sansfix::{PhaseName, Status};
use sansfix_registry::CommandOutcome;

use crate::case::{Case, Line};
use crate::message::{Seen, assert_same};
use crate::ours::{Ours, free_port};
use crate::peer::{Peer, PeerState};
use crate::terminator::{Secrets, Terminator};
use crate::wire::Line as WireLine;
use crate::{LIMIT, wait_for};

/// How often another port is tried when one has been taken by somebody else.
const PORTS_TRIED: usize = 10;

/// How much of the wire a failed case shows.
const LINES_SHOWN: usize = 40;

/// How the two sides behave when nobody tells them anything.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// HeartBtInt(108) in seconds.
    pub heart_bt_int: u32,
    /// An initiator of ours dials again after this, without being told.
    pub our_reconnect_interval: Duration,
    /// A QuickFIX initiator dials again after this many seconds, when it is enabled.
    pub peer_reconnect_interval: u32,
    /// QuickFIX disables itself whenever a session has ended, so that nobody dials before the scenario says so.
    pub peer_stays_down: bool,
}

impl Default for Habits {
    /// Nothing happens by itself: not even a Heartbeat comes while anything is waited for, so that none can bring to
    /// light what got stuck.
    fn default() -> Self {
        Self {
            heart_bt_int: 600,
            our_reconnect_interval: Duration::from_secs(3_600),
            peer_reconnect_interval: 0,
            peer_stays_down: true,
        }
    }
}

/// The next number that each side sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Numbers {
    /// Ours.
    pub ours: u64,
    /// QuickFIX's.
    pub peers: u64,
}

/// Both sides.
#[derive(Debug)]
pub struct Pair {
    /// What is run.
    pub case: Case,
    /// Our side.
    pub ours: Ours,
    /// QuickFIX.
    pub peer: Peer,
    _terminator: Option<Terminator>,
    _secrets: Option<Secrets>,
}

impl Pair {
    /// Starts both, and waits until both are logged on.
    ///
    /// # Panics
    /// When they do not log on.
    #[must_use]
    pub fn logged_on(case: Case) -> Self {
        Self::with_habits(case, Habits::default())
    }

    /// As [`Self::logged_on`].
    ///
    /// # Panics
    /// When they do not log on.
    #[must_use]
    pub fn with_habits(case: Case, habits: Habits) -> Self {
        let secrets = (case.line == Line::Tls).then(Secrets::new);
        let files = secrets.as_ref().map(Secrets::ours);
        let mut terminator = None;
        let mut terminate = |port| match &secrets {
            None => port,
            Some(secrets) => terminator.insert(Terminator::run(secrets, case.peer_role(), port)).port,
        };
        let (ours, mut peer) = match case.role {
            Role::Acceptor => {
                let (ours, port) = Ours::accept(&case, habits.heart_bt_int, files.as_ref());
                let port = terminate(port);
                let mut peer = Peer::run();
                let started = peer.start(&case, port, habits.heart_bt_int, habits.peer_reconnect_interval);
                started.unwrap_or_else(|error| panic!("QuickFIX does not start: {error}"));
                (ours, peer)
            }
            Role::Initiator => {
                let (peer, port) = accepting_peer(&case, habits);
                let (port, interval) = (terminate(port), habits.our_reconnect_interval);
                (Ours::connect(&case, habits.heart_bt_int, port, interval, files.as_ref()), peer)
            }
        };
        peer.stay_down(habits.peer_stays_down);
        let mut pair = Self { case, ours, peer, _terminator: terminator, _secrets: secrets };
        pair.wait_until_logged_on();
        pair
    }

    /// Waits until both sides are logged on.
    ///
    /// # Panics
    /// When they are not in time.
    pub fn wait_until_logged_on(&mut self) {
        self.wait("both are logged on", |ours, peer| ours.logged_on && peer.logged_on);
    }

    /// Waits until neither side is logged on, nor connected.
    ///
    /// # Panics
    /// When they are not in time.
    pub fn wait_until_down(&mut self) {
        self.wait("both are down", |ours, peer| ours.phase == PhaseName::Disconnected && !peer.logged_on);
    }

    /// Enables both sides and waits until they are logged on.
    ///
    /// # Panics
    /// When they are not in time.
    pub fn log_on_again(&mut self) {
        // Who dials is told last.
        let receipt = match self.case.role {
            Role::Acceptor => {
                let receipt = self.ours.logon();
                self.peer.logon();
                receipt
            }
            Role::Initiator => {
                self.peer.logon();
                self.ours.logon()
            }
        };
        let outcome = receipt.wait(LIMIT);
        assert!(
            outcome.as_ref().is_some_and(CommandOutcome::is_success),
            "{}: logon: {outcome:?}",
            self.case
        );
        self.wait_until_logged_on();
    }

    /// Our operator logs out; waits until that is completed and QuickFIX is down too.
    ///
    /// # Panics
    /// When it is not completed, or not in time.
    pub fn we_log_out(&mut self, text: &str) {
        let receipt = self.ours.logout(text);
        assert!(!self.ours.is_logged_on(), "{}: logout has returned and it is logged on", self.case);
        assert_eq!(receipt.wait(LIMIT), Some(CommandOutcome::Completed), "{}: logout", self.case);
        self.wait_until_down();
    }

    /// Waits until both statuses satisfy `until`.
    ///
    /// # Panics
    /// When they do not in time.
    pub fn wait(&mut self, what: &str, until: impl Fn(&Status, &PeerState) -> bool) {
        let found = wait_for(|| until(&self.ours.status(), &self.peer.state()).then_some(()));
        assert!(
            found.is_some(),
            "{}: not so: {what}: {:?}, {:?}",
            self.case,
            self.ours.status(),
            self.peer.state()
        );
    }

    /// Waits until both sides agree about both numbers.
    ///
    /// # Panics
    /// When they never do.
    pub fn agreed_numbers(&mut self) -> Numbers {
        self.wait("both sides agree about both numbers", |ours, peer| {
            ours.next_sender.get() == peer.next_target && ours.next_target.get() == peer.next_sender
        });
        let state = self.peer.state();
        Numbers { ours: state.next_target, peers: state.next_sender }
    }

    /// Both sides agree, and about these numbers.
    ///
    /// # Panics
    /// When not.
    pub fn assert_numbers(&mut self, ours: u64, peers: u64) {
        let agreed = self.agreed_numbers();
        assert_eq!(agreed, Numbers { ours, peers }, "{}: the next number of each side", self.case);
    }

    /// Sends application messages of ours.
    pub fn we_send(&self, count: u64, prefix: &str) {
        self.ours.send(Case::msg_type_of(self.case.role), count, prefix);
    }

    /// Sends application messages of QuickFIX's.
    pub fn they_send(&mut self, count: u64, prefix: &str) {
        self.peer.send(Case::msg_type_of(self.case.peer_role()), count, prefix);
    }

    /// Waits until we have received `count` application messages in all, and QuickFIX as many as it is to.
    ///
    /// # Panics
    /// When they do not come.
    pub fn wait_until_received(&mut self, ours: usize, peers: usize) {
        let found = wait_for(|| {
            (self.ours.received_count() >= ours && self.peer.state().received >= peers).then_some(())
        });
        let (got, theirs) = (self.ours.received_count(), self.peer.state());
        assert!(
            found.is_some(),
            "{}: we received {got} of {ours}, QuickFIX of {peers}: {theirs:?}",
            self.case
        );
    }

    /// We have received exactly this, from index `from` on.
    ///
    /// # Panics
    /// When not.
    pub fn assert_we_received(&self, from: usize, expected: &[Seen]) {
        assert_same("sansfix", &self.ours.received(from), expected);
    }

    /// QuickFIX has received exactly this, from index `from` on.
    ///
    /// # Panics
    /// When not.
    pub fn assert_they_received(&mut self, from: usize, expected: &[Seen]) {
        assert_same("QuickFIX", &self.peer.received(from), expected);
    }

    /// Application messages as we are to receive them: `ids` of `prefix`, the first under the number `seq`.
    #[must_use]
    pub fn to_us(&self, seq: u64, poss_dup: bool, prefix: &str, ids: std::ops::Range<u64>) -> Vec<Seen> {
        Seen::run(seq, poss_dup, Case::msg_type_of(self.case.peer_role()), prefix, ids)
    }

    /// The same, as QuickFIX is to receive them.
    #[must_use]
    pub fn to_them(&self, seq: u64, poss_dup: bool, prefix: &str, ids: std::ops::Range<u64>) -> Vec<Seen> {
        Seen::run(seq, poss_dup, Case::msg_type_of(self.case.role), prefix, ids)
    }

    /// How much has gone over the wire by now, to be given to the questions about it.
    pub fn mark(&mut self) -> usize {
        self.peer.state().wire
    }

    /// What has gone over the wire since `mark`: messages of one type, from one side.
    pub fn wire(&mut self, mark: usize, from_us: bool, msg_type: &str) -> Vec<WireLine> {
        let lines = self.peer.wire(mark);
        lines.into_iter().filter(|line| line.from_us == from_us && line.is(msg_type)).collect()
    }

    /// Since `mark` nobody has asked for anything again, said anything again, reset or rejected anything.
    ///
    /// # Panics
    /// When somebody has.
    pub fn assert_nothing_repeated(&mut self, mark: usize) {
        let suspect = |line: &WireLine| {
            ["2", "3", "4", "j"].into_iter().any(|kind| line.is(kind))
                || line.get(43) == Some("Y")
                || line.get(141).is_some()
        };
        let found: Vec<_> = self.peer.wire(mark).into_iter().filter(suspect).collect();
        assert!(found.is_empty(), "{}: nothing was to be repeated, reset or rejected: {found:#?}", self.case);
    }

    /// Nothing went wrong on our side that no question has covered. To be asked last.
    ///
    /// # Panics
    /// When something did.
    pub fn assert_no_mishaps(&mut self) {
        self.assert_empty("mishaps on our side", &self.ours.mishaps());
        let rejects: Vec<_> =
            self.peer.wire(0).into_iter().filter(|line| line.is("3") || line.is("j")).collect();
        self.assert_empty("rejects", &rejects);
    }

    fn assert_empty<T: Debug>(&self, what: &str, list: &[T]) {
        assert!(list.is_empty(), "{}: {what}: {list:#?}", self.case);
    }
}

fn accepting_peer(case: &Case, habits: Habits) -> (Peer, u16) {
    let mut error = String::new();
    for _ in 0..PORTS_TRIED {
        let (mut peer, port) = (Peer::run(), free_port());
        match peer.start(case, port, habits.heart_bt_int, habits.peer_reconnect_interval) {
            Ok(()) => return (peer, port),
            Err(said) => error = said,
        }
    }
    panic!("QuickFIX does not start on any of {PORTS_TRIED} ports: {error}");
}

/// What went over the wire, with runs of application messages in one line.
fn summary(wire: &[WireLine]) -> Vec<String> {
    let is_application = |line: &WireLine| line.is("D") || line.is("8");
    let same_run = |a: &WireLine, b: &WireLine| {
        let kind = |line: &WireLine| (line.from_us, is_application(line), line.get(43).is_some());
        kind(a) == kind(b) && is_application(a) && a.number(34).map(|seq| seq + 1) == b.number(34)
    };
    let tell = |run: &[WireLine]| match run {
        [first, .., last] => {
            format!("{first:?} ... to 34={}", last.get(34).unwrap_or_default())
        }
        run => format!("{run:?}"),
    };
    wire.chunk_by(same_run).map(tell).collect()
}

impl Drop for Pair {
    fn drop(&mut self) {
        if !std::thread::panicking() || self.peer.is_gone() {
            return;
        }
        let (wire, events) = (self.peer.wire(0), self.peer.events());
        let shown = summary(&wire);
        eprintln!("{}: the last of {} messages:", self.case, wire.len());
        shown.iter().skip(shown.len().saturating_sub(LINES_SHOWN)).for_each(|line| eprintln!("  {line}"));
        eprintln!("QuickFIX says: {events:#?}\nwe stand at {:?}", self.ours.status());
    }
}
