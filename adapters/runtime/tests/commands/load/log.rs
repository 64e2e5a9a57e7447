//! What one thread did to the sessions, and when.

use std::sync::atomic::{AtomicU64, Ordering};

use sansfix_registry::{CommandError, CommandOutcome, Receipt};

use super::history::{Command, Event, Given, History, Span, What};
use crate::GENEROUS;

/// Counts the moments at which calls begin and return, over all threads.
pub(super) struct Moments(AtomicU64);

impl Moments {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(1))
    }

    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

/// A thread's log. Sessions are named by their places, commands by theirs in this log.
pub(super) struct Log<'m> {
    moments: &'m Moments,
    events: Vec<(usize, Event)>,
    commands: Vec<Commanded>,
    /// Not told yet.
    open: Vec<usize>,
}

struct Commanded {
    session: usize,
    command: Command,
    /// Of a message.
    text: String,
    receipt: Receipt,
    outcome: Option<CommandOutcome>,
}

impl<'m> Log<'m> {
    pub(super) fn new(moments: &'m Moments) -> Self {
        Self { moments, events: Vec::new(), commands: Vec::new(), open: Vec::new() }
    }

    /// How many commands there are.
    pub(super) fn commands(&self) -> usize {
        self.commands.len()
    }

    /// Calls, and notes what came of it; `None` is nothing to note.
    fn note<T>(
        &mut self,
        session: usize,
        call: impl FnOnce() -> T,
        what: impl FnOnce(&T) -> Option<What>,
    ) -> T {
        let begin = self.moments.next();
        let came = call();
        let span = Span { begin, end: self.moments.next() };
        self.events.extend(what(&came).map(|what| (session, Event { span, what })));
        came
    }

    pub(super) fn look(&mut self, session: usize, look: impl FnOnce() -> What) {
        self.note(session, look, |what| Some(*what));
    }

    /// Gives a command. Its place; `None`: it was refused, because the mailbox is full.
    pub(super) fn give(
        &mut self,
        session: usize,
        command: Command,
        text: String,
        gives: impl FnOnce() -> Result<Receipt, CommandError>,
    ) -> Option<usize> {
        let key = self.commands.len();
        let given = self.note(session, gives, |given| match given {
            Ok(_) => Some(What::Gave(key)),
            Err(CommandError::Busy) => Some(What::Busy),
            Err(error) => panic!("{error}"),
        });
        let receipt = given.ok()?;
        self.commands.push(Commanded { session, command, text, receipt, outcome: None });
        self.open.push(key);
        Some(key)
    }

    /// Waits for the outcome of a command.
    pub(super) fn wait(&mut self, key: usize) {
        let waits = |receipt: &Receipt| Some(receipt.wait(GENEROUS).expect("a command without an outcome"));
        self.hear(key, waits);
    }

    /// Asks for the outcome of a command that has none, in turn. Whose it is, when it has come about.
    pub(super) fn ask(&mut self) -> Option<usize> {
        let key = self.open.first().copied()?;
        self.open.rotate_left(1);
        self.hear(key, Receipt::outcome);
        let Commanded { session, outcome, .. } = &self.commands[key];
        outcome.as_ref().map(|_| *session)
    }

    fn hear(&mut self, key: usize, asks: impl FnOnce(&Receipt) -> Option<CommandOutcome>) {
        let Some(at) = self.open.iter().position(|open| *open == key) else { return };
        let mut commands = std::mem::take(&mut self.commands);
        let Commanded { session, receipt, outcome, .. } = &mut commands[key];
        *outcome = self.note(*session, || asks(receipt), |told| told.as_ref().map(|_| What::Told(key)));
        if outcome.is_some() {
            self.open.remove(at);
        }
        self.commands = commands;
    }

    /// Waits for every outcome that is open. Each is the only one.
    pub(super) fn end(&mut self) {
        for key in self.open.clone() {
            self.wait(key);
        }
        for Commanded { receipt, outcome, .. } in &self.commands {
            assert_eq!(receipt.outcome(), *outcome, "a second outcome");
        }
    }

    /// Adds what was done to the histories. The messages that were sent are `sent`, with their numbers.
    pub(super) fn add_to(self, histories: &mut [History], mut sent: impl FnMut(usize, u64, String)) {
        let mut keys = Vec::new();
        for Commanded { session, command, text, outcome, .. } in self.commands {
            let outcome = outcome.expect("every command has been told");
            if let CommandOutcome::Sent(seq) = outcome {
                sent(session, seq.get(), text);
            }
            keys.push(histories[session].given.len());
            histories[session].given.push(Given { command, outcome });
        }
        for (session, Event { span, what }) in self.events {
            let what = match what {
                What::Gave(key) => What::Gave(keys[key]),
                What::Told(key) => What::Told(keys[key]),
                other => other,
            };
            histories[session].events.push(Event { span, what });
        }
    }
}
