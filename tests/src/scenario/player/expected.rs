//! What is demanded of a message that comes, whether the scenario names it or not.

use std::collections::BTreeMap;

use sansfix::wire::parse_timestamp;

use super::super::template::{Template, Test};
use super::super::{Received, shown};
use super::{ENGINE, ME, Player};

/// How far SendingTime of what comes may be from now: an engine under test has the same clock.
const CLOCK_TOLERANCE_NS: i64 = 10 * 1_000_000_000;

impl Player<'_> {
    pub(super) fn expect(
        &mut self,
        on: usize,
        within_ms: u64,
        optional: bool,
        template: &Template,
    ) -> Result<(), String> {
        let mut left = within_ms * 1_000_000;
        self.collect(on)?;
        while self.wire(on).messages.is_empty() {
            if !self.wire(on).open || left == 0 {
                let why = if left == 0 { "nothing came" } else { "the engine closed the connection instead" };
                return if optional { Ok(()) } else { Err(why.into()) };
            }
            left -= self.engine.pass(left).clamp(1, left);
            self.collect(on)?;
        }
        let Some(message) = self.wire(on).messages.pop_front() else { return Ok(()) };
        match self.matches(&message, template) {
            Ok(captured) => {
                self.captured.extend(captured);
                self.count_received(&message);
                Ok(())
            }
            Err(_) if optional => {
                self.wire(on).messages.push_front(message);
                Ok(())
            }
            Err(what) => Err(format!("{what}, received: {message}")),
        }
    }

    /// Compares a message with what is expected and with what every message must have. Gives what was captured.
    fn matches(&self, message: &Received, template: &Template) -> Result<BTreeMap<String, Vec<u8>>, String> {
        let mut captured = BTreeMap::new();
        let mut named = Vec::new();
        for field in template.fields(self.there) {
            named.push(field.tag.as_str());
            let value = message.get(&field.tag);
            let tag = &field.tag;
            match (&field.test, value) {
                (Test::Absent, Some(value)) => return Err(format!("{tag}={} is too much", shown(value))),
                (Test::Absent, None) | (Test::Any, Some(_)) => {}
                (_, None) => return Err(format!("{tag} is missing")),
                (Test::Holds(text), Some(value)) => {
                    if !shown(value).to_lowercase().contains(&text.to_lowercase()) {
                        return Err(format!("{tag} does not hold `{text}`"));
                    }
                }
                (Test::Is(expected), Some(value)) => {
                    match expected.strip_prefix('$').filter(|name| !self.captured.contains_key(*name)) {
                        Some(name) => {
                            captured.insert(name.to_owned(), value.to_vec());
                        }
                        None if self.filling().fill(expected)? == value => {}
                        None => return Err(format!("{tag} is not {expected}")),
                    }
                }
            }
        }
        self.header_is_right(message, &named)?;
        Ok(captured)
    }

    /// What every message must have, unless the scenario names the field itself.
    fn header_is_right(&self, message: &Received, named: &[&str]) -> Result<(), String> {
        let filling = self.filling();
        let replayed = message.get("43") == Some(b"Y");
        let reset = message.get("35") == Some(b"A") && message.get("141") == Some(b"Y");
        let next_in = if reset { 1 } else { self.next_in };
        let number = next_in.to_string().into_bytes();
        let fixed =
            [("8", filling.begin_string.as_bytes()), ("49", ENGINE.as_bytes()), ("56", ME.as_bytes())];
        let numbered = (!replayed).then_some(("34", number.as_slice()));
        for (tag, expected) in fixed.into_iter().chain(numbered) {
            if !named.contains(&tag) && message.get(tag) != Some(expected) {
                return Err(format!("{tag} is not {}", shown(expected)));
            }
        }
        let sent = message.get("52").and_then(|value| parse_timestamp(value).ok()).ok_or("52 is no time")?;
        let order: Vec<u32> = message.fields.iter().take(3).map(|(tag, _)| *tag).collect();
        if order != [8, 9, 35] {
            return Err("the first three fields are not 8, 9, 35".into());
        }
        if (sent - filling.utc_ns).abs() > CLOCK_TOLERANCE_NS {
            return Err("52 is not the time of sending".into());
        }
        if replayed && message.get("122").is_none() {
            return Err("122 is missing beside 43=Y".into());
        }
        Ok(())
    }

    fn count_received(&mut self, message: &Received) {
        if message.get("35") == Some(b"A") && message.get("141") == Some(b"Y") {
            self.next_in = 1;
        }
        let number = message.number("34").unwrap_or(0);
        if message.get("35") == Some(b"4") {
            self.next_in = self.next_in.max(message.number("36").unwrap_or(0));
        } else {
            self.next_in = self.next_in.max(number + 1);
        }
    }

    pub(super) fn expect_disconnect(&mut self, on: usize, within_ms: u64) -> Result<(), String> {
        let mut left = within_ms * 1_000_000;
        loop {
            self.collect(on)?;
            if let Some(message) = self.wire(on).messages.front() {
                return Err(format!("a message came before the disconnect: {message}"));
            }
            if !self.wire(on).open {
                return Ok(());
            }
            if left == 0 {
                return Err("the connection is still open".into());
            }
            left -= self.engine.pass(left).clamp(1, left);
        }
    }
}
