//! Plays a scenario step by step.
//!
//! Decides how long is waited and what is left at the end. What is filled into a message stands in `outgoing`, what
//! is demanded of one in `expected`.

mod expected;
mod outgoing;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use super::condition::{Surroundings, all_hold};
use super::engine::{Engine, Operation};
use super::file::Scenario;
use super::step::{Line, Step};
use super::template::{Template, Test};
use super::version::Role;
use super::{Received, shown};

/// The scenario's CompID.
const ME: &str = "TW";
/// The engine's CompID.
const ENGINE: &str = "ISLD";
/// How long an answer of the `logon` step may take, milliseconds.
const PROMPT_MS: u64 = 1_000;
/// How long `logon` waits for an initiator to connect, milliseconds: it may have a reconnect interval.
const ACCEPT_MS: u64 = 60_000;

/// A scenario that did not go as it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The line of the file.
    pub line: usize,
    /// The line as written.
    pub text: String,
    /// What happened instead.
    pub what: String,
    /// Everything that was sent and received until then.
    pub transcript: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.transcript {
            writeln!(f, "    {line}")?;
        }
        write!(f, "  line {}: {}\n  {}", self.line, self.text, self.what)
    }
}

impl std::error::Error for Failure {}

/// Plays `scenario` against `engine`. At its end nothing may be left that the engine sent and no line expected.
///
/// # Errors
/// The first line that did not go as it says.
pub fn play(scenario: &Scenario, there: Surroundings, engine: &mut dyn Engine) -> Result<(), Failure> {
    let heart_bt_int = scenario.settings.get("HeartBtInt").map_or("30", String::as_str).to_owned();
    let mut player = Player::new(there, heart_bt_int, engine);
    let lines = scenario.lines.iter().filter(|line| all_hold(&line.when, there));
    let mut last = None;
    for line in lines {
        let result = player.play(line);
        result.map_err(|what| player.failure(line, what))?;
        last = Some(line);
    }
    match last {
        Some(line) => player.nothing_left().map_err(|what| player.failure(line, what)),
        None => Ok(()),
    }
}

#[derive(Default)]
struct Wire {
    open: bool,
    bytes: Vec<u8>,
    messages: VecDeque<Received>,
}

struct Player<'e> {
    there: Surroundings,
    heart_bt_int: String,
    engine: &'e mut dyn Engine,
    wires: BTreeMap<usize, Wire>,
    /// The number of the next message that is sent.
    next_out: u64,
    /// The number the engine's next new message must have.
    next_in: u64,
    captured: BTreeMap<String, Vec<u8>>,
    transcript: Vec<String>,
    started_utc_ns: i64,
}

impl<'e> Player<'e> {
    fn new(there: Surroundings, heart_bt_int: String, engine: &'e mut dyn Engine) -> Self {
        let started_utc_ns = engine.utc_ns();
        Self {
            there,
            heart_bt_int,
            engine,
            wires: BTreeMap::new(),
            next_out: 1,
            next_in: 1,
            captured: BTreeMap::new(),
            transcript: Vec::new(),
            started_utc_ns,
        }
    }

    fn failure(&self, line: &Line, what: String) -> Failure {
        let transcript = self.transcript.clone();
        Failure { line: line.number, text: line.text.clone(), what, transcript }
    }

    fn note(&mut self, what: String) {
        let ms = (self.engine.utc_ns() - self.started_utc_ns) / 1_000_000;
        self.transcript.push(format!("{:>4}.{:03} {what}", ms / 1000, ms % 1000));
    }

    fn wire(&mut self, connection: usize) -> &mut Wire {
        self.wires.entry(connection).or_default()
    }

    fn play(&mut self, line: &Line) -> Result<(), String> {
        let on = line.connection;
        match &line.step {
            Step::Connect => self.connect(on),
            Step::Accept { within_ms } => self.accept(on, *within_ms),
            Step::Logon(fields) => self.logon(on, fields),
            Step::Send(message) => self.send(on, message),
            Step::SendRaw(text) => self.send_raw(on, text),
            Step::Cut => self.cut(on),
            Step::Expect { within_ms, optional, message } => self.expect(on, *within_ms, *optional, message),
            Step::ExpectDisconnect { within_ms } => self.expect_disconnect(on, *within_ms),
            Step::Wait { ms } => self.wait(*ms),
            Step::Silence { ms } => self.silence(on, *ms),
            Step::Alive => self.alive(on),
            Step::Operator(operation) => self.operate(operation),
        }
    }

    fn connect(&mut self, on: usize) -> Result<(), String> {
        if !self.engine.connect(on) {
            return Err("the engine takes no connection".into());
        }
        self.note(format!("connection {on} made"));
        *self.wire(on) = Wire { open: true, ..Wire::default() };
        Ok(())
    }

