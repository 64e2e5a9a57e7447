//! The search: every word up to a length, for each of the sessions and beginnings.

use std::fmt;
use std::sync::Arc;

use sansfix::config::Config;
use stateright::{Checker, HasDiscoveries, Model};

use super::broken::Broken;
use super::check::GUARANTEES;
use super::model::Hostile;
use super::reached::Reached;
use super::setting::{BEGINNINGS, Setting, settings};
use super::word::{Word, play};

/// How far a search went.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// For each session: its name, its states, its transitions
    pub searched: Vec<(&'static str, usize, usize)>,
    /// How many letters followed each beginning
    pub depth: usize,
    /// How often each fact was seen, by all of them
    pub reached: Vec<(&'static str, u64)>,
}

/// A word that breaks a guarantee.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// The session
    pub setting: Setting,
    /// The letters, from a session that never ran
    pub word: Word,
    /// How many of the letters are the beginning
    pub beginning: usize,
    /// What is broken
    pub broken: Broken,
    /// States that had been searched until then, of all sessions
    pub states: usize,
}

/// Searches every session. The shortest counterexample of the first session that has one.
///
/// `tweak` changes each configuration; `depth` is how many letters follow each beginning.
///
/// # Errors
/// The counterexample.
pub fn search(tweak: impl Fn(&mut Config), depth: usize) -> Result<Figures, Box<Counterexample>> {
    let mut figures = Figures { depth, ..Figures::default() };
    for setting in settings(tweak) {
        search_one(&setting, depth, &mut figures)?;
    }
    Ok(figures)
}

/// Searches one session, and adds its figures.
///
/// # Errors
/// The counterexample.
pub fn search_one(setting: &Setting, depth: usize, figures: &mut Figures) -> Result<(), Box<Counterexample>> {
    let reached = Arc::new(Reached::default());
    let model = Hostile { setting: setting.clone(), depth, reached: Arc::clone(&reached) };
    let checker = model.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let states = checker.unique_state_count();
    // Of several that are as short, that of the first guarantee: the same in each run.
    let place = |name: &str| GUARANTEES.iter().position(|guarantee| *guarantee == name);
    let paths = checker.discoveries().into_iter();
    let shortest = paths.min_by_key(|(name, path)| (path.clone().into_actions().len(), place(name)));
    if let Some((_, path)) = shortest {
        let before: usize = figures.searched.iter().map(|(_, states, _)| states).sum();
        let first = path.clone().into_states().first().map_or(0, |state| state.beginning);
        let mut word: Word = BEGINNINGS[first].parse().unwrap_or_default();
        let beginning = word.letters.len();
        let broken = path.last_state().broken.clone();
        word.letters.extend(path.into_actions());
        let broken =
            broken.unwrap_or(Broken { guarantee: "?", what: "the search and its path differ".into() });
        let states = before + states;
        return Err(Box::new(Counterexample { setting: setting.clone(), word, beginning, broken, states }));
    }
    figures.searched.push((setting.name, states, checker.state_count()));
    if figures.reached.is_empty() {
        figures.reached = reached.all().map(|(name, _)| (name, 0)).collect();
    }
    for ((_, sum), (_, count)) in figures.reached.iter_mut().zip(reached.all()) {
        *sum += count;
    }
    let Some((word, broken)) = checker.model().wrong_beginning() else { return Ok(()) };
    let beginning = word.letters.len();
    Err(Box::new(Counterexample { setting: setting.clone(), word, beginning, broken, states }))
}

impl Figures {
    /// What was never seen: a search that misses it says little.
    #[must_use]
    pub fn never_reached(&self) -> Vec<&'static str> {
        self.reached.iter().filter(|(_, count)| *count == 0).map(|(name, _)| *name).collect()
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states: usize = self.searched.iter().map(|(_, states, _)| states).sum();
        let transitions: usize = self.searched.iter().map(|(_, _, transitions)| transitions).sum();
        writeln!(
            f,
            "every word of {} letters after each of {} beginnings, alphabet {}: {states} states, {transitions} transitions",
            self.depth,
            BEGINNINGS.len(),
            super::alphabet::ALPHABET.len()
        )?;
        for (name, states, transitions) in &self.searched {
            writeln!(f, "  {name}: {states} states, {transitions} transitions")?;
        }
        for (name, count) in &self.reached {
            writeln!(f, "  seen: {name}: {count}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, {} letters, {} states", self.setting.name, self.word.letters.len(), self.states)?;
        writeln!(f, "{}", self.broken)?;
        writeln!(f, "{}", self.word)?;
        match play(&self.setting, &self.word) {
            Ok(played) => f.write_str(&played.ladder.to_string()),
            Err(what) => f.write_str(&what),
        }
    }
}
