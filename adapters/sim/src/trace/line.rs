//! A call as a line of a trace, and back.

use sansfix::{
    BusinessRejectReason, Command, Event, FetchId, InboundId, Origin, ResetMode, SeqNum, SeqRange,
    SessionRejectReason, Ticket, Verdict,
};

use super::call::Call;
use super::text::quote;

/// Every reason that a trace can name.
const SESSION_REASONS: [SessionRejectReason; 20] = [
    SessionRejectReason::InvalidTagNumber,
    SessionRejectReason::RequiredTagMissing,
    SessionRejectReason::TagNotDefinedForThisMessageType,
    SessionRejectReason::UndefinedTag,
    SessionRejectReason::TagSpecifiedWithoutAValue,
    SessionRejectReason::ValueIsIncorrect,
    SessionRejectReason::IncorrectDataFormatForValue,
    SessionRejectReason::DecryptionProblem,
    SessionRejectReason::SignatureProblem,
    SessionRejectReason::CompIdProblem,
    SessionRejectReason::SendingTimeAccuracyProblem,
    SessionRejectReason::InvalidMsgType,
    SessionRejectReason::XmlValidationError,
    SessionRejectReason::TagAppearsMoreThanOnce,
    SessionRejectReason::TagSpecifiedOutOfRequiredOrder,
    SessionRejectReason::RepeatingGroupFieldsOutOfOrder,
    SessionRejectReason::IncorrectNumInGroupCount,
    SessionRejectReason::NonDataValueIncludesSoh,
    SessionRejectReason::InvalidUnsupportedApplicationVersion,
    SessionRejectReason::Other,
];

const BUSINESS_REASONS: [BusinessRejectReason; 12] = [
    BusinessRejectReason::Other,
    BusinessRejectReason::UnknownId,
    BusinessRejectReason::UnknownSecurity,
    BusinessRejectReason::UnsupportedMessageType,
    BusinessRejectReason::ApplicationNotAvailable,
    BusinessRejectReason::ConditionallyRequiredFieldMissing,
    BusinessRejectReason::NotAuthorized,
    BusinessRejectReason::DeliverToFirmNotAvailable,
    BusinessRejectReason::ThrottleLimitExceeded,
    BusinessRejectReason::ThrottleLimitExceededSessionDisconnected,
    BusinessRejectReason::ThrottledMessagesRejectedOnRequest,
    BusinessRejectReason::InvalidPriceIncrement,
];

impl<'a> Call<'a> {
    /// The call as a line of a trace, without its `>`.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut line = String::new();
        match self {
            Self::Event(event) => write_event(&mut line, event),
            Self::Feed(bytes) => words(&mut line, "feed", &[], &[bytes]),
            Self::Next { room } => words(&mut line, "next", &[*room as i64], &[]),
            Self::Writable => line.push_str("writable"),
            Self::OfferAgain => line.push_str("offer-again"),
            Self::Send { msg_type, fields } => words(&mut line, "send", &[], &[msg_type, fields]),
            Self::Logon { id, fields } => words(&mut line, "logon-fields", &[id.get() as i64], &[fields]),
            Self::Settle { id, verdict } => write_verdict(&mut line, id.get() as i64, verdict),
        }
        line
    }

    /// The call of a line whose words are `words`.
    pub(super) fn from_words(words: &'a [Vec<u8>]) -> Option<Self> {
        let (name, rest) = words.split_first()?;
        let words = Words(rest);
        Some(match name.as_slice() {
            b"feed" => Self::Feed(words.bytes(0)?),
            b"next" => Self::Next { room: usize::try_from(words.number(0)?).ok()? },
            b"writable" => Self::Writable,
            b"offer-again" => Self::OfferAgain,
            b"send" => Self::Send { msg_type: words.bytes(0)?, fields: words.bytes(1)? },
            b"logon-fields" => Self::Logon { id: words.id(0)?, fields: words.bytes(1)? },
            b"accept" | b"session-reject" | b"business-reject" | b"refuse-logon" => {
                Self::Settle { id: words.id(0)?, verdict: read_verdict(name, &words)? }
            }
            _ => Self::Event(read_event(name, &words)?),
        })
    }
}

fn words(line: &mut String, name: &str, numbers: &[i64], bytes: &[&[u8]]) {
    line.push_str(name);
    for number in numbers {
        line.push_str(&format!(" {number}"));
    }
    for bytes in bytes {
        line.push(' ');
        quote(line, bytes);
    }
}

