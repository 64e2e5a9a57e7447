//! A ladder as text: two lines down, and an arrow between them for each message.

use std::fmt;

use super::{Exchanged, Fate, Kind, Ladder, Note, Row, What, clock, describe};
use crate::pair::Side;

/// The least and the largest width between the two lines, in characters: room for a short exchange, and no wider than
/// a terminal that shows times as well.
const WIDTH: (usize, usize) = (56, 100);
/// What an arrow needs besides its label.
const ARROW: usize = 12;
/// How wide the column of times is, in characters.
const TIME: usize = 16;

impl fmt::Display for Ladder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = self.rows.iter().map(|row| label(row).chars().count()).max().unwrap_or(0);
        let sheet =
            Sheet { width: (longest + ARROW).clamp(WIDTH.0, WIDTH.1), times: self.has_times(), ladder: self };
        writeln!(f, "{}\n", self.title)?;
        let (left, right) = (self.name(Side::Initiator), self.name(Side::Acceptor));
        sheet.margin(f, sheet.times.then(|| "time".to_owned()), Some("conn".to_owned()))?;
        writeln!(
            f,
            "{left:<half$}{right:>rest$}",
            half = sheet.width / 2 + 1,
            rest = sheet.width.div_ceil(2) + 1
        )?;
        for (at, row) in self.rows.iter().enumerate() {
            sheet.row(f, row, self.rows.get(at + 1))?;
        }
        Ok(())
    }
}

/// The longest thing that a row has to say between the lines.
fn label(row: &Row) -> String {
    match &row.what {
        What::Message(message) => describe(&message.bytes),
        What::Note(Note { kind: Kind::Violation, .. }) => String::new(),
        What::Note(note) => note.text.lines().max_by_key(|line| line.len()).unwrap_or("").to_owned(),
    }
}

struct Sheet<'a> {
    width: usize,
    times: bool,
    ladder: &'a Ladder,
}

impl Sheet<'_> {
    fn margin(
        &self,
        f: &mut fmt::Formatter<'_>,
        time: Option<String>,
        connection: Option<String>,
    ) -> fmt::Result {
        if self.times {
            write!(f, "{:>TIME$}", time.unwrap_or_default())?;
        }
        write!(f, "{:>6}  ", connection.unwrap_or_default())
    }

    fn row(&self, f: &mut fmt::Formatter<'_>, row: &Row, next: Option<&Row>) -> fmt::Result {
        match &row.what {
            What::Message(message) => {
                self.margin(f, Some(clock(row.at_ns)), Some(message.connection.to_string()))?;
                writeln!(f, "|{}|{}", self.arrow(message), self.fate(message.fate, next))
            }
            What::Note(note) => {
                for (at, line) in note.text.lines().enumerate() {
                    self.margin(f, (at == 0).then(|| clock(row.at_ns)), None)?;
                    let word = if at == 0 { note.kind.word() } else { "" };
                    self.note(f, note, &format!("{word}{line}"))?;
                }
                Ok(())
            }
        }
    }

    /// `- Logon 1 --->`, or the same from the right; one that does not arrive ends half way.
    fn arrow(&self, message: &Exchanged) -> String {
        let arrives = matches!(message.fate, Fate::Delivered(_) | Fate::Duplicated(_));
        let label = cut(&describe(&message.bytes), self.width - ARROW);
        let reach = if arrives { self.width } else { self.width - 6 };
        let dashes = "-".repeat(reach - label.chars().count() - 4);
        let space = " ".repeat(self.width - reach);
        match message.from {
            Side::Initiator => format!("- {label} {dashes}{}{space}", if arrives { '>' } else { 'x' }),
            Side::Acceptor => format!("{space}{}{dashes} {label} -", if arrives { '<' } else { 'x' }),
        }
    }

    fn fate(&self, fate: Fate, next: Option<&Row>) -> String {
        let late = |at: Option<u64>| {
            let after_next = |at: &u64| self.times && next.is_some_and(|next| next.at_ns < *at);
            at.filter(after_next).map_or(String::new(), |at| format!("  arrives {}", clock(at)))
        };
        match fate {
            Fate::Delivered(at) => late(at),
            Fate::Duplicated(at) => format!("  arrives twice{}", late(at).replace("  arrives", ", first")),
            Fate::Lost => "  lost".into(),
            Fate::Cut => "  cut".into(),
            Fate::UnderWay => "  under way".into(),
        }
    }

    fn note(&self, f: &mut fmt::Formatter<'_>, note: &Note, text: &str) -> fmt::Result {
        let room = self.width - 2;
        let text = if note.kind == Kind::Violation { text.to_owned() } else { cut(text, room) };
        match (note.kind, note.side) {
            (Kind::Violation, side) => {
                let who = side.map_or(String::new(), |side| format!("{}: ", self.ladder.name(side)));
                writeln!(f, "! {who}{text}")
            }
            (_, Some(Side::Initiator)) => writeln!(f, "| {text:<room$} |"),
            (_, Some(Side::Acceptor)) => writeln!(f, "| {text:>room$} |"),
            (_, None) => writeln!(f, "|{:=^width$}|", format!(" {text} "), width = self.width),
        }
    }
}

/// The text in at most `room` characters.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(3)).collect();
    format!("{kept}...")
}
