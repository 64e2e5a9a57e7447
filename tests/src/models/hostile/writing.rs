//! The bytes of a message of the counterparty.

use sansfix::BeginString;
use sansfix::config::Config;

use super::letter::{Asked, Dup, Fault, Id, Kind, LogonForm, NewSeqNo, Number, Said};
use crate::peer::framed;

/// Seconds since 1970 at which the wall clock of every search stands still: 2023-11-14T22:13:20Z.
pub(super) const UTC_SECONDS: i64 = 1_700_000_000;
const SENDING_TIME: &str = "20231114-22:13:20.000";
const EARLIER: &str = "20231114-22:13:19.000";
const LATER: &str = "20231114-22:13:21.000";
const STALE: &str = "20231114-21:13:20.000";

/// What a message's numbers are relative to.
pub(super) struct Against<'a> {
    pub(super) config: &'a Config,
    /// The number that the session expects
    pub(super) expected: u64,
    /// The number that it sends next
    pub(super) sender: u64,
    /// TestReqID(112) of its last TestRequest
    pub(super) test_req_id: Option<&'a [u8]>,
}

impl Said {
    /// The number that the message has, as far as it has one. `None`: no such message can be written here.
    pub(super) fn seq(&self, expected: u64) -> Option<u64> {
        match self.number {
            Number::Expected | Number::Absent | Number::Letters => Some(expected),
            Number::Low => expected.checked_sub(1).filter(|low| *low > 0),
            Number::Ahead(by) => Some(expected + by),
            Number::One => Some(1),
        }
    }

    /// The message. `None`: it cannot be written in this state.
    pub(super) fn write(&self, against: &Against<'_>) -> Option<Vec<u8>> {
        let seq = self.seq(against.expected)?;
        let (msg_type, fields) = self.body(seq, against)?;
        let number = match self.number {
            Number::Absent => String::new(),
            Number::Letters => "34=ABC|".into(),
            Number::Expected | Number::Low | Number::Ahead(_) | Number::One => format!("34={seq}|"),
        };
        let dup = match self.dup {
            Dup::No => String::new(),
            Dup::Yes => format!("43=Y|122={EARLIER}|"),
            Dup::NoOrig => "43=Y|".into(),
            Dup::LaterOrig => format!("43=Y|122={LATER}|"),
        };
        let sender = if self.fault == Fault::Sender { "NOBODY" } else { "THEM" };
        let target = if self.fault == Fault::Target { "NOBODY" } else { "US" };
        let time = if self.fault == Fault::Stale { STALE } else { SENDING_TIME };
        let body = format!("35={msg_type}|{number}{dup}49={sender}|52={time}|56={target}|{fields}");
        let version = against.config.identity.begin_string;
        let version = match (self.fault, version) {
            (Fault::BeginString, BeginString::Fix42) => BeginString::Fix44,
            (Fault::BeginString, _) => BeginString::Fix42,
            _ => version,
        };
        let mut bytes = framed(version, body.replace('|', "\u{1}").as_bytes());
        match self.fault {
            Fault::CheckSum => {
                let digit = bytes.len() - 2;
                bytes[digit] = if bytes[digit] == b'0' { b'1' } else { b'0' };
            }
            Fault::BodyLength => bytes = shortened(&bytes),
            Fault::None | Fault::BeginString | Fault::Sender | Fault::Target | Fault::Stale => {}
        }
        Some(bytes)
    }

    fn body(&self, seq: u64, against: &Against<'_>) -> Option<(&'static str, String)> {
        let Against { expected, sender, .. } = *against;
        Some(match self.kind {
            Kind::Logon(form) => ("A", logon(form, against)),
            Kind::Heartbeat(Id::None) => ("0", String::new()),
            Kind::Heartbeat(Id::Empty) => ("0", "112=|".into()),
            Kind::Heartbeat(Id::Other) => ("0", "112=NONSENSE|".into()),
            Kind::Heartbeat(Id::Asked) => {
                ("0", format!("112={}|", String::from_utf8_lossy(against.test_req_id?)))
            }
            Kind::TestRequest(id) => (
                "1",
                match id {
                    Id::None => String::new(),
                    Id::Empty => "112=|".into(),
                    Id::Other => "112=ASK|".into(),
                    Id::Asked => format!("112={}|", String::from_utf8_lossy(against.test_req_id?)),
                },
            ),
            Kind::ResendRequest(asked) => {
                let infinity = against.config.identity.begin_string.end_of_infinity();
                let (begin, end) = match asked {
                    Asked::All => (1, infinity),
                    Asked::First => (1, 1),
                    Asked::Last => (sender - 1, sender - 1),
                    Asked::TooMany => (1, sender + 2),
                    Asked::Beyond => (sender, infinity),
                    Asked::Reversed => (2, 1),
                };
                ("2", format!("7={begin}|16={end}|"))
            }
            Kind::Reject => ("3", "45=1|58=NO|".into()),
            Kind::GapFill { by } => ("4", format!("36={}|123=Y|", seq + by)),
            Kind::Reset(new) => {
                let new = match new {
                    NewSeqNo::Lower => expected.checked_sub(1).filter(|low| *low > 0)?,
                    NewSeqNo::Equal => expected,
                    NewSeqNo::Higher => expected + 2,
                };
                ("4", format!("36={new}|123=N|"))
            }
            Kind::Logout => ("5", String::new()),
            Kind::Order => ("D", format!("11=ORDER-{seq}|")),
        })
    }
}

fn logon(form: LogonForm, against: &Against<'_>) -> String {
    let own = against.config.heart_bt_int;
    let heart_bt_int = match form {
        LogonForm::OtherHeartBtInt if own == 0 => 30,
        LogonForm::OtherHeartBtInt => 0,
        _ => own,
    };
    let encrypt_method = if form == LogonForm::NoEncryptMethod { "" } else { "98=0|" };
    let more = match form {
        LogonForm::Right | LogonForm::OtherHeartBtInt | LogonForm::NoEncryptMethod => String::new(),
        LogonForm::Reset => "141=Y|".into(),
        LogonForm::GotAll => format!("789={}|", against.sender),
        LogonForm::GotNothing => "789=1|".into(),
        LogonForm::GotTooMuch => format!("789={}|", against.sender + 5),
    };
    let version = if against.config.identity.begin_string == BeginString::Fixt11 { "1137=9|" } else { "" };
    format!("{encrypt_method}108={heart_bt_int}|{more}{version}")
}

/// The message with a BodyLength that is one too small.
fn shortened(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut fields: Vec<String> = text.split('\u{1}').map(str::to_owned).collect();
    let length: usize = fields[1].trim_start_matches("9=").parse().unwrap_or(2);
    fields[1] = format!("9={}", length - 1);
    fields.join("\u{1}").into_bytes()
}
