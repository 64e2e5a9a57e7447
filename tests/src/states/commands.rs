//! The states an operator can find a session in, and one command in one of them, observed.

use std::fmt;

use sansfix::config::{Profile, Role};
use sansfix::{Command, Event, Now, Origin, Outcome, PhaseName, ResetMode, SeqNum, Status};

use super::bench::{Bench, Open, seq};
use super::observation::change;
use super::stage::{EXPECTED, HIGH, LOW, Stage, answer_to_probe, logged_on};
use super::wire::from_them;

/// Every command, by the name of its row.
pub const COMMANDS: [(&str, Command<'static>); 9] = [
    ("Logon", Command::Logon { by: Origin::Operator }),
    ("Logout", Command::Logout { text: "maintenance", by: Origin::Operator }),
    ("Reset offline", Command::Reset(ResetMode::Offline)),
    ("Reset after logout", Command::Reset(ResetMode::LogoutThenReset)),
    ("Reset in session", Command::Reset(ResetMode::InSession)),
    ("SetNextSender 30", Command::SetNextSender(THIRTY)),
    ("SetNextTarget 40", Command::SetNextTarget(FORTY)),
    ("TestRequest", Command::TestRequest { id: "ASK" }),
    ("Disconnect", Command::Disconnect),
];

const THIRTY: SeqNum = number(30);
const FORTY: SeqNum = number(40);

const fn number(value: u64) -> SeqNum {
    match SeqNum::new(value) {
        Some(seq) => seq,
        None => SeqNum::FIRST,
    }
}

macro_rules! states {
    ($($name:ident: $meaning:literal;)*) => {
        /// What an operator can find.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum State {
            $(#[doc = $meaning] $name,)*
        }

        impl State {
            /// Every state.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What the state is, for readers.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)*
                }
            }
        }
    };
}

states! {
    Disabled: "disabled, no connection";
    Down: "enabled, no connection";
    OutsideDisabled: "outside session time, disabled, no connection";
    OutsideEnabled: "outside session time, enabled, no connection";
    AwaitingLogon: "acceptor, connected, no Logon yet";
    LogonReceived: "acceptor, a Logon is lent and not settled";
    LogonAnswerWanted: "acceptor, the Logon was accepted and its answer is being made";
    LogonPending: "initiator, connected, its Logon is being made";
    LogonSent: "initiator, its Logon is not answered yet";
    Active: "logged on";
    Gap: "logged on, a message is queued above a gap and the gap was asked for";
    Replay: "logged on, a ResendRequest is being served and the store has not answered";
    Probe: "logged on, a TestRequest is not answered yet";
    MessageLent: "logged on, an application message is lent and not settled";
    ResetProbing: "logged on, a reset was begun and its TestRequest is not answered yet";
    ResetPending: "logged on, a reset was begun and its Logon is being made";
    ResetSent: "logged on, our Logon with ResetSeqNumFlag(141)=Y is not answered yet";
    LogoutSent: "disabled by a Logout that is not answered yet";
    ErrorLogoutSent: "enabled, a Logout for the counterparty's error is not answered yet";
    LogoutAnswered: "enabled, the counterparty's Logout was answered and it is to close";
    Closing: "enabled, the connection is to be closed";
    ClosingDisabled: "disabled, the connection is to be closed";
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl State {
    /// A session in this state that has seen nothing else.
    #[must_use]
    pub fn reach(self) -> Bench {
        let acceptor = |stage: Stage| stage.reach(Role::Acceptor, Profile::Standard);
        let initiator = |stage: Stage| stage.reach(Role::Initiator, Profile::Standard);
        let logout = Command::Logout { text: "first", by: Origin::Operator };
        let closed = Event::Period { open: false, started_utc_ns: 0 };
        let mut bench = match self {
            Self::Down | Self::Disabled => acceptor(Stage::Disconnected),
            Self::OutsideEnabled | Self::OutsideDisabled => {
                let mut bench = acceptor(Stage::Disconnected);
                bench.event(closed);
                bench
            }
            Self::AwaitingLogon => acceptor(Stage::AwaitingLogon),
            Self::LogonReceived | Self::LogonAnswerWanted => acceptor(Stage::LogonReceived),
            Self::LogonPending => initiator(Stage::LogonPending),
            Self::LogonSent | Self::ClosingDisabled => initiator(Stage::LogonSent),
            Self::ResetProbing | Self::ResetPending => {
                let mut bench = logged_on(Role::Acceptor, Profile::Standard, 20, EXPECTED - 1);
                bench.command(Command::Reset(ResetMode::InSession));
                bench
            }
            Self::ResetSent => acceptor(Stage::ResetSent),
            Self::LogoutSent => acceptor(Stage::LogoutSent),
            Self::LogoutAnswered => acceptor(Stage::LogoutAnswered),
            Self::Closing => acceptor(Stage::Closing),
            Self::Active
            | Self::Gap
            | Self::Replay
            | Self::Probe
            | Self::MessageLent
            | Self::ErrorLogoutSent => acceptor(Stage::Active),
        };
        match self {
            Self::Disabled | Self::OutsideDisabled | Self::ClosingDisabled => _ = bench.command(logout),
            Self::LogonAnswerWanted => bench.settle_open(),
            Self::Gap => _ = bench.feed(&from_them("D", HIGH, false, &[])),
            Self::Replay => {
                bench.slow_store = true;
                bench.feed(&from_them("2", EXPECTED, false, &[(7, "21"), (16, "21")]));
            }
            Self::Probe => _ = bench.command(Command::TestRequest { id: "PROBE" }),
            Self::MessageLent => {
                bench.hold = true;
                bench.feed(&from_them("D", EXPECTED, false, &[]));
            }
            Self::ResetPending => {
                bench.hold = true;
                bench.feed(&answer_to_probe(&bench, EXPECTED));
                bench.settle_open();
            }
            Self::ErrorLogoutSent => _ = bench.feed(&from_them("0", LOW, false, &[])),
            Self::Down
            | Self::OutsideEnabled
            | Self::AwaitingLogon
            | Self::LogonReceived
            | Self::LogonPending
            | Self::LogonSent
            | Self::Active
            | Self::ResetProbing
            | Self::ResetSent
            | Self::LogoutSent
            | Self::LogoutAnswered
            | Self::Closing => {}
        }
        bench.forget();
        bench
    }
}

/// What a command led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// What it answered.
    pub outcome: Outcome,
    /// What else could be seen, in words; `nothing` when nothing changed.
    pub effect: String,
}

