//! The tables written by hand: `tests/states/messages.txt` and `tests/states/commands.txt`. Their own first lines tell
//! their form.

use std::collections::BTreeMap;

use super::commands::{COMMANDS, State};
use super::stage::Stage;
use super::witness::{Kind, Number};
use sansfix::config::Profile;

/// Stands in a row of the Compatible profile for "as in Standard".
const AS_STANDARD: &str = "=";

/// The transition table as the specification has it.
#[derive(Clone, Debug, Default)]
pub struct MessageTable {
    /// Texts by the names of outcomes, in the order of the file.
    pub outcomes: Vec<(String, String)>,
    rows: BTreeMap<(bool, Stage, Kind), Row>,
}

#[derive(Clone, Debug)]
struct Row {
    /// In the order of [`Number::ALL`].
    names: [String; 6],
    section: String,
}

/// What a table says of a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expected<'t> {
    /// The outcome's name.
    pub name: &'t str,
    /// What is to be seen.
    pub text: &'t str,
    /// The section of the specification.
    pub section: &'t str,
}

impl MessageTable {
    /// Reads the table.
    ///
    /// # Panics
    /// On a line that is none of the table's: the line is named.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut table = Self::default();
        let mut section = None;
        for (number, line) in lines(text) {
            if let Some(rest) = line.strip_prefix("outcome ") {
                let (name, words) = rest.split_once(": ").unwrap_or_else(|| fault(number, line));
                table.outcomes.push((name.trim().to_owned(), words.trim().to_owned()));
            } else if let Some(name) = line.strip_prefix("stage ") {
                section = Some((false, named(&Stage::ALL, name, number)));
            } else if let Some(name) = line.strip_prefix("compatible ") {
                section = Some((true, named(&Stage::ALL, name, number)));
            } else {
                let (compatible, stage) = section.unwrap_or_else(|| fault(number, line));
                table.row(compatible, stage, number, line);
            }
        }
        table
    }

    fn row(&mut self, compatible: bool, stage: Stage, number: usize, line: &str) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [kinds, ref names @ .., section] = cells[..] else { fault(number, line) };
        let Ok(names) = <[&str; 6]>::try_from(names) else { fault(number, line) };
        for name in names {
            let known = name == AS_STANDARD || self.text(name).is_some();
            assert!(known, "line {number}: no outcome is called {name}");
        }
        let kinds: Vec<Kind> = match kinds {
            "every kind" => Kind::ALL.to_vec(),
            kinds => kinds.split(", ").map(|name| named(&Kind::ALL, name, number)).collect(),
        };
        for kind in kinds {
            let row = Row { names: names.map(str::to_owned), section: section.to_owned() };
            let twice = self.rows.insert((compatible, stage, kind), row).is_some();
            assert!(!twice, "line {number}: {stage} has {kind} already");
        }
    }

    /// The text of the outcome of that name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.outcomes.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// The name of the outcome with that text.
    #[must_use]
    pub fn name(&self, text: &str) -> Option<&str> {
        self.outcomes.iter().find(|(_, known)| known == text).map(|(name, _)| name.as_str())
    }

    /// What is expected of a cell; `None` when the table has no such row.
    #[must_use]
    pub fn expected(
        &self,
        profile: Profile,
        stage: Stage,
        kind: Kind,
        number: Number,
    ) -> Option<Expected<'_>> {
        let cell = |compatible: bool| {
            let row = self.rows.get(&(compatible, stage, kind))?;
            let name = row.names[number as usize].as_str();
            (name != AS_STANDARD).then_some((name, row.section.as_str()))
        };
        let own = if profile == Profile::Compatible { cell(true) } else { None };
        let (name, section) = own.or_else(|| cell(false))?;
        Some(Expected { name, text: self.text(name)?, section })
    }

    /// The rows that are written for the Compatible profile.
    pub fn compatible_rows(&self) -> impl Iterator<Item = (Stage, Kind)> + '_ {
        self.rows.keys().filter(|(compatible, ..)| *compatible).map(|(_, stage, kind)| (*stage, *kind))
    }
}

/// The command table as the design and the specification have it.
#[derive(Clone, Debug, Default)]
pub struct CommandTable {
    rows: BTreeMap<(State, String), (String, String)>,
    logged_on: BTreeMap<State, bool>,
}

impl CommandTable {
    /// Reads the table.
    ///
    /// # Panics
    /// On a line that is none of the table's: the line is named.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut table = Self::default();
        let mut states = Vec::new();
        for (number, line) in lines(text) {
            if let Some(rest) = line.strip_prefix("state ") {
                let (names, logged_on) = rest.split_once(" | ").unwrap_or_else(|| fault(number, line));
                states = names.split(", ").map(|name| named(State::ALL, name, number)).collect();
                for state in &states {
                    table.logged_on.insert(*state, logged_on == "logged on");
                }
                continue;
            }
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [command, outcome, effect] = cells[..] else { fault(number, line) };
            assert!(
                COMMANDS.iter().any(|(name, _)| *name == command),
                "line {number}: no command is called {command}"
            );
            for state in &states {
                let row = (outcome.to_owned(), effect.to_owned());
                let twice = table.rows.insert((*state, command.to_owned()), row).is_some();
                assert!(!twice, "line {number}: {state} has {command} already");
            }
        }
        table
    }

    /// What is expected of a command in a state: its outcome and its effect.
    #[must_use]
    pub fn expected(&self, state: State, command: &str) -> Option<(&str, &str)> {
        let (outcome, effect) = self.rows.get(&(state, command.to_owned()))?;
        Some((outcome, effect))
    }

    /// Whether IsLoggedOn is expected to say yes in a state.
    #[must_use]
    pub fn logged_on(&self, state: State) -> Option<bool> {
        self.logged_on.get(&state).copied()
    }
}

/// The lines that say something, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn named<T: Copy + std::fmt::Display>(all: &[T], name: &str, number: usize) -> T {
    let found = all.iter().find(|one| one.to_string() == name.trim());
    *found.unwrap_or_else(|| fault(number, name))
}

fn fault(number: usize, line: &str) -> ! {
    panic!("line {number} is none of the table's: {line}")
}
