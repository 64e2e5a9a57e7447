//! One line of a scenario.

use super::condition::Condition;
use super::engine::Operation;
use super::template::Template;

/// A step with its place and its conditions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Where it stands in the file, from 1.
    pub number: usize,
    /// The line as written.
    pub text: String,
    /// When it is played.
    pub when: Vec<Condition>,
    /// Which connection it speaks of, from 1.
    pub connection: usize,
    /// What is played.
    pub step: Step,
}

/// What a line asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// `connect`: the scenario connects to the engine.
    Connect,
    /// `accept [within 5s]`: the engine connects to the scenario.
    Accept {
        /// The longest wait, milliseconds.
        within_ms: u64,
    },
    /// `logon [fields]`: a connection and a complete exchange of Logons, in either role.
    Logon(Template),
    /// `-> message`
    Send(Template),
    /// `-> raw bytes`
    SendRaw(String),
    /// `-> disconnect`
    Cut,
    /// `<- [within 5s] [optional] message`
    Expect {
        /// The longest wait, milliseconds.
        within_ms: u64,
        /// Whether another message may come in its place.
        optional: bool,
        /// What is expected.
        message: Template,
    },
    /// `<- [within 5s] disconnect`
    ExpectDisconnect {
        /// The longest wait, milliseconds.
        within_ms: u64,
    },
    /// `wait 5s`: time passes.
    Wait {
        /// How long, milliseconds.
        ms: u64,
    },
    /// `silence 5s`: time passes, and the engine sends nothing and keeps the connection.
    Silence {
        /// How long, milliseconds.
        ms: u64,
    },
    /// `alive`: a TestRequest with the next number is answered at once, with the next number.
    Alive,
    /// `operator ...`
    Operator(Operation),
}

/// How long an expectation waits when it does not say: an engine answers at once.
const PROMPT_MS: u64 = 1_000;
/// How long `accept` waits when it does not say: an engine may have a reconnect interval.
const ACCEPT_MS: u64 = 60_000;

impl Line {
    /// Reads line `number` of a scenario.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(number: usize, text: &str) -> Result<Self, String> {
        let (when, rest) = Condition::take_all(text.trim())?;
        let (connection, rest) = match rest.split_once(':') {
            Some((digits, rest)) if digits.parse::<usize>().is_ok_and(|n| n > 0) => {
                (digits.parse().map_err(|_| "no such connection")?, rest.trim_start())
            }
            _ => (1, rest),
        };
        Ok(Self { number, text: text.trim().to_owned(), when, connection, step: Step::parse(rest)? })
    }
}

impl Step {
    fn parse(text: &str) -> Result<Self, String> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        Ok(match word {
            "connect" => Self::Connect,
            "accept" => Self::Accept { within_ms: take_within(rest)?.0.unwrap_or(ACCEPT_MS) },
            "logon" => Self::Logon(sendable(rest)?),
            "alive" => Self::Alive,
            "wait" => Self::Wait { ms: milliseconds(rest)? },
            "silence" => Self::Silence { ms: milliseconds(rest)? },
            "operator" => Self::Operator(Operation::parse(rest)?),
            "->" if rest == "disconnect" => Self::Cut,
            "->" => match rest.strip_prefix("raw ") {
                Some(raw) => Self::SendRaw(raw.to_owned()),
                None => Self::Send(sendable(rest)?),
            },
            "<-" => Self::expectation(rest)?,
            _ => return Err(format!("`{word}` is no step")),
        })
    }

    fn expectation(text: &str) -> Result<Self, String> {
        let (within, rest) = take_within(text)?;
        let within_ms = within.unwrap_or(PROMPT_MS);
        if rest == "disconnect" {
            return Ok(Self::ExpectDisconnect { within_ms });
        }
        let (optional, rest) = match rest.strip_prefix("optional ") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        Ok(Self::Expect { within_ms, optional, message: Template::parse(rest)? })
    }
}

fn sendable(text: &str) -> Result<Template, String> {
    let template = Template::parse(text)?;
    if template.can_be_sent() { Ok(template) } else { Err("`*` and `~` are for expectations".into()) }
}

fn take_within(text: &str) -> Result<(Option<u64>, &str), String> {
    match text.strip_prefix("within ") {
        Some(rest) => {
            let (time, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            Ok((Some(milliseconds(time)?), rest.trim_start()))
        }
        None => Ok((None, text)),
    }
}

/// `2s`, `1.5s` or `300ms`.
fn milliseconds(text: &str) -> Result<u64, String> {
    let number = |digits: &str, scale: f64| digits.parse::<f64>().ok().map(|n| (n * scale).round() as u64);
    text.strip_suffix("ms")
        .and_then(|digits| number(digits, 1.0))
        .or_else(|| text.strip_suffix('s').and_then(|digits| number(digits, 1000.0)))
        .ok_or_else(|| format!("`{text}` is no time such as 2s or 300ms"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str) -> Step {
        Line::parse(1, text).unwrap().step
    }

    #[test]
    fn steps_are_read() {
        assert_eq!(step("wait 1.5s"), Step::Wait { ms: 1_500 });
        assert_eq!(step("<- within 12s disconnect"), Step::ExpectDisconnect { within_ms: 12_000 });
        assert_eq!(
            step("<- optional 35=3"),
            Step::Expect { within_ms: 1_000, optional: true, message: Template::parse("35=3").unwrap() }
        );
        assert_eq!(Line::parse(1, "[>=FIX.4.1] 2: connect").unwrap().connection, 2);
        assert_eq!(step("-> raw 35=0|8={version}|"), Step::SendRaw("35=0|8={version}|".into()));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(Line::parse(1, "sent 35=0").unwrap_err(), "`sent` is no step");
        assert_eq!(Line::parse(1, "-> 35=0|112=*").unwrap_err(), "`*` and `~` are for expectations");
        assert_eq!(Line::parse(1, "wait long").unwrap_err(), "`long` is no time such as 2s or 300ms");
    }
}
