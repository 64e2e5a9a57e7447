//! A ladder: what two sides exchanged, row by row, as people draw it.
//!
//! A [`Ladder`] is plain data: whoever has seen an exchange (a simulation, a model, a test) pushes a row for each message
//! and each thing that happened besides. It is read as text (`Display`) or as a page ([`Ladder::to_html`]): one file with
//! a drawing in it, without scripts and without anything to fetch. Neither shows a secret.
//!
//! ```
//! use sansfix_sim::Side;
//! use sansfix_sim::ladder::{Fate, Kind, Ladder};
//!
//! let mut ladder = Ladder::new("A Logon that is lost");
//! let logon = b"8=FIX.4.4\x019=5\x0135=A\x0134=1\x01108=30\x01554=secret\x0110=000\x01";
//! ladder.message(1_000_000, Side::Initiator, 1, logon, Fate::Lost);
//! ladder.note(2_000_000, Some(Side::Acceptor), Kind::State, "AwaitingLogon");
//! let text = ladder.to_string();
//! assert!(text.contains("Logon 1 HeartBtInt=30"), "{text}");
//! assert!(text.contains("lost"), "{text}");
//! assert!(!ladder.to_html().contains("secret"));
//! ```

mod describe;
mod html;
mod text;

use super::pair::Side;

pub use describe::{describe, whole};

/// The rows of an exchange, in the order in which they happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ladder {
    /// What it shows, in a line.
    pub title: String,
    /// What the sides are called: the left one, then the right one.
    pub names: [String; 2],
    /// What happened.
    pub rows: Vec<Row>,
}

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// When, nanoseconds since whatever the ladder counts from. A ladder whose times are all 0 shows none.
    pub at_ns: u64,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// A side wrote a message.
    Message(Exchanged),
    /// Something else.
    Note(Note),
}

/// A message that a side wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exchanged {
    /// Who wrote it.
    pub from: Side,
    /// On which connection, from 1.
    pub connection: u64,
    /// The message; bytes that are none are shown as such.
    pub bytes: Vec<u8>,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fate {
    /// It arrived: when is said in nanoseconds, where it is known.
    Delivered(Option<u64>),
    /// It arrived twice on its connection: when it came first, in nanoseconds, where it is known.
    Duplicated(Option<u64>),
    /// It was lost while its connection went on.
    Lost,
    /// Its connection ended first.
    Cut,
    /// It has not arrived when the ladder ends.
    UnderWay,
}

/// Something that happened besides the messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// To whom; `None` stands for both sides, or for the line between them.
    pub side: Option<Side>,
    /// Of what kind it is.
    pub kind: Kind,
    /// What there is to say. It may have several lines, and must hold no secret.
    pub text: String,
}

/// Kinds of notes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A connection was made.
    Connected,
    /// A connection was cut, or closed by a side.
    Cut,
    /// An operator gave a command.
    Command,
    /// A process died and began again.
    Crash,
    /// A session's state changed.
    State,
    /// Anything else.
    Remark,
    /// What must hold does not.
    Violation,
}

impl Ladder {
    /// A ladder without rows.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), names: ["Initiator".into(), "Acceptor".into()], rows: Vec::new() }
    }

    /// A side wrote one message; its fate can be changed later, in [`Self::rows`].
    pub fn message(&mut self, at_ns: u64, from: Side, connection: u64, bytes: &[u8], fate: Fate) {
        let message = Exchanged { from, connection, bytes: bytes.to_vec(), fate };
        self.rows.push(Row { at_ns, what: What::Message(message) });
    }

    /// Something else happened.
    pub fn note(&mut self, at_ns: u64, side: Option<Side>, kind: Kind, text: impl Into<String>) {
        self.rows.push(Row { at_ns, what: What::Note(Note { side, kind, text: text.into() }) });
    }

    /// Whether any row has a time.
    fn has_times(&self) -> bool {
        self.rows.iter().any(|row| row.at_ns != 0)
    }

    fn name(&self, side: Side) -> &str {
        &self.names[side as usize]
    }
}

impl Kind {
    /// How a note of this kind begins in words, where its text does not say so itself.
    fn word(self) -> &'static str {
        match self {
            Self::Connected => "connection ",
            Self::Command => "command ",
            Self::Cut | Self::Crash | Self::State | Self::Remark => "",
            Self::Violation => "VIOLATION: ",
        }
    }
}

/// A time as `hours:minutes:seconds`, to the microsecond.
fn clock(ns: u64) -> String {
    let (micros, seconds) = (ns / 1_000 % 1_000_000, ns / 1_000_000_000);
    format!("{}:{:02}:{:02}.{micros:06}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests;
