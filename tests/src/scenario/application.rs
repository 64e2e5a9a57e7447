//! The application of the engine under test: it echoes orders, so that what it accepted is seen from outside.

use std::collections::BTreeSet;

use sansfix::wire::{Fields, Message};
use sansfix::{BusinessRejectReason, Order, SessionRejectReason, msg_type, tags};
use sansfix_sim::{Answer, Application, Outgoing, Ruling};

const CL_ORD_ID: u32 = 11;
const ORD_TYPE: u32 = 40;
const PRICE: u32 = 44;
const ORDER_SINGLE: &[u8] = b"D";
const EXECUTION_REPORT: &[u8] = b"8";

/// Echoes NewOrderSingle, accepts ExecutionReport in silence, and knows no other type.
///
/// - An order with PossResend(97)=Y whose ClOrdID was seen is ignored.
/// - A limit order without Price(44) lacks a conditionally required field.
/// - A message for another DeliverToCompID(128) than `HUB` has a CompID problem.
#[derive(Debug, Default)]
pub struct Echo {
    unavailable: bool,
    seen: BTreeSet<Vec<u8>>,
}

impl Echo {
    /// The application; one that is not available refuses every application message.
    #[must_use]
    pub fn new(unavailable: bool) -> Self {
        Self { unavailable, seen: BTreeSet::new() }
    }

    fn judge(&self, message: &Message<'_>) -> Ruling {
        let kind = message.msg_type();
        if msg_type::is_admin(kind) {
            return Ruling::Accept;
        }
        let business = |reason, text: &str| Ruling::BusinessReject {
            reason,
            ref_id: String::new(),
            text: text.to_owned(),
        };
        if self.unavailable {
            return business(BusinessRejectReason::ApplicationNotAvailable, "Application not available");
        }
        if message.header_field(tags::DELIVER_TO_COMP_ID).is_some_and(|firm| firm != b"HUB") {
            return Ruling::SessionReject {
                reason: SessionRejectReason::CompIdProblem,
                tag: Some(i64::from(tags::DELIVER_TO_COMP_ID)),
                text: String::new(),
            };
        }
        if ![ORDER_SINGLE, EXECUTION_REPORT, msg_type::BUSINESS_MESSAGE_REJECT].contains(&kind) {
            return business(BusinessRejectReason::UnsupportedMessageType, "Unsupported Message Type");
        }
        if kind == ORDER_SINGLE && message.get(ORD_TYPE) == Some(b"2") && message.get(PRICE).is_none() {
            let text = "Conditionally required field missing: Price(44)";
            return business(BusinessRejectReason::ConditionallyRequiredFieldMissing, text);
        }
        Ruling::Accept
    }

    fn echo(&mut self, message: &Message<'_>) -> Vec<Outgoing> {
        let id = message.get(CL_ORD_ID).unwrap_or_default().to_vec();
        let first = self.seen.insert(id);
        if message.msg_type() != ORDER_SINGLE || (message.poss_resend() && !first) {
            return Vec::new();
        }
        let mut fields = Vec::new();
        for field in message.body().flatten() {
            write(&mut fields, field.tag, field.value);
        }
        vec![Outgoing { msg_type: ORDER_SINGLE.to_vec(), fields }]
    }
}

impl Application for Echo {
    fn message(&mut self, message: &Message<'_>, order: Order) -> Answer {
        let ruling = self.judge(message);
        let mut answer = Answer::with(ruling);
        if answer.ruling == Some(Ruling::Accept) && order == Order::Expected {
            answer.replies = self.echo(message);
        }
        answer
    }
}

fn write(fields: &mut Vec<u8>, tag: u32, value: &[u8]) {
    fields.extend_from_slice(tag.to_string().as_bytes());
    fields.push(b'=');
    fields.extend_from_slice(value);
    fields.push(1);
    debug_assert!(Fields::new(fields).flatten().last().is_some_and(|field| field.tag == tag));
}