    fn accept(&mut self, on: usize, within_ms: u64) -> Result<(), String> {
        let mut left = within_ms * 1_000_000;
        while !self.engine.accept(on) {
            if left == 0 {
                return Err(format!("the engine did not connect within {within_ms} ms"));
            }
            left -= self.engine.pass(left).clamp(1, left);
        }
        self.note(format!("connection {on} accepted"));
        *self.wire(on) = Wire { open: true, ..Wire::default() };
        Ok(())
    }

    /// A connection if there is none, and both Logons. `fields` are added to the scenario's.
    fn logon(&mut self, on: usize, fields: &Template) -> Result<(), String> {
        let logon = Template::parse(&format!("35=A|98=0|108={}", self.heart_bt_int))?.and(fields);
        let expected = Template::parse(&format!("35=A|98=0|108={}", self.heart_bt_int))?;
        match self.there.role {
            Role::Acceptor => {
                if !self.wire(on).open {
                    self.connect(on)?;
                }
                self.send(on, &logon)?;
                self.expect(on, PROMPT_MS, false, &expected)
            }
            Role::Initiator => {
                if !self.wire(on).open {
                    self.accept(on, ACCEPT_MS)?;
                }
                self.expect(on, PROMPT_MS, false, &expected)?;
                self.send(on, &logon)
            }
        }
    }

    fn cut(&mut self, on: usize) -> Result<(), String> {
        self.note("-> disconnect".into());
        self.engine.cut(on);
        self.collect(on)?;
        self.wire(on).open = false;
        Ok(())
    }

    fn put(&mut self, on: usize, bytes: &[u8]) -> Result<(), String> {
        self.collect(on)?;
        self.note(format!("-> {}", shown(bytes)));
        if self.engine.closed(on) {
            return Err("the engine has closed the connection".into());
        }
        self.engine.send(on, bytes);
        self.collect(on)
    }

    /// Reads what the engine has sent.
    fn collect(&mut self, on: usize) -> Result<(), String> {
        let mut bytes = std::mem::take(&mut self.wire(on).bytes);
        self.engine.receive(on, &mut bytes);
        while let Some(message) = Received::take(&mut bytes)? {
            self.note(format!("<- {message}"));
            self.wire(on).messages.push_back(message);
        }
        self.wire(on).bytes = bytes;
        if self.wire(on).open && self.engine.closed(on) {
            self.note("<- disconnect".into());
            self.wire(on).open = false;
        }
        Ok(())
    }

    fn wait(&mut self, ms: u64) -> Result<(), String> {
        let mut left = ms * 1_000_000;
        while left > 0 {
            left -= self.engine.pass(left).clamp(1, left);
            let all: Vec<usize> = self.wires.keys().copied().collect();
            all.into_iter().try_for_each(|on| self.collect(on))?;
        }
        Ok(())
    }

    fn silence(&mut self, on: usize, ms: u64) -> Result<(), String> {
        let mut left = ms * 1_000_000;
        loop {
            self.collect(on)?;
            if let Some(message) = self.wire(on).messages.front() {
                return Err(format!("not silent: {message}"));
            }
            if !self.wire(on).open {
                return Err("the engine has closed the connection".into());
            }
            if left == 0 {
                return Ok(());
            }
            left -= self.engine.pass(left).clamp(1, left);
        }
    }

    fn alive(&mut self, on: usize) -> Result<(), String> {
        let id = format!("ALIVE-{}", self.next_out);
        self.send(on, &Template::parse(&format!("35=1|112={id}"))?)?;
        self.expect(on, 1_000, false, &Template::parse(&format!("35=0|112={id}"))?)
    }

    fn operate(&mut self, operation: &Operation) -> Result<(), String> {
        self.note(format!("operator {operation:?}"));
        let mut fields = Vec::new();
        if let Operation::Send(template) = operation {
            for field in template.fields(self.there) {
                if let (Test::Is(value), Ok(tag)) = (&field.test, field.tag.parse()) {
                    fields.push((tag, self.filling().fill(value)?));
                }
            }
        }
        self.engine.operate(operation, &fields)?;
        let all: Vec<usize> = self.wires.keys().copied().collect();
        all.into_iter().try_for_each(|on| self.collect(on))
    }

    fn nothing_left(&mut self) -> Result<(), String> {
        let all: Vec<usize> = self.wires.keys().copied().collect();
        for on in all {
            self.collect(on)?;
            if let Some(message) = self.wire(on).messages.front() {
                return Err(format!("at the end, a message that nothing expected: {message}"));
            }
        }
        Ok(())
    }
}
