//! The owner's side of a session.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use sansfix::config::Identity;
use sansfix::{Outcome, Refused, SeqNum};

use crate::cell::Cell;
use crate::command::{OwnedCommand, OwnedMessage};
use crate::pending::{Answer, Pending};
use crate::registry::{Registry, Sessions};
use crate::standing::Standing;

/// From so many on, commands that wait for their outcome are looked through for those that nobody waits for.
const LOOK_THROUGH_FROM: usize = 64;

/// What the owner of a session takes commands from and publishes its session's standing to. There is one for each
/// session; the session is unknown to the registry once it is dropped, and every command that is open then has the
/// outcome [`crate::CommandOutcome::ShutDown`].
///
/// An owner does this, again and again:
/// 1. [`Self::take`] a command, give it to the session, and report how the session took it with
///    [`Self::carried_out`] or [`Self::sent`];
/// 2. [`Self::publish`] after each command and each event, message and answer that the session was given;
/// 3. report what no status shows: [`Self::saved`], [`Self::store_failed`], [`Self::refused_by_peer`],
///    [`Self::no_connection`];
/// 4. [`Self::wait`] on a thread, or [`Self::poll`] in a task.
///
/// What became of each command follows from that.
///
/// ```
/// use std::time::Duration;
/// use sansfix::{Actions, BeginString, Config, Event, Now, Session, Snapshot, config::{Identity, Role}};
/// use sansfix_registry::{AsGiven, CommandOutcome, OwnedMessage, Registry, Standing};
///
/// # if sansfix_registry::LOOM { return Ok(()); }
/// let identity = Identity::new(BeginString::Fix44, "US", "THEM");
/// let mut session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
/// let mut actions = Actions::new();
/// let registry = Registry::new();
/// let mut mailbox = registry.register(identity.clone(), session.status())?;
///
/// let logout = registry.logout(&identity, "maintenance")?;
/// let news = registry.send(&identity, OwnedMessage::new("B", "148=Closing early\x01"))?;
/// assert_eq!(mailbox.identity(), &identity);
/// assert!(mailbox.logout_waits(), "given, and not carried out yet");
///
/// mailbox.wait(Duration::from_secs(1)); // returns at once: something is there
/// while let Some(command) = mailbox.take() {
///     match command.as_given() {
///         AsGiven::Command(command) => {
///             let outcome = session.handle(Now::default(), Event::Command(command), &mut actions);
///             mailbox.carried_out(outcome);
///         }
///         AsGiven::Send(message) => {
///             let result = session.send(
///                 Now::default(),
///                 message.msg_type(),
///                 |body| drop(body.prebuilt(message.fields())),
///                 &mut actions,
///             );
///             mailbox.sent(result);
///         }
///     }
///     mailbox.publish(Standing::of(&session, &actions));
/// }
/// // When the store has answered, for this batch and for one that may have been on its way:
/// mailbox.saved();
/// mailbox.saved();
/// mailbox.publish(Standing::of(&session, &actions));
///
/// assert!(!mailbox.logout_waits());
/// assert_eq!(logout.outcome(), Some(CommandOutcome::Already), "there was no connection");
/// assert!(matches!(news.outcome(), Some(CommandOutcome::NotSent(_))), "and nobody to send to");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Mailbox {
    identity: Identity,
    sessions: Arc<Sessions>,
    cell: Arc<Cell>,
    /// Taken, and the session has not been given it.
    open: Option<(u64, OwnedCommand)>,
    pending: Pending,
    look_through_at: usize,
    /// Logouts carried out so far. They are published with the next status, which shows what they did.
    logouts_done: u64,
}

impl Mailbox {
    pub(crate) fn new(identity: Identity, sessions: Arc<Sessions>, cell: Arc<Cell>) -> Self {
        Self {
            identity,
            sessions,
            cell,
            open: None,
            pending: Pending::default(),
            look_through_at: LOOK_THROUGH_FROM,
            logouts_done: 0,
        }
    }

