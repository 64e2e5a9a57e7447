//! Carries out what an operator types.

use std::io::BufRead;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sansfix::PhaseName;
use sansfix::config::{Identity, Limits};
use sansfix_registry::{CommandError, Registry};

use super::application::state;
use super::command::{Command, HELP, Typed, parse};
use super::logs::Logs;
use super::outbox::{Outbox, Outgoing};
use super::say;

/// How long a session's thread may take to send a message that it was handed: it looks for one every few
/// milliseconds, unless it is held up by its store.
const SEND_LIMIT: Duration = Duration::from_secs(5);
/// Beyond the session's own limits, for the threads to get there.
const MARGIN: Duration = Duration::from_secs(1);

/// How the input ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Quit,
    EndOfInput,
}

/// The sessions that an operator has a hold of.
pub(crate) struct Operator {
    registry: Registry,
    /// More can come while it works.
    sessions: Mutex<Vec<Operated>>,
    logs: Mutex<Logs>,
}

#[derive(Clone)]
struct Operated {
    identity: Identity,
    limits: Limits,
    outbox: Arc<Outbox>,
}

impl Operator {
    pub(crate) fn new(registry: Registry) -> Self {
        Self { registry, sessions: Mutex::default(), logs: Mutex::default() }
    }

    /// The logs of the sessions, to be written to the end when they have been logged out.
    pub(crate) fn logs(&self) -> MutexGuard<'_, Logs> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, identity: Identity, limits: Limits, outbox: Arc<Outbox>) {
        self.lock().push(Operated { identity, limits, outbox });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Operated>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries out one command for each line, until `quit` or the end.
    pub(crate) fn run(&self, mut input: impl BufRead) -> End {
        let mut line = Vec::new();
        loop {
            line.clear();
            match input.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return End::EndOfInput,
                Ok(_) => {}
            }
            match std::str::from_utf8(&line).map_err(|_| "the line is not UTF-8".to_owned()).and_then(parse) {
                Ok(None) => {}
                Ok(Some(Typed { command: Command::Quit, .. })) => return End::Quit,
                Ok(Some(Typed { command: Command::Help, .. })) => say(HELP),
                Ok(Some(typed)) => self.carry_out(typed),
                Err(error) => say(&format!("error: {error}")),
            }
        }
    }

    fn carry_out(&self, Typed { session, command }: Typed) {
        let all = self.lock().clone();
        let chosen = match session {
            None => &all[..],
            Some(number) => match number.checked_sub(1).and_then(|index| all.get(index..=index)) {
                Some(one) => one,
                None => return say(&format!("error: there is no session {number}; `status` lists them")),
            },
        };
        if let Command::Send(message) = command {
            return match chosen {
                [one] => self.send(one, message),
                _ => say("error: there are several sessions; say which: 1: send ..."),
            };
        }
        for one in chosen {
            if let Err(error) = self.give(one, &command) {
                say(&format!("error: {error}"));
            }
        }
    }

    fn give(&self, one: &Operated, command: &Command) -> Result<(), CommandError> {
        let (registry, identity) = (&self.registry, &one.identity);
        // Nobody waits for what comes of it: the session's changes are reported as they come.
        match command {
            Command::Logon => registry.logon(identity).map(drop),
            Command::Logout { text } => registry.logout(identity, text).map(drop),
            Command::TestRequest => registry.test_request(identity).map(drop),
            Command::NextSender(seq) => registry.set_next_sender(identity, *seq).map(drop),
            Command::NextTarget(seq) => registry.set_next_target(identity, *seq).map(drop),
            Command::Reset(mode) => registry.reset(identity, *mode).map(drop),
            Command::Disconnect => registry.disconnect(identity).map(drop),
            Command::Status => {
                let number = self.lock().iter().position(|other| other.identity == *identity);
                let status = registry.status(identity)?;
                say(&format!("{}: {identity} {}", number.map_or(0, |index| index + 1), state(&status)));
                Ok(())
            }
            // Carried out elsewhere.
            Command::Send(_) | Command::Help | Command::Quit => Ok(()),
        }
    }

    /// A message that is typed before the session is logged on waits for that, as long as a logon may take.
    fn send(&self, one: &Operated, message: Outgoing) {
        let limit = milliseconds(one.limits.logon_timeout_ms) + MARGIN;
        match self.registry.wait(&one.identity, limit, |status| status.logged_on || !status.enabled) {
            Ok((status, _)) if status.logged_on => {}
            Ok((status, _)) => return say(&format!("error: not sent: {}", state(&status))),
            Err(error) => return say(&format!("error: {error}")),
        }
        match one.outbox.send(message, SEND_LIMIT) {
            // The session's thread has said so.
            Some(Ok(_)) => {}
            Some(Err(refused)) => say(&format!("error: not sent: {refused}")),
            None => say("error: not sent: the session has been logged out, or its thread is held up"),
        }
    }

    /// When the process is asked to end (Ctrl-C, or SIGTERM from a service manager), the sessions are logged out first.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn log_out_on_signal(self: &Arc<Self>) -> Result<(), ctrlc::Error> {
        let operator = self.clone();
        ctrlc::set_handler(move || {
            operator.log_out();
            std::process::exit(0);
        })
    }

    /// Logs every session out and waits until they are down, each within its own limits, and their logs are written.
    pub(crate) fn log_out(&self) {
        let all = self.lock().clone();
        for one in &all {
            if let Err(error) = self.registry.logout(&one.identity, "") {
                say(&format!("error: {error}"));
            }
        }
        for one in &all {
            let Limits { logout_timeout_ms, flush_timeout_ms, .. } = one.limits;
            let limit = milliseconds(logout_timeout_ms) + milliseconds(flush_timeout_ms) + MARGIN;
            let down = self.registry.wait(&one.identity, limit, |status| {
                !status.enabled && status.phase == PhaseName::Disconnected
            });
            if let Ok((status, false)) = down {
                say(&format!("{} is not down yet: {}", one.identity, state(&status)));
            }
        }
        self.logs().flush();
    }
}

fn milliseconds(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms))
}
