//! The lines of a `.def` script.
//!
//! Decides what a line means (which action, on which connection, with which text); it neither fills in times and
//! lengths (see [`super::prepare`]) nor carries anything out (see [`super::player`]).

use std::fmt;

/// The connection of a line that names none.
pub const DEFAULT_CONNECTION: u8 = 1;

/// A script: its lines in order, comments and empty lines left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Script {
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line that does something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Where it stands in the file, from 1.
    pub number: usize,
    /// The connection it is about, 0 to 9.
    pub connection: u8,
    /// What it does.
    pub action: Action,
}

/// What a line does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// `iCONNECT`: connect to the acceptor
    Connect,
    /// `iDISCONNECT`: close the connection
    Disconnect,
    /// `I`: send this text
    Send(Vec<u8>),
    /// `E`: exactly one message must come, and be this one
    Expect(Vec<u8>),
    /// `eDISCONNECT`: the acceptor must close, and nothing may come before that
    ExpectDisconnect,
    /// `iSET_SESSION`: set a number of a session, as an operator would
    SetNumber {
        /// The session as the acceptor names it, like `FIX.4.4:ISLD->TW`.
        session: String,
        /// Which of the two numbers.
        which: Number,
        /// The number.
        number: u64,
    },
}

/// One of a session's two numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// The next one the acceptor sends
    Sender,
    /// The next one the acceptor expects
    Target,
}

/// A line that is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptError {
    /// Where it stands in the file, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// It begins with no known letter.
    Letter,
    /// `i` or `e` with an unknown word.
    Word,
    /// `iSET_SESSION` without a session, a key and a number of 1 or more.
    SetSession,
    /// `eCONNECT`: the script wants to be connected to.
    Initiator,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Letter => "a line begins with I, E, i, e or #",
            Self::Word => "after i or e comes CONNECT, DISCONNECT or SET_SESSION",
            Self::SetSession => {
                "iSET_SESSION is followed by a session and NEXTSENDERSEQNUM=n or NEXTTARGETSEQNUM=n, n from 1"
            }
            Self::Initiator => "eCONNECT: scripts for initiators cannot be played",
        })
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for ScriptError {}

impl Script {
    /// Reads a script. Lines end with LF or CRLF; their bytes are taken as they are (ISO 8859-1, SOH as 0x01).
    ///
    /// # Errors
    /// [`ScriptError`] for the first line that is none.
    pub fn parse(text: &[u8]) -> Result<Self, ScriptError> {
        let mut lines = Vec::new();
        for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let number = index + 1;
            if line.is_empty() || line[0] == b'#' {
                continue;
            }
            let (letter, connection, body) = head(line);
            let action = action(letter, body).map_err(|problem| ScriptError { line: number, problem })?;
            lines.push(Line { number, connection, action });
        }
        Ok(Self { lines })
    }
}

/// The letter, the connection (a single digit and a comma, if they are there) and the rest of a line.
fn head(line: &[u8]) -> (u8, u8, &[u8]) {
    match line {
        [letter, digit @ b'0'..=b'9', b',', rest @ ..] => (*letter, digit - b'0', rest),
        [letter, rest @ ..] => (*letter, DEFAULT_CONNECTION, rest),
        [] => (0, DEFAULT_CONNECTION, line),
    }
}

fn action(letter: u8, body: &[u8]) -> Result<Action, Problem> {
    match letter {
        b'I' => Ok(Action::Send(body.to_vec())),
        b'E' => Ok(Action::Expect(body.to_vec())),
        b'i' => match body.trim_ascii_end() {
            b"CONNECT" => Ok(Action::Connect),
            b"DISCONNECT" => Ok(Action::Disconnect),
            other => match other.strip_prefix(b"SET_SESSION ") {
                Some(arguments) => set_session(arguments).ok_or(Problem::SetSession),
                None => Err(Problem::Word),
            },
        },
        b'e' => match body.trim_ascii_end() {
            b"DISCONNECT" => Ok(Action::ExpectDisconnect),
            b"CONNECT" => Err(Problem::Initiator),
            _ => Err(Problem::Word),
        },
        _ => Err(Problem::Letter),
    }
}

fn set_session(arguments: &[u8]) -> Option<Action> {
    let arguments = std::str::from_utf8(arguments).ok()?;
    let (session, assignment) = arguments.trim().split_once(' ')?;
    let (key, number) = assignment.trim().split_once('=')?;
    let which = match key {
        "NEXTSENDERSEQNUM" => Number::Sender,
        "NEXTTARGETSEQNUM" => Number::Target,
        _ => return None,
    };
    let number = number.parse().ok().filter(|number| *number > 0)?;
    Some(Action::SetNumber { session: session.to_owned(), which, number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Line {
        let mut script = Script::parse(line.as_bytes()).unwrap();
        assert_eq!(script.lines.len(), 1, "{line}");
        script.lines.remove(0)
    }

    #[test]
    fn comments_and_empty_lines_are_skipped_and_counted() {
        let script = Script::parse(b"# why\n\niCONNECT\r\n#\r\nI8=FIX.4.4\x01\r\nE8=FIX.4.4\x01").unwrap();
        let numbers: Vec<_> = script.lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [3, 5, 6]);
        assert_eq!(script.lines[1].action, Action::Send(b"8=FIX.4.4\x01".to_vec()));
        assert_eq!(script.lines[2].action, Action::Expect(b"8=FIX.4.4\x01".to_vec()));
    }

    #[test]
    fn the_connection_is_a_digit_and_a_comma_or_one() {
        assert_eq!(one("iCONNECT").connection, 1);
        assert_eq!(one("i2,CONNECT"), Line { number: 1, connection: 2, action: Action::Connect });
        assert_eq!(one("e2,DISCONNECT").action, Action::ExpectDisconnect);
        assert_eq!(one("I1,8=X").action, Action::Send(b"8=X".to_vec()));
        // a digit without a comma belongs to the text
        assert_eq!(one("I8=X").action, Action::Send(b"8=X".to_vec()));
        assert_eq!(one("iDISCONNECT").action, Action::Disconnect);
    }

    #[test]
    fn bytes_above_ascii_are_kept() {
        let script = Script::parse(b"I58=\xe9\xff\x01").unwrap();
        assert_eq!(script.lines[0].action, Action::Send(b"58=\xe9\xff\x01".to_vec()));
    }

    #[test]
    fn numbers_are_set_by_name() {
        assert_eq!(
            one("iSET_SESSION FIX.4.4:ISLD->TW NEXTTARGETSEQNUM=2000").action,
            Action::SetNumber { session: "FIX.4.4:ISLD->TW".into(), which: Number::Target, number: 2000 }
        );
        for wrong in ["iSET_SESSION X", "iSET_SESSION X Y=1", "iSET_SESSION X NEXTSENDERSEQNUM=0"] {
            assert_eq!(Script::parse(wrong.as_bytes()).unwrap_err().problem, Problem::SetSession, "{wrong}");
        }
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, problem) in [
            ("\nR8=X", Problem::Letter),
            ("\niFLY", Problem::Word),
            ("\neFLY", Problem::Word),
            ("\neCONNECT", Problem::Initiator),
        ] {
            let error = Script::parse(text.as_bytes()).unwrap_err();
            assert_eq!(error, ScriptError { line: 2, problem }, "{text}");
            assert!(error.to_string().starts_with("line 2: "));
        }
    }
}