    /// Whose mailbox it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The next command, in the order in which they were given. Answer it with [`Self::carried_out`] or
    /// [`Self::sent`]; the same one is returned until then.
    #[must_use]
    pub fn take(&mut self) -> Option<&OwnedCommand> {
        if self.open.is_none() {
            self.open = self.cell.take();
        }
        self.open.as_ref().map(|(_, command)| command)
    }

    /// Whether a Logout has been given and not carried out. What was begun before it and has not taken effect is not
    /// to take effect any more: a Logon that is being judged or made.
    #[must_use]
    pub fn logout_waits(&self) -> bool {
        self.cell.logouts_given() > self.logouts_done
    }

    /// The command that was taken and not answered, with the key of its receipt.
    #[cfg(all(test, any(loom, shuttle)))]
    pub(crate) fn open(&self) -> Option<(u64, OwnedCommand)> {
        self.open.clone()
    }

    /// How many commands wait for their outcome.
    #[cfg(all(test, not(any(loom, shuttle))))]
    pub(crate) fn pending_commands(&mut self) -> usize {
        self.pending.waiting().len()
    }

    /// The session has answered the command taken last in this way. Follow it with [`Self::publish`]. Does nothing when
    /// no command is taken and unanswered.
    pub fn carried_out(&mut self, outcome: Outcome) {
        self.answer(Answer::Command(outcome));
    }

    /// The session has sent the message taken last, with this MsgSeqNum(34), or has not. Follow it with
    /// [`Self::publish`]. Does nothing when no command is taken and unanswered.
    pub fn sent(&mut self, result: Result<SeqNum, Refused>) {
        self.answer(Answer::Send(result));
    }