fn write_verdict(line: &mut String, id: i64, verdict: &Verdict<'_>) {
    match verdict {
        Verdict::Accept => words(line, "accept", &[id], &[]),
        Verdict::SessionReject { reason, tag, text } => {
            let numbers = [Some(id), Some(i64::from(reason.code())), *tag];
            let numbers: Vec<_> = numbers.into_iter().flatten().collect();
            words(line, "session-reject", &numbers, &[text.as_bytes()]);
        }
        Verdict::BusinessReject { reason, ref_id, text } => {
            let numbers = [id, i64::from(reason.code())];
            words(line, "business-reject", &numbers, &[ref_id.as_bytes(), text.as_bytes()]);
        }
        Verdict::RefuseLogon { text, status } => {
            let numbers: Vec<_> = [Some(id), status.map(i64::from)].into_iter().flatten().collect();
            words(line, "refuse-logon", &numbers, &[text.as_bytes()]);
        }
    }
}

fn read_verdict<'a>(name: &[u8], words: &Words<'a>) -> Option<Verdict<'a>> {
    let last = words.0.len().checked_sub(1)?;
    Some(match name {
        b"accept" => Verdict::Accept,
        b"session-reject" => Verdict::SessionReject {
            reason: SESSION_REASONS
                .into_iter()
                .find(|reason| Some(reason.code().into()) == words.number(1))?,
            tag: if last > 2 { Some(words.number(2)?) } else { None },
            text: words.text(last)?,
        },
        b"business-reject" => Verdict::BusinessReject {
            reason: BUSINESS_REASONS
                .into_iter()
                .find(|reason| Some(reason.code().into()) == words.number(1))?,
            ref_id: words.text(2)?,
            text: words.text(3)?,
        },
        _ => Verdict::RefuseLogon {
            text: words.text(last)?,
            status: if last > 1 { Some(u32::try_from(words.number(1)?).ok()?) } else { None },
        },
    })
}

fn write_event(line: &mut String, event: &Event<'_>) {
    match *event {
        Event::Connected => line.push_str("connected"),
        Event::Tick => line.push_str("tick"),
        Event::Disconnected => line.push_str("disconnected"),
        Event::StoreFailed => line.push_str("store-failed"),
        Event::Command(command) => write_command(line, command),
        Event::Period { open, started_utc_ns } => words(line, "period", &[open.into(), started_utc_ns], &[]),
        Event::Saved(ticket) => words(line, "saved", &[ticket.get() as i64], &[]),
        Event::Stored { fetch, seq, raw } => {
            words(line, "stored", &[fetch.get() as i64, seq.get() as i64], &[raw]);
        }
        Event::Declined { fetch, range } => {
            let numbers = [fetch.get(), range.begin.get(), range.end.get()].map(|number| number as i64);
            words(line, "declined", &numbers, &[]);
        }
        Event::FetchEnd { fetch, through } => {
            words(line, "fetch-end", &[fetch.get() as i64, through.get() as i64], &[]);
        }
    }
}

fn write_command(line: &mut String, command: Command<'_>) {
    match command {
        Command::Logon { by } => words(line, "logon", &[origin(by)], &[]),
        Command::Logout { text, by } => words(line, "logout", &[origin(by)], &[text.as_bytes()]),
        Command::Reset(mode) => line.push_str(match mode {
            ResetMode::Offline => "reset-offline",
            ResetMode::LogoutThenReset => "reset-logout-then-reset",
            ResetMode::InSession => "reset-in-session",
        }),
        Command::SetNextSender(seq) => words(line, "set-next-sender", &[seq.get() as i64], &[]),
        Command::SetNextTarget(seq) => words(line, "set-next-target", &[seq.get() as i64], &[]),
        Command::TestRequest { id } => words(line, "test-request", &[], &[id.as_bytes()]),
        Command::Disconnect => line.push_str("disconnect"),
    }
}

fn read_event<'a>(name: &[u8], words: &Words<'a>) -> Option<Event<'a>> {
    Some(match name {
        b"connected" => Event::Connected,
        b"tick" => Event::Tick,
        b"disconnected" => Event::Disconnected,
        b"store-failed" => Event::StoreFailed,
        b"period" => Event::Period { open: words.number(0)? != 0, started_utc_ns: words.number(1)? },
        b"saved" => Event::Saved(Ticket::from_number(words.count(0)?)),
        b"stored" => Event::Stored { fetch: words.fetch(0)?, seq: words.seq(1)?, raw: words.bytes(2)? },
        b"declined" => Event::Declined {
            fetch: words.fetch(0)?,
            range: SeqRange { begin: words.seq(1)?, end: words.seq(2)? },
        },
        b"fetch-end" => Event::FetchEnd { fetch: words.fetch(0)?, through: words.seq(1)? },
        _ => Event::Command(read_command(name, words)?),
    })
}

