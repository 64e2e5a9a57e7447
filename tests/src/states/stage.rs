//! The stages of the transition table, and how a session comes into each.
//!
//! Every stage is reached with the same numbers, so that one description of an outcome holds in all of them: 12 is
//! expected, 22 is sent next. Only after an announced reset our own numbers have begun again.

use std::fmt;

use sansfix::config::{Profile, Role};
use sansfix::{Command, Event, Origin, PhaseName, ResetMode};

use super::bench::Bench;
use super::wire::from_them;

/// A MsgSeqNum below the expected one. It is 1, the number that a Logon with ResetSeqNumFlag(141)=Y must have.
pub const LOW: u64 = 1;
/// The MsgSeqNum that is expected in every stage.
pub const EXPECTED: u64 = 12;
/// A MsgSeqNum above it, with a gap of three.
pub const HIGH: u64 = 15;
/// The number of our next message, but in [`Stage::ResetSent`].
const NEXT_SENDER: u64 = 22;

/// A column of the state matrix, from the first to the last moment of a connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// Acceptor: connected, no Logon yet
    AwaitingLogon,
    /// Acceptor: the Logon is lent and not settled
    LogonReceived,
    /// Initiator: the Logon is being made
    LogonPending,
    /// Initiator: the Logon is not answered yet
    LogonSent,
    /// Logged on
    Active,
    /// Logged on, and our Logon with ResetSeqNumFlag(141)=Y is not answered yet
    ResetSent,
    /// Our Logout is not answered yet
    LogoutSent,
    /// Initiator: a Logout of ours refused what came instead of an answer to our Logon
    RefusalSent,
    /// The counterparty's Logout was answered, and it has not closed yet
    LogoutAnswered,
    /// The connection is to be closed
    Closing,
    /// No connection
    Disconnected,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 11] = [
        Self::AwaitingLogon,
        Self::LogonReceived,
        Self::LogonPending,
        Self::LogonSent,
        Self::Active,
        Self::ResetSent,
        Self::LogoutSent,
        Self::RefusalSent,
        Self::LogoutAnswered,
        Self::Closing,
        Self::Disconnected,
    ];

    /// What the stage is, for readers.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::AwaitingLogon => "acceptor, connected, no Logon yet",
            Self::LogonReceived => "acceptor, a Logon is lent to the owner or its answer is being made",
            Self::LogonPending => "initiator, connected, the Logon is being made",
            Self::LogonSent => "initiator, the Logon is not answered yet",
            Self::Active => "logged on",
            Self::ResetSent => "logged on, a Logon of ours with ResetSeqNumFlag(141)=Y is not answered yet",
            Self::LogoutSent => "a Logout of ours is not answered yet",
            Self::RefusalSent => {
                "initiator, a Logout of ours refused the answer to our Logon or what came in its place"
            }
            Self::LogoutAnswered => "the counterparty's Logout was answered, and it is to close",
            Self::Closing => "the connection is to be closed",
            Self::Disconnected => "no connection",
        }
    }

    /// The roles that come into the stage.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::AwaitingLogon | Self::LogonReceived => &[Role::Acceptor],
            Self::LogonPending | Self::LogonSent | Self::RefusalSent => &[Role::Initiator],
            Self::Active
            | Self::ResetSent
            | Self::LogoutSent
            | Self::LogoutAnswered
            | Self::Closing
            | Self::Disconnected => &[Role::Acceptor, Role::Initiator],
        }
    }

    /// Whether sessions of the profile come into the stage: common engines close when they answer a Logout.
    #[must_use]
    pub fn exists_in(self, profile: Profile) -> bool {
        self != Self::LogoutAnswered || profile == Profile::Standard
    }

    /// A session in this stage that has seen nothing else.
    ///
    /// # Panics
    /// When the session is not in the stage then.
    #[must_use]
    pub fn reach(self, role: Role, profile: Profile) -> Bench {
        let mut bench = match self {
            Self::Disconnected => Bench::new(role, profile, NEXT_SENDER, EXPECTED),
            Self::AwaitingLogon => connected(role, profile, NEXT_SENDER, EXPECTED, false),
            Self::LogonReceived => {
                let mut bench = connected(role, profile, NEXT_SENDER, EXPECTED, true);
                bench.feed(&logon(EXPECTED));
                bench
            }
            Self::LogonPending => connected(role, profile, NEXT_SENDER, EXPECTED, true),
            Self::LogonSent => connected(role, profile, NEXT_SENDER - 1, EXPECTED, false),
            Self::Active => logged_on(role, profile, NEXT_SENDER - 2, EXPECTED - 1),
            Self::ResetSent => reset_sent(role, profile),
            Self::LogoutSent => {
                let mut bench = logged_on(role, profile, NEXT_SENDER - 3, EXPECTED - 1);
                bench.command(Command::Logout { text: "", by: Origin::Operator });
                bench
            }
            Self::RefusalSent => {
                let mut bench = connected(role, profile, NEXT_SENDER - 2, EXPECTED, false);
                bench.feed(&from_them("0", EXPECTED, false, &[]));
                bench
            }
            Self::LogoutAnswered => {
                let mut bench = logged_on(role, profile, NEXT_SENDER - 3, EXPECTED - 2);
                bench.feed(&from_them("5", EXPECTED - 1, false, &[]));
                bench
            }
            Self::Closing => {
                let mut bench = logged_on(role, profile, NEXT_SENDER - 2, EXPECTED - 1);
                bench.command(Command::Disconnect);
                bench
            }
        };
        let status = bench.session.status();
        assert_eq!(status.phase, self.phase(), "{self} of {role:?}");
        assert_eq!(status.next_target.get(), EXPECTED, "{self} of {role:?}");
        let sender = if self == Self::ResetSent { 2 } else { NEXT_SENDER };
        assert_eq!(status.next_sender.get(), sender, "{self} of {role:?}");
        bench.forget();
        bench
    }

    /// The number of the application message that was sent before, where one was sent.
    #[must_use]
    pub(super) fn own_order(self) -> u64 {
        match self {
            Self::ResetSent => 1,
            Self::LogoutSent | Self::LogoutAnswered => NEXT_SENDER - 2,
            Self::AwaitingLogon
            | Self::LogonReceived
            | Self::LogonPending
            | Self::LogonSent
            | Self::RefusalSent
            | Self::Active
            | Self::Closing
            | Self::Disconnected => NEXT_SENDER - 1,
        }
    }

    fn phase(self) -> PhaseName {
        match self {
            Self::AwaitingLogon => PhaseName::AwaitingLogon,
            Self::LogonReceived => PhaseName::LogonReceived,
            Self::LogonPending => PhaseName::LogonPending,
            Self::LogonSent => PhaseName::LogonSent,
            Self::Active | Self::ResetSent => PhaseName::Active,
            Self::LogoutSent | Self::RefusalSent => PhaseName::LogoutSent,
            Self::LogoutAnswered => PhaseName::LogoutAnswered,
            Self::Closing => PhaseName::Closing,
            Self::Disconnected => PhaseName::Disconnected,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A Logon of the counterparty.
pub(super) fn logon(seq: u64) -> Vec<u8> {
    from_them("A", seq, false, &[(98, "0"), (108, "30")])
}

/// Connected, and nothing received. Without `hold` an initiator has sent its Logon.
pub(super) fn connected(
    role: Role,
    profile: Profile,
    next_sender: u64,
    next_target: u64,
    hold: bool,
) -> Bench {
    let mut bench = Bench::new(role, profile, next_sender, next_target);
    bench.hold = hold;
    bench.event(Event::Connected);
    bench
}

/// Logged on, and one application message sent after the Logon.
pub(super) fn logged_on(role: Role, profile: Profile, next_sender: u64, next_target: u64) -> Bench {
    let mut bench = connected(role, profile, next_sender, next_target, false);
    bench.feed(&logon(next_target));
    bench.send_order();
    bench
}

/// Logged on, the probe of an in-session reset answered, our Logon with ResetSeqNumFlag(141)=Y sent: its number is the
/// only one of the new numbering.
fn reset_sent(role: Role, profile: Profile) -> Bench {
    let mut bench = logged_on(role, profile, NEXT_SENDER - 2, EXPECTED - 2);
    bench.command(Command::Reset(ResetMode::InSession));
    bench.feed(&answer_to_probe(&bench, EXPECTED - 1));
    bench
}

/// The Heartbeat that answers the TestRequest that was sent last.
pub(super) fn answer_to_probe(bench: &Bench, seq: u64) -> Vec<u8> {
    let request = bench.sent.last().map_or("", |sent| sent.text.as_str());
    let id = request.strip_prefix("TestRequest(112=").and_then(|rest| rest.strip_suffix(')'));
    from_them("0", seq, false, &[(112, id.expect("a TestRequest was sent last"))])
}
