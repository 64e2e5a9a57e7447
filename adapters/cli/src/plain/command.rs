//! What an operator types.

use sansfix::tags::{self, Tag};
use sansfix::{ResetMode, SeqNum};

use super::outbox::Outgoing;

/// The commands, for `help`.
pub(crate) const HELP: &str = "\
logon                  enable; an initiator connects at once
logout [TEXT]          log out with a reason, and stay down
status                 where the sessions stand
send 35=D|11=X|...     send an application message; the session writes header and trailer
test                   send a TestRequest
next-sender N          the next number sent will be N
next-target N          the next number expected will be N
reset offline|logout|in-session
                       both numbers to 1: while down, after a Logout, or by Logons on the live connection
disconnect             close the connection without a Logout; the session stays enabled
quit                   log out and end (so does the end of the input of `sansfix connect`)
A number and a colon before a command choose one session: 2: logout maintenance";

/// A command and the session it is for, from 1; `None` for all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Typed {
    pub(crate) session: Option<usize>,
    pub(crate) command: Command,
}

/// A command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Command {
    Logon,
    Logout { text: String },
    Status,
    Send(Outgoing),
    TestRequest,
    NextSender(SeqNum),
    NextTarget(SeqNum),
    Reset(ResetMode),
    Disconnect,
    Help,
    Quit,
}

/// Reads a line. `None` for an empty one.
///
/// # Errors
/// What is wrong with it, for the one who typed it.
pub(crate) fn parse(line: &str) -> Result<Option<Typed>, String> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(None);
    }
    let (session, line) = match line.split_once(':') {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() => (
            Some(number.parse().map_err(|_| format!("{number}: there are not so many sessions"))?),
            rest.trim(),
        ),
        _ => (None, line),
    };
    let (word, rest) =
        line.split_once(char::is_whitespace).map_or((line, ""), |(word, rest)| (word, rest.trim()));
    let command = match (word, rest) {
        ("logout", text) => Command::Logout { text: text.to_owned() },
        ("send", fields) => Command::Send(outgoing(fields)?),
        ("next-sender", number) => Command::NextSender(seq(number)?),
        ("next-target", number) => Command::NextTarget(seq(number)?),
        ("reset", mode) => Command::Reset(reset_mode(mode)?),
        ("logon", "") => Command::Logon,
        ("status", "") => Command::Status,
        ("test", "") => Command::TestRequest,
        ("disconnect", "") => Command::Disconnect,
        ("help", "") => Command::Help,
        ("quit", "") => Command::Quit,
        _ => return Err(format!("{line}: no such command; `help` lists them")),
    };
    Ok(Some(Typed { session, command }))
}

fn seq(number: &str) -> Result<SeqNum, String> {
    number.parse().ok().and_then(SeqNum::new).ok_or_else(|| format!("{number:?} is no number from 1"))
}

fn reset_mode(mode: &str) -> Result<ResetMode, String> {
    match mode {
        "offline" => Ok(ResetMode::Offline),
        "logout" => Ok(ResetMode::LogoutThenReset),
        "in-session" => Ok(ResetMode::InSession),
        _ => Err("reset is offline, logout or in-session".to_owned()),
    }
}

/// `35=D|11=X|55=IBM`, with or without a last `|`.
fn outgoing(text: &str) -> Result<Outgoing, String> {
    let mut msg_type = None;
    let mut fields = Vec::new();
    for field in text.trim_end_matches('|').split('|') {
        let (tag, value) = field.split_once('=').ok_or_else(|| format!("{field:?} is not TAG=VALUE"))?;
        let number: Tag = tag.trim().parse().map_err(|_| format!("{tag:?} is no tag"))?;
        match number {
            tags::MSG_TYPE if msg_type.is_none() => msg_type = Some(value.as_bytes().to_vec()),
            _ => fields.push((number, value.as_bytes().to_vec())),
        }
    }
    let msg_type = msg_type.ok_or("a message needs its MsgType: send 35=D|...")?;
    Ok(Outgoing { msg_type, fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> Typed {
        parse(line).unwrap().unwrap()
    }

    #[test]
    fn every_command_is_read() {
        let seven = SeqNum::new(7).unwrap();
        for (line, command) in [
            ("logon", Command::Logon),
            ("logout", Command::Logout { text: String::new() }),
            ("  logout end of day: bye ", Command::Logout { text: "end of day: bye".to_owned() }),
            ("status", Command::Status),
            ("test", Command::TestRequest),
            ("next-sender 7", Command::NextSender(seven)),
            ("next-target 7", Command::NextTarget(seven)),
            ("reset offline", Command::Reset(ResetMode::Offline)),
            ("reset logout", Command::Reset(ResetMode::LogoutThenReset)),
            ("reset in-session", Command::Reset(ResetMode::InSession)),
            ("disconnect", Command::Disconnect),
            ("help", Command::Help),
            ("quit", Command::Quit),
        ] {
            assert_eq!(typed(line), Typed { session: None, command }, "{line}");
        }
        assert_eq!(parse(" \t"), Ok(None));
        let told = HELP.lines().filter(|line| !line.starts_with([' ', 'A']));
        let told: Vec<&str> = told.filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(
            told,
            [
                "logon",
                "logout",
                "status",
                "send",
                "test",
                "next-sender",
                "next-target",
                "reset",
                "disconnect",
                "quit"
            ]
        );
    }

    #[test]
    fn a_number_chooses_the_session() {
        assert_eq!(typed("2: status"), Typed { session: Some(2), command: Command::Status });
        assert_eq!(typed("12:logon").session, Some(12));
    }

    #[test]
    fn a_message_is_read_field_by_field() {
        let message = Outgoing {
            msg_type: b"D".to_vec(),
            fields: vec![(11, b"X".to_vec()), (58, b"a=b c".to_vec()), (54, b"1".to_vec())],
        };
        for line in ["send 35=D|11=X|58=a=b c|54=1", "send 11=X|35=D|58=a=b c|54=1|"] {
            assert_eq!(typed(line).command, Command::Send(message.clone()), "{line}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (line, says) in [
            ("logn", "logn: no such command"),
            ("status now", "status now: no such command"),
            ("send", "\"\" is not TAG=VALUE"),
            ("send 11=X", "a message needs its MsgType"),
            ("send 35=D|x=1", "\"x\" is no tag"),
            ("next-sender 0", "\"0\" is no number from 1"),
            ("next-target", "\"\" is no number from 1"),
            ("reset", "reset is offline, logout or in-session"),
            ("99999999999999999999999: status", "99999999999999999999999: there are not so many sessions"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.starts_with(says), "{line}: {error}");
        }
    }
}
