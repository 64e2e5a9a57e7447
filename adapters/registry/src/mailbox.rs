//! The owner's side of a session.

use std::sync::Arc;
use std::time::Duration;

use sansfix::Status;
use sansfix::config::Identity;

use crate::cell::Cell;
use crate::command::OwnedCommand;
use crate::registry::{Registry, Sessions};

/// What the owner of a session takes commands from and publishes its status to. There is one for each session; the
/// session is unknown to the registry once it is dropped.
#[derive(Debug)]
pub struct Mailbox {
    identity: Identity,
    sessions: Arc<Sessions>,
    cell: Arc<Cell>,
    /// Logouts taken so far. They are published with the next status, which shows what they did.
    logouts_taken: u64,
}

impl Mailbox {
    pub(crate) fn new(identity: Identity, sessions: Arc<Sessions>, cell: Arc<Cell>) -> Self {
        Self { identity, sessions, cell, logouts_taken: 0 }
    }

    /// Whose mailbox it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The next command. Give it to the session, then [`Self::publish`].
    #[must_use]
    pub fn take(&mut self) -> Option<OwnedCommand> {
        let command = self.cell.take()?;
        if matches!(command, OwnedCommand::Logout { .. }) {
            self.logouts_taken += 1;
        }
        Some(command)
    }

    /// Publishes the session's status. To be called after each command and whenever the status may have changed.
    pub fn publish(&self, status: Status) {
        self.cell.publish(status, self.logouts_taken);
    }

    /// Waits until a command is there or the [`Bell`] is rung, at most for `limit`.
    pub fn wait(&self, limit: Duration) {
        self.cell.wait_for_owner(limit);
    }

    /// What ends [`Self::wait`] from another thread.
    #[must_use]
    pub fn bell(&self) -> Bell {
        Bell { cell: self.cell.clone() }
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        Registry::forget(&self.sessions, &self.identity);
    }
}

/// Wakes the owner of a session for something that is not a command: a connection, the end of the process.
#[derive(Clone, Debug)]
pub struct Bell {
    cell: Arc<Cell>,
}

impl Bell {
    /// Ends the owner's wait, the current one or the next.
    pub fn ring(&self) {
        self.cell.ring();
    }
}
