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
///
/// What each command is for a session in each state is in `docs/states.md`. The functions that QuickFIX has for the same
/// are named beside each.
///
/// ```
/// use std::time::Duration;
/// use sansfix::{BeginString, Config, PhaseName, ResetMode, SeqNum, Session, Snapshot, config::{Identity, Role}};
/// use sansfix_registry::{CommandOutcome, OwnedMessage, Registry};
///
/// # if sansfix_registry::LOOM { return Ok(()); }
/// let identity = Identity::new(BeginString::Fix44, "US", "THEM");
/// let session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
/// let registry = Registry::new();
/// let mailbox = registry.register(identity.clone(), session.status())?; // an adapter does this
///
/// assert_eq!(registry.sessions(), [identity.clone()]);
/// assert_eq!(registry.status(&identity)?.phase, PhaseName::Disconnected);
/// let (_, enabled) = registry.wait(&identity, Duration::from_secs(1), |status| status.enabled)?;
/// assert!(enabled && !registry.is_logged_on(&identity)?);
///
/// // Each command is given at once, in any state; its receipt tells later what came of it.
/// let receipts = [
///     registry.logon(&identity)?,
///     registry.send(&identity, OwnedMessage::new("B", "148=Closing early\x01"))?,
///     registry.test_request(&identity)?,
///     registry.logout(&identity, "maintenance")?,
///     registry.set_next_sender(&identity, SeqNum::FIRST)?,
///     registry.set_next_target(&identity, SeqNum::FIRST)?,
///     registry.reset(&identity, ResetMode::LogoutThenReset)?,
///     registry.disconnect(&identity)?,
/// ];
/// assert!(receipts.iter().all(|receipt| receipt.outcome().is_none()), "nobody has carried them out");
/// drop(mailbox); // its owner ends
/// assert!(receipts.iter().all(|receipt| receipt.outcome() == Some(CommandOutcome::ShutDown)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Registry {
    sessions: Arc<Sessions>,
}

/// Why a command was not given. Nothing has changed, and the same command can be given again.
///
/// ```
/// use sansfix::{BeginString, config::Identity};
/// use sansfix_registry::{CommandError, Registry};
///
/// # if sansfix_registry::LOOM { return; }
/// let id = Identity::new(BeginString::Fix44, "US", "THEM");
/// let error = Registry::new().logon(&id).expect_err("nothing is registered");
/// assert_eq!(error, CommandError::Unknown(id));
/// assert_eq!(error.to_string(), "no session FIX.4.4:US->THEM is registered; Registry::sessions lists those that are");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// No session has this identity.
    #[error("no session {0} is registered; Registry::sessions lists those that are")]
    Unknown(Identity),
    /// [`MAILBOX_BOUND`] commands wait already: the session's owner is stuck, or is given them faster than it works.
    #[error("the session is busy: {MAILBOX_BOUND} commands wait for it already; give this one again later")]
    Busy,
    /// The reason of a Logout holds SOH, which ends a field.
    #[error("the reason of the Logout holds SOH (byte 0x01), which would end its Text(58); leave it out")]
    HoldsSoh,
}

/// A session of this identity is registered already. Example: [`Registry::register`].
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a session {0} is registered already; one identity is one session")]
pub struct AlreadyRegistered(pub Identity);

