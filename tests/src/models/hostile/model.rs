//! The model that is searched: a session, and a counterparty that says anything.

use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use stateright::{Model, Property};

use super::alphabet::ALPHABET;
use super::broken::Broken;
use super::check::{GUARANTEES, Step, check};
use super::facts::Facts;
use super::letter::{Letter, What};
use super::reached::Reached;
use super::seen::Seen;
use super::setting::{BEGINNINGS, Setting};
use super::stand::Stand;
use super::word::Word;

/// Where a search stands.
#[derive(Clone, Debug)]
pub struct State {
    /// The session and its surroundings
    pub stand: Stand,
    /// What is known of the past
    pub facts: Facts,
    /// What does not hold
    pub broken: Option<Broken>,
    /// How many letters came since the beginning; states are met first with the fewest
    letters: usize,
    /// Which beginning this goes back to
    pub(super) beginning: usize,
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.stand == other.stand && self.facts == other.facts && self.broken == other.broken
    }
}

impl Eq for State {}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.stand.hash(state);
        self.facts.hash(state);
        self.broken.hash(state);
    }
}

impl State {
    /// A session that never ran.
    #[must_use]
    pub fn new(setting: &Setting) -> Self {
        Self {
            stand: Stand::new(&setting.config),
            facts: Facts::default(),
            broken: None,
            letters: 0,
            beginning: 0,
        }
    }

    /// Whether the letter means anything here.
    #[must_use]
    pub fn can(&self, letter: &Letter) -> bool {
        // Elsewhere time between deadlines changes nothing that these guarantees speak of.
        let waits = [self.facts.logout_out, self.facts.logout_waits].contains(&Some(0));
        (letter.what != What::Half || waits) && self.stand.can(letter, self.facts.test_req_id.as_deref())
    }

    /// The state after a letter, and what was seen on the way.
    #[must_use]
    pub fn after(&self, letter: &Letter) -> (Self, Seen) {
        let mut next = self.clone();
        next.letters += 1;
        let id = self.facts.test_req_id.clone();
        let done = catch_unwind(AssertUnwindSafe(|| next.stand.perform(letter, id.as_deref())));
        let seen = done.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map_or("", String::as_str);
            let text = panic.downcast_ref::<&str>().copied().unwrap_or(text);
            Seen { panic: Some(text.to_owned()), ..Seen::default() }
        });
        next.broken = next.judge(self, letter, &seen).err();
        (next, seen)
    }

    fn judge(&mut self, before: &Self, letter: &Letter, seen: &Seen) -> Result<(), Broken> {
        let facts = &mut self.facts;
        facts.read(letter, &before.stand);
        facts.pass(self.stand.mono_ns - before.stand.mono_ns);
        let heard = facts.heard;
        for one in &seen.all {
            facts.follow(one, letter, &before.stand)?;
        }
        check(&Step {
            letter,
            before: &before.stand,
            after: &self.stand,
            was: &before.facts,
            facts,
            heard,
            seen,
        })?;
        facts.settle(letter, &before.stand, &self.stand);
        Ok(())
    }
}

/// What is searched, and how far.
#[derive(Clone, Debug)]
pub(super) struct Hostile {
    pub(super) setting: Setting,
    pub(super) depth: usize,
    pub(super) reached: Arc<Reached>,
}

impl Hostile {
    /// Plays a beginning.
    ///
    /// # Errors
    /// Its first letters, and what is broken after them: a guarantee, or that the last of them means nothing there.
    fn begin(&self, beginning: &str) -> Result<State, (Word, Broken)> {
        let wrong = |letters: &[Letter], broken| Err((Word { letters: letters.to_vec() }, broken));
        let word: Word = match beginning.parse() {
            Ok(word) => word,
            Err(what) => return wrong(&[], Broken { guarantee: "?", what }),
        };
        let mut state = State::new(&self.setting);
        for (number, letter) in word.letters.iter().enumerate() {
            let so_far = &word.letters[..=number];
            if !state.can(letter) {
                let what =
                    format!("a beginning is not played, since its last letter means nothing: {beginning}");
                return wrong(so_far, Broken { guarantee: "?", what });
            }
            let (next, seen) = state.after(letter);
            self.reached.note(&state.stand, letter, &seen, &next.stand);
            state = next;
            if let Some(broken) = &state.broken {
                return wrong(so_far, broken.clone());
            }
        }
        Ok(state)
    }

    /// The first beginning that a search of this session has passed over, though it ought not to.
    pub(super) fn wrong_beginning(&self) -> Option<(Word, Broken)> {
        BEGINNINGS.iter().filter(|word| self.setting.has(word)).find_map(|word| self.begin(word).err())
    }
}

impl Model for Hostile {
    type State = State;
    type Action = Letter;

    /// The beginnings that lead somewhere. What is wrong with the others is told by [`Self::wrong_beginning`], when the
    /// search has found nothing that is shorter.
    fn init_states(&self) -> Vec<State> {
        BEGINNINGS
            .iter()
            .enumerate()
            .filter(|(_, word)| self.setting.has(word))
            .filter_map(|(number, word)| {
                let state = self.begin(word).ok()?;
                Some(State { letters: 0, beginning: number, ..state })
            })
            .collect()
    }

    fn actions(&self, state: &State, letters: &mut Vec<Letter>) {
        if state.letters < self.depth && state.broken.is_none() {
            letters.extend(ALPHABET.iter().filter(|letter| state.can(letter)));
        }
    }

    fn next_state(&self, state: &State, letter: Letter) -> Option<State> {
        let (next, seen) = state.after(&letter);
        self.reached.note(&state.stand, &letter, &seen, &next.stand);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        macro_rules! holds {
            ($($name:literal),*) => { vec![$(
                Property::always($name, |_: &Self, state: &State| {
                    state.broken.as_ref().is_none_or(|broken| broken.guarantee != $name)
                })
            ),*] };
        }
        let mut properties = holds!(
            "G1", "G2", "G3", "G4", "G8", "G11", "G12", "G13", "G14", "G15", "G17", "G18", "G20", "G21",
            "G22", "G24", "G25", "G26", "G27", "G28"
        );
        assert!(properties.iter().map(|property| property.name).eq(GUARANTEES));
        // Nothing follows a state that is broken, so none may be passed over for the name that it was given.
        properties.push(Property::always("?", |_: &Self, state: &State| {
            state.broken.as_ref().is_none_or(|broken| GUARANTEES.contains(&broken.guarantee))
        }));
        properties
    }
}
