//! One key for each switch of [`sansfix::config::Switches`], with its name.

use super::keys;
use crate::settings::key::{Key, Setting::Flag};

pub(super) const KEYS: &[Key] = keys! {
    "LogoutIgnoresSequence", None, OURS, Flag(|draft, on| draft.config.switches.logout_ignores_sequence = on);
        "N"; "A Logout takes effect whatever its number. N: the gap is requested first, a number too low is an error.";
    "CloseAfterLogoutReply", None, OURS, Flag(|draft, on| draft.config.switches.close_after_logout_reply = on);
        "N"; "The side that answers a Logout closes the connection. N: it waits for the initiator of the Logout.";
    "ServeLowResendRequest", None, OURS, Flag(|draft, on| draft.config.switches.serve_low_resend_request = on);
        "N"; "A ResendRequest with a number too low is served. N: it is an error, as for any message.";
    "NoResendRequestForHighResendRequest", None, OURS,
        Flag(|draft, on| draft.config.switches.no_resend_request_for_high_resend_request = on);
        "N"; "A ResendRequest with a number too high is served and asks for no resend itself. N: it asks after serving.";
    "NoHeartbeatWhileProbing", None, OURS,
        Flag(|draft, on| draft.config.switches.no_heartbeat_while_probing = on);
        "N"; "No Heartbeats while a TestRequest is outstanding. N: Heartbeats go on.";
    "FixedTestReqId", None, OURS, Flag(|draft, on| draft.config.switches.fixed_test_req_id = on);
        "N"; "TestReqID(112) is always TEST. N: each is different.";
    "AnswerEmptyTestReqId", None, OURS,
        Flag(|draft, on| draft.config.switches.answer_empty_test_req_id = on);
        "N"; "A TestRequest with an empty TestReqID(112) is answered with an empty one. N: it is rejected.";
    "GapFillRejects", None, OURS, Flag(|draft, on| draft.config.switches.gap_fill_rejects = on);
        "N"; "A replay gap-fills over Rejects. N: they are retransmitted.";
    "DoNotCountRejectedDuplicates", None, OURS,
        Flag(|draft, on| draft.config.switches.do_not_count_rejected_duplicates = on);
        "N"; "A possible duplicate rejected for OrigSendingTime(122), or a SequenceReset that would lower the number, is not counted.";
    "NoOrigSendingTimeCheckInSequence", None, OURS,
        Flag(|draft, on| draft.config.switches.no_orig_sending_time_check_in_sequence = on);
        "N"; "OrigSendingTime(122) is not examined on messages with the expected number.";
    "GapFillToChunkEndAsksNext", None, OURS,
        Flag(|draft, on| draft.config.switches.gap_fill_to_chunk_end_asks_next = on);
        "N"; "A GapFill up to the end of a chunk asks for the next at once, beginning with the chunk's last number.";
    "NoRefTagInSessionRejects", None, OURS,
        Flag(|draft, on| draft.config.switches.no_ref_tag_in_session_rejects = on);
        "N"; "Rejects that the session makes by itself leave RefTagID(371) out.";
    "NoTextInLogoutAfterReject", None, OURS,
        Flag(|draft, on| draft.config.switches.no_text_in_logout_after_reject = on);
        "N"; "The Logout that follows a Reject carries no Text(58).";
    "TolerateResetWithOtherNumber", None, OURS,
        Flag(|draft, on| draft.config.switches.tolerate_reset_with_other_number = on);
        "N"; "ResetSeqNumFlag(141)=Y with MsgSeqNum(34) other than 1 is tolerated. N: it is refused.";
    "LogoutForOrigSendingTime", None, OURS,
        Flag(|draft, on| draft.config.switches.logout_for_orig_sending_time = on);
        "N"; "A Logout follows the Reject of a possible duplicate whose OrigSendingTime(122) lies after its SendingTime(52).";
    "NoSessionStatusInLogout", None, OURS,
        Flag(|draft, on| draft.config.switches.no_session_status_in_logout = on);
        "N"; "FIXT.1.1: no SessionStatus(1409) in a Logout for a number too low or a NextExpectedMsgSeqNum(789) too high.";
    "AcceptOtherHeartBtInt", None, OURS,
        Flag(|draft, on| draft.config.switches.accept_other_heart_bt_int = on);
        "N"; "An initiator adopts another HeartBtInt(108) than it proposed. N: it refuses the answer.";
};
