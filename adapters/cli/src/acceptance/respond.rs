//! The acceptance application as drivers know applications: sends what [`Orders`] decides through the session.
//!
//! A Logon is welcome from everyone whose identity has a session.

use sansfix::tags::{
    BUSINESS_REJECT_REASON, DEFAULT_APPL_VER_ID, POSS_RESEND, REF_MSG_TYPE, REF_SEQ_NUM, TEXT, Tag,
};
use sansfix::wire::Message;
use sansfix::{ApplVerId, BusinessRejectReason, Refused, SeqNum, Status, Verdict, msg_type};
use sansfix_runtime::Outlet;
use sansfix_runtime::blocking::Application;

use super::echo::sorted_body;
use super::orders::{Answer, Orders};

/// Which tags can stand in the entries of a repeating group.
pub trait GroupMembers {
    /// Whether `tag` can stand in an entry of the group that `count` announces in messages of this type, nested
    /// groups included.
    fn is_member(&self, msg_type: &[u8], count: Tag, tag: Tag) -> bool;
}

/// The acceptance application of one session.
#[derive(Clone, Debug)]
pub struct Responder<G> {
    orders: Orders,
    groups: G,
    appl_ver_in_business_reject: Option<ApplVerId>,
    logged_on: bool,
}

impl<G: GroupMembers> Responder<G> {
    /// An application that has seen nothing. `appl_ver_in_business_reject` is the DefaultApplVerID(1137) that its
    /// BusinessMessageReject carries, if it carries one.
    #[must_use]
    pub fn new(groups: G, appl_ver_in_business_reject: Option<ApplVerId>) -> Self {
        Self { orders: Orders::default(), groups, appl_ver_in_business_reject, logged_on: false }
    }

    fn echo(
        &self,
        message: &Message<'_>,
        poss_resend: bool,
        outlet: &mut Outlet<'_>,
    ) -> Result<SeqNum, Refused> {
        let msg_type = message.msg_type();
        let body = sorted_body(message.body(), |count, tag| self.groups.is_member(msg_type, count, tag));
        outlet.send(msg_type, |echo| {
            if poss_resend {
                echo.header_field(POSS_RESEND, "Y");
            }
            echo.prebuilt(&body);
        })
    }
}

impl<G: GroupMembers + Send> Application for Responder<G> {
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let sent = match self.orders.answer(&message) {
            Answer::Silence => return Verdict::Accept,
            Answer::Echo { poss_resend } => self.echo(&message, poss_resend, outlet),
            Answer::Unsupported { text } => match self.appl_ver_in_business_reject {
                Some(appl_ver) => business_reject(&message, text, appl_ver, outlet),
                None => {
                    let reason = BusinessRejectReason::UnsupportedMessageType;
                    return Verdict::BusinessReject { reason, ref_id: "", text };
                }
            },
        };
        if let Err(refused) = sent {
            eprintln!("sansfix: an answer was not sent: {refused}");
        }
        Verdict::Accept
    }

    fn state_changed(&mut self, status: &Status, _outlet: &mut Outlet<'_>) {
        if status.logged_on && !self.logged_on {
            self.orders.forget();
        }
        self.logged_on = status.logged_on;
    }
}

/// BusinessMessageReject with a DefaultApplVerID(1137), which no session writes there by itself.
fn business_reject(
    message: &Message<'_>,
    text: &str,
    appl_ver: ApplVerId,
    outlet: &mut Outlet<'_>,
) -> Result<SeqNum, Refused> {
    let reason = u64::from(BusinessRejectReason::UnsupportedMessageType.code());
    outlet.send(msg_type::BUSINESS_MESSAGE_REJECT, |body| {
        body.field(REF_SEQ_NUM, message.msg_seq_num().unwrap_or_default())
            .field(TEXT, text)
            .field(REF_MSG_TYPE, message.msg_type())
            .field(BUSINESS_REJECT_REASON, &reason)
            .field(DEFAULT_APPL_VER_ID, appl_ver.as_bytes());
    })
}
