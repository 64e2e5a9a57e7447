//! The transition table: what a message leads to, by stage, kind, number, and whether it is repeated.
//!
//! Nothing else decides that. Each cell names a rule; the rules themselves stand in the files named after them.
//! FIX 4.4 volume 2, "Session state matrix" and "Logon / Logout / Resend processing". No wildcard stands for a stage,
//! a kind or a number, so that a new one must be thought through in every place.

use super::kind::Kind;
use crate::config::Switches;

/// Where the protocol stands, as far as inbound messages are concerned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Stage {
    /// Acceptor, no Logon yet
    AwaitingLogon,
    /// Initiator, Logon not answered yet
    LogonSent,
    /// Logged on
    Active,
    /// Logged on, and a Logon with ResetSeqNumFlag(141)=Y of ours is not answered yet
    ResetSent,
    /// A Logout of ours is not answered yet
    LogoutSent,
    /// A Logout of ours refused the answer to our Logon, or what came in its place: nobody is logged on
    RefusalSent,
    /// The counterparty's Logout was answered, and it has not closed yet
    LogoutAnswered,
}

/// How MsgSeqNum(34) compares with the number expected.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Number {
    /// Below it, PossDupFlag(43) not Y
    Low,
    /// Below it, PossDupFlag(43)=Y
    LowDuplicate,
    Expected,
    High,
}

/// What to do with a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Rule {
    /// Lend it; the effect follows its acceptance.
    Lend(Effect),
    /// Keep it until the numbers below have come, and ask for those.
    QueueAndRequest,
    /// Ask for the numbers below it; it will be repeated with them.
    Request,
    /// As `QueueAndRequest`, and answer it though the gap stays open when that takes too long.
    QueueLogout,
    /// Keep it until the numbers below have come, but ask for nothing: a Logout has been sent.
    Queue,
    /// Pass it over. Its number is not counted, so it comes again when it matters.
    Ignore,
    /// MsgSeqNum too low, without PossDupFlag: Logout and disconnect.
    TooLow,
    /// Close in silence: the first message is no Logon.
    NotLogon,
    /// Logout and close: the answer to our Logon is neither Logon nor Logout.
    UnexpectedAnswer,
    /// Close without a Logout: a Logon on a session that is logged on.
    UnexpectedLogon,
    /// Close with a Logout: our reset was answered without ResetSeqNumFlag.
    ResetNotConfirmed,
}

/// What a lent message does when it is accepted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Effect {
    /// Count its number; an application message is delivered by being lent.
    Count,
    /// Nothing: it came before.
    Duplicate,
    /// Count and answer with a Heartbeat.
    AnswerTestRequest,
    /// Count and replay.
    Resend,
    /// Replay only; the number was counted before.
    ResendLow,
    /// Replay at once, then ask for the missing numbers; this one counts when they have come.
    ResendAboveGap,
    /// Replay at once and ask for nothing; this one counts when the missing numbers have come.
    ResendHigh,
    /// Move the expected number to NewSeqNo(36), in sequence.
    GapFill,
    /// Move the expected number to NewSeqNo(36), whatever this message's number.
    SequenceReset,
    /// A Logon to be answered.
    LogonRequest,
    /// The answer to our Logon.
    LogonAnswer,
    /// The counterparty resets both numbers.
    ResetRequest,
    /// The counterparty confirms our reset.
    ResetAnswer,
    /// A Logout instead of an answer to our Logon.
    LogonRefused,
    /// A Logout to be answered.
    LogoutRequest,
    /// The answer to our Logout.
    LogoutAnswer,
}

/// The rule for a message. `repeated`: with PossDupFlag(43)=Y.
pub(super) fn rule(stage: Stage, kind: Kind, number: Number, repeated: bool, switches: &Switches) -> Rule {
    let counts_as = if repeated { when_repeated(kind) } else { kind };
    match stage {
        Stage::AwaitingLogon => awaiting_logon(kind, number, repeated),
        Stage::LogonSent => logon_sent(kind, number, repeated),
        Stage::Active => active(counts_as, number, switches),
        Stage::ResetSent => reset_sent(counts_as, number, switches),
        Stage::LogoutSent => logout_sent(counts_as, number, switches),
        Stage::RefusalSent => refusal_sent(kind, number),
        Stage::LogoutAnswered => logout_answered(counts_as, number, switches),
    }
}

