//! Bytes in: what is looked at next, and what waits.
//!
//! The order is fixed: a state change is told first, then a lent message is answered, then a Logon of ours is made,
//! then messages are taken from the queue above a closed gap, then from the input. So the same bytes give the same
//! actions, however they were cut into reads.

use super::Session;
use super::actions::Actions;
use super::connection::{LogonTask, Phase};
use super::event::InboundId;
use super::planted::Planted;
use super::status::Reason;
use super::step::{Inbound, LogonWanted, Raw, Step};
use crate::seq::SeqNum;
use crate::time::Now;
use crate::wire::{Frame, Message};

impl Session {
    pub(super) fn next_step<'i>(
        &mut self,
        now: Now,
        input: &mut &'i [u8],
        out: &mut Actions,
    ) -> Option<Step<'i>> {
        loop {
            self.conclude(out);
            if out.state_change_waits() {
                return None;
            }
            let expected = self.durable.next_target;
            let Some(live) = &mut self.connection else {
                *input = &[];
                return None;
            };
            if matches!(live.phase, Phase::Closing(_)) {
                *input = &[];
                return None;
            }
            if live.unsettled.is_some() {
                return None;
            }
            if live.logon.is_some() {
                return self.lend_logon(now).map(Step::LogonWanted);
            }
            let input_first = self.config.planted(Planted::QueueAfterInput) && !input.is_empty();
            if !input_first && let Some(queued) = live.queue.take(expected) {
                let message = Message::with_header(&queued.raw, queued.header);
                if let Some((id, order)) = self.examine(now, &message, true, out) {
                    let header = queued.header;
                    return Some(Step::Inbound(Inbound { id, order, raw: Raw::Queued(queued.raw), header }));
                }
                continue;
            }
            if live.passing_over > 0 {
                let count = usize::try_from(live.passing_over).unwrap_or(usize::MAX).min(input.len());
                live.passing_over -= count as u64;
                *input = input.get(count..).unwrap_or_default();
            }
            match self.config.frame(input) {
                Frame::Incomplete if self.config.planted(Planted::ReadsAreMessages) => {
                    *input = &[];
                    return None;
                }
                Frame::Incomplete => {
                    live.waited = 0;
                    return None;
                }
                Frame::Garbled { why, taken } => {
                    let (bytes, rest) = input.split_at_checked(taken).unwrap_or((input, &[]));
                    *input = rest;
                    if self.config.planted(Planted::GarbledIsLife) {
                        live.last_received = now.mono_ns;
                    }
                    if self.config.planted(Planted::GarbledCounted) {
                        self.expect(now, expected.next(), out);
                    }
                    return Some(Step::Garbled { why, bytes });
                }
                Frame::TooLong { announced } => {
                    live.passing_over = announced;
                    self.message_too_long(now, out);
                }
                Frame::Message { message, taken } => {
                    let header = *message.header();
                    let bytes = message.bytes();
                    *input = input.get(taken..).unwrap_or_default();
                    live.last_received = now.mono_ns;
                    live.probe_since = None;
                    if let Some((id, order)) = self.examine(now, &message, false, out) {
                        return Some(Step::Inbound(Inbound { id, order, raw: Raw::Input(bytes), header }));
                    }
                }
            }
        }
    }

    /// Lends the Logon that is to be sent, once.
    fn lend_logon(&mut self, now: Now) -> Option<LogonWanted> {
        let seq = self.logon_seq()?;
        let live = self.connection.as_mut()?;
        let task = live.logon.as_mut().filter(|task| task.lent_at.is_none())?;
        task.lent_at = Some(now);
        Some(LogonWanted { id: InboundId(task.id), seq, sending_time_utc_ns: now.utc_ns })
    }

    /// The number of the Logon that is to be sent.
    pub(super) fn logon_seq(&self) -> Option<SeqNum> {
        let LogonTask { kind, .. } = self.connection.as_ref()?.logon?;
        Some(if kind.resets() { SeqNum::FIRST } else { self.durable.next_sender })
    }

    /// The message is passed over as it was announced: its bytes are not searched for others, which somebody who can write
    /// its fields could have put there. What follows it is read, the answer to our Logout above all.
    fn message_too_long(&mut self, now: Now, out: &mut Actions) {
        match self.connection.as_ref().map(|live| live.phase) {
            Some(Phase::Active) => {
                self.error_logout(now, "Message exceeds MaxMessageSize", Reason::MessageTooLong, out);
            }
            Some(Phase::LogoutSent { .. } | Phase::LogoutAnswered | Phase::Closing(_)) | None => {}
            Some(Phase::AwaitingLogon | Phase::LogonReceived | Phase::LogonPending | Phase::LogonSent) => {
                self.close(now, Reason::MessageTooLong, out);
            }
        }
    }
}
