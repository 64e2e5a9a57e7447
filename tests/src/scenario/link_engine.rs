//! Our own engine as scenarios see it: one session through its link, in virtual time.

use std::collections::{BTreeMap, BTreeSet};

use sansfix::config::{self, Config, Identity, Profile};
use sansfix::dictionary::Validation;
use sansfix::{Command, Event, Now, Origin, Outcome, ResetMode, SeqNum};
use sansfix_sim::trace::Divergence;
use sansfix_sim::{Node, Settings};

use super::application::Echo;
use super::condition::Surroundings;
use super::dictionaries;
use super::engine::{Engine, Operation};
use super::file::Scenario;
use super::version::Role;
use crate::planted::plant;

/// When every scenario begins: 2026-09-21T14:13:20Z. Any time would do.
const START_UTC_NS: i64 = 1_790_000_000 * 1_000_000_000;
/// How long an initiator waits before it connects again.
const RECONNECT_NS: u64 = 30 * 1_000_000_000;

/// One session of ours, with an acceptor's door or an initiator's dialling around it.
#[derive(Debug)]
pub struct LinkEngine {
    node: Node,
    now: Now,
    role: Role,
    /// The connection that the session has.
    live: Option<usize>,
    /// Connections that the engine has closed.
    closed: BTreeSet<usize>,
    received: BTreeMap<usize, Vec<u8>>,
    dial_at_ns: u64,
}

impl LinkEngine {
    /// An engine set up as the scenario asks.
    ///
    /// # Errors
    /// A setting that is unknown or has no such value.
    pub fn new(scenario: &Scenario, there: Surroundings) -> Result<Self, String> {
        let config = configure(scenario, there)?;
        let validator = if scenario.dictionary {
            Some(dictionaries::validator(there.version, validation(scenario)?)?)
        } else {
            None
        };
        let application = Box::new(Echo::new(scenario.application_unavailable));
        let node = Node::new(Settings { application, validator, ..Settings::new(config) });
        Ok(Self {
            node,
            now: Now { mono_ns: 0, utc_ns: START_UTC_NS },
            role: there.role,
            live: None,
            closed: BTreeSet::new(),
            received: BTreeMap::new(),
            dial_at_ns: 0,
        })
    }

    /// The trace of everything that happened to the session.
    pub fn trace(&mut self) -> &str {
        self.node.recorder().trace()
    }

    /// Replays the trace on a new session.
    ///
    /// # Errors
    /// The first [`Divergence`].
    pub fn replay(&self) -> Result<String, Divergence> {
        self.node.replay()
    }

    fn attach(&mut self, connection: usize) {
        self.closed.remove(&connection);
        self.live = Some(connection);
        self.node.event(self.now, Event::Connected);
        self.collect();
    }

    fn collect(&mut self) {
        let Some(live) = self.live else { return };
        let bytes = self.node.take_output(self.now);
        self.received.entry(live).or_default().extend(bytes);
        if !self.node.connected() {
            self.closed.insert(live);
            self.live = None;
            self.dial_at_ns = self.now.mono_ns + RECONNECT_NS;
        }
    }

    fn command(&mut self, command: Command<'_>) -> Result<(), String> {
        let outcome = self.node.event(self.now, Event::Command(command));
        self.collect();
        match outcome {
            Outcome::Refused(why) => Err(why.to_string()),
            Outcome::Done | Outcome::Already | Outcome::Remembered | Outcome::Ignored => Ok(()),
        }
    }
}

impl Engine for LinkEngine {
    fn connect(&mut self, connection: usize) -> bool {
        if self.role == Role::Initiator {
            return false;
        }
        // A second connection waits at the door: nothing is known of the caller yet.
        match self.live {
            None => self.attach(connection),
            Some(_) => _ = self.closed.remove(&connection),
        }
        true
    }

    fn accept(&mut self, connection: usize) -> bool {
        let status = self.node.status();
        let dials = self.role == Role::Initiator
            && self.live.is_none()
            && status.enabled
            && status.in_session_time
            && self.dial_at_ns <= self.now.mono_ns;
        if dials {
            self.attach(connection);
        }
        dials
    }

    fn send(&mut self, connection: usize, bytes: &[u8]) {
        if self.live == Some(connection) {
            self.node.feed(self.now, bytes);
            self.collect();
        } else if sansfix::greeting(bytes, 1 << 16).is_some() {
            // The identity is taken: whatever the greeting says, this engine has but one session.
            self.closed.insert(connection);
        }
    }

    fn receive(&mut self, connection: usize, bytes: &mut Vec<u8>) {
        bytes.append(self.received.entry(connection).or_default());
    }

    fn closed(&self, connection: usize) -> bool {
        self.closed.contains(&connection)
    }

