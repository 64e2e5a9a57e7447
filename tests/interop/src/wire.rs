//! What went over the wire, as QuickFIX logged it.

use std::fmt;

/// One message.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Ours, that is: QuickFIX received it.
    pub from_us: bool,
    /// `8=...|9=...|` and so on
    pub text: String,
}

impl Line {
    /// Reads a line of the peer's `wire` command.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (from_us, text) = match line.strip_prefix('<') {
            Some(text) => (true, text),
            None => (false, line.strip_prefix('>')?),
        };
        Some(Self { from_us, text: text.into() })
    }

    /// The value of the first field with this tag.
    #[must_use]
    pub fn get(&self, tag: u32) -> Option<&str> {
        let tag = tag.to_string();
        self.text
            .split('|')
            .filter_map(|field| field.split_once('='))
            .find(|(t, _)| *t == tag)
            .map(|(_, v)| v)
    }

    /// The value of the first field with this tag as a number.
    #[must_use]
    pub fn number(&self, tag: u32) -> Option<u64> {
        self.get(tag)?.parse().ok()
    }

    /// Whether it is of this type.
    #[must_use]
    pub fn is(&self, msg_type: &str) -> bool {
        self.get(35) == Some(msg_type)
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.from_us { "sansfix " } else { "QuickFIX" }, self.text)
    }
}
