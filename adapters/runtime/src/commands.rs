//! A session's mailbox, as every driver works with it.
//!
//! Decides how a command reaches the session and what of the session's life decides the outcomes; and whether an
//! initiator is to dial at once. When to look, and how to wait, is the driver's.

use sansfix::wire::Message;
use sansfix::{Event, Now, Outcome, PhaseName, Refused, SeqNum, Status, msg_type, tags};
use sansfix_registry::{AsGiven, Mailbox, OwnedCommand, OwnedMessage};

use crate::kept::{Kept, WhileLoggedOut};
use crate::link::Link;
use crate::log::Watch;

/// A session's [`Mailbox`] in the hands of its driver.
///
/// A driver calls [`Self::carry_out`] until it says no, [`Self::publish`] after everything that it gives to the
/// link, [`Self::heard`] with every lent message before it is settled (so the link must lend administrative messages,
/// [`Link::lend_admin`]), and [`Mailbox::saved`], [`Mailbox::store_failed`] and [`Mailbox::no_connection`] through
/// [`Self::mailbox`] when that happens.
///
/// ```
/// use sansfix::{BeginString, Config, Now, Session, Snapshot, config::{Identity, Role}};
/// use sansfix_registry::{CommandOutcome, OwnedMessage, Registry};
/// use sansfix_runtime::{Commands, Link, WhileLoggedOut};
///
/// let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
/// let config = Config::new(Role::Initiator, identity.clone());
/// let mut link = Link::new(Session::new(config.into(), Snapshot::new(0)));
/// let registry = Registry::new();
/// let mailbox = registry.register(identity.clone(), link.status())?;
/// let mut commands = Commands::new(mailbox).keeping(WhileLoggedOut { messages: 1, bytes: 100 });
///
/// let logon = registry.logon(&identity)?;
/// let news = registry.send(&identity, OwnedMessage::new("B", "148=Closing early\x01"))?;
/// let now = Now::default();
/// while commands.carry_out(&mut link, now) {}
/// assert!(commands.wants_dial() && commands.take_dial(), "the initiator dials at once");
/// assert!(!commands.wants_dial());
/// assert!(!commands.send_kept(&mut link, now), "there is no connection yet");
/// assert_eq!((logon.outcome(), news.outcome()), (None, None));
///
/// let logout = registry.logout(&identity, "")?;
/// assert!(commands.logout_waits());
/// commands.carry_out_logout(&mut link, now);
/// // What was changed has become durable:
/// commands.mailbox().saved();
/// commands.mailbox().saved();
/// commands.publish(&link);
/// assert_eq!(logon.outcome(), Some(CommandOutcome::Superseded));
/// assert_eq!(logout.outcome(), Some(CommandOutcome::Already));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Commands {
    mailbox: Mailbox,
    dial: bool,
    kept: Option<Kept>,
    watch: Option<Watch>,
}

impl std::fmt::Debug for Commands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Commands")
            .field("mailbox", &self.mailbox)
            .field("dial", &self.dial)
            .finish_non_exhaustive()
    }
}

impl Commands {
    /// Takes commands from this mailbox.
    #[must_use]
    pub fn new(mailbox: Mailbox) -> Self {
        Self { mailbox, dial: false, watch: None, kept: None }
    }