impl Registry {
    /// Without sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a session, whose status is seen until its owner publishes the next one. The mailbox is for its owner; the
    /// session is registered as long as that is kept. The adapters do this for the sessions that they run.
    ///
    /// ```
    /// use sansfix::{BeginString, Config, Session, Snapshot, config::{Identity, Role}};
    /// use sansfix_registry::{AlreadyRegistered, Registry};
    ///
    /// # if sansfix_registry::LOOM { return Ok(()); }
    /// let identity = Identity::new(BeginString::Fix44, "US", "THEM");
    /// let session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
    /// let registry = Registry::new();
    /// let mailbox = registry.register(identity.clone(), session.status())?;
    /// let again = registry.register(identity.clone(), session.status());
    /// assert_eq!(again.err(), Some(AlreadyRegistered(identity.clone())));
    /// drop(mailbox);
    /// assert!(registry.register(identity, session.status()).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`AlreadyRegistered`]: nothing has changed.
    pub fn register(&self, identity: Identity, status: Status) -> Result<Mailbox, AlreadyRegistered> {
        match lock(&self.sessions).entry(identity) {
            Entry::Occupied(mut entry) if seeded!(SecondTaken) => {
                let cell = Arc::new(Cell::new(status));
                entry.insert(cell.clone());
                Ok(Mailbox::new(entry.key().clone(), self.sessions.clone(), cell))
            }
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

    /// Enables the session: an initiator dials at once, an acceptor accepts. Durable: it is still meant to be up after
    /// the process was started again. QuickFIX: `Session::logon()`.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn logon(&self, identity: &Identity) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::Logon)
    }

    /// Disables the session, with one clean Logout that says `reason` when it is logged on. From here on
    /// [`Self::is_logged_on`] is false. Durable: the session stays down, over a restart too, until [`Self::logon`]. Both
    /// numbers go on. `reason` becomes Text(58), which is left out when it is empty. How long the answer is waited for is
    /// `logout_timeout_ms` of [`sansfix::config::Limits`]. FIX 4.4 volume 2, "Logout"; QuickFIX:
    /// `Session::logout(reason)`.
    ///
    /// # Errors
    /// [`CommandError`]; [`CommandError::HoldsSoh`] only here.
    pub fn logout(&self, identity: &Identity, reason: &str) -> Result<Receipt, CommandError> {
        if reason.as_bytes().contains(&sansfix::wire::SOH) {
            return Err(CommandError::HoldsSoh);
        }
        self.give(identity, OwnedCommand::Logout { text: reason.into() })
    }

    /// Closes the connection at once, without a Logout. The session stays enabled, so an initiator connects again.
    /// QuickFIX: `Session::disconnect()`.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn disconnect(&self, identity: &Identity) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::Disconnect)
    }

    /// Asks the counterparty for a Heartbeat, with a TestRequest whose TestReqID(112) is unlike any before. The receipt
    /// tells that it was sent; the answer is not waited for, and a missing one ends the connection as the session's own
    /// TestRequests do. FIX 4.4 volume 2, "Test Request".
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn test_request(&self, identity: &Identity) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::TestRequest)
    }

    /// Sets both numbers to 1, in the way `mode` says: what was sent before cannot be asked for any more. FIX 4.4 volume
    /// 2, "Logon", ResetSeqNumFlag(141); QuickFIX: `Session::reset()`, which is [`ResetMode::LogoutThenReset`] here.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn reset(&self, identity: &Identity, mode: ResetMode) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::Reset(mode))
    }

    /// The next MsgSeqNum(34) sent will be `seq`, from 1 to [`SeqNum::MAX`]; a higher one is told as
    /// [`crate::CommandOutcome::NotPossible`]. Numbers that are passed over are gap-filled when they are asked for.
    /// QuickFIX: `Session::setNextSenderMsgSeqNum`.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn set_next_sender(&self, identity: &Identity, seq: SeqNum) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::SetNextSender(seq))
    }

    /// The next MsgSeqNum(34) expected will be `seq`, from 1 to [`SeqNum::MAX`]; a higher one is told as
    /// [`crate::CommandOutcome::NotPossible`]. QuickFIX: `Session::setNextTargetMsgSeqNum`.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn set_next_target(&self, identity: &Identity, seq: SeqNum) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::SetNextTarget(seq))
    }

    /// Sends an application message. The receipt tells its number, or why it was not sent: a session that is not
    /// logged on sends nothing and uses no number, unless its owner keeps messages meanwhile: then the receipt waits
    /// for the number that it gets at the next logon. QuickFIX: `Session::sendToTarget`.
    ///
    /// # Errors
    /// [`CommandError`]
    pub fn send(&self, identity: &Identity, message: OwnedMessage) -> Result<Receipt, CommandError> {
        self.give(identity, OwnedCommand::Send(message))
    }

    /// Whether the session is logged on and no Logout has been given since. QuickFIX: `Session::isLoggedOn()`.
    ///
    /// # Errors
    /// [`CommandError::Unknown`], nothing else.
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

    /// Waits until `until` holds of the session's status, at most for `limit`: anything from zero (looks once) to
    /// [`Duration::MAX`]. The last status seen, and whether it holds. `until` is called on the caller's thread and may
    /// call the registry. Blocks the thread, so not for a handler, whose session cannot go on meanwhile.
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
