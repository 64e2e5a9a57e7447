//! A message as a line that a person can read.

use std::fmt::Write as _;
use std::sync::Arc;

use sansfix::dictionary::Dictionary;
use sansfix::msg_type;
use sansfix::wire::{Message, Precision, is_secret, write_timestamp};

/// What message types are called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Vec<Arc<Dictionary>>);

impl Names {
    /// The names of these dictionaries; without one, of the session's own messages.
    pub(crate) fn new(dictionaries: Vec<Arc<Dictionary>>) -> Self {
        Self(dictionaries)
    }

    fn of(&self, msg_type: &[u8]) -> &str {
        let known = self.0.iter().find_map(|dictionary| dictionary.message(msg_type));
        known.map_or_else(|| admin_name(msg_type), |definition| definition.name())
    }

    /// `NewOrderSingle(D) #12 11=ORDER|55=IBM`: type, MsgSeqNum(34), and the body as it came.
    pub(crate) fn describe(&self, message: &Message<'_>) -> String {
        let kind = message.msg_type();
        let mut line = self.with_kind(kind);
        if let Some(seq) = message.seq() {
            let _ = write!(line, " #{}", seq.get());
        }
        for (flag, word) in [(message.poss_dup(), "PossDup"), (message.poss_resend(), "PossResend")] {
            if flag {
                let _ = write!(line, " {word}");
            }
        }
        for (index, field) in message.body().enumerate() {
            line.push(if index == 0 { ' ' } else { '|' });
            match field {
                Ok(field) if is_secret(field.tag) => line.extend([&field.tag.to_string(), "=***"]),
                Ok(field) => {
                    let _ = write!(line, "{}={}", field.tag, readable(field.value));
                }
                Err(malformed) => line.push_str(&readable(malformed.raw)),
            }
        }
        line
    }

    /// `NewOrderSingle(D)`, or the type alone when it has no name.
    pub(crate) fn with_kind(&self, kind: &[u8]) -> String {
        match self.of(kind) {
            "" => readable(kind),
            name => format!("{name}({})", readable(kind)),
        }
    }
}

/// The session's own messages have names without a dictionary.
fn admin_name(kind: &[u8]) -> &'static str {
    match kind {
        msg_type::HEARTBEAT => "Heartbeat",
        msg_type::TEST_REQUEST => "TestRequest",
        msg_type::RESEND_REQUEST => "ResendRequest",
        msg_type::REJECT => "Reject",
        msg_type::SEQUENCE_RESET => "SequenceReset",
        msg_type::LOGOUT => "Logout",
        msg_type::LOGON => "Logon",
        msg_type::BUSINESS_MESSAGE_REJECT => "BusinessMessageReject",
        _ => "",
    }
}

/// Bytes as text that does no harm to a terminal: what is no printable text is escaped, the ends of fields are `|`.
pub(crate) fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for character in String::from_utf8_lossy(bytes).chars() {
        match character {
            '\u{1}' => text.push('|'),
            character if character.is_control() => text.extend(character.escape_default()),
            character => text.push(character),
        }
    }
    text
}

/// The time of day, `14:02:11.123`.
pub(crate) fn time_of_day(utc_ns: i64) -> String {
    let mut text = Vec::new();
    write_timestamp(&mut text, utc_ns, Precision::Milliseconds);
    let date_and_time = String::from_utf8_lossy(&text).into_owned();
    date_and_time.split_once('-').map_or(date_and_time.clone(), |(_, time)| time.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::prepare::prepare;

    fn described(text: &str) -> String {
        let bytes = prepare(text.replace('|', "\x01").as_bytes(), 0);
        Names::default().describe(&Message::parse(&bytes).unwrap())
    }

    #[test]
    fn a_message_is_a_line() {
        let header = "34=12|49=A|52=<TIME>|56=B|";
        assert_eq!(described(&format!("8=FIX.4.4|35=5|{header}58=bye|")), "Logout(5) #12 58=bye");
        assert_eq!(described(&format!("8=FIX.4.4|35=D|{header}11=X|55=IBM|")), "D #12 11=X|55=IBM");
        assert_eq!(described("8=FIX.4.4|35=0|34=1|43=Y|49=A|52=<TIME>|56=B|"), "Heartbeat(0) #1 PossDup");
    }

    #[test]
    fn passwords_are_not_shown() {
        let line = described(
            "8=FIX.4.4|35=A|34=1|49=A|52=<TIME>|56=B|95=3|96=abc|98=0|108=30|553=me|554=hush|925=shh|",
        );
        assert_eq!(line, "Logon(A) #1 95=3|96=***|98=0|108=30|553=me|554=***|925=***");
    }

    #[test]
    fn a_counterparty_cannot_write_to_the_terminal() {
        assert_eq!(readable(b"a\x1b[2Jb\x01c\xff"), "a\\u{1b}[2Jb|c\u{fffd}");
    }

    #[test]
    fn the_time_of_day_is_utc() {
        assert_eq!(time_of_day(3_723_004_000_000), "01:02:03.004");
    }
}
