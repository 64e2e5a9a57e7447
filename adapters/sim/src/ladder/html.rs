//! A ladder as a page: one file with a drawing (SVG) in it. It has no script and fetches nothing.
//!
//! Decides how rows are drawn. A message is a line from its writer to its reader, as steep as it was slow; the whole
//! message shows when the pointer rests on it.

use std::fmt::Write as _;

use super::{Exchanged, Fate, Kind, Ladder, Note, What, clock, describe, whole};
use crate::pair::Side;

/// Where the two lines stand, in pixels from the left.
const LINES: [i64; 2] = [190, 1_110];
/// How wide the page is, in pixels.
const PAGE: i64 = 1_240;
/// How high a row is, in pixels.
const ROW: i64 = 26;
/// Where the first row stands, in pixels from the top.
const FIRST: i64 = 64;
/// How much a message sinks at least on its way, in pixels.
const LEAST_FALL: i64 = 8;
/// How many rows a message sinks at most: one that takes minutes would cross the whole page.
const MOST_ROWS: usize = 8;
/// How many characters of a line fit between the lines.
const LINE: usize = 118;

const STYLE: &str = "body{font:14px system-ui,sans-serif;background:#fff;color:#1b1f24;margin:24px}\
h1{font-size:18px;margin:0 0 4px}p{margin:0 0 12px;color:#57606a}\
svg{display:block;max-width:100%;height:auto}text{font:12px ui-monospace,monospace;fill:#1b1f24}\
.side{font-weight:bold;font-size:13px}.time{fill:#57606a}.life{stroke:#8c959f;stroke-width:1.5}\
.m{stroke:#1f6f43;stroke-width:1.5}.m.dup{stroke:#0550ae}.m.gone{stroke:#cf222e;stroke-dasharray:6 4}\
.m.way{stroke:#57606a;stroke-dasharray:2 3}.tip{fill:#1f6f43}.tip.dup{fill:#0550ae}.x{stroke:#cf222e;stroke-width:2}\
.note{fill:#f6f8fa;stroke:#d0d7de}.note.command{fill:#ddf4ff;stroke:#54aeff}.note.crash{fill:#ffebe9;stroke:#ff8182}\
.note.cut{fill:#fff8c5;stroke:#d4a72c}.note.connected{fill:#dafbe1;stroke:#4ac26b}\
.note.violation{fill:#cf222e;stroke:#82071e}text.violation{fill:#fff;font-weight:bold}.halo{paint-order:stroke;\
stroke:#fff;stroke-width:4px}";

impl Ladder {
    /// The ladder as one HTML file: no scripts, nothing to fetch, no secrets.
    #[must_use]
    pub fn to_html(&self) -> String {
        let tops = self.tops();
        let height = tops.last().copied().unwrap_or(FIRST) + ROW;
        let title = escape(&self.title);
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
             <style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n\
             <p>Time runs down. Rest the pointer on a message to see all of it.</p>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{title}\" width=\"{PAGE}\" \
             height=\"{height}\" viewBox=\"0 0 {PAGE} {height}\">\n"
        );
        for side in Side::BOTH {
            let x = LINES[side as usize];
            let name = escape(self.name(side));
            let _ = writeln!(
                page,
                "<text class=\"side\" x=\"{x}\" y=\"20\" text-anchor=\"middle\">{name}</text>\
                 <line class=\"life\" x1=\"{x}\" y1=\"28\" x2=\"{x}\" y2=\"{height}\"/>"
            );
        }
        for (at, row) in self.rows.iter().enumerate() {
            let top = tops[at];
            if self.has_times() {
                let _ = write!(
                    page,
                    "<text class=\"time\" x=\"4\" y=\"{}\">{}</text>",
                    top + 4,
                    clock(row.at_ns)
                );
            }
            match &row.what {
                What::Message(message) => draw_message(&mut page, message, top, self.bottom(at, &tops)),
                What::Note(note) => draw_note(&mut page, note, top),
            }
        }
        page.push_str("</svg>\n</body></html>\n");
        page
    }

    /// Where each row stands; one more for the end.
    fn tops(&self) -> Vec<i64> {
        let mut top = FIRST;
        let mut tops = vec![top];
        for row in &self.rows {
            let lines = match &row.what {
                What::Message(_) => 1,
                What::Note(note) => lines(note).len().max(1),
            };
            top += ROW * lines as i64;
            tops.push(top);
        }
        tops
    }

    /// Where the message of a row arrives: below the last row that happened before.
    fn bottom(&self, at: usize, tops: &[i64]) -> i64 {
        let least = tops[at] + LEAST_FALL;
        let What::Message(Exchanged {
            fate: Fate::Delivered(Some(due)) | Fate::Duplicated(Some(due)), ..
        }) = &self.rows[at].what
        else {
            return least;
        };
        let passed = self.rows[at + 1..].iter().take(MOST_ROWS).take_while(|row| row.at_ns < *due).count();
        tops[at + passed] + LEAST_FALL
    }
}

