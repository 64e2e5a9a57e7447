//! The session's own checks of a message's header: required fields, parties, SendingTime(52), OrigSendingTime(122).
//!
//! What they find is answered here, before anything is lent. Everything else that can be wrong with a message is a
//! matter of a dictionary, that is of a verdict.

use super::Session;
use super::actions::Actions;
use super::identity;
use super::kind::Kind;
use super::planted::Planted;
use super::reject::Problem;
use super::status::Reason;
use super::table::{Number, Stage};
use crate::reject_reason::SessionRejectReason;
use crate::tags::{self, Tag};
use crate::time::{Now, SECOND_NS};
use crate::wire::{Message, parse_timestamp};

/// Where in the transition table a message stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) stage: Stage,
    pub(super) kind: Kind,
    pub(super) number: Number,
    /// It was kept above a gap, so that its SendingTime was compared when it came.
    pub(super) queued: bool,
}

/// What a check found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Finding {
    /// Reject and go on.
    Reject { reason: SessionRejectReason, tag: Tag, made_by_session: bool },
    /// Reject, then Logout.
    RejectAndLogout { reason: SessionRejectReason, tag: Tag, then: Reason },
}

impl Session {
    /// Whether the message passes. If not it has been answered.
    pub(super) fn passes_checks(
        &mut self,
        now: Now,
        at: &Cell,
        message: &Message<'_>,
        out: &mut Actions,
    ) -> bool {
        let Some(finding) = self.find(now, at, message) else { return true };
        match at.stage {
            Stage::AwaitingLogon if self.config.planted(Planted::StrangerAnswered) => {
                self.refuse_with(now, finding.reason().text(), None, Reason::WrongIdentity, out);
            }
            Stage::AwaitingLogon => {
                let wrong_identity = matches!(
                    finding,
                    Finding::RejectAndLogout { reason: SessionRejectReason::CompIdProblem, .. }
                );
                self.close(
                    now,
                    if wrong_identity { Reason::WrongIdentity } else { Reason::InvalidLogon },
                    out,
                );
            }
            Stage::LogonSent => self.error_logout(now, finding.reason().text(), Reason::InvalidLogon, out),
            Stage::RefusalSent => {}
            Stage::Active | Stage::ResetSent | Stage::LogoutSent | Stage::LogoutAnswered => {
                self.answer_finding(now, finding, at.number, message, out);
            }
        }
        false
    }

    fn find(&self, now: Now, at: &Cell, message: &Message<'_>) -> Option<Finding> {
        missing_field(message)
            .or_else(|| self.wrong_parties(message))
            .or_else(|| if at.queued { None } else { self.wrong_sending_time(now, message) })
            .or_else(|| self.wrong_orig_sending_time(at.kind, at.number, message))
    }

    fn wrong_parties(&self, message: &Message<'_>) -> Option<Finding> {
        if !self.config.check_comp_id {
            return None;
        }
        let reason = SessionRejectReason::CompIdProblem;
        identity::wrong_party(&self.config, message).map(|tag| Finding::RejectAndLogout {
            reason,
            tag,
            then: Reason::CompIdProblem,
        })
    }

    /// FIX 4.4 volume 2, test case 2n/2o: within two minutes of UTC, either way. It may be older by as long as the message
    /// can have waited in the input while others waited for their verdicts.
    fn wrong_sending_time(&self, now: Now, message: &Message<'_>) -> Option<Finding> {
        let tolerance = self.config.sending_time_tolerance?;
        let Ok(sent) = parse_timestamp(message.sending_time().unwrap_or_default()) else {
            return reject(SessionRejectReason::IncorrectDataFormatForValue, tags::SENDING_TIME);
        };
        let tolerance_ns = i64::from(tolerance) * SECOND_NS as i64;
        let waited = self.connection.as_ref().map_or(0, |live| live.waited);
        let oldest = tolerance_ns.saturating_add(i64::try_from(waited).unwrap_or(i64::MAX));
        let late = now.utc_ns.saturating_sub(sent);
        (late > oldest || late < -tolerance_ns).then_some(Finding::RejectAndLogout {
            reason: SessionRejectReason::SendingTimeAccuracyProblem,
            tag: tags::SENDING_TIME,
            then: Reason::SendingTimeAccuracy,
        })
    }

