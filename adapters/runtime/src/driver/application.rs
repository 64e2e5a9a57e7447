//! What an application tells a driver, and what it is told.

use sansfix::wire::{Body, Garbled, Message};
use sansfix::{InboundId, LogonWanted, Order, Reason, Status, Verdict, msg_type};

use sansfix_registry::Bell;

use super::dial_options::ConnectError;
use crate::link::{Lent, Outlet};
use crate::store::StoreError;

/// An application on one session. Every method has a default that accepts and does nothing.
///
/// The methods are called on the session's own thread or task, one at a time. One that takes its time holds its own
/// session up, its deadlines too, and no other (on tokio it takes one of the runtime's threads meanwhile, so there it must
/// not wait; [`crate::channel`] is for answers that take time). A Logout given to the registry counts at once all the
/// same. A panic closes the connection; the session stays and can log on again.
///
/// ```
/// use sansfix::{Verdict, tags, wire::Message};
/// use sansfix_runtime::{Application, Outlet};
///
/// /// Sends every application message back.
/// struct Echo;
///
/// impl Application for Echo {
///     fn logon<'a>(&'a mut self, logon: Message<'a>) -> Verdict<'a> {
///         match logon.get(tags::PASSWORD) {
///             Some(b"secret") => Verdict::Accept,
///             _ => Verdict::RefuseLogon { text: "unknown user or password", status: None },
///         }
///     }
///
///     fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
///         // Refused when a Logout is under way: then nothing is to be sent.
///         let _ = outlet.send(message.msg_type(), |body| {
///             for field in message.body().flatten() {
///                 body.field(field.tag, field.value);
///             }
///         });
///         Verdict::Accept
///     }
/// }
/// ```
///
/// It corresponds to QuickFIX's `Application`: `message` is `fromApp`, `logon` and `admin` are `fromAdmin`,
/// `logon_fields` is `toAdmin` of a Logon, `may_resend` is `toApp` with DoNotSend, `state_changed` is `onLogon` and
/// `onLogout`.
pub trait Application: Send {
    /// The session is there. Called once, before all others. Another thread that has something for the application
    /// rings the bell: [`Self::turn`] is called soon.
    fn started(&mut self, bell: &Bell) {
        let _ = bell;
    }

    /// An application message, delivered once and in order. The verdict takes effect when this returns; what was
    /// sent meanwhile is answered to it.
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let _ = (message, outlet);
        Verdict::Accept
    }

    /// An application message whose number was counted before: a possible duplicate (PossDupFlag(43)=Y), which has no
    /// effect.
    fn duplicate(&mut self, message: Message<'_>) {
        let _ = message;
    }

    /// The counterparty's Logon, before anything of it has taken effect: authenticate it here.
    fn logon<'a>(&'a mut self, logon: Message<'a>) -> Verdict<'a> {
        let _ = logon;
        Verdict::Accept
    }

    /// Our Logon is about to be sent: add credentials, a signature.
    fn logon_fields(&mut self, wanted: &LogonWanted, body: &mut Body<'_>) {
        let _ = (wanted, body);
    }

    /// Any other administrative message, before it takes effect.
    fn admin<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let _ = (message, outlet);
        Verdict::Accept
    }

    /// The session's state has changed. `outlet` can send when `status.logged_on`.
    fn state_changed(&mut self, status: &Status, outlet: &mut Outlet<'_>) {
        let _ = (status, outlet);
    }

    /// Called while the session is logged on, whenever something has happened to it or the bell of
    /// [`Self::started`] was rung: the place to send what other threads have queued.
    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        let _ = outlet;
    }

    /// Whether a stored application message may be sent again. Declined ones are gap-filled: an order that is stale
    /// by now.
    fn may_resend(&mut self, message: &Message<'_>) -> bool {
        let _ = message;
        true
    }

    /// Bytes were ignored: they are no message, or a garbled one (FIX 4.4 volume 2, "Message integrity"). They may hold
    /// secrets; [`sansfix::wire::Readable`] shows them without.
    fn garbled(&mut self, why: Garbled, bytes: &[u8]) {
        let _ = (why, bytes);
    }

    /// The store has failed; the connection is being closed.
    fn store_failed(&mut self, error: &StoreError) {
        let _ = error;
    }

    /// An initiator could not connect to one of its addresses. It goes on with the next, or dials again later.
    fn connect_failed(&mut self, error: &ConnectError) {
        let _ = error;
    }

    /// The connection broke, rather than being closed; [`Self::ended`] follows. Under TLS this can be what the
    /// counterparty thinks of our certificate.
    fn connection_failed(&mut self, error: &std::io::Error) {
        let _ = error;
    }

    /// The connection has ended.
    fn ended(&mut self, reason: Reason) {
        let _ = reason;
    }

    /// Anything that is lent: a message, a possible duplicate, a Logon. By itself this asks the method above that it
    /// is for. To be written by an application that answers from elsewhere, which says [`Answer::Later`]; most do
    /// better with [`crate::channel`], which does.
    fn lent<'a>(&'a mut self, lent: &'a Lent<'_>, outlet: &mut Outlet<'_>) -> Answer<'a> {
        Answer::Verdict(verdict(self, lent, outlet))
    }

    /// What has become of the message that [`Self::lent`] left open. Asked after each ring of the bell of
    /// [`Self::started`], and whenever something has happened to the session.
    fn answer(&mut self, id: InboundId) -> Answer<'_> {
        let _ = id;
        Answer::Abandon
    }

    /// The message that [`Self::lent`] left open was withdrawn before its answer took effect, since its connection
    /// has ended. An application message comes again with the same number.
    fn withdrawn(&mut self, id: InboundId) {
        let _ = id;
    }

    /// Whether nobody is there any more to tell anything to. Then the session logs out and ends, as at a shutdown.
    fn is_over(&self) -> bool {
        false
    }
}

