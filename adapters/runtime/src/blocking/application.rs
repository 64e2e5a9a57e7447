//! What an application tells a driver, and what it is told.

use sansfix::wire::{Body, Garbled, Message};
use sansfix::{LogonWanted, Order, Reason, Status, Verdict, msg_type};

use crate::link::{Lent, Outlet};
use crate::store::StoreError;

/// An application on one session. Every method has a default that accepts and does nothing.
///
/// The methods are called on the session's own thread, one at a time, and may take their time: a Logout given to the
/// registry counts at once all the same. A panic closes the connection; the session stays and can log on again.
///
/// ```
/// use sansfix::{Verdict, wire::Message};
/// use sansfix_runtime::{Outlet, blocking::Application};
///
/// /// Sends every application message back.
/// struct Echo;
///
/// impl Application for Echo {
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
pub trait Application: Send {
    /// An application message, delivered once and in order. The verdict takes effect when this returns; what was
    /// sent meanwhile is answered to it.
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let _ = (message, outlet);
        Verdict::Accept
    }

    /// An application message whose number was counted before: a possible duplicate, which has no effect.
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

    /// Called again and again while the session is logged on, at least every [`super::POLL_INTERVAL`]: the place to
    /// send what other threads have queued.
    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        let _ = outlet;
    }

    /// Whether a stored application message may be sent again. Declined ones are gap-filled: an order that is stale
    /// by now.
    fn may_resend(&mut self, message: &Message<'_>) -> bool {
        let _ = message;
        true
    }

    /// Bytes were ignored.
    fn garbled(&mut self, why: Garbled, bytes: &[u8]) {
        let _ = (why, bytes);
    }

    /// The store has failed; the connection is being closed.
    fn store_failed(&mut self, error: &StoreError) {
        let _ = error;
    }

    /// The connection has ended.
    fn ended(&mut self, reason: Reason) {
        let _ = reason;
    }
}

/// What the application says to a lent message: asks the method that the message is for. For drivers.
pub fn verdict<'a>(
    application: &'a mut dyn Application,
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
