//! The alphabet: every letter, in one place.

use super::letter::{
    Answer, Asked, Dup, Fault, Id, Kind, Letter, LogonForm, NewSeqNo, Number, Order, Said, What,
};

const fn event(name: &'static str, what: What) -> Letter {
    Letter { name, what }
}

/// A right message with the expected number.
const fn said(name: &'static str, kind: Kind) -> Letter {
    let (number, dup) = (Number::Expected, Dup::No);
    Letter {
        name,
        what: What::Heard(Said { kind, number, dup, fault: Fault::None, verdict: Answer::Accept }),
    }
}

impl Letter {
    const fn with(self, change: Change) -> Self {
        let What::Heard(mut said) = self.what else { return self };
        match change {
            Change::Number(number) => said.number = number,
            Change::Dup(dup) => said.dup = dup,
            Change::Fault(fault) => said.fault = fault,
            Change::Verdict(verdict) => said.verdict = verdict,
        }
        Self { name: self.name, what: What::Heard(said) }
    }

    const fn at(self, number: Number) -> Self {
        self.with(Change::Number(number))
    }

    const fn dup(self, dup: Dup) -> Self {
        self.with(Change::Dup(dup))
    }

    const fn fault(self, fault: Fault) -> Self {
        self.with(Change::Fault(fault))
    }

    const fn judged(self, verdict: Answer) -> Self {
        self.with(Change::Verdict(verdict))
    }
}

enum Change {
    Number(Number),
    Dup(Dup),
    Fault(Fault),
    Verdict(Answer),
}

const LOGON: Kind = Kind::Logon(LogonForm::Right);
const RESET: Kind = Kind::Logon(LogonForm::Reset);
const HEARTBEAT: Kind = Kind::Heartbeat(Id::None);
const TEST_REQUEST: Kind = Kind::TestRequest(Id::Other);
const RESEND: Kind = Kind::ResendRequest(Asked::All);
const GAP_FILL: Kind = Kind::GapFill { by: 1 };
const HIGHER: Kind = Kind::Reset(NewSeqNo::Higher);
const LOW: Number = Number::Low;
const NEXT: Number = Number::Ahead(1);
const LATER: Number = Number::Ahead(2);

