//! A list of letters as text: a counterexample, written so that it can be played again.

use std::fmt;
use std::str::FromStr;

use sansfix_sim::Side;
use sansfix_sim::ladder::{Fate, Kind, Ladder};

use super::alphabet::letter;
use super::broken::Broken;
use super::letter::Letter;
use super::model::State;
use super::seen::Happening;
use super::setting::Setting;

/// Letters, in the order in which they come. Its text is their names, between semicolons.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Word {
    /// The letters
    pub letters: Vec<Letter>,
}

impl FromStr for Word {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = text.split(';').map(str::trim).filter(|name| !name.is_empty());
        let letters = names.map(|name| letter(name).ok_or_else(|| format!("no letter is called {name:?}")));
        Ok(Self { letters: letters.collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.letters.iter().map(|letter| letter.name).collect();
        f.write_str(&names.join("; "))
    }
}

/// What became of a word: where it led, and the messages on the way.
#[derive(Clone, Debug)]
pub struct Played {
    /// The last state
    pub state: State,
    /// Messages and what else happened, the session on the left unless it accepts
    pub ladder: Ladder,
}

/// Plays a word up to where a guarantee is broken.
///
/// # Errors
/// The letter that means nothing where it stands.
pub fn play(setting: &Setting, word: &Word) -> Result<Played, String> {
    let mut state = State::new(setting);
    let mut ladder = Ladder::new(format!("{}: {word}", setting.name));
    let us = match setting.config.role {
        sansfix::config::Role::Initiator => Side::Initiator,
        sansfix::config::Role::Acceptor => Side::Acceptor,
    };
    for letter in &word.letters {
        if !state.can(letter) {
            return Err(format!("{:?} means nothing here", letter.name));
        }
        let connection = state.stand.session.status().connection;
        let against = state.stand.against(state.facts.test_req_id.as_deref());
        if let Some(bytes) = letter.said().and_then(|said| said.write(&against)) {
            ladder.message(0, us.other(), connection, &bytes, Fate::Delivered(None));
        } else {
            ladder.note(0, Some(us), Kind::Remark, letter.name);
        }
        let (next, seen) = state.after(letter);
        for one in &seen.all {
            match one {
                Happening::Sent(text) => {
                    ladder.message(0, us, connection, text.bytes(), Fate::Delivered(None))
                }
                Happening::Closed(reason) => ladder.note(0, Some(us), Kind::Cut, format!("closes: {reason}")),
                Happening::State(_) | Happening::Lent(_) | Happening::Saved | Happening::Garbled => {}
            }
        }
        state = next;
        if let Some(Broken { guarantee, what }) = &state.broken {
            ladder.note(0, Some(us), Kind::Violation, format!("{guarantee}: {what}"));
            break;
        }
    }
    Ok(Played { state, ladder })
}
