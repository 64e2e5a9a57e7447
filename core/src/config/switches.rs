//! Where the standard and common engines differ, and which way a session goes.
//!
//! `docs/design.md` lists each switch with its reason.

/// A named set of switches.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Profile {
    /// As the standard says.
    #[default]
    Standard,
    /// As common engines behave and the acceptance scripts expect.
    Compatible,
}

/// One switch for each difference. All off is [`Profile::Standard`], all on is [`Profile::Compatible`].
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Switches {
    /// A Logout takes effect whatever its number, and asks for no resend.
    /// Standard (FIX 4.4 volume 2, "Logout"): the gap is requested first, a number too low is an error.
    pub logout_ignores_sequence: bool,
    /// The side that answers a Logout closes the connection. Standard: it waits for the initiator to close.
    pub close_after_logout_reply: bool,
    /// A ResendRequest with a number too low is served. Standard: a number too low without PossDupFlag is an error.
    pub serve_low_resend_request: bool,
    /// A ResendRequest with a number too high is served and asks for no resend itself. Standard (test case 20): it
    /// is served first, then the missing messages are requested.
    pub no_resend_request_for_high_resend_request: bool,
    /// No Heartbeats while a TestRequest is outstanding. Standard: Heartbeats go on (test case 4a).
    pub no_heartbeat_while_probing: bool,
    /// TestReqID(112) is always `TEST`. Standard: each is different, so that its answer can be told.
    pub fixed_test_req_id: bool,
    /// A TestRequest with an empty TestReqID(112), which a dictionary has let pass, is answered with an empty one.
    /// Standard: a field without a value is an error, and the TestRequest is rejected.
    pub answer_empty_test_req_id: bool,
    /// A replay gap-fills over Reject messages. Standard: Rejects are retransmitted.
    pub gap_fill_rejects: bool,
    /// A possible duplicate that is rejected for OrigSendingTime(122) is not counted, also in sequence, and a
    /// SequenceReset that would lower the number is rejected without being counted.
    pub do_not_count_rejected_duplicates: bool,
    /// OrigSendingTime(122) is not examined on messages with the expected number.
    pub no_orig_sending_time_check_in_sequence: bool,
    /// A GapFill up to the end of a chunk asks for the next chunk at once, beginning with the chunk's last number.
    pub gap_fill_to_chunk_end_asks_next: bool,
    /// A possible duplicate whose OrigSendingTime(122) lies after its SendingTime(52) is answered with a Logout after
    /// the Reject. Standard (test case 2f): the Logout is optional.
    pub logout_for_orig_sending_time: bool,
    /// Rejects that the session makes by itself leave RefTagID(371) out.
    pub no_ref_tag_in_session_rejects: bool,
    /// No SessionStatus(1409) in a Logout for a number too low or a NextExpectedMsgSeqNum too high, in FIXT.1.1.
    pub no_session_status_in_logout: bool,
    /// An initiator accepts an answer with another HeartBtInt(108) than it proposed, and adopts it. Standard (FIX
    /// session layer, "Logon"): it refuses.
    pub accept_other_heart_bt_int: bool,
    /// The Logout that follows a Reject carries no Text(58).
    pub no_text_in_logout_after_reject: bool,
    /// ResetSeqNumFlag(141)=Y with MsgSeqNum(34) other than 1 is tolerated. Standard: refused.
    pub tolerate_reset_with_other_number: bool,
}

impl Switches {
    /// The switches of a profile.
    #[must_use]
    pub fn of(profile: Profile) -> Self {
        match profile {
            Profile::Standard => Self::default(),
            Profile::Compatible => Self {
                logout_ignores_sequence: true,
                close_after_logout_reply: true,
                serve_low_resend_request: true,
                no_resend_request_for_high_resend_request: true,
                no_heartbeat_while_probing: true,
                fixed_test_req_id: true,
                answer_empty_test_req_id: true,
                gap_fill_rejects: true,
                do_not_count_rejected_duplicates: true,
                no_orig_sending_time_check_in_sequence: true,
                gap_fill_to_chunk_end_asks_next: true,
                logout_for_orig_sending_time: true,
                no_ref_tag_in_session_rejects: true,
                no_session_status_in_logout: true,
                accept_other_heart_bt_int: true,
                no_text_in_logout_after_reject: true,
                tolerate_reset_with_other_number: true,
            },
        }
    }
}
