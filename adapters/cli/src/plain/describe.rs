//! A message as a line that a person can read.

use std::fmt::Write as _;
use std::sync::Arc;

use sansfix::dictionary::Dictionary;
use sansfix::wire::{Message, Precision, is_secret, write_timestamp};
use sansfix::{Origin, Snapshot};
use sansfix_runtime::log::msg_type_name;

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
        known.map_or_else(|| msg_type_name(msg_type).unwrap_or_default(), |definition| definition.name())
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

/// Where a session stands that is stored: `next to send 7, next expected 5; taken down by an operator at
/// 20260101-00:00:00.000: lunch`.
pub(crate) fn snapshot_in_words(snapshot: &Snapshot) -> String {
    let Snapshot { next_target, next_sender, epoch: _, created_utc_ns: _, reset_owed, intent } = snapshot;
    let mut text = format!("next to send {}, next expected {}", next_sender.get(), next_target.get());
    if *reset_owed {
        text.push_str("; a reset was announced and is owed");
    }
    let up = if intent.enabled { "brought up" } else { "taken down" };
    match intent.by {
        // Nobody has said anything: as every session begins.
        Origin::Configuration if intent.enabled && intent.why.is_empty() => {}
        Origin::Configuration => text.extend(["; ", up, " by configuration"]),
        Origin::Operator => {
            let _ = write!(text, "; {up} by an operator at {}", date_and_time(intent.at_utc_ns));
        }
    }
    if !intent.why.is_empty() {
        text.extend([": ", &readable(intent.why.as_bytes())]);
    }
    text
}

/// `20260101-14:02:11.123`, UTC.
pub(crate) fn date_and_time(utc_ns: i64) -> String {
    let mut text = Vec::new();
    write_timestamp(&mut text, utc_ns, Precision::Milliseconds);
    String::from_utf8_lossy(&text).into_owned()
}

/// The time of day, `14:02:11.123`.
pub(crate) fn time_of_day(utc_ns: i64) -> String {
    let date_and_time = date_and_time(utc_ns);
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
