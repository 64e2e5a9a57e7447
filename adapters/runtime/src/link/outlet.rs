//! What an application replies through while it reads a lent message.

use sansfix::wire::Body;
use sansfix::{Actions, InboundId, LogonError, Now, Refused, SeqNum, Session, Stale, Status, Verdict};

/// Sends on a session. It borrows the session and its output, never the input. Example: [`crate::Application`], which
/// answers each message through one.
#[derive(Debug)]
pub struct Outlet<'l> {
    now: Now,
    session: &'l mut Session,
    actions: &'l mut Actions,
}

impl<'l> Outlet<'l> {
    pub(crate) fn new(now: Now, session: &'l mut Session, actions: &'l mut Actions) -> Self {
        Self { now, session, actions }
    }

    /// The moment this was made; SendingTime(52) is written from it.
    #[must_use]
    pub fn now(&self) -> Now {
        self.now
    }

    /// Sends an application message of this MsgType(35), whose fields `body` writes; returns its MsgSeqNum(34). It is
    /// saved, then transmitted; see [`Session::send`].
    ///
    /// # Errors
    /// [`Refused`]: the session is not logged on, too many bytes wait to be sent, or the message cannot be written. No
    /// number is used.
    pub fn send(&mut self, msg_type: &[u8], body: impl FnOnce(&mut Body<'_>)) -> Result<SeqNum, Refused> {
        self.session.send(self.now, msg_type, body, self.actions)
    }

    /// Where the session stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.session.status()
    }

    /// The session, for its configuration.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.session
    }
}

/// Answers what was lent, and sends on the session before that. Example: [`crate::link`].
#[derive(Debug)]
#[must_use = "nothing further is lent until this has been answered"]
pub struct Reply<'l> {
    id: InboundId,
    outlet: Outlet<'l>,
}

impl<'l> Reply<'l> {
    pub(crate) fn new(id: InboundId, outlet: Outlet<'l>) -> Self {
        Self { id, outlet }
    }

    /// What is answered, for an answer that comes later through [`super::Link::settle`].
    #[must_use]
    pub fn id(&self) -> InboundId {
        self.id
    }

    /// What to send through, before the answer or without one.
    pub fn outlet(&mut self) -> &mut Outlet<'l> {
        &mut self.outlet
    }

    /// Sends an application message, before the answer or without one; see [`Outlet::send`].
    ///
    /// # Errors
    /// [`Refused`]; no number is used.
    pub fn send(&mut self, msg_type: &[u8], body: impl FnOnce(&mut Body<'_>)) -> Result<SeqNum, Refused> {
        self.outlet.send(msg_type, body)
    }

    /// Answers a lent message, which takes effect now.
    ///
    /// # Errors
    /// [`Stale`] when this answers a Logon that is wanted and not a message.
    pub fn settle(self, verdict: Verdict<'_>) -> Result<(), Stale> {
        let Outlet { now, session, actions } = self.outlet;
        session.settle(now, self.id, verdict, actions)
    }

    /// Answers a Logon that is wanted: it is framed, with what `fields` adds.
    ///
    /// # Errors
    /// [`LogonError`]: this answers a message and not a Logon that is wanted; or a field cannot be written, and the
    /// Logon is still wanted.
    pub fn logon(self, fields: impl FnOnce(&mut Body<'_>)) -> Result<SeqNum, LogonError> {
        let Outlet { now, session, actions } = self.outlet;
        session.logon(now, self.id, fields, actions)
    }
}
