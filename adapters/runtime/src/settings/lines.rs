//! Sections and their `Key=Value` lines, without knowing any key.

use super::finding::SettingsError;
use super::nearest::nearest;

/// A line `Key=Value`, both without surrounding blanks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry<'t> {
    pub(crate) line: usize,
    pub(crate) key: &'t str,
    pub(crate) value: &'t str,
}

/// What a file holds.
#[derive(Default, Debug)]
pub(crate) struct Lines<'t> {
    /// Of every `[DEFAULT]` together: they count for every session, wherever they stand.
    pub(crate) default: Vec<Entry<'t>>,
    pub(crate) sessions: Vec<Section<'t>>,
    pub(crate) errors: Vec<SettingsError>,
}

/// A `[SESSION]`
#[derive(Debug)]
pub(crate) struct Section<'t> {
    pub(crate) line: usize,
    pub(crate) entries: Vec<Entry<'t>>,
}

/// Where the lines being read belong.
enum Within {
    Nothing,
    Default,
    Session,
    /// A section that was reported: its lines are passed over.
    Unknown,
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

pub(crate) fn lines(bytes: &[u8]) -> Lines<'_> {
    let mut lines = Lines::default();
    let mut within = Within::Nothing;
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    for (index, raw) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = index + 1;
        let raw = raw.trim_ascii();
        if raw.is_empty() || raw.starts_with(b"#") {
            continue;
        }
        let Ok(content) = std::str::from_utf8(raw) else {
            lines.errors.push(SettingsError::NotUtf8 { line });
            continue;
        };
        if content.contains(char::is_control) {
            lines.errors.push(SettingsError::ControlCharacter { line });
        } else if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            within = lines.open(line, name.trim());
        } else if let Some((key, value)) = content.split_once('=') {
            lines.put(&within, Entry { line, key: key.trim(), value: value.trim() });
        } else {
            lines.errors.push(SettingsError::NotALine { line, text: content.to_owned() });
        }
    }
    lines
}

impl<'t> Lines<'t> {
    fn open(&mut self, line: usize, name: &str) -> Within {
        if name.eq_ignore_ascii_case("DEFAULT") {
            Within::Default
        } else if name.eq_ignore_ascii_case("SESSION") {
            self.sessions.push(Section { line, entries: Vec::new() });
            Within::Session
        } else {
            let nearest = nearest(name, ["DEFAULT", "SESSION"].into_iter());
            self.errors.push(SettingsError::UnknownSection { line, name: name.to_owned(), nearest });
            Within::Unknown
        }
    }

    fn put(&mut self, within: &Within, entry: Entry<'t>) {
        match (within, self.sessions.last_mut()) {
            (Within::Default, _) => self.default.push(entry),
            (Within::Session, Some(session)) => session.entries.push(entry),
            (Within::Unknown, _) => {}
            (Within::Nothing | Within::Session, _) => {
                self.errors.push(SettingsError::NoSection { line: entry.line, key: entry.key.to_owned() });
            }
        }
    }
}
