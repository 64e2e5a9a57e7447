//! Answers lent messages as [`Application`] decides: sends echoes and refusals through the session, then settles.

use sansfix::tags::{
    BUSINESS_REJECT_REASON, DEFAULT_APPL_VER_ID, POSS_RESEND, REF_MSG_TYPE, REF_SEQ_NUM, TEXT, Tag,
};
use sansfix::wire::Message;
use sansfix::{ApplVerId, BusinessRejectReason, Refused, Status, Verdict, msg_type};
use sansfix_runtime::link::{Lent, Reply};

use super::application::{Answer, Application};
use super::echo::sorted_body;

/// Which tags can stand in the entries of a repeating group.
pub trait GroupMembers {
    /// Whether `tag` can stand in an entry of the group that `count` announces in messages of this type, nested
    /// groups included.
    fn is_member(&self, msg_type: &[u8], count: Tag, tag: Tag) -> bool;
}

/// The acceptance application of one session.
#[derive(Clone, Debug)]
pub struct Responder<G> {
    application: Application,
    groups: G,
    appl_ver_in_business_reject: Option<ApplVerId>,
    logged_on: bool,
}

impl<G: GroupMembers> Responder<G> {
    /// An application that has seen nothing. `appl_ver_in_business_reject` is the DefaultApplVerID(1137) that its
    /// BusinessMessageReject carries, if it carries one.
    #[must_use]
    pub fn new(groups: G, appl_ver_in_business_reject: Option<ApplVerId>) -> Self {
        Self { application: Application::default(), groups, appl_ver_in_business_reject, logged_on: false }
    }

    /// The session's state has changed.
    pub fn state(&mut self, status: Status) {
        if status.logged_on && !self.logged_on {
            self.application.logged_on();
        }
        self.logged_on = status.logged_on;
    }

    /// Answers a message. Every Logon that reaches the application is welcome: the identity is all there is to it.
    ///
    /// # Errors
    /// [`Refused`] when the answer was not sent. The message has taken effect all the same.
    pub fn message(&mut self, lent: &Lent<'_>, mut reply: Reply<'_>) -> Result<(), Refused> {
        let message = lent.message();
        if msg_type::is_admin(message.msg_type()) {
            accept(reply);
            return Ok(());
        }
        match self.application.answer(&message, lent.order()) {
            Answer::Silence => accept(reply),
            Answer::Echo { poss_resend } => {
                let sent = self.echo(&message, poss_resend, &mut reply);
                accept(reply);
                sent?;
            }
            Answer::Unsupported { text } => match self.appl_ver_in_business_reject {
                Some(appl_ver) => {
                    let sent = business_reject(&message, text, appl_ver, &mut reply);
                    accept(reply);
                    sent?;
                }
                None => {
                    let reason = BusinessRejectReason::UnsupportedMessageType;
                    // It was lent just now, so it cannot be stale.
                    let _ = reply.settle(Verdict::BusinessReject { reason, ref_id: "", text });
                }
            },
        }
        Ok(())
    }

    fn echo(&self, message: &Message<'_>, poss_resend: bool, reply: &mut Reply<'_>) -> Result<(), Refused> {
        let msg_type = message.msg_type();
        let body = sorted_body(message.body(), |count, tag| self.groups.is_member(msg_type, count, tag));
        reply.send(msg_type, |echo| {
            if poss_resend {
                echo.header_field(POSS_RESEND, "Y");
            }
            echo.prebuilt(&body);
        })?;
        Ok(())
    }
}

fn accept(reply: Reply<'_>) {
    // It was lent just now, so it cannot be stale.
    let _ = reply.settle(Verdict::Accept);
}

/// BusinessMessageReject with a DefaultApplVerID(1137), which no session writes there by itself.
fn business_reject(
    message: &Message<'_>,
    text: &str,
    appl_ver: ApplVerId,
    reply: &mut Reply<'_>,
) -> Result<(), Refused> {
    let reason = u64::from(BusinessRejectReason::UnsupportedMessageType.code());
    reply.send(msg_type::BUSINESS_MESSAGE_REJECT, |body| {
        body.field(REF_SEQ_NUM, message.msg_seq_num().unwrap_or_default())
            .field(TEXT, text)
            .field(REF_MSG_TYPE, message.msg_type())
            .field(BUSINESS_REJECT_REASON, &reason)
            .field(DEFAULT_APPL_VER_ID, appl_ver.as_bytes());
    })?;
    Ok(())
}
