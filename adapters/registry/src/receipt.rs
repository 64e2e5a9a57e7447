//! What whoever gave a command can wait on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::cell::Cell;
use crate::outcome::CommandOutcome;

/// A command was given: it will be carried out, whether or not this is kept.
///
/// It tells the command's one [`CommandOutcome`], as often as it is asked: at once, after waiting, or as a
/// [`Future`] of any runtime. A later `wait` after one that gave up is fine. Waiting on the session's own thread,
/// inside a handler, only lets the limit pass: the command is carried out when the handler has returned.
///
/// ```
/// use std::time::Duration;
/// use sansfix::{BeginString, Event, Session, Snapshot, Config, config::{Identity, Role}};
/// use sansfix_registry::{AsGiven, CommandOutcome, Registry, Standing};
///
/// # if sansfix_registry::LOOM { return Ok(()); }
/// let identity = Identity::new(BeginString::Fix44, "US", "THEM");
/// let mut session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
/// let mut actions = sansfix::Actions::new();
/// let registry = Registry::new();
/// let mut mailbox = registry.register(identity.clone(), session.status())?;
///
/// let receipt = registry.logout(&identity, "maintenance")?;
/// assert_eq!(receipt.outcome(), None, "nobody has looked into the mailbox yet");
///
/// // The session's owner, on its own thread:
/// let command = mailbox.take().expect("it was given above");
/// if let AsGiven::Command(command) = command.as_given() {
///     let taken = session.handle(Default::default(), Event::Command(command), &mut actions);
///     mailbox.carried_out(taken);
/// }
/// mailbox.publish(Standing { unsaved: false, ..Standing::of(&session, &actions) });
///
/// assert_eq!(receipt.wait(Duration::from_secs(1)), Some(CommandOutcome::Already), "there is no connection");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Receipt {
    cell: Arc<Cell>,
    key: u64,
}

impl Receipt {
    pub(crate) fn new(cell: Arc<Cell>, key: u64) -> Self {
        Self { cell, key }
    }

    #[cfg(all(test, any(loom, shuttle)))]
    pub(crate) fn key(&self) -> u64 {
        self.key
    }

    /// What came of the command; `None` while that is open. Never waits.
    #[must_use]
    pub fn outcome(&self) -> Option<CommandOutcome> {
        self.cell.outcome(self.key)
    }

    /// Waits for the outcome, at most for `limit`, which is measured on a clock that nobody sets and may be anything
    /// from zero (does not wait) to [`Duration::MAX`]. `None` when the limit passes first: the command stands, and can be
    /// waited for again. Blocks the thread: in a task, await the receipt instead.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> Option<CommandOutcome> {
        self.cell.wait_for_outcome(self.key, limit)
    }
}

impl Future for Receipt {
    type Output = CommandOutcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<CommandOutcome> {
        self.cell.poll_outcome(self.key, context.waker())
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        self.cell.forget_outcome(self.key);
    }
}
