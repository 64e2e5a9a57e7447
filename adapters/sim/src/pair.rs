//! Two nodes over a virtual network, on one virtual clock.

use sansfix::{Command, Event, Now, Outcome, Refused, SeqNum};

use super::line::{self, Line, Passage};
use super::network::{Arrival, Chunking, Pipe};
use super::node::Node;
use super::settings::Settings;

/// How many steps a run may take before it is called a livelock: a replay of 100,000 messages in single bytes stays
/// far below it, and two engines that answer each other for ever reach it in seconds.
const LIVELOCK_STEPS: u64 = 50_000_000;

/// Which side of a pair.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// The side that connects.
    Initiator,
    /// The other one.
    Acceptor,
}

impl Side {
    /// Both sides.
    pub const BOTH: [Self; 2] = [Self::Initiator, Self::Acceptor];

    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Initiator => Self::Acceptor,
            Self::Acceptor => Self::Initiator,
        }
    }
}

/// The two sides answer each other without end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Livelock {
    /// How many steps were taken.
    pub steps: u64,
}

impl std::fmt::Display for Livelock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the two sides were not quiet after {} steps", self.steps)
    }
}

impl std::error::Error for Livelock {}

/// A message that one side has written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// On which connection, from 1.
    pub connection: u64,
    /// When, nanoseconds on the clock of the pair.
    pub at_ns: u64,
    /// When it arrives, if it does.
    pub due_ns: u64,
    /// The epoch of the side's numbers then.
    pub epoch: u64,
    /// The bytes: one message, or less when the transport had no room for all of it.
    pub bytes: Vec<u8>,
    /// What the line makes of it.
    pub passage: Passage,
}

/// Two nodes, a network between them, and the clock of both.
#[derive(Debug)]
pub struct Pair {
    nodes: [Node; 2],
    /// What is under way to each side.
    pipes: [Pipe; 2],
    chunking: [Chunking; 2],
    now: Now,
    latency_ns: u64,
    line: Line,
    steps: u64,
    most_steps: u64,
    connections: u64,
    written: [Vec<Written>; 2],
}

impl Pair {
    /// Two nodes without a connection, at `now`.
    #[must_use]
    pub fn new(initiator: Settings, acceptor: Settings, now: Now) -> Self {
        Self {
            nodes: [Node::new(initiator), Node::new(acceptor)],
            pipes: [Pipe::default(), Pipe::default()],
            chunking: [Chunking::Whole, Chunking::Whole],
            now,
            latency_ns: 0,
            line: Line::default(),
            steps: 0,
            most_steps: LIVELOCK_STEPS,
            connections: 0,
            written: [Vec::new(), Vec::new()],
        }
    }

    /// How long bytes travel, nanoseconds.
    pub fn set_latency(&mut self, ns: u64) {
        self.latency_ns = ns;
    }

    /// What the line does with messages while a connection goes on. By itself it does nothing. The line before is returned.
    pub fn set_line(&mut self, line: Line) -> Line {
        std::mem::replace(&mut self.line, line)
    }

    /// The line falls silent: nothing arrives any more, what is under way included, and no side sees an end. So it stays
    /// until [`Self::end_silence`] or the next [`Self::connect`].
    pub fn fall_silent(&mut self) {
        self.pipes.iter_mut().for_each(Pipe::clear);
        self.line.set_silent(true);
    }