/// Every letter.
pub const ALPHABET: &[Letter] = &[
    // The connection, the clock, the operator, the application
    event("connect", What::Connect),
    event("lost", What::Lost),
    event("tick", What::Tick),
    event("half", What::Half),
    event("command Logon", What::Operator(Order::Logon)),
    event("command Logout", What::Operator(Order::Logout)),
    event("command TestRequest", What::Operator(Order::TestRequest)),
    event("command Disconnect", What::Operator(Order::Disconnect)),
    event("command Reset offline", What::Operator(Order::ResetOffline)),
    event("command Reset after Logout", What::Operator(Order::ResetAfterLogout)),
    event("command Reset in session", What::Operator(Order::ResetInSession)),
    event("send", What::Send),
    // Logon
    said("Logon", LOGON),
    said("Logon low", LOGON).at(LOW),
    said("Logon +1", LOGON).at(NEXT),
    said("Logon +2", LOGON).at(LATER),
    said("Logon low PossDup", LOGON).at(LOW).dup(Dup::Yes),
    said("Logon PossDup", LOGON).dup(Dup::Yes),
    said("Logon without MsgSeqNum", LOGON).at(Number::Absent),
    said("Logon wrong BeginString", LOGON).fault(Fault::BeginString),
    said("Logon wrong SenderCompID", LOGON).fault(Fault::Sender),
    said("Logon wrong TargetCompID", LOGON).fault(Fault::Target),
    said("Logon stale", LOGON).fault(Fault::Stale),
    said("Logon bad CheckSum", LOGON).fault(Fault::CheckSum),
    said("Logon refused in silence", LOGON).judged(Answer::RefuseSilently),
    said("Logon refused", LOGON).judged(Answer::Refuse),
    said("Logon rejected", LOGON).judged(Answer::SessionReject),
    said("Logon other HeartBtInt", Kind::Logon(LogonForm::OtherHeartBtInt)),
    said("Logon without EncryptMethod", Kind::Logon(LogonForm::NoEncryptMethod)),
    said("Logon 789 all", Kind::Logon(LogonForm::GotAll)),
    said("Logon 789 nothing", Kind::Logon(LogonForm::GotNothing)),
    said("Logon 789 too much", Kind::Logon(LogonForm::GotTooMuch)),
    said("Logon 141", RESET).at(Number::One),
    said("Logon 141 +1", RESET).at(NEXT),
    said("Logon 141 low PossDup", RESET).at(LOW).dup(Dup::Yes),
    said("Logon 141 PossDup", RESET).at(Number::One).dup(Dup::Yes),
    said("Logon 141 refused", RESET).at(Number::One).judged(Answer::Refuse),
    said("Logon 141 refused in silence", RESET).at(Number::One).judged(Answer::RefuseSilently),
    said("Logon 141 wrong SenderCompID", RESET).at(Number::One).fault(Fault::Sender),
    // Heartbeat, TestRequest
    said("Heartbeat", HEARTBEAT),
    said("Heartbeat low", HEARTBEAT).at(LOW),
    said("Heartbeat low PossDup", HEARTBEAT).at(LOW).dup(Dup::Yes),
    said("Heartbeat +1", HEARTBEAT).at(NEXT),
    said("Heartbeat right TestReqID", Kind::Heartbeat(Id::Asked)),
    said("Heartbeat right TestReqID +1", Kind::Heartbeat(Id::Asked)).at(NEXT),
    said("Heartbeat wrong TestReqID", Kind::Heartbeat(Id::Other)),
    said("Heartbeat without MsgSeqNum", HEARTBEAT).at(Number::Absent),
    said("Heartbeat MsgSeqNum of letters", HEARTBEAT).at(Number::Letters),
    said("Heartbeat wrong BeginString", HEARTBEAT).fault(Fault::BeginString),
    said("Heartbeat bad CheckSum", HEARTBEAT).fault(Fault::CheckSum),
    said("TestRequest", TEST_REQUEST),
    said("TestRequest low", TEST_REQUEST).at(LOW),
    said("TestRequest low PossDup", TEST_REQUEST).at(LOW).dup(Dup::Yes),
    said("TestRequest PossDup", TEST_REQUEST).dup(Dup::Yes),
    said("TestRequest +1", TEST_REQUEST).at(NEXT),
    said("TestRequest without TestReqID", Kind::TestRequest(Id::None)),
    said("TestRequest empty TestReqID", Kind::TestRequest(Id::Empty)),
    // ResendRequest, Reject
    said("ResendRequest all", RESEND),
    said("ResendRequest first", Kind::ResendRequest(Asked::First)),
    said("ResendRequest last", Kind::ResendRequest(Asked::Last)),
    said("ResendRequest too many", Kind::ResendRequest(Asked::TooMany)),
    said("ResendRequest beyond", Kind::ResendRequest(Asked::Beyond)),
    said("ResendRequest reversed", Kind::ResendRequest(Asked::Reversed)),
    said("ResendRequest all low", RESEND).at(LOW),
    said("ResendRequest all low PossDup", RESEND).at(LOW).dup(Dup::Yes),
    said("ResendRequest all PossDup", RESEND).dup(Dup::Yes),
    said("ResendRequest all +1", RESEND).at(NEXT),
    said("ResendRequest all +2", RESEND).at(LATER),
    said("ResendRequest all rejected", RESEND).judged(Answer::SessionReject),
    said("Reject", Kind::Reject),
    said("Reject low", Kind::Reject).at(LOW),
    said("Reject +1", Kind::Reject).at(NEXT),
    // SequenceReset
    said("GapFill 1", GAP_FILL),
    said("GapFill 3", Kind::GapFill { by: 3 }),
    said("GapFill 0", Kind::GapFill { by: 0 }),
    said("GapFill 1 low", GAP_FILL).at(LOW),
    said("GapFill 3 low PossDup", Kind::GapFill { by: 3 }).at(LOW).dup(Dup::Yes),
    said("GapFill 3 PossDup", Kind::GapFill { by: 3 }).dup(Dup::Yes),
    said("GapFill 1 +1", GAP_FILL).at(NEXT),
    said("GapFill 3 +2", Kind::GapFill { by: 3 }).at(LATER),
    said("Reset higher", HIGHER),
    said("Reset higher low", HIGHER).at(LOW),
    said("Reset higher low PossDup", HIGHER).at(LOW).dup(Dup::Yes),
    said("Reset higher +2", HIGHER).at(LATER),
    said("Reset equal +1", Kind::Reset(NewSeqNo::Equal)).at(NEXT),
    said("Reset lower", Kind::Reset(NewSeqNo::Lower)),
    said("Reset lower +1", Kind::Reset(NewSeqNo::Lower)).at(NEXT),
    // Logout
    said("Logout", Kind::Logout),
    said("Logout low", Kind::Logout).at(LOW),
    said("Logout low PossDup", Kind::Logout).at(LOW).dup(Dup::Yes),
    said("Logout PossDup", Kind::Logout).dup(Dup::Yes),
    said("Logout +1", Kind::Logout).at(NEXT),
    said("Logout +2", Kind::Logout).at(LATER),
    said("Logout wrong SenderCompID", Kind::Logout).fault(Fault::Sender),
    said("Logout rejected", Kind::Logout).judged(Answer::SessionReject),
    // Application
    said("order", Kind::Order),
    said("order low", Kind::Order).at(LOW),
    said("order low PossDup", Kind::Order).at(LOW).dup(Dup::Yes),
    said("order low PossDup without OrigSendingTime", Kind::Order).at(LOW).dup(Dup::NoOrig),
    said("order PossDup", Kind::Order).dup(Dup::Yes),
    said("order PossDup without OrigSendingTime", Kind::Order).dup(Dup::NoOrig),
    said("order PossDup OrigSendingTime later", Kind::Order).dup(Dup::LaterOrig),
    said("order +1", Kind::Order).at(NEXT),
    said("order +2", Kind::Order).at(LATER),
    said("order +1 PossDup", Kind::Order).at(NEXT).dup(Dup::Yes),
    said("order without MsgSeqNum", Kind::Order).at(Number::Absent),
    said("order wrong BeginString", Kind::Order).fault(Fault::BeginString),
    said("order wrong SenderCompID", Kind::Order).fault(Fault::Sender),
    said("order wrong TargetCompID", Kind::Order).fault(Fault::Target),
    said("order stale", Kind::Order).fault(Fault::Stale),
    said("order bad CheckSum", Kind::Order).fault(Fault::CheckSum),
    said("order bad BodyLength", Kind::Order).fault(Fault::BodyLength),
    said("order rejected", Kind::Order).judged(Answer::SessionReject),
    said("order business rejected", Kind::Order).judged(Answer::BusinessReject),
];

/// The letter of this name.
#[must_use]
pub fn letter(name: &str) -> Option<Letter> {
    ALPHABET.iter().find(|letter| letter.name == name).copied()
}
