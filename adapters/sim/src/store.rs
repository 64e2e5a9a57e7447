//! A store in memory that can be slow, and can lose records.

use std::collections::BTreeMap;

use sansfix::{FetchId, OwnedBatch, SeqNum, SeqRange, Snapshot};

/// How fast a store answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pace {
    /// At once.
    #[default]
    Prompt,
    /// This many nanoseconds later.
    After(u64),
    /// When [`super::Node::answer_store`] is called.
    OnRequest,
}

/// Records and the last snapshot, as a durable store would hold them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SimStore {
    snapshot: Snapshot,
    /// The message of each number, or `None` for a hole.
    records: BTreeMap<SeqNum, Option<Vec<u8>>>,
    saves: u64,
}

/// An answer to [`sansfix::Action::Fetch`], part by part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Stored { seq: SeqNum, raw: Vec<u8> },
    Declined { range: SeqRange },
}

/// What a store has been asked and not answered yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Question {
    Save(OwnedBatch),
    Fetch { fetch: FetchId, range: SeqRange, limit: u32 },
}

impl SimStore {
    /// A store that holds a snapshot and no messages.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        Self { snapshot, records: BTreeMap::new(), saves: 0 }
    }

    /// The last snapshot saved: what a session starts from after a crash.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The messages and holes, by number.
    pub fn records(&self) -> impl Iterator<Item = (SeqNum, Option<&[u8]>)> {
        self.records.iter().map(|(seq, raw)| (*seq, raw.as_deref()))
    }

    /// How many batches have been saved.
    #[must_use]
    pub fn saves(&self) -> u64 {
        self.saves
    }

    /// Loses a record: a defect of the store, for tests.
    pub fn lose(&mut self, seq: SeqNum) {
        self.records.remove(&seq);
    }

    pub(crate) fn save(&mut self, batch: &OwnedBatch) {
        if batch.snapshot().epoch != self.snapshot.epoch {
            self.records.clear();
        }
        for record in batch.records() {
            let mut seq = record.range.begin;
            while seq <= record.range.end {
                self.records.insert(seq, record.raw.map(<[u8]>::to_vec));
                seq = seq.next();
            }
        }
        // A number that will be given again has no message any more.
        let _ = self.records.split_off(&batch.snapshot().next_sender);
        self.snapshot = batch.snapshot().clone();
        self.saves += 1;
    }

    /// The parts of an answer of at most `limit` numbers, and the last number it covers.
    pub(crate) fn fetch(&self, range: SeqRange, limit: u32) -> (Vec<Part>, SeqNum) {
        let through = range.end.min(range.begin.plus(u64::from(limit).saturating_sub(1)));
        let part = |(seq, raw): (&SeqNum, &Option<Vec<u8>>)| match raw {
            Some(raw) => Part::Stored { seq: *seq, raw: raw.clone() },
            None => Part::Declined { range: SeqRange::one(*seq) },
        };
        let parts = if range.begin > through {
            Vec::new()
        } else {
            self.records.range(range.begin..=through).map(part).collect()
        };
        (parts, through)
    }
}