/// What an application says to something that was lent to it.
///
/// ```
/// use sansfix::{InboundId, Verdict};
/// use sansfix_registry::Bell;
/// use sansfix_runtime::{Answer, Application, Lent, Outlet};
///
/// /// Leaves everything to somebody else, who puts the verdict into `decided` and rings the bell.
/// #[derive(Default)]
/// struct Deferring {
///     bell: Option<Bell>,
///     decided: Option<(InboundId, Verdict<'static>)>,
/// }
///
/// impl Application for Deferring {
///     fn started(&mut self, bell: &Bell) {
///         self.bell = Some(bell.clone());
///     }
///     fn lent<'a>(&'a mut self, _lent: &'a Lent<'_>, _outlet: &mut Outlet<'_>) -> Answer<'a> {
///         Answer::Later
///     }
///     fn answer(&mut self, id: InboundId) -> Answer<'_> {
///         match self.decided.take() {
///             Some((decided, verdict)) if decided == id => Answer::Verdict(verdict),
///             _ => Answer::Later,
///         }
///     }
/// }
/// # assert!(!Deferring::default().is_over());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer<'a> {
    /// This, at once.
    Verdict(Verdict<'a>),
    /// Not yet. Until it is answered no further input of the session is looked at; commands, deadlines, what is sent
    /// and the end of the connection go on, unless that end stands behind more than the input holds.
    Later,
    /// Never. The connection is closed without a Logout, as when the application panics: the message has not taken
    /// effect, and comes again with the same number after the next logon.
    Abandon,
}

/// What the application says to a lent message: asks the method that the message is for. For drivers. Example:
/// [`crate::link`], whose driver asks its application by this.
pub fn verdict<'a, A: Application + ?Sized>(
    application: &'a mut A,
    lent: &'a Lent<'_>,
    outlet: &mut Outlet<'_>,
) -> Verdict<'a> {
    let message = lent.message();
    let kind = message.msg_type();
    if kind == msg_type::LOGON {
        application.logon(message)
    } else if msg_type::is_admin(kind) {
        application.admin(message, outlet)
    } else if lent.order() == Order::Expected {
        application.message(message, outlet)
    } else {
        application.duplicate(message);
        Verdict::Accept
    }
}

/// Administrative messages are never sent again as they are, so the application is not asked about them.
pub(crate) fn may_resend(application: &mut dyn Application, raw: &[u8]) -> bool {
    match Message::parse(raw) {
        Ok(message) if !msg_type::is_admin(message.msg_type()) => application.may_resend(&message),
        // The session looks at what the store has damaged.
        Ok(_) | Err(_) => true,
    }
}