    /// Tells what comes of each command.
    pub(crate) fn watched_by(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// Keeps messages that are given while the session is not logged on, within these bounds. The driver calls
    /// [`Self::send_kept`] until it says no.
    #[must_use]
    pub fn keeping(mut self, bounds: WhileLoggedOut) -> Self {
        self.kept = Some(Kept::new(bounds));
        self
    }

    /// The mailbox, to wait on it and to report to it.
    pub fn mailbox(&mut self) -> &mut Mailbox {
        &mut self.mailbox
    }

    /// Carries one command out, without waiting for it to be durable, and publishes what that changed. Whether there was
    /// one.
    pub fn carry_out(&mut self, link: &mut Link, now: Now) -> bool {
        let before = link.status().phase;
        let Some(command) = self.mailbox.take() else { return false };
        match command.as_given() {
            AsGiven::Send(message) => {
                let behind = self.kept.as_ref().is_some_and(Kept::is_waiting);
                let result = if behind { Err(Refused::NotActive) } else { send(link, now, message) };
                let watch = self.watch.as_ref();
                match (&mut self.kept, result) {
                    (Some(kept), Err(Refused::NotActive)) => kept.keep(now, &mut self.mailbox, watch),
                    (_, result) => {
                        if let Some(watch) = watch {
                            watch.sent(now, message.msg_type(), &result);
                        }
                        self.mailbox.sent(result);
                    }
                }
            }
            AsGiven::Command(given) => {
                let outcome = link.handle(now, Event::Command(given));
                if let Some(watch) = &self.watch {
                    watch.command(now, command, outcome);
                }
                match command {
                    OwnedCommand::Logon => self.dial = !(outcome == Outcome::Already && comes_up(before)),
                    OwnedCommand::Logout { .. } => self.dial = false,
                    _ => {}
                }
                self.mailbox.carried_out(outcome);
            }
        }
        self.publish(link);
        true
    }

    /// Whether a Logout has been given and not carried out: see [`Mailbox::logout_waits`].
    #[must_use]
    pub fn logout_waits(&self) -> bool {
        self.mailbox.logout_waits()
    }

    /// Carries out what was given up to the last Logout, that too.
    pub fn carry_out_logout(&mut self, link: &mut Link, now: Now) {
        while self.logout_waits() && self.carry_out(link, now) {}
    }

    /// Sends the first of the messages that were kept, when the counterparty is there again; asks it for a Heartbeat
    /// first, which comes when both sides have asked for what they lack. Publishes what that changed. Whether anything
    /// was done.
    pub fn send_kept(&mut self, link: &mut Link, now: Now) -> bool {
        let done = self
            .kept
            .as_mut()
            .is_some_and(|kept| kept.work(link, now, &mut self.mailbox, self.watch.as_ref()));
        if done {
            self.publish(link);
        }
        done
    }

    /// Publishes where the session stands. To be called whenever the link was given something.
    pub fn publish(&mut self, link: &Link) {
        self.mailbox.publish(link.standing());
    }

    /// A message is lent while the session stands like this. A Logout that answers our Logon tells why. Example:
    /// [`crate::link`], whose driver would call it with each message.
    pub fn heard(&mut self, message: &Message<'_>, status: &Status) {
        if let Some(kept) = &mut self.kept {
            kept.heard(message, status);
        }
        if status.phase == PhaseName::LogonSent && message.msg_type() == msg_type::LOGOUT {
            self.mailbox.refused_by_peer(status.connection, message.get(tags::TEXT).unwrap_or_default());
        }
    }

    /// Whether a Logon command waits for an initiator to dial: not at the next retry, but now. It no longer does
    /// when this has said so. An attempt that fails after that is [`Mailbox::no_connection`]; one that had begun
    /// before the command is not. Ask it too when a connection begins, whoever dialled.
    pub fn take_dial(&mut self) -> bool {
        std::mem::take(&mut self.dial)
    }

    /// Whether [`Self::take_dial`] would say so.
    #[must_use]
    pub fn wants_dial(&self) -> bool {
        self.dial
    }
}

pub(crate) fn send(link: &mut Link, now: Now, message: &OwnedMessage) -> Result<SeqNum, Refused> {
    link.send(now, message.msg_type(), |body| {
        body.prebuilt(message.fields());
    })
}

/// There is a connection, and it is not on its way down.
const fn comes_up(phase: PhaseName) -> bool {
    match phase {
        PhaseName::AwaitingLogon
        | PhaseName::LogonReceived
        | PhaseName::LogonPending
        | PhaseName::LogonSent
        | PhaseName::Active => true,
        PhaseName::Disconnected | PhaseName::LogoutSent | PhaseName::LogoutAnswered | PhaseName::Closing => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use sansfix::config::{Config, Identity, Role};
    use sansfix::{BeginString, Session, Snapshot};
    use sansfix_registry::{CommandOutcome, Registry};

    use super::*;

    #[test]
    fn without_a_log_commands_are_carried_out_and_nothing_shows_a_message_that_waits() {
        let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
        let config = Config::new(Role::Initiator, identity.clone());
        let mut link = Link::new(Session::new(config.into(), Snapshot::new(0)));
        let registry = Registry::new();
        let mailbox = registry.register(identity.clone(), link.status()).unwrap();
        let mut commands = Commands::new(mailbox);
        let sent = registry.send(&identity, OwnedMessage::new("U", "554=topsecret\x01")).unwrap();
        let logon = registry.logon(&identity).unwrap();
        let shown = format!("{commands:?}");
        assert!(shown.contains("dial: false") && !shown.contains("topsecret"), "{shown}");
        let now = Now::default();
        while commands.carry_out(&mut link, now) {}
        assert_eq!(sent.outcome(), Some(CommandOutcome::NotSent(Refused::NotActive)));
        assert_eq!(logon.outcome(), None, "it waits for a connection");
        assert!(format!("{commands:?}").contains("dial: true"));
        let mut commands = commands.keeping(WhileLoggedOut { messages: 0, bytes: 100 });
        let sent = registry.send(&identity, OwnedMessage::new("B", "58=x\x01")).unwrap();
        while commands.carry_out(&mut link, now) {}
        assert_eq!(sent.outcome(), Some(CommandOutcome::NotSent(Refused::Full { unsent: 0 })));
    }
}
