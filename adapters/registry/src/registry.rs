//! Finds sessions by identity and gives them commands.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sansfix::config::Identity;
use sansfix::{ResetMode, SeqNum, Status};

use crate::cell::{Cell, MAILBOX_BOUND, NotTaken};
use crate::command::{OwnedCommand, OwnedMessage};
use crate::mailbox::Mailbox;
use crate::receipt::Receipt;
use crate::sync::{Mutex, MutexGuard};

pub(crate) type Sessions = Mutex<BTreeMap<Identity, Arc<Cell>>>;

/// The sessions of a process. Clones are the same registry.
///
/// Every command returns when it has been given, not when it has been carried out; it is carried out in the order
/// in which the commands of its session were given. None of them waits for the owner of the session, so each can be
/// called from a handler.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    sessions: Arc<Sessions>,
}

/// Why a command was not given. Nothing has changed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// No session has this identity.
    #[error("no session is called {0}")]
    Unknown(Identity),
    /// As many commands wait as can wait.
    #[error("the session is busy: {MAILBOX_BOUND} commands wait for it")]
    Busy,
    /// A text holds SOH, which ends a field.
    #[error("the text holds SOH")]
    HoldsSoh,
}

/// A session of this identity is registered already.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a session {0} is registered already")]
pub struct AlreadyRegistered(pub Identity);

impl Registry {
    /// Without sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a session. The mailbox is for its owner.
    ///
    /// # Errors
    /// [`AlreadyRegistered`]
    pub fn register(&self, identity: Identity, status: Status) -> Result<Mailbox, AlreadyRegistered> {
        match lock(&self.sessions).entry(identity) {
            Entry::Occupied(entry) => Err(AlreadyRegistered(entry.key().clone())),
            Entry::Vacant(entry) => {
                let identity = entry.key().clone();
                let cell = entry.insert(Arc::new(Cell::new(status))).clone();
                Ok(Mailbox::new(identity, self.sessions.clone(), cell))
            }
        }
    }

    pub(crate) fn forget(sessions: &Sessions, identity: &Identity) {
        lock(sessions).remove(identity);
    }

    /// Every session, in the order of their identities.
    #[must_use]
    pub fn sessions(&self) -> Vec<Identity> {
        lock(&self.sessions).keys().cloned().collect()
    }

    /// Enables the session: an initiator dials at once, an acceptor accepts.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn logon(&self, identity: &Identity) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::Logon)
    }

    /// Disables the session, with one clean Logout that says `reason` when it is logged on. From here on
    /// [`Self::is_logged_on`] is false.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn logout(&self, identity: &Identity, reason: &str) -> Result<Receipt, CommandError> {
        if reason.as_bytes().contains(&sansfix::wire::SOH) {
            return Err(CommandError::HoldsSoh);
        }
        self.give(identity, OwnedCommand::Logout { text: reason.into() })
    }

    /// Closes the connection at once, without a Logout. The session stays enabled.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn disconnect(&self, identity: &Identity) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::Disconnect)
    }

    /// Asks the counterparty for a Heartbeat.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn test_request(&self, identity: &Identity) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::TestRequest)
    }

    /// Sets both numbers to 1, in the way `mode` says.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn reset(&self, identity: &Identity, mode: ResetMode) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::Reset(mode))
    }

    /// The next number sent will be `seq`.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn set_next_sender(&self, identity: &Identity, seq: SeqNum) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::SetNextSender(seq))
    }

    /// The next number expected will be `seq`.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn set_next_target(&self, identity: &Identity, seq: SeqNum) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::SetNextTarget(seq))
    }

    /// Sends an application message. The receipt tells its number, or why it was not sent: a session that is not
    /// logged on sends nothing and uses no number, unless its owner keeps messages meanwhile: then the receipt waits
    /// for the number that it gets at the next logon.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn send(&self, identity: &Identity, message: OwnedMessage) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::Send(message))
    }

    /// Whether the session is logged on and no Logout has been given since.
    ///
    /// # Errors
    /// [`CommandError::Unknown`]
    pub fn is_logged_on(&self, identity: &Identity) -> Result<bool, CommandError> {
        Ok(self.status(identity)?.logged_on)
    }

    /// Where the session stands, as its owner published it last. A Logout that was given and not carried out yet
    /// shows in `logged_on` alone.
    ///
    /// # Errors
    /// [`CommandError::Unknown`]
    pub fn status(&self, identity: &Identity) -> Result<Status, CommandError> {
        Ok(self.cell(identity)?.status())
    }

    /// Waits until `until` holds of the session's status, at most for `limit`. The last status seen, and whether
    /// it holds. `until` is called on the caller's thread and may call the registry.
    ///
    /// # Errors
    /// [`CommandError::Unknown`], when the session is unknown at the call. One that goes away is waited for.
    pub fn wait(
        &self,
        identity: &Identity,
        limit: Duration,
        until: impl Fn(&Status) -> bool,
    ) -> Result<(Status, bool), CommandError> {
        Ok(self.cell(identity)?.wait_for_status(limit, until))
    }

    fn give(&self, identity: &Identity, command: OwnedCommand) -> Result<Receipt, CommandError> {
        give(self.cell(identity)?, identity, command)
    }

    pub(crate) fn cell(&self, identity: &Identity) -> Result<Arc<Cell>, CommandError> {
        lock(&self.sessions).get(identity).cloned().ok_or_else(|| CommandError::Unknown(identity.clone()))
    }
}

/// Gives the session that was found this command.
pub(crate) fn give(
    cell: Arc<Cell>,
    identity: &Identity,
    command: OwnedCommand,
) -> Result<Receipt, CommandError> {
    match cell.give(command) {
        Ok(key) => Ok(Receipt::new(cell, key)),
        Err(NotTaken::Full) => Err(CommandError::Busy),
        Err(NotTaken::Closed) => Err(CommandError::Unknown(identity.clone())),
    }
}

fn lock(sessions: &Sessions) -> MutexGuard<'_, BTreeMap<Identity, Arc<Cell>>> {
    sessions.lock().unwrap_or_else(PoisonError::into_inner)
}
