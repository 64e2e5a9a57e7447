//! What a line does to messages while a connection goes on.
//!
//! TCP loses nothing and repeats nothing within a connection. What does stands between the two sides: a gateway, a
//! recorder that feeds a spare, a proxy that ends one connection and begins another. A [`Line`] plays it: it loses or
//! repeats whole messages, as they were written, and never a part of one.

use super::random::Random;

/// A line between two sides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    random: Random,
    loss_ppm: u32,
    duplicate_ppm: u32,
    silent: bool,
}

/// What a line made of a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Passage {
    /// It goes on to the other side.
    Passes,
    /// It is lost, and what follows it is not.
    Lost,
    /// It goes on, and once more right behind.
    Twice,
}

impl Default for Line {
    /// A line as TCP makes one: every message passes once.
    fn default() -> Self {
        Self::new(0, 0, 0)
    }
}

impl Line {
    /// A line that loses and repeats this many of a million messages. `seed` says which.
    #[must_use]
    pub fn new(seed: u64, loss_ppm: u32, duplicate_ppm: u32) -> Self {
        Self { random: Random::new(seed), loss_ppm, duplicate_ppm, silent: false }
    }

    /// Appends to `arriving` what comes of a message.
    pub(crate) fn pass(&mut self, message: &[u8], arriving: &mut Vec<u8>) -> Passage {
        let passage = self.passage();
        let times = match passage {
            Passage::Lost => 0,
            Passage::Passes => 1,
            Passage::Twice => 2,
        };
        (0..times).for_each(|_| arriving.extend_from_slice(message));
        passage
    }

    /// Whether nothing passes at all, neither messages nor the end of a connection.
    pub(crate) fn is_silent(&self) -> bool {
        self.silent
    }

    pub(crate) fn set_silent(&mut self, silent: bool) {
        self.silent = silent;
    }

    fn passage(&mut self) -> Passage {
        if self.silent {
            return Passage::Lost;
        }
        if self.loss_ppm == 0 && self.duplicate_ppm == 0 {
            return Passage::Passes;
        }
        let drawn = self.random.below(1_000_000) as u32;
        if drawn < self.loss_ppm {
            Passage::Lost
        } else if drawn - self.loss_ppm < self.duplicate_ppm {
            Passage::Twice
        } else {
            Passage::Passes
        }
    }
}

/// The messages in `bytes`, one after the other. What is no whole message is the last one.
pub(crate) fn messages(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let (message, rest) = bytes.split_at(length(bytes).unwrap_or(bytes.len()));
        bytes = rest;
        Some(message)
    })
}

/// How long the first message is, as BodyLength(9) says.
fn length(bytes: &[u8]) -> Option<usize> {
    let mut ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == 1).map(|(at, _)| at);
    let (first, second) = (ends.next()?, ends.next()?);
    let digits = std::str::from_utf8(bytes.get(first + 1..second)?).ok()?.strip_prefix("9=")?;
    let length = second + 1 + digits.parse::<usize>().ok()? + b"10=000|".len();
    (length <= bytes.len()).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_split_into_messages() {
        let one = b"8=FIX.4.2\x019=5\x0135=0\x0110=161\x01".to_vec();
        let two = [one.clone(), one.clone(), b"8=FIX".to_vec()].concat();
        let split: Vec<&[u8]> = messages(&two).collect();
        assert_eq!(split, [&one[..], &one[..], b"8=FIX"]);
        assert_eq!(messages(b"nonsense").collect::<Vec<_>>(), [b"nonsense"]);
        assert_eq!(messages(b"").count(), 0);
    }

    #[test]
    fn as_many_are_lost_and_repeated_as_was_said() {
        let mut line = Line::new(1, 100_000, 200_000);
        let mut arriving = Vec::new();
        let passages: Vec<Passage> = (0..10_000).map(|_| line.pass(b"x", &mut arriving)).collect();
        let count = |what| passages.iter().filter(|passage| **passage == what).count();
        let (lost, twice) = (count(Passage::Lost), count(Passage::Twice));
        assert_eq!(arriving.len(), 10_000 - lost + twice);
        assert!(lost.abs_diff(1_000) < 100 && twice.abs_diff(2_000) < 130, "{lost} {twice}");
        assert_eq!(Line::default().pass(b"x", &mut arriving), Passage::Passes);
    }
}