    fn cut(&mut self, connection: usize) {
        if self.live == Some(connection) {
            self.node.event(self.now, Event::Disconnected);
            self.collect();
        }
    }

    fn operate(&mut self, operation: &Operation, body: &[(u32, Vec<u8>)]) -> Result<(), String> {
        let by = Origin::Operator;
        let seq = |number| SeqNum::new(number).ok_or_else(|| "0 is no number".to_owned());
        match operation {
            Operation::Logon => {
                self.dial_at_ns = self.now.mono_ns;
                self.command(Command::Logon { by })
            }
            Operation::Logout(text) => self.command(Command::Logout { text, by }),
            Operation::Reset(mode) => self.command(Command::Reset(match mode.as_str() {
                "offline" => ResetMode::Offline,
                "in-session" => ResetMode::InSession,
                _ => ResetMode::LogoutThenReset,
            })),
            Operation::SetNextSender(number) => self.command(Command::SetNextSender(seq(*number)?)),
            Operation::SetNextTarget(number) => self.command(Command::SetNextTarget(seq(*number)?)),
            Operation::TestRequest => self.command(Command::TestRequest { id: "" }),
            Operation::Disconnect => self.command(Command::Disconnect),
            Operation::Send(_) => {
                let (kind, fields) = application_message(body);
                let result = self.node.send(self.now, &kind, &fields);
                self.collect();
                result.map(|_| ()).map_err(|refused| refused.to_string())
            }
        }
    }

    fn pass(&mut self, limit_ns: u64) -> u64 {
        let dials = (self.role == Role::Initiator && self.live.is_none()).then_some(self.dial_at_ns);
        let due = [self.node.due(), dials.filter(|at| *at > self.now.mono_ns)].into_iter().flatten().min();
        let passed = due.map_or(limit_ns, |due| due.saturating_sub(self.now.mono_ns).min(limit_ns));
        self.now = self.now.plus_ns(passed);
        if self.node.due().is_some_and(|due| due <= self.now.mono_ns) {
            self.node.event(self.now, Event::Tick);
            self.collect();
        }
        passed
    }

    fn utc_ns(&self) -> i64 {
        self.now.utc_ns
    }
}

fn application_message(body: &[(u32, Vec<u8>)]) -> (Vec<u8>, Vec<u8>) {
    let mut kind = Vec::new();
    let mut fields = Vec::new();
    for (tag, value) in body {
        if *tag == sansfix::tags::MSG_TYPE {
            kind.clone_from(value);
        } else {
            fields.extend_from_slice(format!("{tag}=").as_bytes());
            fields.extend_from_slice(value);
            fields.push(1);
        }
    }
    (kind, fields)
}

fn configure(scenario: &Scenario, there: Surroundings) -> Result<Config, String> {
    let role = match there.role {
        Role::Initiator => config::Role::Initiator,
        Role::Acceptor => config::Role::Acceptor,
    };
    let identity = Identity::new(there.version.begin_string(), "ISLD", "TW");
    let mut config = plant(Config::new(role, identity).with_profile(Profile::Standard));
    config.default_appl_ver_id = there.version.default_appl_ver_id();
    for (name, value) in &scenario.settings {
        let wrong = || format!("{name}={value} is no such setting");
        let number = || value.parse::<u32>().map_err(|_| wrong());
        let yes = || match value.as_str() {
            "Y" => Ok(true),
            "N" => Ok(false),
            _ => Err(wrong()),
        };
        match name.as_str() {
            "HeartBtInt" => config.heart_bt_int = number()?,
            "ResetOnLogon" => config.reset_on_logon = yes()?,
            "ResetOnLogout" => config.reset_on_logout = yes()?,
            "ResetOnDisconnect" => config.reset_on_disconnect = yes()?,
            "PersistMessages" => config.persist_messages = yes()?,
            "CheckLatency" if !yes()? => config.sending_time_tolerance = None,
            "EnableNextExpectedMsgSeqNum" => config.next_expected_msg_seq_num = yes()?,
            "EnableLastMsgSeqNumProcessed" => config.last_msg_seq_num_processed = yes()?,
            "ResendRequestChunkSize" => config.resend_request_chunk = Some(u64::from(number()?)),
            "ValidateUserDefinedFields" => _ = yes()?,
            "NoResendRequestForHighResendRequest" => {
                config.switches.no_resend_request_for_high_resend_request = yes()?;
            }
            _ => return Err(wrong()),
        }
    }
    Ok(config)
}

fn validation(scenario: &Scenario) -> Result<Validation, String> {
    let mut validation = Validation::default();
    match scenario.settings.get("ValidateUserDefinedFields").map(String::as_str) {
        None | Some("Y") => {}
        Some("N") => validation.validate_user_defined_fields = false,
        Some(value) => return Err(format!("ValidateUserDefinedFields={value} is no such setting")),
    }
    Ok(validation)
}
