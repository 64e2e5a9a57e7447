//! Framing of outgoing messages: the header that every message has, numbering, and handing over to the output.

use super::Session;
use super::actions::Actions;
use super::errors::Refused;
use super::planted::{self, Planted};
use crate::config::Ids;
use crate::msg_type;
use crate::seq::{SeqNum, SeqRange};
use crate::tags::{self, Tag};
use crate::time::Now;
use crate::wire::{Body, Encoder};

impl Session {
    /// Sends an administrative message under the next number.
    pub(super) fn send_admin(
        &mut self,
        now: Now,
        msg_type: &[u8],
        fields: impl FnOnce(&mut Encoder<'_>),
        out: &mut Actions,
    ) -> SeqNum {
        let seq = self.durable.next_sender;
        let buffer = out.compose();
        let mut encoder = Encoder::begin(buffer, self.config.identity.begin_string.as_bytes(), msg_type);
        self.write_header(&mut encoder, seq, now.utc_ns, self.last_processed());
        fields(&mut encoder);
        let range = encoder.finish();
        self.commit(now, range, seq, self.config.persist_messages, out);
        seq
    }

    pub(super) fn send_application(
        &mut self,
        now: Now,
        msg_type: &[u8],
        body: impl FnOnce(&mut Body<'_>),
        out: &mut Actions,
    ) -> Result<SeqNum, Refused> {
        let always = self.config.planted(Planted::SendsAfterLogout);
        let live = self.connection.as_ref();
        let early = self.config.planted(Planted::SendsBeforeResetConfirmed);
        let live = live.filter(|live| {
            live.may_send_application() || always && live.logout_seen || early && live.may_send_new()
        });
        let live = live.ok_or(Refused::NotActive)?;
        let writable = !msg_type.is_empty() && msg_type.iter().all(|byte| byte.is_ascii_graphic());
        if !writable || msg_type::is_admin(msg_type) {
            return Err(Refused::MsgType);
        }
        let unsent = out.waiting();
        if unsent >= self.config.limits.unsent_bytes as usize {
            return Err(Refused::Full { unsent });
        }
        let limit = self.longest_for(live.peer_max_message_size);
        let seq = self.durable.next_sender;
        if !seq.leaves_numbers() {
            return Err(Refused::NoNumberLeft);
        }
        let buffer = out.compose();
        let mut encoder = Encoder::begin(buffer, self.config.identity.begin_string.as_bytes(), msg_type);
        self.write_header(&mut encoder, seq, now.utc_ns, self.last_processed());
        let mut lent = Body::new(encoder);
        body(&mut lent);
        let (encoder, error) = lent.into_parts();
        if let Some(error) = error {
            encoder.abandon();
            return Err(Refused::Body(error));
        }
        let range = encoder.finish();
        if self.config.planted(Planted::CheckSumCountsItself)
            && let Some(message) = buffer.get_mut(range.clone())
        {
            planted::count_check_sum_itself(message);
        }
        if range.len() > limit as usize {
            // It was not committed, so the next one takes its place.
            return Err(Refused::TooLong { limit });
        }
        self.commit(now, range, seq, self.config.persist_messages, out);
        Ok(seq)
    }

    /// What a message may have, so that neither it nor its repetition is longer than the counterparty's
    /// MaxMessageSize(383), nor than what is taken here, which an engine with the same settings takes too: repeated, it
    /// also has PossDupFlag(43) and OrigSendingTime(122).
    fn longest_for(&self, peer_max_message_size: Option<u32>) -> u32 {
        /// `43=Y` and `122=` with the longest time, each with SOH, and one more digit in BodyLength.
        const MORE_WHEN_REPEATED: u32 = 5 + 4 + 27 + 1 + 1;
        let most = peer_max_message_size.unwrap_or(u32::MAX).min(self.config.limits.max_message_size);
        if self.config.persist_messages { most.saturating_sub(MORE_WHEN_REPEATED) } else { most }
    }

    /// The header after MsgType, in ascending order. `processed` is for LastMsgSeqNumProcessed(369).
    pub(super) fn write_header(&self, encoder: &mut Encoder<'_>, seq: SeqNum, utc_ns: i64, processed: u64) {
        let identity = &self.config.identity;
        encoder.header_field(tags::MSG_SEQ_NUM, &seq.get());
        encoder.header_field(tags::SENDER_COMP_ID, &*identity.sender.comp_id);
        further_id(encoder, tags::SENDER_SUB_ID, &identity.sender, |ids| ids.sub_id.as_deref());
        encoder.header_timestamp(tags::SENDING_TIME, utc_ns, self.config.written_precision());
        encoder.header_field(tags::TARGET_COMP_ID, &*identity.target.comp_id);
        further_id(encoder, tags::TARGET_SUB_ID, &identity.target, |ids| ids.sub_id.as_deref());
        if identity.begin_string.has_location_ids() {
            further_id(encoder, tags::SENDER_LOCATION_ID, &identity.sender, |ids| ids.location_id.as_deref());
            further_id(encoder, tags::TARGET_LOCATION_ID, &identity.target, |ids| ids.location_id.as_deref());
        }
        if self.config.last_msg_seq_num_processed && identity.begin_string.has_last_processed() {
            encoder.header_field(tags::LAST_MSG_SEQ_NUM_PROCESSED, &processed);
        }
    }

    /// LastMsgSeqNumProcessed(369): the message that is being answered, else the last one in sequence.
    pub(super) fn last_processed(&self) -> u64 {
        let answered =
            self.answering.or_else(|| self.connection.as_ref()?.unsettled.map(|unsettled| unsettled.seq));
        answered.map_or(self.durable.next_target.get() - 1, SeqNum::get)
    }

    /// The message is numbered, to be saved, and then to leave. When its bytes are not to be kept, its record is a hole.
    pub(super) fn commit(
        &mut self,
        now: Now,
        range: core::ops::Range<usize>,
        seq: SeqNum,
        keep: bool,
        out: &mut Actions,
    ) {
        if self.config.planted(Planted::LeavesUnsaved) {
            out.commit_replay(&range);
            out.hole(SeqRange::one(seq));
        } else {
            out.commit(range, seq, keep);
        }
        if self.config.planted(Planted::NumberNotSavedWithMessage) {
            out.note_snapshot(&self.durable);
        }
        self.durable.next_sender = seq.next();
        self.changed = !self.config.planted(Planted::NumberNotSavedWithMessage);
        if let Some(live) = &mut self.connection {
            live.last_sent = now.mono_ns;
        }
    }
}

fn further_id(encoder: &mut Encoder<'_>, tag: Tag, ids: &Ids, id: impl Fn(&Ids) -> Option<&str>) {
    if let Some(value) = id(ids) {
        encoder.header_field(tag, value);
    }
}
