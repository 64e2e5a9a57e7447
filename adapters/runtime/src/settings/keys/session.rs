//! How the session behaves.

use sansfix::config::{Limits, Switches};
use sansfix::tags;

use super::keys;
use super::limits::MAX_SECONDS;
use crate::settings::key::{
    Key,
    Setting::{Custom, Flag, Later, Needless, Number, Unsupported},
};
use crate::settings::value;

/// Fields of a Logon that the session writes itself, in the header or from other keys.
const WRITTEN_BY_THE_SESSION: &[tags::Tag] =
    &[8, 9, 10, 34, 35, 43, 49, 50, 52, 56, 57, 98, 108, 122, 141, 142, 143, 369, 383, 464, 789, 1137];

pub(super) const KEYS: &[Key] = keys! {
    "Profile", None, OURS, Custom("Standard or Compatible", |draft, _, value| {
        let profile = value::profile(value);
        if let Some(profile) = profile {
            draft.config.switches = Switches::of(profile);
            draft.config.limits = Limits::of(profile);
        }
        profile.is_some()
    });
        "Standard"; "Switches and limits: as the standard says, or as common engines behave.";
    "HeartBtInt", None, ALL, Number(0, MAX_SECONDS, |draft, n| draft.config.heart_bt_int = n as u32);
        "30"; "Seconds between Heartbeats, HeartBtInt(108), as an initiator proposes it. 0: none.";
    "AcceptorHeartBtIntMin", None, OURS, Number(0, MAX_SECONDS, |draft, n| draft.heart_bt_int_min = Some(n as u32));
        ""; "The least HeartBtInt(108), in seconds, that an acceptor agrees to.";
    "AcceptorHeartBtIntMax", None, OURS, Number(0, MAX_SECONDS, |draft, n| draft.heart_bt_int_max = Some(n as u32));
        ""; "The largest HeartBtInt(108), in seconds, that an acceptor agrees to.";
    "HeartBtIntOverride", None, GO,
        Unsupported(&["N"], "the initiator's value holds, within AcceptorHeartBtIntMin and AcceptorHeartBtIntMax");
        "N"; "An acceptor answers with its own HeartBtInt.";
    "TestRequestDelayMultiplier", None, JAVA, Custom("0 to 100, with at most three decimals", |draft, _, value| {
        let more = value::thousandths(value);
        if let Some(more) = more {
            draft.config.limits.test_request_per_mille = 1000 + more;
        }
        more.is_some()
    });
        "0.2"; "A TestRequest is sent after a silence of HeartBtInt times 1 plus this.";
    "HeartBeatTimeoutMultiplier", None, JAVA, Later(&[]);
        ""; "The connection is closed after a silence of HeartBtInt times 1 plus this.";
    "DisableHeartBeatCheck", None, JAVA, Later(&["N"]);
        "N"; "Silence never closes the connection.";
    "ResetOnLogon", None, ALL, Flag(|draft, on| draft.config.reset_on_logon = on);
        "N"; "Both numbers become 1 at each logon. An initiator says so with ResetSeqNumFlag(141)=Y.";
    "ResetOnLogout", None, ALL, Flag(|draft, on| draft.config.reset_on_logout = on);
        "N"; "Both numbers become 1 after a Logout from either side.";
    "ResetOnDisconnect", None, ALL, Flag(|draft, on| draft.config.reset_on_disconnect = on);
        "N"; "Both numbers become 1 whenever the connection ends.";
    "PersistMessages", None, ALL, Flag(|draft, on| draft.config.persist_messages = on);
        "Y"; "Sent messages are kept for resending. N: every ResendRequest is answered with a gap fill.";
    "ResendRequestChunkSize", None, JAVA_GO, Number(0, 1_000_000_000, |draft, n| {
        draft.config.resend_request_chunk = (n > 0).then_some(n);
    });
        "0"; "At most this many messages are asked for with one ResendRequest. 0: everything.";
    "MaxMessagesInResendRequest", None, NET, Number(0, 1_000_000_000, |draft, n| {
        draft.config.resend_request_chunk = (n > 0).then_some(n);
    });
        "0"; "As ResendRequestChunkSize.";
    "EnableNextExpectedMsgSeqNum", None, JAVA_GO, Flag(|draft, on| draft.config.next_expected_msg_seq_num = on);
        "N"; "NextExpectedMsgSeqNum(789) is written and honoured at logon, from FIX.4.4 on. Both sides must agree to it.";
    "SendNextExpectedMsgSeqNum", None, CPP, Flag(|draft, on| draft.config.next_expected_msg_seq_num = on);
        "N"; "As EnableNextExpectedMsgSeqNum.";
    "EnableLastMsgSeqNumProcessed", None, JAVA_NET_GO,
        Flag(|draft, on| draft.config.last_msg_seq_num_processed = on);
        "N"; "LastMsgSeqNumProcessed(369) is written on every message, from FIX.4.2 on.";
    "CheckCompID", None, CPP_JAVA, Flag(|draft, on| draft.config.check_comp_id = on);
        "Y"; "CompIDs of every message are compared with the identity.";
    "CheckLatency", None, ALL, Flag(|draft, on| draft.check_latency = on);
        "Y"; "SendingTime(52) is compared with the clock.";
    "MaxLatency", None, ALL, Number(1, MAX_SECONDS, |draft, n| draft.max_latency = n as u32);
        "120"; "How far SendingTime(52) may be from the clock, in seconds.";
    "TimestampPrecision", None, ALL, Custom(value::PRECISION_ALLOWED, |draft, _, value| {
        draft.precision = value::precision(value);
        draft.precision.is_some()
    });
        "MILLIS"; "Fraction of SendingTime(52) and OrigSendingTime(122), from FIX.4.2 on. Goes before MillisecondsInTimeStamp.";
    "MillisecondsInTimeStamp", None, CPP_JAVA_NET, Flag(|draft, on| draft.milliseconds = Some(on));
        "Y"; "Milliseconds in SendingTime(52) and OrigSendingTime(122), from FIX.4.2 on; N: seconds.";
    "TestMessageIndicator", None, OURS, Flag(|draft, on| draft.config.test_message_indicator = Some(on));
        ""; "TestMessageIndicator(464) is written, and a counterparty that says otherwise is refused.";
    "LogonTag", Number, JAVA, Custom("TAG=VALUE, with a tag that the session does not write itself",
        |draft, suffix, value| {
            let Some((tag, value)) = value.split_once('=') else { return false };
            let Some(tag) = value::number(tag, 1, u64::from(u32::MAX)) else { return false };
            let tag = tag as tags::Tag;
            let fits = !WRITTEN_BY_THE_SESSION.contains(&tag) && !value.is_empty();
            if fits {
                draft.logon_fields.insert(suffix.parse().unwrap_or(0), (tag, value.to_owned()));
            }
            fits
        });
        ""; "A field to add to each Logon: 553=USER, 554=PASSWORD. These need TLS, or LogonPasswordInClear=Y.";
    "ResendSessionLevelRejects", None, NET, Flag(|draft, on| draft.config.switches.gap_fill_rejects = !on);
        "Y"; "Rejects are retransmitted on request; N: a gap fill takes their place. As GapFillRejects, the other way round.";
    "SendRedundantResendRequests", None, CPP_JAVA_NET,
        Unsupported(&["N"], "a ResendRequest is repeated only when it brings nothing");
        "N"; "ResendRequests are sent again while their answer is under way.";
    "SendResetSeqNumFlag", None, CPP, Unsupported(&["N"], "ResetSeqNumFlag is sent when numbers are reset");
        "N"; "ResetSeqNumFlag(141) on the Logon.";
    "ClosedResendInterval", None, JAVA, Later(&["N"]);
        "N"; "EndSeqNo(16) of a ResendRequest is the end of the gap, not 0.";
    "IgnorePossDupResendRequests", None, NET, Later(&["N"]);
        "N"; "A ResendRequest with PossDupFlag(43)=Y is passed over.";
    "RequiresOrigSendingTime", None, JAVA_NET, Later(&["Y"]);
        "Y"; "A possible duplicate without OrigSendingTime(122) is rejected.";
    "ValidateSequenceNumbers", None, JAVA, Unsupported(&["Y"], "numbers are always checked");
        "Y"; "MsgSeqNum(34) is compared with the one expected.";
    "SendLogoutBeforeDisconnectFromTimeout", None, NET, Later(&["N"]);
        "N"; "A Logout is sent before the connection is closed for silence.";
    "RefreshOnLogon", None, ALL,
        Unsupported(&["N"], "a store belongs to one process while that runs, and nobody else can change its numbers");
        "N"; "The numbers are read from the store again at each logon.";
    "ResetOnError", None, JAVA, Unsupported(&["N"], "numbers are reset by configuration or by an operator only");
        "N"; "An error resets the session.";
    "DisconnectOnError", None, JAVA, Needless;
        "N"; "An error of the application closes the connection.";
    "ForceResendWhenCorruptedStore", None, JAVA,
        Unsupported(&["N"], "a record that the store has lost ends the session, it is not gap-filled away");
        "N"; "Messages that cannot be read from the store are replaced.";
    "RejectMessageOnUnhandledException", None, JAVA, Needless;
        "N"; "What an exception of the application does to the message.";
    "AllowPosDup", None, JAVA, Later(&["N"]);
        "N"; "The application may set PossDupFlag(43) and OrigSendingTime(122).";
    "DynamicSession", None, JAVA, Unsupported(&["N"], "every session of a file is started; a program starts what it likes");
        "N"; "The session waits until the program creates it.";
    "DynamicSessions", None, GO, Unsupported(&["N"], "write a [SESSION] with AcceptorTemplate=Y as their pattern");
        "N"; "An acceptor makes sessions for counterparties that the file does not name.";
    "DynamicQualifier", None, GO, Unsupported(&["N"], "sessions are told apart by what stands in their messages");
        "N"; "As DynamicSessions, for equal identities.";
    "AcceptorTemplate", None, JAVA, Flag(|draft, on| draft.template = on);
        "N"; "The section is a pattern for sessions that the file does not name: * in a CompID, SubID or LocationID stands for what the Logon says. Whoever fits it gets a session.";
    "ContinueInitializationOnError", None, JAVA,
        Unsupported(&["N"], "every mistake of a file is told, and nothing starts until it is right");
        "N"; "A session with a mistake does not keep the others from starting.";
};
