//! Runs of a pair under a list of steps, and what must hold in every one of them.
//!
//! The invariants are those of `sansfix_sim::Invariants`.

use proptest::prelude::*;
use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use sansfix::{BeginString, Command, Now, Order, Origin, PhaseName, ResetMode, SECOND_NS};
use sansfix_sim::{Answer, Application, Chunking, Invariants, Pace, Pair, Random, Ruling, Settings, Side};

use crate::planted::plant;

/// How long bytes travel in these runs, nanoseconds: long enough that something is always under way.
const LATENCY_NS: u64 = 1_000_000;
/// How often slow messages are settled while a run heals.
const SETTLING_ROUNDS: u32 = 50;
/// How many arrivals and deadlines a run may have before it is called endless (G16): no list of steps comes near it.
const MOST_STEPS: u64 = 20_000;
/// More reconnects than any fault of a run can make necessary.
const HEALING_ATTEMPTS: usize = 8;

/// The mark of an order that is not answered at once.
const SLOW: &str = "-slow";

/// Accepts everything but slow orders, which are settled by a step of their own.
#[derive(Clone, Copy, Debug)]
struct Deferring;

impl Application for Deferring {
    fn message(&mut self, message: &Message<'_>, _: Order) -> Answer {
        let slow = message.get(11).is_some_and(|id| id.ends_with(SLOW.as_bytes()));
        if slow { Answer::later() } else { Answer::accept() }
    }
}

/// One step of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// The application sends an order.
    Send(Side),
    /// The application sends an order that the other side's application does not answer at once.
    SendSlow(Side),
    /// The application answers the message that it left unanswered.
    Settle(Side),
    /// The operator logs out, with a text.
    Logout(Side),
    /// The operator logs on.
    Logon(Side),
    /// The operator asks for a Heartbeat.
    TestRequest(Side),
    /// The operator cuts the line.
    Disconnect(Side),
    /// The operator resets on the live connection.
    Reset(Side),
    /// The line is cut.
    Cut,
    /// A connection is made when there is none.
    Connect,
    /// One thing that is due happens.
    Step,
    /// Everything that is under way arrives.
    Run,
    /// Time passes, milliseconds.
    Pass(u32),
    /// The store answers when it is told to, or at once.
    SlowStore(Side, bool),
    /// The store answers one question.
    AnswerStore(Side),
    /// The process dies and starts again.
    Crash(Side),
}

/// Which faults and commands a list of steps may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowed {
    /// [`Op::Crash`]
    pub crash: bool,
    /// [`Op::Reset`]
    pub reset: bool,
}

/// Lists of steps.
pub fn ops(allowed: Allowed, most: usize) -> impl Strategy<Value = Vec<Op>> {
    let side = || prop_oneof![Just(Side::Initiator), Just(Side::Acceptor)];
    let op = prop_oneof![
        8 => side().prop_map(Op::Send),
        1 => side().prop_map(Op::SendSlow),
        2 => side().prop_map(Op::Settle),
        1 => side().prop_map(Op::Logout),
        2 => side().prop_map(Op::Logon),
        1 => side().prop_map(Op::TestRequest),
        1 => side().prop_map(Op::Disconnect),
        2 => side().prop_map(move |side| if allowed.reset { Op::Reset(side) } else { Op::Send(side) }),
        2 => Just(Op::Cut),
        6 => Just(Op::Connect),
        6 => Just(Op::Step),
        5 => Just(Op::Run),
        3 => prop_oneof![Just(1u32), Just(500), Just(3_000), Just(13_000), Just(31_000)].prop_map(Op::Pass),
        2 => (side(), any::<bool>()).prop_map(|(side, slow)| Op::SlowStore(side, slow)),
        4 => side().prop_map(Op::AnswerStore),
        2 => side().prop_map(move |side| if allowed.crash { Op::Crash(side) } else { Op::Send(side) }),
    ];
    proptest::collection::vec(op, 1..most)
}

/// A pair with the facts that the invariants need.
#[derive(Debug)]
pub struct Run {
    /// The pair.
    pub pair: Pair,
    /// What holds.
    pub invariants: Invariants,
    orders: u32,
}