    /// Puts the message taken last aside, to be sent when it can be: its receipt waits for [`Self::sent_deferred`].
    /// `None` when the command taken last is no message.
    ///
    /// ```
    /// use sansfix::{BeginString, Config, Refused, SeqNum, Session, Snapshot, config::{Identity, Role}};
    /// use sansfix_registry::{CommandOutcome, OwnedMessage, Registry, Standing};
    ///
    /// # if sansfix_registry::LOOM { return Ok(()); }
    /// # let identity = Identity::new(BeginString::Fix44, "US", "THEM");
    /// # let session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
    /// # let actions = sansfix::Actions::new();
    /// # let registry = Registry::new();
    /// # let mut mailbox = registry.register(identity.clone(), session.status())?;
    /// let receipt = registry.send(&identity, OwnedMessage::new("B", "58=later\x01"))?;
    /// assert!(mailbox.take().is_some());
    /// let deferred = mailbox.defer().expect("it is a message");
    /// assert_eq!(deferred.message().msg_type(), b"B");
    /// assert_eq!(receipt.outcome(), None);
    /// // When it has been sent:
    /// mailbox.sent_deferred(deferred, Ok(SeqNum::FIRST));
    /// mailbox.publish(Standing { unsaved: false, ..Standing::of(&session, &actions) });
    /// assert_eq!(receipt.outcome(), Some(CommandOutcome::Sent(SeqNum::FIRST)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn defer(&mut self) -> Option<Deferred> {
        match self.open.take() {
            Some((key, OwnedCommand::Send(message))) => Some(Deferred { key, message }),
            other => {
                self.open = other;
                None
            }
        }
    }

    /// The session has sent a message that was put aside, with this MsgSeqNum(34), or has not. Follow it with
    /// [`Self::publish`]. Example: [`Self::defer`].
    pub fn sent_deferred(&mut self, deferred: Deferred, result: Result<SeqNum, Refused>) {
        let Deferred { key, message } = deferred;
        self.pending.answered(key, OwnedCommand::Send(message), Answer::Send(result));
    }

    fn answer(&mut self, answer: Answer) {
        let Some((key, command)) = self.open.take() else { return };
        if matches!(command, OwnedCommand::Logout { .. }) {
            self.logouts_done += 1;
        }
        self.pending.answered(key, command, answer);
        if self.pending.waiting().len() >= self.look_through_at {
            self.cell.retain_awaited(self.pending.waiting(), |one| one.key);
            self.look_through_at = LOOK_THROUGH_FROM.max(2 * self.pending.waiting().len());
        }
    }

    /// Publishes where the session stands, and what became of commands by that. To be called right after each command
    /// was answered, and whenever the session may have changed.
    pub fn publish(&mut self, standing: Standing) {
        let Self { cell, pending, logouts_done, .. } = self;
        pending.look(&standing);
        cell.publish(standing.status, *logouts_done, pending.let_out());
    }

    /// A batch has become durable. Follow it with [`Self::publish`]. An outcome is told at the second one after it was
    /// known: one batch may have been on its way already, and the next one holds it. A standing without
    /// [`Standing::unsaved`] tells it at once.
    pub fn saved(&mut self) {
        self.pending.saved();
    }

    /// The store has failed: what would have been a success and is not durable becomes
    /// [`crate::CommandOutcome::Failed`] with [`sansfix::Reason::StoreFailed`]. Follow it with [`Self::publish`].
    ///
    /// ```
    /// use sansfix::{BeginString, Config, Outcome, Reason, Session, Snapshot, config::{Identity, Role}};
    /// use sansfix_registry::{CommandOutcome, Registry, Standing};
    ///
    /// # if sansfix_registry::LOOM { return Ok(()); }
    /// # let identity = Identity::new(BeginString::Fix44, "US", "THEM");
    /// # let session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
    /// # let actions = sansfix::Actions::new();
    /// # let registry = Registry::new();
    /// # let mut mailbox = registry.register(identity.clone(), session.status())?;
    /// let receipt = registry.reset(&identity, sansfix::ResetMode::Offline)?;
    /// assert!(mailbox.take().is_some());
    /// mailbox.carried_out(Outcome::Done);
    /// mailbox.store_failed();
    /// mailbox.publish(Standing::of(&session, &actions));
    /// assert_eq!(receipt.outcome(), Some(CommandOutcome::Failed(Reason::StoreFailed)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn store_failed(&mut self) {
        self.pending.store_failed();
    }

    /// The counterparty has answered our Logon on connection `connection` ([`sansfix::Status::connection`], which
    /// counts from 1) with a Logout of this Text(58); what of it is no UTF-8 is replaced. To be told before the status that shows
    /// the end of the connection: a Logon command has the outcome [`crate::CommandOutcome::RefusedByPeer`] then.
    ///
    /// ```
    /// use sansfix::{BeginString, Config, Outcome, PhaseName, Reason, Session, Snapshot};
    /// use sansfix::config::{Identity, Role};
    /// use sansfix_registry::{CommandOutcome, Registry, Standing};
    ///
    /// # if sansfix_registry::LOOM { return Ok(()); }
    /// # let identity = Identity::new(BeginString::Fix44, "US", "THEM");
    /// # let session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
    /// # let actions = sansfix::Actions::new();
    /// # let registry = Registry::new();
    /// # let mut mailbox = registry.register(identity.clone(), session.status())?;
    /// let receipt = registry.logon(&identity)?;
    /// assert!(mailbox.take().is_some());
    /// mailbox.carried_out(Outcome::Done);
    /// // The first connection comes up, is refused, and ends.
    /// let mut standing = Standing { unsaved: false, ..Standing::of(&session, &actions) };
    /// standing.status.connection = 1;
    /// standing.status.phase = PhaseName::LogonSent;
    /// mailbox.publish(standing);
    /// mailbox.refused_by_peer(1, b"unknown user");
    /// standing.status.phase = PhaseName::Disconnected;
    /// standing.status.ended = Some(Reason::LogonRefusedByPeer);
    /// mailbox.publish(standing);
    /// assert_eq!(receipt.outcome(), Some(CommandOutcome::RefusedByPeer { text: "unknown user".into() }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn refused_by_peer(&mut self, connection: u64, text: &[u8]) {
        self.pending.refused_by_peer(connection, String::from_utf8_lossy(text).into());
    }

    /// An initiator's attempt to connect, begun after the last Logon command, has failed at every address: a Logon
    /// command has the outcome [`crate::CommandOutcome::NoConnection`]. Follow it with [`Self::publish`].
    ///
    /// ```
    /// use sansfix::{BeginString, Config, Outcome, Session, Snapshot, config::{Identity, Role}};
    /// use sansfix_registry::{CommandOutcome, Registry, Standing};
    ///
    /// # if sansfix_registry::LOOM { return Ok(()); }
    /// # let identity = Identity::new(BeginString::Fix44, "US", "THEM");
    /// # let session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
    /// # let actions = sansfix::Actions::new();
    /// # let registry = Registry::new();
    /// # let mut mailbox = registry.register(identity.clone(), session.status())?;
    /// let receipt = registry.logon(&identity)?;
    /// assert!(mailbox.take().is_some());
    /// mailbox.carried_out(Outcome::Done);
    /// let standing = Standing { unsaved: false, ..Standing::of(&session, &actions) };
    /// mailbox.publish(standing);
    /// mailbox.no_connection();
    /// mailbox.publish(standing);
    /// assert_eq!(receipt.outcome(), Some(CommandOutcome::NoConnection));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn no_connection(&mut self) {
        self.pending.no_connection();
    }

    /// Waits until a command is there or the [`Bell`] is rung, at most for `limit`: anything from zero (does not wait)
    /// to [`Duration::MAX`]. Which it was is not told: look at everything.
    pub fn wait(&self, limit: Duration) {
        self.cell.wait_for_owner(limit);
    }

    /// The same for an owner that is a task: ready when a command is there or the [`Bell`] has been rung. The bell is
    /// silent again then, so take what there is before the next call.
    ///
    /// ```
    /// use std::task::{Context, Poll, Waker};
    /// # use sansfix::{BeginString, Config, Session, Snapshot, config::{Identity, Role}};
    ///
    /// # if sansfix_registry::LOOM { return Ok(()); }
    /// # let identity = Identity::new(BeginString::Fix44, "US", "THEM");
    /// # let session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
    /// # let registry = sansfix_registry::Registry::new();
    /// # let mut mailbox = registry.register(identity.clone(), session.status())?;
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert_eq!(mailbox.poll(&mut context), Poll::Pending);
    /// mailbox.bell().ring();
    /// assert_eq!(mailbox.poll(&mut context), Poll::Ready(()));
    /// assert_eq!(mailbox.poll(&mut context), Poll::Pending, "silent again");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.cell.poll_for_owner(context.waker())
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
        self.cell.close();
    }
}

