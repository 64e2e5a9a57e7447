//! What every scenario is run with: a version, who connects, and a profile of ours.

use std::fmt;
use std::io::Write;
use std::panic::resume_unwind;
use std::sync::Once;
use std::thread;

use sansfix::BeginString;
use sansfix::config::{Profile, Role};

use crate::{PEER_VARIABLE, peer_program};

/// The versions, and what QuickFIX calls the application version.
const VERSIONS: [(BeginString, Option<&str>); 3] =
    [(BeginString::Fix42, None), (BeginString::Fix44, None), (BeginString::Fixt11, Some("FIX.5.0SP2"))];

const DRIVERS: [Driver; 2] = [Driver::Blocking, Driver::Tokio];

/// One way to run a scenario.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Case {
    /// BeginString(8)
    pub version: BeginString,
    /// DefaultApplVerID, as QuickFIX writes it; FIXT.1.1 only.
    pub appl_ver: Option<&'static str>,
    /// Our role; QuickFIX has the other.
    pub role: Role,
    /// Our profile.
    pub profile: Profile,
    /// Our adapter.
    pub driver: Driver,
    /// What is between the two sides.
    pub line: Line,
}

/// An adapter of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Driver {
    /// Threads.
    Blocking,
    /// Tasks of tokio's.
    Tokio,
}

/// What is between the two sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Line {
    /// TCP.
    Plain,
    /// TLS, with certificates on both sides.
    Tls,
}

impl Case {
    /// All over plain TCP: three versions, both roles, both profiles, both adapters.
    pub fn all() -> impl Iterator<Item = Self> {
        let versions_and_roles = VERSIONS
            .into_iter()
            .flat_map(|version| [Role::Acceptor, Role::Initiator].map(|role| (version, role)));
        versions_and_roles.flat_map(|((version, appl_ver), role)| {
            let line = Line::Plain;
            let profiles = [Profile::Standard, Profile::Compatible];
            profiles.into_iter().flat_map(move |profile| {
                DRIVERS.map(|driver| Self { version, appl_ver, role, profile, driver, line })
            })
        })
    }

    /// Over TLS: both roles and both adapters. The version and the profile do not show there.
    pub fn over_tls() -> impl Iterator<Item = Self> {
        let tls = |case: Self| Self { line: Line::Tls, ..case };
        let chosen = |case: &Self| case.version == BeginString::Fix44 && case.profile == Profile::Standard;
        Self::all().filter(chosen).map(tls)
    }

    /// MsgType(35) of what a side sends: the initiator gives orders, the acceptor reports their execution.
    #[must_use]
    pub fn msg_type_of(role: Role) -> &'static str {
        match role {
            Role::Initiator => "D",
            Role::Acceptor => "8",
        }
    }

    /// QuickFIX's role.
    #[must_use]
    pub fn peer_role(&self) -> Role {
        match self.role {
            Role::Initiator => Role::Acceptor,
            Role::Acceptor => Role::Initiator,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, role, profile, driver, line, appl_ver: _ } = self;
        write!(f, "{} our {role:?} {profile:?} {driver:?} {line:?}", version.as_str())
    }
}

/// Runs a scenario with every case, all at once: most of their time is waiting. Without a peer program it says so and
/// runs nothing.
pub fn every_case(scenario: impl Fn(Case) + Sync) {
    run(Case::all(), scenario);
}

/// As [`every_case`], and over TLS.
pub fn every_case_and_tls(scenario: impl Fn(Case) + Sync) {
    run(Case::all().chain(Case::over_tls()), scenario);
}

/// As [`every_case`], with those that are chosen.
pub fn some_cases(chosen: impl Fn(&Case) -> bool, scenario: impl Fn(Case) + Sync) {
    run(Case::all().filter(chosen), scenario);
}

/// A case that fails has told its name and what went over the wire.
fn run(cases: impl Iterator<Item = Case>, scenario: impl Fn(Case) + Sync) {
    if peer_program().is_none() {
        say_that_nothing_runs();
        return;
    }
    thread::scope(|scope| {
        let spawn = |case: Case| {
            let scenario = &scenario;
            let run = move || scenario(case);
            thread::Builder::new().name(case.to_string()).spawn_scoped(scope, run).expect("a thread")
        };
        let running: Vec<_> = cases.map(spawn).collect();
        let failures: Vec<_> = running.into_iter().filter_map(|case| case.join().err()).collect();
        if let Some(first) = failures.into_iter().next() {
            resume_unwind(first);
        }
    });
}

/// Written past the test harness, which would swallow it.
fn say_that_nothing_runs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = writeln!(
            std::io::stderr(),
            "interop with QuickFIX was NOT run: set {PEER_VARIABLE} to what tests/interop/build-peer.sh prints"
        );
    });
}
