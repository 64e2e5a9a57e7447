//! What is saved in tests, and the store in memory that says what must be there afterwards.

use sansfix::{Intent, Origin, Record, SeqNum, SeqRange, Snapshot};

use super::super::error::JournalError;
use super::super::sizes::Sizes;
use super::super::{Files, JournalOptions, JournalStore, SyncPolicy};
use crate::store::{MemoryStore, Store, Stored};

/// Small enough that a handful of messages comes to every limit.
pub(super) const SMALL: Sizes = Sizes {
    frame_bytes: 60,
    longest_frame: 400,
    marks: 4,
    stride: 100,
    dead_bytes: 500,
    spans: 3,
    read_ahead: 90,
    chunk: 100,
};

pub(super) fn options(sync: SyncPolicy) -> JournalOptions {
    JournalOptions { sync, keep_messages: true }
}

/// Opens a journal with small limits.
pub(super) fn open<F: Files>(files: F, sync: SyncPolicy) -> Result<JournalStore<F>, JournalError> {
    JournalStore::open_sized(files, options(sync), SMALL)
}

/// One thing that a session does between two saves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// Sends this many messages, each this long.
    Send(u64, usize),
    /// Takes a message in.
    Receive,
    /// SetNextSender, so much higher.
    Up(u64),
    /// SetNextSender, so much lower (not below 1), and sends a message when told so.
    Down(u64, bool),
    /// A reset, and sends this many messages.
    Reset(u64),
    /// An operator's Logout or Logon.
    Intent,
}

/// A batch, owned.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    records: Stock,
    pub(super) snapshot: Snapshot,
}

/// Makes batches out of steps. No two messages are alike, so that a number used for two contents is seen.
#[derive(Clone)]
pub(super) struct History {
    snapshot: Snapshot,
    messages: u64,
}

impl History {
    pub(super) fn new() -> Self {
        Self { snapshot: Snapshot::new(1_000), messages: 0 }
    }

    /// Goes on from what was found, with messages that no other has.
    pub(super) fn after(snapshot: Option<Snapshot>, messages: u64) -> Self {
        Self { snapshot: snapshot.unwrap_or_else(|| Snapshot::new(1_000)), messages }
    }

    /// One batch that holds what comes of all `steps`, as the session collects it.
    pub(super) fn batch(&mut self, steps: &[Step]) -> Saved {
        let mut records = Vec::new();
        for step in steps {
            match *step {
                Step::Send(count, length) => self.send(count, length, &mut records),
                Step::Receive => self.snapshot.next_target = self.snapshot.next_target.next(),
                Step::Up(by) => {
                    let begin = self.snapshot.next_sender;
                    self.snapshot.next_sender = begin.plus(by);
                    records.push((SeqRange { begin, end: begin.plus(by - 1) }, None));
                }
                Step::Down(by, send) => {
                    let lower = self.snapshot.next_sender.get().saturating_sub(by);
                    self.snapshot.next_sender = SeqNum::new(lower).unwrap_or(SeqNum::FIRST);
                    self.send(u64::from(send), 5, &mut records);
                }
                Step::Reset(count) => {
                    records.clear();
                    self.snapshot.epoch += 1;
                    self.snapshot.created_utc_ns += 1;
                    self.snapshot.next_sender = SeqNum::FIRST;
                    self.snapshot.next_target = SeqNum::FIRST;
                    self.snapshot.reset_owed = !self.snapshot.reset_owed;
                    self.send(count, 5, &mut records);
                }
                Step::Intent => {
                    let Intent { enabled, at_utc_ns, .. } = self.snapshot.intent;
                    let (by, why) = (Origin::Operator, format!("maintenance {at_utc_ns}").into());
                    self.snapshot.intent = Intent { enabled: !enabled, by, at_utc_ns: at_utc_ns + 1, why };
                }
            }
        }
        Saved { records, snapshot: self.snapshot.clone() }
    }

    fn send(&mut self, count: u64, length: usize, records: &mut Stock) {
        for _ in 0..count {
            self.messages += 1;
            let mut raw = format!("8=FIX.4.4 no. {}", self.messages).into_bytes();
            raw.resize(raw.len().max(length), b'.');
            records.push((SeqRange::one(self.snapshot.next_sender), Some(raw)));
            self.snapshot.next_sender = self.snapshot.next_sender.next();
        }
    }
}

impl Saved {
    pub(super) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.records.iter().map(|(range, raw)| Record { range: *range, raw: raw.as_deref() })
    }

    pub(super) fn save<F: Files>(&self, store: &mut JournalStore<F>) -> Result<(), JournalError> {
        store.put(self.records(), &self.snapshot)
    }
}

/// Messages and holes.
type Stock = Vec<(SeqRange, Option<Vec<u8>>)>;

/// Everything a store says.
pub(super) type Contents = (Option<Snapshot>, Stock);

/// What a session can do, one of each kind that the journal treats differently.
pub(super) const KINDS: [&[Step]; 6] = [
    &[Step::Send(1, 20)],
    &[Step::Send(2, 45), Step::Intent],
    &[Step::Receive],
    &[Step::Up(3)],
    &[Step::Down(2, true)],
    &[Step::Reset(1)],
];

/// Of a journal in which nothing was ever saved.
pub(super) const NOTHING: Contents = (None, Vec::new());

pub(super) fn contents(store: &mut dyn Store) -> Contents {
    let snapshot = store.load().unwrap();
    let everything = SeqRange { begin: SeqNum::FIRST, end: SeqNum::MAX };
    (snapshot, fetch(store, everything, u32::MAX).0)
}

pub(super) fn fetch(store: &mut dyn Store, range: SeqRange, limit: u32) -> (Stock, SeqNum) {
    let mut all = Vec::new();
    let through = store.fetch(range, limit, &mut |stored| {
        all.push(match stored {
            Stored::Message { seq, raw } => (SeqRange::one(seq), Some(raw.to_vec())),
            Stored::Hole(range) => (range, None),
        });
    });
    (all, through.unwrap_or_else(|error| panic!("{error}")))
}

/// What must be there after each of the batches: first what was there before, last everything.
pub(super) fn expected(before: &Contents, batches: &[Saved]) -> Vec<Contents> {
    let mut memory = MemoryStore::new();
    if let (Some(snapshot), stock) = before {
        memory.put(stock.iter().map(|(range, raw)| Record { range: *range, raw: raw.as_deref() }), snapshot);
    }
    let mut all = vec![contents(&mut memory)];
    for batch in batches {
        memory.put(batch.records(), &batch.snapshot);
        all.push(contents(&mut memory));
    }
    all
}