fn read_command<'a>(name: &[u8], words: &Words<'a>) -> Option<Command<'a>> {
    let by = || Some(if words.number(0)? == 0 { Origin::Operator } else { Origin::Configuration });
    Some(match name {
        b"logon" => Command::Logon { by: by()? },
        b"logout" => Command::Logout { text: words.text(1)?, by: by()? },
        b"reset-offline" => Command::Reset(ResetMode::Offline),
        b"reset-logout-then-reset" => Command::Reset(ResetMode::LogoutThenReset),
        b"reset-in-session" => Command::Reset(ResetMode::InSession),
        b"set-next-sender" => Command::SetNextSender(words.seq(0)?),
        b"set-next-target" => Command::SetNextTarget(words.seq(0)?),
        b"test-request" => Command::TestRequest { id: words.text(0)? },
        b"disconnect" => Command::Disconnect,
        _ => return None,
    })
}

fn origin(by: Origin) -> i64 {
    match by {
        Origin::Operator => 0,
        Origin::Configuration => 1,
    }
}

/// The words after a call's name.
struct Words<'a>(&'a [Vec<u8>]);

impl<'a> Words<'a> {
    fn bytes(&self, at: usize) -> Option<&'a [u8]> {
        self.0.get(at).map(Vec::as_slice)
    }

    fn text(&self, at: usize) -> Option<&'a str> {
        std::str::from_utf8(self.bytes(at)?).ok()
    }

    fn number(&self, at: usize) -> Option<i64> {
        self.text(at)?.parse().ok()
    }

    fn count(&self, at: usize) -> Option<u64> {
        self.text(at)?.parse().ok()
    }

    fn seq(&self, at: usize) -> Option<SeqNum> {
        SeqNum::new(self.count(at)?)
    }

    fn fetch(&self, at: usize) -> Option<FetchId> {
        self.count(at).map(FetchId::from_number)
    }

    fn id(&self, at: usize) -> Option<InboundId> {
        self.count(at).map(InboundId::from_number)
    }
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    #[test]
    fn every_call_survives_its_line() {
        let seq = SeqNum::SECOND;
        let (fetch, id) = (FetchId::from_number(7), InboundId::from_number(9));
        let calls = [
            Call::Event(Event::Connected),
            Call::Event(Event::Tick),
            Call::Event(Event::Disconnected),
            Call::Event(Event::StoreFailed),
            Call::Event(Event::Period { open: true, started_utc_ns: -5 }),
            Call::Event(Event::Saved(Ticket::from_number(3))),
            Call::Event(Event::Stored { fetch, seq, raw: b"8=FIX.4.4\x01" }),
            Call::Event(Event::Declined { fetch, range: SeqRange { begin: SeqNum::FIRST, end: seq } }),
            Call::Event(Event::FetchEnd { fetch, through: seq }),
            Call::Event(Event::Command(Command::Logon { by: Origin::Operator })),
            Call::Event(Event::Command(Command::Logout { text: "good bye", by: Origin::Configuration })),
            Call::Event(Event::Command(Command::Reset(ResetMode::Offline))),
            Call::Event(Event::Command(Command::Reset(ResetMode::LogoutThenReset))),
            Call::Event(Event::Command(Command::Reset(ResetMode::InSession))),
            Call::Event(Event::Command(Command::SetNextSender(seq))),
            Call::Event(Event::Command(Command::SetNextTarget(seq))),
            Call::Event(Event::Command(Command::TestRequest { id: "" })),
            Call::Event(Event::Command(Command::Disconnect)),
            Call::Feed(b"8=\x01\xff\"|\\"),
            Call::Next { room: 17 },
            Call::Writable,
            Call::OfferAgain,
            Call::Send { msg_type: b"D", fields: b"11=A\x0138=5\x01" },
            Call::Logon { id, fields: b"" },
            Call::Settle { id, verdict: Verdict::Accept },
            Call::Settle {
                id,
                verdict: Verdict::SessionReject {
                    reason: SessionRejectReason::Other,
                    tag: Some(-1),
                    text: "no",
                },
            },
            Call::Settle {
                id,
                verdict: Verdict::SessionReject {
                    reason: SessionRejectReason::InvalidMsgType,
                    tag: None,
                    text: "",
                },
            },
            Call::Settle {
                id,
                verdict: Verdict::BusinessReject {
                    reason: BusinessRejectReason::UnknownId,
                    ref_id: "A",
                    text: "",
                },
            },
            Call::Settle { id, verdict: Verdict::RefuseLogon { text: "no", status: Some(5) } },
            Call::Settle { id, verdict: Verdict::RefuseLogon { text: "", status: None } },
        ];
        for call in calls {
            let line = call.to_line();
            let words = text::words(&line).unwrap();
            assert_eq!(Call::from_words(&words), Some(call), "{line}");
        }
    }
}