    /// Test cases 2e to 2g. A SequenceReset needs no OrigSendingTime.
    fn wrong_orig_sending_time(&self, kind: Kind, number: Number, message: &Message<'_>) -> Option<Finding> {
        let exempt = match kind {
            Kind::GapFill | Kind::SequenceReset => true,
            Kind::Logon
            | Kind::LogonReset
            | Kind::Heartbeat
            | Kind::TestRequest
            | Kind::ResendRequest
            | Kind::Reject
            | Kind::Logout
            | Kind::Application => false,
        };
        let unexamined = match number {
            Number::LowDuplicate => false,
            Number::Low | Number::High => true,
            Number::Expected => self.config.switches.no_orig_sending_time_check_in_sequence,
        };
        if !message.poss_dup() || exempt || unexamined {
            return None;
        }
        let tag = tags::ORIG_SENDING_TIME;
        let written = message.orig_sending_time();
        let original = match (written, parse_timestamp(written.unwrap_or_default())) {
            (Some([_, ..]), Ok(original)) => original,
            (None, _) => return reject(SessionRejectReason::RequiredTagMissing, tag),
            (Some([]), _) => return reject(SessionRejectReason::TagSpecifiedWithoutAValue, tag),
            (Some(_), Err(_)) => return reject(SessionRejectReason::IncorrectDataFormatForValue, tag),
        };
        // A SendingTime that is no time is here only when it is not compared with the clock either.
        let sent = parse_timestamp(message.sending_time().unwrap_or_default());
        let later = sent.is_ok_and(|sent| original > sent);
        let reason = SessionRejectReason::SendingTimeAccuracyProblem;
        later.then_some(if self.config.switches.logout_for_orig_sending_time {
            Finding::RejectAndLogout { reason, tag, then: Reason::SendingTimeAccuracy }
        } else {
            Finding::Reject { reason, tag, made_by_session: true }
        })
    }

    fn answer_finding(
        &mut self,
        now: Now,
        finding: Finding,
        number: Number,
        message: &Message<'_>,
        out: &mut Actions,
    ) {
        let duplicate = message.poss_dup() && finding.tag() == tags::ORIG_SENDING_TIME;
        let counted = number == Number::Expected
            && !(duplicate && self.config.switches.do_not_count_rejected_duplicates);
        let tag = match finding {
            Finding::Reject { tag, made_by_session: false, .. } => Some(tag),
            Finding::Reject { tag, .. } | Finding::RejectAndLogout { tag, .. } => self.ref_tag(tag),
        };
        let reason = finding.reason();
        let told = self.reject(now, message, &Problem { reason, tag: tag.map(i64::from), text: "" }, out);
        if counted
            && told
            && let Some(seq) = message.seq()
        {
            self.count(now, seq, out);
        }
        if let Finding::RejectAndLogout { then, .. } = finding {
            let text = if self.config.switches.no_text_in_logout_after_reject { "" } else { reason.text() };
            self.error_logout(now, text, then, out);
        }
    }

    /// RefTagID(371) of a Reject that the session makes by itself.
    pub(super) fn ref_tag(&self, tag: Tag) -> Option<Tag> {
        (!self.config.switches.no_ref_tag_in_session_rejects).then_some(tag)
    }
}

impl Finding {
    fn reason(&self) -> SessionRejectReason {
        match self {
            Self::Reject { reason, .. } | Self::RejectAndLogout { reason, .. } => *reason,
        }
    }

    fn tag(&self) -> Tag {
        match self {
            Self::Reject { tag, .. } | Self::RejectAndLogout { tag, .. } => *tag,
        }
    }
}

/// What a dictionary would say too.
fn reject(reason: SessionRejectReason, tag: Tag) -> Option<Finding> {
    Some(Finding::Reject { reason, tag, made_by_session: false })
}

/// The header fields without which no message can be judged. MsgSeqNum(34) is examined before.
fn missing_field(message: &Message<'_>) -> Option<Finding> {
    let fields = [
        (tags::MSG_TYPE, Some(message.msg_type())),
        (tags::SENDER_COMP_ID, message.sender_comp_id()),
        (tags::TARGET_COMP_ID, message.target_comp_id()),
        (tags::SENDING_TIME, message.sending_time()),
    ];
    fields.into_iter().find_map(|(tag, value)| {
        let reason = match value {
            None => SessionRejectReason::RequiredTagMissing,
            Some([]) => SessionRejectReason::TagSpecifiedWithoutAValue,
            Some(_) => return None,
        };
        reject(reason, tag)
    })
}