/// Where somebody is logged on. A Logon is never to be repeated (FIX 4.4 volume 2, "Resend Request"), and one that is
/// began a connection that ended long ago: it counts for the sequence alone, as a Heartbeat does, and must neither reset
/// anything nor end what it had begun. What else is repeated is taken as it would be without the flag.
fn when_repeated(kind: Kind) -> Kind {
    match kind {
        Kind::Logon | Kind::LogonReset => Kind::Heartbeat,
        Kind::Heartbeat
        | Kind::TestRequest
        | Kind::ResendRequest
        | Kind::Reject
        | Kind::GapFill
        | Kind::SequenceReset
        | Kind::Logout
        | Kind::Application => kind,
    }
}

/// The number is judged after authentication, and after any reset. A possible duplicate is never acted on, nor is a repeated
/// Logon that asks for a reset.
fn awaiting_logon(kind: Kind, number: Number, repeated: bool) -> Rule {
    match kind {
        Kind::LogonReset if repeated => Rule::Ignore,
        Kind::Logon | Kind::LogonReset => unless_duplicate(number, Effect::LogonRequest),
        Kind::Heartbeat
        | Kind::TestRequest
        | Kind::ResendRequest
        | Kind::Reject
        | Kind::GapFill
        | Kind::SequenceReset
        | Kind::Logout
        | Kind::Application => Rule::NotLogon,
    }
}

fn logon_sent(kind: Kind, number: Number, repeated: bool) -> Rule {
    match kind {
        Kind::LogonReset if repeated => Rule::Ignore,
        Kind::Logon | Kind::LogonReset => unless_duplicate(number, Effect::LogonAnswer),
        Kind::Logout => unless_duplicate(number, Effect::LogonRefused),
        Kind::Heartbeat
        | Kind::TestRequest
        | Kind::ResendRequest
        | Kind::Reject
        | Kind::GapFill
        | Kind::SequenceReset
        | Kind::Application => Rule::UnexpectedAnswer,
    }
}

fn active(kind: Kind, number: Number, switches: &Switches) -> Rule {
    match kind {
        Kind::Logon => Rule::UnexpectedLogon,
        Kind::LogonReset => Rule::Lend(Effect::ResetRequest),
        Kind::Heartbeat | Kind::Reject | Kind::Application => in_sequence(number, Effect::Count),
        Kind::TestRequest => in_sequence(number, Effect::AnswerTestRequest),
        Kind::ResendRequest => resend_request(number, switches),
        Kind::GapFill => match number {
            Number::Low => Rule::TooLow,
            Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
            Number::Expected => Rule::Lend(Effect::GapFill),
            Number::High => Rule::Request,
        },
        Kind::SequenceReset => any_number(number, Effect::SequenceReset),
        Kind::Logout => logout(number, switches),
    }
}

/// As logged on, but for the Logon that is awaited.
fn reset_sent(kind: Kind, number: Number, switches: &Switches) -> Rule {
    match kind {
        Kind::LogonReset => Rule::Lend(Effect::ResetAnswer),
        Kind::Logon => Rule::ResetNotConfirmed,
        Kind::Heartbeat
        | Kind::TestRequest
        | Kind::ResendRequest
        | Kind::Reject
        | Kind::GapFill
        | Kind::SequenceReset
        | Kind::Logout
        | Kind::Application => active(kind, number, switches),
    }
}

/// Nothing new is sent after a Logout: no Reject, no Heartbeat, no ResendRequest. Replays are served.
fn logout_sent(kind: Kind, number: Number, switches: &Switches) -> Rule {
    match kind {
        Kind::Logon => Rule::UnexpectedLogon,
        // The answer to a reset of ours that the Logout overtook, or a reset that crossed the Logout.
        Kind::LogonReset => Rule::Lend(Effect::ResetAnswer),
        Kind::Heartbeat | Kind::TestRequest | Kind::Reject | Kind::Application => match number {
            Number::Low => Rule::Ignore,
            Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
            Number::Expected => Rule::Lend(Effect::Count),
            Number::High => Rule::Queue,
        },
        Kind::ResendRequest => resend_request_after_logout(number, switches),
        Kind::GapFill => gap_fill_after_logout(number),
        Kind::SequenceReset => any_number(number, Effect::SequenceReset),
        Kind::Logout => match number {
            Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
            Number::Low | Number::Expected | Number::High => Rule::Lend(Effect::LogoutAnswer),
        },
    }
}

