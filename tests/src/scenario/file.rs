//! A scenario file: a header of `key: value` lines, an empty line, and the steps.

use std::collections::BTreeMap;

use super::condition::{Condition, Surroundings};
use super::step::Line;
use super::version::{Role, Version};

/// A scenario, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    /// What it shows, in a sentence.
    pub title: String,
    /// The test case of the standard, or the section of the specification.
    pub section: String,
    /// The versions it applies to.
    pub versions: Vec<Version>,
    /// The roles of the engine it applies to.
    pub roles: Vec<Role>,
    /// Whether the engine validates messages against its dictionary.
    pub dictionary: bool,
    /// Whether the engine's application is unavailable: it refuses every application message.
    pub application_unavailable: bool,
    /// Settings of the engine, by the names of `.cfg` files.
    pub settings: BTreeMap<String, String>,
    /// The steps.
    pub lines: Vec<Line>,
}

/// What is wrong with a file, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for SyntaxError {}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// The first mistake.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut scenario = Self {
            title: String::new(),
            section: String::new(),
            versions: Version::ALL.to_vec(),
            roles: Vec::new(),
            dictionary: false,
            application_unavailable: false,
            settings: BTreeMap::new(),
            lines: Vec::new(),
        };
        let mut in_header = true;
        for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
            let result = match line {
                "" => {
                    in_header &= scenario.title.is_empty();
                    Ok(())
                }
                comment if comment.starts_with('#') => Ok(()),
                header if in_header => scenario.header(header),
                step => Line::parse(number, step).map(|line| scenario.lines.push(line)),
            };
            result.map_err(|what| SyntaxError { line: number, what })?;
        }
        let missing = [("title", scenario.title.is_empty()), ("section", scenario.section.is_empty())]
            .into_iter()
            .chain([("roles", scenario.roles.is_empty()), ("steps", scenario.lines.is_empty())])
            .find(|(_, missing)| *missing);
        match missing {
            Some((what, _)) => Err(SyntaxError { line: 1, what: format!("the scenario has no {what}") }),
            None => Ok(scenario),
        }
    }

    /// Every version and role it is to be played in.
    pub fn surroundings(&self) -> impl Iterator<Item = Surroundings> {
        self.versions
            .iter()
            .flat_map(|version| self.roles.iter().map(|role| Surroundings { version: *version, role: *role }))
    }

    fn header(&mut self, line: &str) -> Result<(), String> {
        let (key, value) = line.split_once(':').ok_or_else(|| format!("`{line}` is not key: value"))?;
        let value = value.trim();
        match key {
            "title" => self.title = value.into(),
            "section" => self.section = value.into(),
            "versions" => self.versions = versions(value)?,
            "roles" => {
                let role = |name| Role::from_name(name).ok_or_else(|| format!("`{name}` is no role"));
                self.roles = value.split_whitespace().map(role).collect::<Result<_, _>>()?;
            }
            "dictionary" if value == "yes" => self.dictionary = true,
            "application" if value == "unavailable" => self.application_unavailable = true,
            "setting" => {
                let (name, value) =
                    value.split_once('=').ok_or_else(|| format!("`{value}` is not Name=value"))?;
                self.settings.insert(name.into(), value.into());
            }
            _ => return Err(format!("`{line}` is no header line")),
        }
        Ok(())
    }
}

/// `all`, or versions and conditions such as `>=FIX.4.2` that must all hold.
fn versions(text: &str) -> Result<Vec<Version>, String> {
    if text == "all" {
        return Ok(Version::ALL.to_vec());
    }
    let conditions = text.split_whitespace().map(Condition::parse).collect::<Result<Vec<_>, _>>()?;
    let (exact, ranges): (Vec<_>, Vec<_>) =
        conditions.into_iter().partition(|condition| matches!(condition, Condition::Exactly(_)));
    let holds =
        |condition: &Condition, version| condition.holds(Surroundings { version, role: Role::Acceptor });
    let chosen = Version::ALL.into_iter().filter(|version| {
        exact.iter().any(|condition| holds(condition, *version))
            || (!ranges.is_empty() && ranges.iter().all(|condition| holds(condition, *version)))
    });
    Ok(chosen.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_and_steps_are_read() {
        let scenario = Scenario::parse(
            "# a comment\ntitle: T\nsection: 2b\nversions: >=FIX.4.1 <FIX.4.4\nroles: acceptor initiator\n\
             setting: HeartBtInt=10\n\nlogon\n# more\nalive\n",
        )
        .unwrap();
        assert_eq!(scenario.versions, [Version::Fix41, Version::Fix42, Version::Fix43]);
        assert_eq!(scenario.surroundings().count(), 6);
        assert_eq!(scenario.settings["HeartBtInt"], "10");
        assert_eq!(scenario.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [8, 10]);
    }

    #[test]
    fn a_mistake_names_its_line() {
        let error = Scenario::parse("title: T\nsection: 1\nroles: acceptor\n\nlogon\nhop\n").unwrap_err();
        assert_eq!(error.to_string(), "line 6: `hop` is no step");
        let error = Scenario::parse("title: T\nrole: acceptor\n").unwrap_err();
        assert_eq!(error.line, 2);
    }
}