    /// Whether the line has fallen silent.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.line.is_silent()
    }

    /// Messages pass again; a side whose counterparty has closed meanwhile sees the end.
    pub fn end_silence(&mut self) {
        if self.line.is_silent() {
            self.line.set_silent(false);
            Side::BOTH.into_iter().for_each(|side| self.collect(side));
        }
    }

    /// How many steps may be taken in all before a run is called a [`Livelock`].
    pub fn set_most_steps(&mut self, steps: u64) {
        self.most_steps = steps;
    }

    /// How bytes to both sides are cut into reads.
    pub fn set_chunking(&mut self, chunking: Chunking) {
        self.chunking = [chunking.clone(), chunking];
    }

    /// The clock.
    #[must_use]
    pub fn now(&self) -> Now {
        self.now
    }

    /// One side.
    #[must_use]
    pub fn node(&self, side: Side) -> &Node {
        &self.nodes[side as usize]
    }

    /// One side, to be changed.
    pub fn node_mut(&mut self, side: Side) -> &mut Node {
        &mut self.nodes[side as usize]
    }

    /// Whether both sides are connected.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.nodes.iter().all(Node::connected)
    }

    /// Makes a connection. What was under way on the last one is lost.
    pub fn connect(&mut self) {
        for side in Side::BOTH {
            if self.node(side).connected() {
                self.lose_connection(side);
            }
        }
        self.pipes.iter_mut().for_each(Pipe::clear);
        self.line.set_silent(false);
        self.connections += 1;
        for side in [Side::Acceptor, Side::Initiator] {
            self.event(side, Event::Connected);
        }
    }

    /// Cuts the connection: what is under way is lost, and both sides see its end.
    pub fn cut(&mut self) {
        self.pipes.iter_mut().for_each(Pipe::clear);
        for side in Side::BOTH {
            if self.node(side).connected() {
                self.lose_connection(side);
            }
        }
        self.pipes.iter_mut().for_each(Pipe::clear);
    }

    fn lose_connection(&mut self, side: Side) {
        let now = self.now;
        self.node_mut(side).event(now, Event::Disconnected);
        let _ = self.node_mut(side).take_output(now);
        if self.node(side).dead() {
            self.node_mut(side).crash();
        }
    }

    /// An event to one side; what it sends is put under way.
    pub fn event(&mut self, side: Side, event: Event<'_>) -> Outcome {
        let now = self.now;
        let outcome = self.node_mut(side).event(now, event);
        self.collect(side);
        outcome
    }

    /// An operator's command to one side.
    pub fn command(&mut self, side: Side, command: Command<'_>) -> Outcome {
        self.event(side, Event::Command(command))
    }

    /// The application of one side sends; `fields` are `tag=value`, each ended by SOH.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn send(&mut self, side: Side, msg_type: &[u8], fields: &[u8]) -> Result<SeqNum, Refused> {
        let now = self.now;
        let result = self.node_mut(side).send(now, msg_type, fields);
        self.collect(side);
        result
    }

    /// One side's machine dies and starts again: what is under way is lost, and the other side sees the end of the
    /// connection. For a process that dies alone see [`Node::die_after`]: what it had written arrives, and its end.
    pub fn crash(&mut self, side: Side) {
        self.node_mut(side).crash();
        self.cut();
    }

    /// Puts under way what a side has sent, and its closing. To be called after a node was changed by itself.
    pub fn collect(&mut self, side: Side) {
        let (now, due) = (self.now, self.now.mono_ns.saturating_add(self.latency_ns));
        let to = side.other() as usize;
        while self.node(side).has_output() {
            let bytes = self.node_mut(side).take_output(now);
            let arriving = self.write(side, due, &bytes);
            self.pipes[to].write(due, arriving);
        }
        if self.node(side).dead() {
            self.node_mut(side).crash();
            self.pipes[side as usize].clear();
        }
        if !self.node(side).connected() && self.nodes[to].connected() && !self.line.is_silent() {
            self.pipes[to].close(due);
        }
    }

    /// Notes what a side has written, message by message. What of it arrives.
    fn write(&mut self, side: Side, due_ns: u64, bytes: &[u8]) -> Vec<u8> {
        let epoch = self.node(side).session().snapshot().epoch;
        let (connection, at_ns) = (self.connections, self.now.mono_ns);
        let mut arriving = Vec::with_capacity(bytes.len());
        for message in line::messages(bytes) {
            let passage = self.line.pass(message, &mut arriving);
            let bytes = message.to_vec();
            self.written[side as usize].push(Written { connection, at_ns, due_ns, epoch, bytes, passage });
        }
        arriving
    }

    /// Does one thing that is due now: an arrival, a store's answer or a deadline. False when nothing is due.
    pub fn step(&mut self) -> bool {
        let now = self.now;
        for side in Side::BOTH {
            let at = side as usize;
            if let Some(arrival) = self.pipes[at].read(now.mono_ns, &mut self.chunking[at]) {
                match arrival {
                    Arrival::Bytes(bytes) => self.node_mut(side).feed(now, &bytes),
                    Arrival::End if self.node(side).connected() => {
                        self.node_mut(side).event(now, Event::Disconnected);
                    }
                    Arrival::End => {}
                }
                self.collect(side);
                return true;
            }
        }
        for side in Side::BOTH {
            if self.node(side).due().is_some_and(|due| due <= now.mono_ns) {
                self.event(side, Event::Tick);
                return true;
            }
        }
        false
    }

    /// Runs until nothing is under way and no store has an answer to give. The clock goes on as far as latency and
    /// stores make it; deadlines that lie further ahead are not waited for.
    ///
    /// # Errors
    /// [`Livelock`]
    pub fn run(&mut self) -> Result<(), Livelock> {
        loop {
            self.settle_now()?;
            let arrivals = self.pipes.iter().filter_map(Pipe::due);
            let stores = self.nodes.iter().filter_map(Node::store_due);
            let Some(next) = arrivals.chain(stores).min() else { return Ok(()) };
            let deadlines = self.nodes.iter().filter_map(Node::due);
            let next = deadlines.fold(next, u64::min);
            self.advance_clock(next);
        }
    }

    /// Runs for `ns` nanoseconds, deadlines included.
    ///
    /// # Errors
    /// [`Livelock`]
    pub fn run_for(&mut self, ns: u64) -> Result<(), Livelock> {
        let end = self.now.mono_ns.saturating_add(ns);
        loop {
            self.settle_now()?;
            if !self.go_on(end) {
                return Ok(());
            }
        }
    }

    /// The clock goes on to when something is due again, at most to `end_ns`. False when it stands there already.
    pub fn go_on(&mut self, end_ns: u64) -> bool {
        let due = self.pipes.iter().filter_map(Pipe::due);
        let next = due.chain(self.nodes.iter().filter_map(Node::due)).fold(end_ns, u64::min);
        let more = self.now.mono_ns < end_ns;
        if more {
            self.advance_clock(next);
        }
        more
    }

    /// Does everything that is due now. The clock stands still.
    ///
    /// # Errors
    /// [`Livelock`]
    pub fn settle_now(&mut self) -> Result<(), Livelock> {
        while self.step() {
            self.steps += 1;
            if self.steps > self.most_steps {
                return Err(Livelock { steps: self.steps });
            }
        }
        Ok(())
    }

    fn advance_clock(&mut self, to: u64) {
        self.now = self.now.plus_ns(to.saturating_sub(self.now.mono_ns));
    }

    /// Everything a side has written, whether it arrived or not.
    #[must_use]
    pub fn written(&self, side: Side) -> &[Written] {
        &self.written[side as usize]
    }

    /// Forgets what has been written, and what both sides have noted for others to look at. For long runs.
    pub fn forget(&mut self) {
        self.written.iter_mut().for_each(Vec::clear);
        self.nodes.iter_mut().for_each(Node::forget);
    }

    /// How many connections have been made.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections
    }

    /// How many steps have been taken.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }
}