/// Brings a session into the state, gives it the command, and tells what was seen.
///
/// # Panics
/// When what the command changed is not durable, when it moves a deadline that it must not, or when it prolongs the
/// phase it finds.
#[must_use]
pub fn observe_command(state: State, command: Command<'_>) -> Seen {
    let mut bench = state.reach();
    let before = bench.session.status();
    let (open, deadline, stored) = (bench.open, bench.session.deadline(), bench.session.snapshot().clone());
    bench.now = Now { mono_ns: bench.now.mono_ns + 1_000, ..bench.now };
    let outcome = bench.command(command);
    bench.answer_store();
    let after = bench.session.status();
    assert!(!bench.out.unsaved(), "{state}, {command:?}: something was not offered to the store");
    if *bench.session.snapshot() != stored {
        assert_eq!(bench.saved.as_ref(), Some(bench.session.snapshot()), "{state}, {command:?}: not durable");
    }
    if after.phase == before.phase && after.phase != PhaseName::Active {
        assert_eq!(bench.session.deadline(), deadline, "{state}, {command:?}: the deadline moved");
    }
    Seen { outcome, effect: effect(&bench, open, &before, &after) }
}

fn effect(bench: &Bench, open: Option<Open>, before: &Status, after: &Status) -> String {
    let mut parts = Vec::new();
    if !bench.sent.is_empty() {
        let sent: Vec<_> = bench.sent.iter().map(ToString::to_string).collect();
        parts.push(format!("sends {}", sent.join(" and ")));
    }
    parts.extend(change("target", (before.next_target, after.next_target)));
    parts.extend(change("sender", (before.next_sender, after.next_sender)));
    match (before.enabled, after.enabled) {
        (false, true) => parts.push("enabled".to_owned()),
        (true, false) => parts.push("disabled".to_owned()),
        (false, false) | (true, true) => {}
    }
    if before.phase != after.phase {
        let reason = after.ended.map_or(String::new(), |reason| format!(": {reason:?}"));
        parts.push(format!("to {:?}{reason}", after.phase));
    }
    match (before.logged_on, after.logged_on) {
        (true, false) => parts.push("no longer logged on".to_owned()),
        (false, true) => parts.push("logged on".to_owned()),
        (false, false) | (true, true) => {}
    }
    if bench.open != open {
        parts.push("Logon lent again".to_owned());
    } else if open.is_some_and(|open| !bench.still_open(open)) {
        parts.push("what was lent is withdrawn".to_owned());
    }
    if after.phase != PhaseName::Disconnected && numbers_when_down(bench) == (seq(1), seq(1)) {
        parts.push("both numbers 1 when down".to_owned());
    }
    if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") }
}

fn numbers_when_down(bench: &Bench) -> (SeqNum, SeqNum) {
    let mut bench = bench.clone();
    bench.event(Event::Disconnected);
    let status = bench.session.status();
    (status.next_target, status.next_sender)
}
