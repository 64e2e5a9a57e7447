//! Steps as text: one in a line, `deliver acceptor` or `connect, crash after 1`. What follows `#` is for the reader.

use std::fmt::{self, Write as _};

use sansfix::SeqNum;

use super::step::{Act, Step};
use crate::pair::Side;

/// A line that is no step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepsError {
    /// Which, from 1
    pub line: usize,
    /// What it says
    pub text: String,
}

impl fmt::Display for StepsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is no step: {}", self.line, self.text)
    }
}

impl std::error::Error for StepsError {}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, side, number) = match self.act {
            Act::Connect => ("connect", None, None),
            Act::Cut => ("cut", None, None),
            Act::Deliver(side) => ("deliver", Some(side), None),
            Act::End(side) => ("end", Some(side), None),
            Act::Send(side) => ("send", Some(side), None),
            Act::Logon(side) => ("logon", Some(side), None),
            Act::Logout(side) => ("logout", Some(side), None),
            Act::Reset(side) => ("reset", Some(side), None),
            Act::SetNextSender(side, seq) => ("set-next-sender", Some(side), Some(seq)),
            Act::SetNextTarget(side, seq) => ("set-next-target", Some(side), Some(seq)),
            Act::Limit(side) => ("limit", Some(side), None),
            Act::Lose(side) => ("lose", Some(side), None),
            Act::Duplicate(side) => ("duplicate", Some(side), None),
            Act::Crash(side) => ("crash", Some(side), None),
        };
        f.write_str(word)?;
        match side {
            Some(Side::Initiator) => f.write_str(" initiator")?,
            Some(Side::Acceptor) => f.write_str(" acceptor")?,
            None => {}
        }
        if let Some(number) = number {
            write!(f, " {number}")?;
        }
        match self.crash_after {
            Some(after) => write!(f, ", crash after {after}"),
            None => Ok(()),
        }
    }
}

/// The steps as a text that [`read_steps`] reads.
#[must_use]
pub fn write_steps(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |mut text, step| {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{step}");
        text
    })
}

/// The steps of a text.
///
/// # Errors
/// The first line that is none.
pub fn read_steps(text: &str) -> Result<Vec<Step>, StepsError> {
    let mut steps = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let said = text.split('#').next().unwrap_or_default().trim();
        if !said.is_empty() {
            steps.push(read(said).ok_or_else(|| StepsError { line, text: text.to_owned() })?);
        }
    }
    Ok(steps)
}

fn read(text: &str) -> Option<Step> {
    let (act, crash_after) = match text.split_once(", crash after ") {
        Some((act, after)) => (act, Some(after.trim().parse().ok()?)),
        None => (text, None),
    };
    let mut words = act.split_whitespace();
    let word = words.next()?;
    let mut side = || match words.next()? {
        "initiator" => Some(Side::Initiator),
        "acceptor" => Some(Side::Acceptor),
        _ => None,
    };
    let act = match word {
        "connect" => Act::Connect,
        "cut" => Act::Cut,
        "deliver" => Act::Deliver(side()?),
        "end" => Act::End(side()?),
        "send" => Act::Send(side()?),
        "logon" => Act::Logon(side()?),
        "logout" => Act::Logout(side()?),
        "reset" => Act::Reset(side()?),
        "limit" => Act::Limit(side()?),
        "lose" => Act::Lose(side()?),
        "duplicate" => Act::Duplicate(side()?),
        "crash" => Act::Crash(side()?),
        "set-next-sender" | "set-next-target" => {
            let side = side()?;
            let seq = SeqNum::new(words.next()?.parse().ok()?)?;
            if word == "set-next-sender" {
                Act::SetNextSender(side, seq)
            } else {
                Act::SetNextTarget(side, seq)
            }
        }
        _ => return None,
    };
    words.next().is_none().then_some(Step { act, crash_after })
}