/// A message that was put aside with [`Mailbox::defer`]. When its session's owner ends first its receipt tells
/// [`crate::CommandOutcome::ShutDown`]. Example: [`Mailbox::defer`].
#[derive(Debug)]
pub struct Deferred {
    key: u64,
    message: OwnedMessage,
}

impl Deferred {
    /// The message, for the session.
    #[must_use]
    pub fn message(&self) -> &OwnedMessage {
        &self.message
    }
}

/// Wakes the owner of a session for something that is not a command: a connection, the end of the process. Clones ring
/// the same owner; ringing when the owner is gone does nothing.
///
/// ```
/// use std::time::Duration;
/// # use sansfix::{BeginString, Config, Session, Snapshot, config::{Identity, Role}};
///
/// # if sansfix_registry::LOOM { return Ok(()); }
/// # let identity = Identity::new(BeginString::Fix44, "US", "THEM");
/// # let session = Session::new(Config::new(Role::Initiator, identity.clone()).into(), Snapshot::new(0));
/// # let registry = sansfix_registry::Registry::new();
/// # let mailbox = registry.register(identity.clone(), session.status())?;
/// let bell = mailbox.bell();
/// std::thread::spawn(move || bell.ring());
/// mailbox.wait(Duration::MAX); // until it rings
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bell {
    cell: Arc<Cell>,
}

impl Bell {
    /// Ends the owner's wait, the current one or the next. Several rings before the owner looks are one.
    pub fn ring(&self) {
        self.cell.ring();
    }
}
