//! Reject(3) and BusinessMessageReject(j), with what each version has of them.

use alloc::borrow::Cow;

use super::Session;
use super::actions::Actions;
use crate::msg_type;
use crate::reject_reason::{BusinessRejectReason, SessionRejectReason};
use crate::seq::SeqNum;
use crate::tags::{self, Tag};
use crate::time::Now;
use crate::version::BeginString;
use crate::wire::{Encoder, Message, SOH};

/// What is wrong with a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Problem<'a> {
    pub(super) reason: SessionRejectReason,
    pub(super) tag: Option<i64>,
    /// Text(58); the reason's own words when empty.
    pub(super) text: &'a str,
}

impl Session {
    /// Sends a Reject, unless a Logout has been sent: then nothing new follows. Whether the counterparty has been told
    /// all that it will be told of the message, so that its number may be counted: one that is neither rejected nor
    /// delivered has to come again.
    pub(super) fn reject(
        &mut self,
        now: Now,
        message: &Message<'_>,
        problem: &Problem<'_>,
        out: &mut Actions,
    ) -> bool {
        // A Reject is never rejected (FIX 4.4 volume 2, "Reject").
        if message.msg_type() == msg_type::REJECT {
            return true;
        }
        if !self.connection.as_ref().is_some_and(|live| live.may_send_new()) {
            return false;
        }
        let version = self.config.identity.begin_string;
        let seq = message.seq().map_or(0, SeqNum::get);
        let answering = self.answering.replace(message.seq().unwrap_or(self.durable.next_target));
        self.send_admin(
            now,
            msg_type::REJECT,
            |encoder| {
                reverse_route(encoder, version, message);
                encoder.field(tags::REF_SEQ_NUM, &seq);
                write_problem(encoder, version, message.msg_type(), problem);
            },
            out,
        );
        self.answering = answering;
        true
    }

    /// Sends a BusinessMessageReject, or a Reject before FIX 4.2; as [`Self::reject`] otherwise.
    pub(super) fn business_reject(
        &mut self,
        now: Now,
        message: &Message<'_>,
        (reason, ref_id, text): (BusinessRejectReason, &str, &str),
        out: &mut Actions,
    ) -> bool {
        if !self.connection.as_ref().is_some_and(|live| live.may_send_new()) {
            return false;
        }
        let version = self.config.identity.begin_string;
        let seq = message.seq().map_or(0, SeqNum::get);
        let msg_type =
            if version.has_reject_fields() { msg_type::BUSINESS_MESSAGE_REJECT } else { msg_type::REJECT };
        self.send_admin(
            now,
            msg_type,
            |encoder| {
                reverse_route(encoder, version, message);
                encoder.field(tags::REF_SEQ_NUM, &seq);
                optional(encoder, tags::TEXT, text);
                if version.has_reject_fields() {
                    encoder.field(tags::REF_MSG_TYPE, message.msg_type());
                    optional(encoder, tags::BUSINESS_REJECT_REF_ID, ref_id);
                    let known = if reason.exists_in(version) { reason } else { BusinessRejectReason::Other };
                    encoder.field(tags::BUSINESS_REJECT_REASON, &u64::from(known.code()));
                }
            },
            out,
        );
        true
    }
}

/// 4.0 and 4.1 know Text only, and name the tag there; 4.2 has the reason's number where it knows that one.
fn write_problem(encoder: &mut Encoder<'_>, version: BeginString, msg_type: &[u8], problem: &Problem<'_>) {
    let words = if problem.text.is_empty() { problem.reason.text() } else { problem.text };
    let words = &*in_one_field(words);
    if !version.has_reject_fields() {
        match problem.tag {
            Some(tag) => encoder.field(tags::TEXT, alloc::format!("{words} ({tag})").as_str()),
            None => encoder.field(tags::TEXT, words),
        }
        return;
    }
    encoder.field(tags::TEXT, words);
    if let Some(tag) = problem.tag {
        encoder.field(tags::REF_TAG_ID, &tag);
    }
    if !msg_type.is_empty() {
        encoder.field(tags::REF_MSG_TYPE, msg_type);
    }
    if problem.reason.exists_in(version) {
        encoder.field(tags::SESSION_REJECT_REASON, &u64::from(problem.reason.code()));
    }
}

/// Received on behalf of somebody: goes back to be delivered to it, and the other way round.
fn reverse_route(encoder: &mut Encoder<'_>, version: BeginString, message: &Message<'_>) {
    const ROUTES: [(Tag, Tag); 6] = [
        (tags::DELIVER_TO_COMP_ID, tags::ON_BEHALF_OF_COMP_ID),
        (tags::DELIVER_TO_SUB_ID, tags::ON_BEHALF_OF_SUB_ID),
        (tags::ON_BEHALF_OF_COMP_ID, tags::DELIVER_TO_COMP_ID),
        (tags::ON_BEHALF_OF_SUB_ID, tags::DELIVER_TO_SUB_ID),
        (tags::DELIVER_TO_LOCATION_ID, tags::ON_BEHALF_OF_LOCATION_ID),
        (tags::ON_BEHALF_OF_LOCATION_ID, tags::DELIVER_TO_LOCATION_ID),
    ];
    for (from, to) in ROUTES {
        let location = matches!(to, tags::ON_BEHALF_OF_LOCATION_ID | tags::DELIVER_TO_LOCATION_ID);
        if location && !version.has_location_ids() {
            continue;
        }
        if let Some(value) = message.header_field(from).filter(|value| !value.is_empty()) {
            encoder.header_field(to, value);
        }
    }
}

pub(super) fn optional(encoder: &mut Encoder<'_>, tag: Tag, text: &str) {
    if !text.is_empty() {
        encoder.field(tag, &*in_one_field(text));
    }
}

/// A text of the owner's, which may repeat what the counterparty wrote, data fields too: SOH in it would end the field and
/// begin another.
fn in_one_field(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&SOH) {
        Cow::Owned(text.replace(char::from(SOH), " "))
    } else {
        Cow::Borrowed(text)
    }
}
