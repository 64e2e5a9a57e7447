//! What the counterparty has seen of every number, and whether it may be so.

use std::collections::{BTreeMap, BTreeSet};

use sansfix::tags;
use sansfix::wire::Message;

/// What stands behind a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Content {
    /// An application message with this text.
    Application(String),
    /// An administrative message of this type.
    Administrative(String),
    /// Told to be none that is repeated.
    Filled,
}

/// One session as the counterparty saw it on the wire.
#[derive(Default)]
pub(crate) struct Ledger {
    seen: BTreeMap<u64, Content>,
    /// Application messages whose save was acknowledged.
    acknowledged: BTreeMap<u64, String>,
    /// Those of them that have not come.
    missing: BTreeSet<u64>,
    /// What had its first arrival without PossDupFlag, since the last kill: it was sent when it was made.
    fresh: Vec<(u64, String)>,
    pub(crate) messages: u64,
    pub(crate) replayed: u64,
    pub(crate) problems: Vec<String>,
}

impl Ledger {
    /// A message has come.
    pub(crate) fn record(&mut self, message: &Message<'_>) {
        self.messages += 1;
        let seq = message.seq().unwrap().get();
        let text_of = |tag| message.get(tag).map(|text| String::from_utf8_lossy(text).into_owned());
        let kind = String::from_utf8_lossy(message.msg_type()).into_owned();
        if message.poss_dup() {
            self.replayed += 1;
        }
        if kind == "4" {
            let new: u64 = text_of(tags::NEW_SEQ_NO).unwrap().parse().unwrap();
            (seq..new).for_each(|seq| self.fill(seq));
            return;
        }
        let content = match text_of(tags::TEXT) {
            Some(text) if kind == "B" => Content::Application(text),
            _ => Content::Administrative(kind),
        };
        if let (Content::Application(text), false) = (&content, message.poss_dup()) {
            self.fresh.push((seq, text.clone()));
        }
        match self.seen.get(&seq) {
            None | Some(Content::Filled) => {}
            Some(known) if *known == content && message.poss_dup() => {}
            Some(known) => self.problems.push(format!("{seq} is used again: {known:?}, now {content:?}")),
        }
        self.compare_with_acknowledged(seq, &content);
        self.seen.insert(seq, content);
        self.missing.remove(&seq);
    }

    fn fill(&mut self, seq: u64) {
        if let Some(text) = self.acknowledged.get(&seq) {
            self.problems.push(format!("{seq} was saved as {text:?} and is filled away"));
        }
        if let Some(known @ Content::Application(_)) = self.seen.get(&seq) {
            self.problems.push(format!("{seq} was {known:?} and is filled away"));
        }
        self.seen.entry(seq).or_insert(Content::Filled);
    }

    fn compare_with_acknowledged(&mut self, seq: u64, content: &Content) {
        if let Some(text) = self.acknowledged.get(&seq) {
            if *content != Content::Application(text.clone()) {
                self.problems.push(format!("{seq} was saved as {text:?} and is {content:?}"));
            }
        }
    }

    /// The process is dead, and has written down that these were saved. Returns how many of them have not come.
    pub(crate) fn acknowledge(&mut self, sent: BTreeMap<u64, String>) -> usize {
        for (seq, text) in std::mem::take(&mut self.fresh) {
            if sent.get(&seq) != Some(&text) {
                self.problems.push(format!("{seq} came as {text:?} before its save was acknowledged"));
            }
        }
        for (seq, text) in sent {
            match self.seen.get(&seq) {
                None => drop(self.missing.insert(seq)),
                Some(Content::Application(seen)) if *seen == text => {}
                Some(seen) => self.problems.push(format!("{seq} was saved as {text:?} and came as {seen:?}")),
            }
            if let Some(before) = self.acknowledged.insert(seq, text.clone()) {
                self.problems.push(format!("{seq} was saved as {before:?} and is used again as {text:?}"));
            }
        }
        self.missing.len()
    }

    /// Whether everything that was acknowledged has come.
    pub(crate) fn is_healed(&self) -> bool {
        self.missing.is_empty()
    }

    /// The first number below `next` that nothing has been heard of.
    pub(crate) fn first_gap(&self, next: u64) -> Option<u64> {
        (1..next).find(|seq| !self.seen.contains_key(seq))
    }
}
