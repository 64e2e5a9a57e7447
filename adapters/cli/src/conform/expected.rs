//! The list of differences that are expected under a profile: which script fails at which line, by which section of
//! the standard and why. Written for people; a run that deviates from it in either direction fails.
//!
//! ```text
//! # a comment
//! [FIX 4.4 volume 2, "Logout": the gap is closed before the Logout is answered]
//! quickfix/server/fix44/1a_ValidLogonMsgSeqNumTooHigh.def:9
//! ```

use std::collections::BTreeMap;
use std::fmt;

/// What stands in the brackets of an entry that nobody has explained yet.
const UNEXPLAINED: &str = "?";

/// Expected failures: for each script the line it fails at, and why that is right.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Expected {
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    line: usize,
    reason: String,
}

/// How a script's result compares with the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Deviation {
    /// It passed and is not listed, or failed where the list says.
    None,
    /// It failed and is not listed.
    UnlistedFailure,
    /// It is listed and passed.
    UnlistedPass,
    /// It is listed with this line and failed at another.
    OtherLine(usize),
}

/// A line of the list that is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpectedError {
    /// Where it stands, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl fmt::Display for ExpectedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for ExpectedError {}

impl Expected {
    /// Reads a list.
    ///
    /// # Errors
    /// [`ExpectedError`] for the first line that is no entry, stands under no reason, or repeats a script.
    pub fn parse(text: &str) -> Result<Self, ExpectedError> {
        let mut list = Self::default();
        let mut reason = None;
        for (index, line) in text.lines().map(str::trim).enumerate() {
            let wrong = |problem| ExpectedError { line: index + 1, problem };
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(text) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                reason = Some(text.trim()).filter(|text| !text.is_empty() && *text != UNEXPLAINED);
                if reason.is_none() {
                    return Err(wrong("a reason names the section of the standard and what it says"));
                }
                continue;
            }
            let entry = line.rsplit_once(':').and_then(|(script, at)| Some((script, at.parse().ok()?)));
            let (script, line) = entry.ok_or(wrong("an entry is a script, a colon and a line number"))?;
            let reason = reason.ok_or(wrong("an entry stands below its [reason]"))?.to_owned();
            if list.entries.insert(script.to_owned(), Entry { line, reason }).is_some() {
                return Err(wrong("the script is listed twice"));
            }
        }
        Ok(list)
    }

    /// Compares a script's result with the list. `failed_at` is the line it failed at.
    #[must_use]
    pub fn judge(&self, script: &str, failed_at: Option<usize>) -> Deviation {
        match (self.entries.get(script), failed_at) {
            (None, None) => Deviation::None,
            (None, Some(_)) => Deviation::UnlistedFailure,
            (Some(_), None) => Deviation::UnlistedPass,
            (Some(entry), Some(line)) if entry.line == line => Deviation::None,
            (Some(entry), Some(_)) => Deviation::OtherLine(entry.line),
        }
    }

    /// The scripts that are listed, in order.
    pub fn scripts(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The list anew from the failures of a run (script and line): what was explained keeps its reason when it
    /// fails at the same line, everything else waits under `[?]` for one, and cannot be read until it has it.
    #[must_use]
    pub fn rewritten<'a>(&self, failures: impl Iterator<Item = (&'a str, usize)>) -> String {
        let mut by_reason: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
        for (script, line) in failures {
            let entry = self.entries.get(script).filter(|entry| entry.line == line);
            let reason = entry.map_or(UNEXPLAINED, |entry| entry.reason.as_str());
            by_reason.entry(reason).or_default().push((script, line));
        }
        let mut text = String::from(
            "# Acceptance scripts that expect something else than the standard profile does, and why.\n",
        );
        for (reason, mut scripts) in by_reason {
            text.push_str(&format!("\n[{reason}]\n"));
            scripts.sort_unstable();
            for (script, line) in scripts {
                text.push_str(&format!("{script}:{line}\n"));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "# why\n\n[Logout: in sequence]\na/1.def:3\na/2.def:4\n[Heartbeat: goes on]\nb/1.def:5\n";

    #[test]
    fn every_deviation_is_seen() {
        let list = Expected::parse(LIST).unwrap();
        assert_eq!(list.judge("a/1.def", Some(3)), Deviation::None);
        assert_eq!(list.judge("c.def", None), Deviation::None);
        assert_eq!(list.judge("c.def", Some(1)), Deviation::UnlistedFailure);
        assert_eq!(list.judge("b/1.def", None), Deviation::UnlistedPass);
        assert_eq!(list.judge("b/1.def", Some(6)), Deviation::OtherLine(5));
        assert_eq!(list.scripts().collect::<Vec<_>>(), ["a/1.def", "a/2.def", "b/1.def"]);
    }

    #[test]
    fn an_entry_needs_a_reason() {
        let error = |text| Expected::parse(text).unwrap_err().line;
        assert_eq!(error("a.def:1\n"), 1);
        assert_eq!(error("[?]\na.def:1\n"), 1);
        assert_eq!(error("[x]\na.def\n"), 2);
        assert_eq!(error("[x]\na.def:y\n"), 2);
        assert_eq!(error("[x]\na.def:1\na.def:2\n"), 3);
    }

    #[test]
    fn a_list_made_anew_keeps_the_reasons_that_still_hold() {
        let list = Expected::parse(LIST).unwrap();
        let failures = [("a/1.def", 3), ("b/1.def", 6), ("c.def", 1)];
        let text = list.rewritten(failures.into_iter());
        assert!(text.ends_with("\n[?]\nb/1.def:6\nc.def:1\n\n[Logout: in sequence]\na/1.def:3\n"), "{text}");
        assert!(Expected::parse(&text).is_err());
        let explained = text.replace("[?]", "[SequenceReset: counted]");
        assert_eq!(Expected::parse(&explained).unwrap().judge("c.def", Some(1)), Deviation::None);
    }
}