fn draw_message(page: &mut String, message: &Exchanged, top: i64, bottom: i64) {
    let from = LINES[message.from as usize];
    let to = LINES[message.from.other() as usize];
    let (class, arrives) = match message.fate {
        Fate::Delivered(_) => ("m", true),
        Fate::Duplicated(_) => ("m dup", true),
        Fate::Lost | Fate::Cut => ("m gone", false),
        Fate::UnderWay => ("m way", false),
    };
    let end = if arrives { to } else { to - (to - from) / 8 };
    let connection = message.connection;
    let tip = escape(&format!("connection {connection}: {}", whole(&message.bytes)));
    let _ = write!(
        page,
        "<g><title>{tip}</title><line class=\"{class}\" x1=\"{from}\" y1=\"{top}\" x2=\"{end}\" y2=\"{bottom}\"/>"
    );
    let toward = if to > from { 1 } else { -1 };
    if arrives {
        let tip = class.replace('m', "tip");
        let back = end - 10 * toward;
        let _ = write!(
            page,
            "<path class=\"{tip}\" d=\"M{end} {bottom}L{back} {}L{back} {}Z\"/>",
            bottom - 4,
            bottom + 4
        );
    } else {
        let (left, right, high, low) = (end - 5, end + 5, bottom - 5, bottom + 5);
        let _ = write!(
            page,
            "<path class=\"x\" d=\"M{left} {high}L{right} {low}M{left} {low}L{right} {high}\"/>"
        );
    }
    let (x, anchor) = (from + 12 * toward, if toward > 0 { "start" } else { "end" });
    let label = format!("{}{}", describe(&message.bytes), suffix(message.fate));
    let label = escape(&shortened(&label));
    let _ = writeln!(
        page,
        "<text class=\"halo\" x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\">{label}</text></g>",
        top - 3
    );
}

fn suffix(fate: Fate) -> &'static str {
    match fate {
        Fate::Delivered(_) => "",
        Fate::Duplicated(_) => "  (arrives twice)",
        Fate::Lost => "  (lost)",
        Fate::Cut => "  (cut)",
        Fate::UnderWay => "  (under way)",
    }
}

fn draw_note(page: &mut String, note: &Note, top: i64) {
    let class = match note.kind {
        Kind::Connected => "connected",
        Kind::Cut => "cut",
        Kind::Command => "command",
        Kind::Crash => "crash",
        Kind::State => "state",
        Kind::Remark => "remark",
        Kind::Violation => "violation",
    };
    let lines = lines(note);
    let wide = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0) as i64 * 8 + 16;
    let middle = (LINES[0] + LINES[1]) / 2;
    let x = match note.side {
        Some(Side::Initiator) => LINES[0] - 8,
        Some(Side::Acceptor) => LINES[1] + 8 - wide,
        None => middle - wide / 2,
    };
    let height = ROW * lines.len() as i64 - 6;
    let _ = write!(
        page,
        "<rect class=\"note {class}\" x=\"{x}\" y=\"{}\" width=\"{wide}\" height=\"{height}\" rx=\"4\"/>",
        top - 10
    );
    for (at, line) in lines.iter().enumerate() {
        let y = top + 4 + ROW * at as i64;
        let _ = write!(page, "<text class=\"{class}\" x=\"{}\" y=\"{y}\">{}</text>", x + 8, escape(line));
    }
    page.push('\n');
}

/// The lines of a note, none wider than the drawing.
fn lines(note: &Note) -> Vec<String> {
    let text = format!("{}{}", note.kind.word(), note.text);
    let mut lines = Vec::new();
    for line in text.lines() {
        let letters: Vec<char> = line.chars().collect();
        lines.extend(letters.chunks(LINE).map(|part| part.iter().collect::<String>()));
    }
    lines
}

fn shortened(text: &str) -> String {
    let mut kept: String = text.chars().take(LINE).collect();
    if kept.len() < text.len() {
        kept.push_str("...");
    }
    kept
}

/// Text as it may stand in an element and in an attribute between double quotes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // A control character is allowed neither in HTML nor in XML.
            letter if letter.is_control() => safe.push('?'),
            letter => safe.push(letter),
        }
    }
    safe
}