impl Run {
    /// A pair of this version without a connection. `seed` cuts the bytes into reads.
    #[must_use]
    pub fn new(version: BeginString, seed: u64) -> Self {
        let identity = Identity::new(version, "TW", "ISLD");
        let settings = |role, identity| {
            let mut config = plant(Config::new(role, identity));
            config.heart_bt_int = 10;
            Settings { application: Box::new(Deferring), ..Settings::new(config) }
        };
        let initiator = settings(Role::Initiator, identity.clone());
        let acceptor = settings(Role::Acceptor, identity.reversed());
        let start = Now { mono_ns: SECOND_NS, utc_ns: 1_790_000_000 * SECOND_NS as i64 };
        let mut pair = Pair::new(initiator, acceptor, start);
        pair.set_latency(LATENCY_NS);
        pair.set_chunking(Chunking::Random(Random::new(seed), 200));
        pair.set_most_steps(MOST_STEPS);
        Self { pair, invariants: Invariants::default(), orders: 0 }
    }

    /// Performs the steps, and checks the invariants after each.
    pub fn perform(&mut self, ops: &[Op]) {
        for op in ops {
            self.step(*op);
            self.check();
        }
    }

    /// Checks the invariants.
    ///
    /// # Panics
    /// When one is broken.
    pub fn check(&mut self) {
        self.invariants.check(&self.pair).unwrap_or_else(|violation| panic!("{violation}"));
    }

    /// Checks that nothing is left of the faults.
    ///
    /// # Panics
    /// When something is.
    pub fn check_healed(&self) {
        self.invariants.check_healed(&self.pair).unwrap_or_else(|violation| panic!("{violation}"));
    }

    fn step(&mut self, op: Op) {
        let now = self.pair.now();
        match op {
            Op::Send(side) => self.send(side, ""),
            Op::SendSlow(side) => self.send(side, SLOW),
            Op::Settle(side) => {
                let _ = self.pair.node_mut(side).settle(now, &Ruling::Accept);
                self.pair.collect(side);
            }
            Op::Logout(side) => {
                self.pair.command(side, Command::Logout { text: "bye", by: Origin::Operator });
            }
            Op::Logon(side) => {
                self.pair.command(side, Command::Logon { by: Origin::Operator });
            }
            Op::TestRequest(side) => {
                self.pair.command(side, Command::TestRequest { id: "" });
            }
            Op::Disconnect(side) => {
                self.pair.command(side, Command::Disconnect);
            }
            Op::Reset(side) => {
                self.pair.command(side, Command::Reset(ResetMode::InSession));
            }
            Op::Cut => self.pair.cut(),
            Op::Connect => self.connect(),
            Op::Step => _ = self.pair.step(),
            Op::Run => self.pair.run().unwrap(),
            Op::Pass(ms) => self.pair.run_for(u64::from(ms) * 1_000_000).unwrap(),
            Op::SlowStore(side, slow) => {
                self.pair.node_mut(side).set_pace(if slow { Pace::OnRequest } else { Pace::Prompt });
            }
            Op::AnswerStore(side) => {
                self.pair.node_mut(side).answer_store(now);
                self.pair.collect(side);
            }
            Op::Crash(side) => self.pair.crash(side),
        }
    }

    fn send(&mut self, side: Side, mark: &str) {
        let id = format!("{side:?}-{}{mark}", self.orders);
        if self.pair.send(side, b"D", format!("11={id}\u{1}").as_bytes()).is_ok() {
            self.orders += 1;
        }
    }

    fn connect(&mut self) {
        if Side::BOTH.iter().all(|side| !self.pair.node(*side).connected()) {
            self.pair.connect();
        }
    }

    /// The faults are over: stores answer, both operators log on, connections are made until both sides are logged on
    /// and quiet.
    ///
    /// # Panics
    /// When they never are.
    pub fn heal(&mut self) {
        for side in Side::BOTH {
            self.step(Op::SlowStore(side, false));
            while self.pair.node(side).questions() > 0 {
                self.step(Op::AnswerStore(side));
            }
        }
        for _ in 0..HEALING_ATTEMPTS {
            for side in Side::BOTH {
                self.step(Op::Logon(side));
            }
            self.connect();
            // Longer together than every limit of a logout and of a probe, shorter than the repetition of a
            // ResendRequest.
            for _ in 0..SETTLING_ROUNDS {
                self.step(Op::Pass(25_000 / SETTLING_ROUNDS));
                while Side::BOTH.iter().any(|side| self.pair.node(*side).has_unsettled()) {
                    Side::BOTH.into_iter().for_each(|side| self.step(Op::Settle(side)));
                }
            }
            self.check();
            if Side::BOTH.iter().all(|side| self.pair.node(*side).status().phase == PhaseName::Active) {
                self.step(Op::Pass(5_000));
                self.step(Op::Run);
                self.check();
                return;
            }
        }
        let [one, other] = Side::BOTH.map(|side| self.pair.node(side).status());
        panic!("not logged on after {HEALING_ATTEMPTS} connections: {one:?} {other:?}");
    }
}
