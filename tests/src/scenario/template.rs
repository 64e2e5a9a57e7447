//! Messages as scenarios write them: `35=D|34=2|[>=FIX.4.2]60={now}|58~too low|!112`.
//!
//! Decides how a message's text is read and how its placeholders are filled. What is filled in around it (BeginString,
//! CompIDs, MsgSeqNum ...) stands in `player`.

use std::collections::BTreeMap;

use sansfix::wire::{Precision, write_timestamp};

use super::condition::{Condition, Surroundings, all_hold};

/// One second, in nanoseconds.
const SECOND_NS: i64 = 1_000_000_000;

/// A NewOrderSingle's body that every version's dictionary accepts; `%` is the ClOrdID.
const ORDER: &str = "11=%|[<FIX.4.4]21=1|55=IBM|54=1|[>=FIX.4.2]60={now}|38=100|40=1";

/// A message, before its conditions are decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Part {
    when: Vec<Condition>,
    field: Field,
}

/// One field of a message that is sent or expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// The tag number, as written: a scenario can send `-1` and `007`.
    pub tag: String,
    /// What is sent or demanded.
    pub test: Test,
}

/// What a field must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Test {
    /// `tag=value`
    Is(String),
    /// `tag=*`: there, with any value. Expectations only.
    Any,
    /// `tag~text`: its value holds the text, in any case of letters. Expectations only.
    Holds(String),
    /// `!tag`: not there, also where it would be filled in.
    Absent,
}

impl Template {
    /// Reads a message.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        for part in text.trim().split('|').filter(|part| !part.is_empty()) {
            let (when, part) = Condition::take_all(part.trim_start())?;
            match part.strip_prefix("{order ").and_then(|rest| rest.strip_suffix('}')) {
                Some(id) => {
                    for inner in ORDER.replace('%', id).split('|') {
                        let (more, field) = Condition::take_all(inner)?;
                        let when = when.iter().copied().chain(more).collect();
                        parts.push(Part { when, field: Field::parse(field)? });
                    }
                }
                None => parts.push(Part { when, field: Field::parse(part)? }),
            }
        }
        Ok(Self { parts })
    }

    /// This message with the fields of `more` in place of its own of the same tags, or behind them.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        self.parts.retain(|part| more.parts.iter().all(|other| other.field.tag != part.field.tag));
        self.parts.extend(more.parts.iter().cloned());
        self
    }

    /// The fields that hold here.
    pub fn fields(&self, there: Surroundings) -> impl Iterator<Item = &Field> {
        self.parts.iter().filter(move |part| all_hold(&part.when, there)).map(|part| &part.field)
    }

    /// Whether the message can be sent: nothing in it is a test only.
    #[must_use]
    pub fn can_be_sent(&self) -> bool {
        self.parts.iter().all(|part| matches!(part.field.test, Test::Is(_) | Test::Absent))
    }
}

impl Field {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(tag) = text.strip_prefix('!') {
            return Ok(Self { tag: tag.trim().into(), test: Test::Absent });
        }
        let at =
            text.find(['=', '~']).ok_or_else(|| format!("`{text}` is neither tag=value nor tag~text"))?;
        let (tag, value) = (text[..at].to_owned(), text[at + 1..].to_owned());
        if tag.is_empty() {
            return Err(format!("`{text}` has no tag"));
        }
        let test = match (&text[at..=at], value.as_str()) {
            ("~", _) => Test::Holds(value),
            (_, "*") => Test::Any,
            _ => Test::Is(value),
        };
        Ok(Self { tag, test })
    }
}

/// What placeholders are filled with.
#[derive(Clone, Debug)]
pub(super) struct Filling<'a> {
    /// `{now}`, `{now-5s}`
    pub utc_ns: i64,
    /// How `{now}` is written.
    pub precision: Precision,
    /// `{version}`: BeginString(8)
    pub begin_string: &'a str,
    /// `{me}`: the scenario's CompID
    pub me: &'a str,
    /// `{engine}`: the engine's CompID
    pub engine: &'a str,
    /// `$name`: values that were received before
    pub captured: &'a BTreeMap<String, Vec<u8>>,
}

impl Filling<'_> {
    /// The value that `text` stands for.
    ///
    /// # Errors
    /// An unknown placeholder or name.
    pub(super) fn fill(&self, text: &str) -> Result<Vec<u8>, String> {
        if let Some(name) = text.strip_prefix('$') {
            return self
                .captured
                .get(name)
                .cloned()
                .ok_or_else(|| format!("`${name}` was not received before"));
        }
        let mut value = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            value.extend_from_slice(before.as_bytes());
            let (inside, after) = after.split_once('}').ok_or("`{` without `}`")?;
            self.placeholder(inside, &mut value)?;
            rest = after;
        }
        value.extend_from_slice(rest.as_bytes());
        Ok(value)
    }

    fn placeholder(&self, inside: &str, value: &mut Vec<u8>) -> Result<(), String> {
        match inside {
            "soh" => value.push(1),
            "version" => value.extend_from_slice(self.begin_string.as_bytes()),
            "me" => value.extend_from_slice(self.me.as_bytes()),
            "engine" => value.extend_from_slice(self.engine.as_bytes()),
            _ => {
                let offset =
                    inside.strip_prefix("now").ok_or_else(|| format!("`{{{inside}}}` is unknown"))?;
                let seconds = seconds(offset).ok_or_else(|| format!("`{offset}` is no time such as -5s"))?;
                write_timestamp(value, self.utc_ns + seconds * SECOND_NS, self.precision);
            }
        }
        Ok(())
    }
}

fn seconds(offset: &str) -> Option<i64> {
    if offset.is_empty() {
        return Some(0);
    }
    offset.strip_suffix('s')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::version::{Role, Version};
    use super::*;

    #[test]
    fn fields_are_read_with_their_tests_and_conditions() {
        let template = Template::parse("35=5|[>=FIX.4.2]58~too low|112=*|!141|-1=x").unwrap();
        let there = |version| Surroundings { version, role: Role::Acceptor };
        let tags =
            |version| template.fields(there(version)).map(|field| field.tag.clone()).collect::<Vec<_>>();
        assert_eq!(tags(Version::Fix42), ["35", "58", "112", "141", "-1"]);
        assert_eq!(tags(Version::Fix40), ["35", "112", "141", "-1"]);
        assert!(!template.can_be_sent());
        assert!(Template::parse("35=5|!34|58=a b").unwrap().can_be_sent());
        assert_eq!(
            Template::parse("35=5|58").unwrap_err(),
            "`58` is neither tag=value nor tag~text".to_owned()
        );
    }

    #[test]
    fn an_order_has_what_its_version_requires() {
        let template = Template::parse("35=D|{order A}").unwrap();
        let has_60 = |version| {
            template.fields(Surroundings { version, role: Role::Acceptor }).any(|field| field.tag == "60")
        };
        assert!(!has_60(Version::Fix41));
        assert!(has_60(Version::Fix42));
    }
}
