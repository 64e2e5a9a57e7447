//! Recording the calls on a link, and replaying them.

use std::fmt::Write;
use std::sync::Arc;

use sansfix::dictionary::Validator;
use sansfix::{Now, Session};
use sansfix_runtime::Link;

use super::call::{Call, perform};
use super::seen::Seen;
use super::{HEADING, text};

/// A link whose calls can be recorded.
#[derive(Debug)]
pub struct Recorder {
    link: Link,
    /// The trace so far; `None` when nothing is recorded.
    trace: Option<String>,
    last: Option<Now>,
}

impl Recorder {
    /// A link for `session`, behind `validator` if there is one. Administrative messages are lent, and Logon fields
    /// are asked for, so that every decision is a call.
    #[must_use]
    pub fn new(session: Session, validator: Option<Arc<Validator>>, record: bool) -> Self {
        let mut link = Link::new(session);
        link.set_validator(validator);
        link.lend_admin(true);
        link.ask_logon_fields(true);
        Self { link, trace: record.then(|| format!("{HEADING}\n")), last: None }
    }

    /// Makes the call.
    pub fn call(&mut self, now: Now, call: Call<'_>) -> Seen {
        let seen = perform(&mut self.link, now, call);
        if let Some(trace) = &mut self.trace {
            if self.last != Some(now) {
                self.last = Some(now);
                // Writing to a String never fails.
                let _ = writeln!(trace, "@ {} {}", now.mono_ns, now.utc_ns);
            }
            let _ = writeln!(trace, "> {}\n< {}", call.to_line(), seen.to_line());
        }
        seen
    }

    /// The link, to be looked at.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Whether records wait to be saved.
    pub fn unsaved(&mut self) -> bool {
        self.link.actions().unsaved()
    }

    /// How many bytes wait to be sent.
    pub fn unsent(&mut self) -> usize {
        self.link.actions().unsent()
    }

    /// The trace so far; empty when nothing is recorded.
    #[must_use]
    pub fn trace(&self) -> &str {
        self.trace.as_deref().unwrap_or_default()
    }
}

/// Where a replay went another way than its trace, or why a line is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Divergence {
    /// The line of the trace, from 1.
    pub line: usize,
    /// What the trace says.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl std::fmt::Display for Divergence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}:\n  trace:  {}\n  replay: {}", self.line, self.expected, self.got)
    }
}

impl std::error::Error for Divergence {}

/// Makes the calls of `trace` on `session`, which must be as the recorded one was when its trace began, behind the same
/// validator, and compares all that comes of them. Gives the trace of the replay, which is the same text.
///
/// # Errors
/// The first difference, or the first line that is none of a trace.
pub fn replay(
    trace: &str,
    session: Session,
    validator: Option<Arc<Validator>>,
) -> Result<String, Divergence> {
    let mut recorder = Recorder::new(session, validator, true);
    let mut now = Now::default();
    let mut seen: Option<String> = None;
    for (number, line) in trace.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        let differs = |got: &str| Divergence { line: number, expected: line.into(), got: got.into() };
        match line.split_once(' ') {
            Some(("@", clock)) => now = read_clock(clock).ok_or_else(|| differs("no clock"))?,
            Some((">", call)) => {
                let words = text::words(call).ok_or_else(|| differs("no words"))?;
                let call = Call::from_words(&words).ok_or_else(|| differs("no call"))?;
                seen = Some(recorder.call(now, call).to_line());
            }
            Some(("<", expected)) => {
                let got = seen.take().unwrap_or_default();
                if got != expected {
                    return Err(differs(&got));
                }
            }
            _ if number == 1 && line == HEADING => {}
            _ => return Err(differs("no line of a trace of version 1")),
        }
    }
    Ok(recorder.trace.unwrap_or_default())
}

fn read_clock(text: &str) -> Option<Now> {
    let (mono, utc) = text.split_once(' ')?;
    Some(Now { mono_ns: mono.parse().ok()?, utc_ns: utc.parse().ok()? })
}