/// A counterparty that is not logged on is given nothing and tells nothing, but that it has read our Logout.
fn refusal_sent(kind: Kind, number: Number) -> Rule {
    match kind {
        Kind::Logout => unless_duplicate(number, Effect::LogoutAnswer),
        Kind::Logon
        | Kind::LogonReset
        | Kind::Heartbeat
        | Kind::TestRequest
        | Kind::ResendRequest
        | Kind::Reject
        | Kind::GapFill
        | Kind::SequenceReset
        | Kind::Application => Rule::Ignore,
    }
}

/// The counterparty has logged out: an application message after that is not delivered, and not counted either, so
/// that it comes again at the next logon.
fn logout_answered(kind: Kind, number: Number, switches: &Switches) -> Rule {
    match kind {
        Kind::Logon | Kind::LogonReset => Rule::UnexpectedLogon,
        Kind::Heartbeat | Kind::TestRequest | Kind::Reject => match number {
            Number::Low | Number::High => Rule::Ignore,
            Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
            Number::Expected => Rule::Lend(Effect::Count),
        },
        Kind::ResendRequest => resend_request_after_logout(number, switches),
        Kind::GapFill => gap_fill_after_logout(number),
        Kind::SequenceReset => any_number(number, Effect::SequenceReset),
        Kind::Logout => match number {
            Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
            Number::Low => Rule::Ignore,
            Number::Expected | Number::High => Rule::Lend(Effect::LogoutRequest),
        },
        Kind::Application => match number {
            Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
            Number::Low | Number::Expected | Number::High => Rule::Ignore,
        },
    }
}

fn unless_duplicate(number: Number, effect: Effect) -> Rule {
    match number {
        Number::LowDuplicate => Rule::Ignore,
        Number::Low | Number::Expected | Number::High => Rule::Lend(effect),
    }
}

fn in_sequence(number: Number, effect: Effect) -> Rule {
    match number {
        Number::Low => Rule::TooLow,
        Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
        Number::Expected => Rule::Lend(effect),
        Number::High => Rule::QueueAndRequest,
    }
}

/// SequenceReset-Reset is disaster recovery and the one message whose number is not compared.
fn any_number(number: Number, effect: Effect) -> Rule {
    match number {
        Number::Low | Number::LowDuplicate | Number::Expected | Number::High => Rule::Lend(effect),
    }
}

fn resend_request(number: Number, switches: &Switches) -> Rule {
    match number {
        Number::Low if switches.serve_low_resend_request => Rule::Lend(Effect::ResendLow),
        Number::Low => Rule::TooLow,
        Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
        Number::Expected => Rule::Lend(Effect::Resend),
        Number::High if switches.no_resend_request_for_high_resend_request => Rule::Lend(Effect::ResendHigh),
        Number::High => Rule::Lend(Effect::ResendAboveGap),
    }
}

fn resend_request_after_logout(number: Number, switches: &Switches) -> Rule {
    match number {
        Number::Low if switches.serve_low_resend_request => Rule::Lend(Effect::ResendLow),
        Number::Low => Rule::Ignore,
        Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
        Number::Expected => Rule::Lend(Effect::Resend),
        // Its number is counted when its turn comes. Nothing is asked for: a Logout has been sent.
        Number::High => Rule::Lend(Effect::ResendHigh),
    }
}

fn gap_fill_after_logout(number: Number) -> Rule {
    match number {
        Number::Low | Number::High => Rule::Ignore,
        Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
        Number::Expected => Rule::Lend(Effect::GapFill),
    }
}

fn logout(number: Number, switches: &Switches) -> Rule {
    match number {
        Number::LowDuplicate => Rule::Lend(Effect::Duplicate),
        Number::Expected => Rule::Lend(Effect::LogoutRequest),
        Number::Low | Number::High if switches.logout_ignores_sequence => Rule::Lend(Effect::LogoutRequest),
        Number::Low => Rule::TooLow,
        Number::High => Rule::QueueLogout,
    }
}
