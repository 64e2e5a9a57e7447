//! Messages that came above a gap, kept until the numbers below them have come. Bounded in count and bytes.

use alloc::collections::BTreeMap;

use bytes::Bytes;

use crate::config::Limits;
use crate::seq::SeqNum;
use crate::wire::Header;

#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct GapQueue {
    entries: BTreeMap<SeqNum, Entry>,
    bytes: usize,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Entry {
    Message(Queued),
    /// Has taken effect already, and only needs counting.
    Processed,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Queued {
    pub(super) raw: Bytes,
    pub(super) header: Header,
}

impl GapQueue {
    /// Keeps the message unless the queue is full or has one of that number.
    pub(super) fn keep(&mut self, seq: SeqNum, raw: &[u8], header: Header, limits: &Limits) {
        let full =
            self.is_full(limits) || self.bytes.saturating_add(raw.len()) > limits.queued_bytes as usize;
        if !full && !self.entries.contains_key(&seq) {
            self.bytes += raw.len();
            self.entries.insert(seq, Entry::Message(Queued { raw: Bytes::copy_from_slice(raw), header }));
        }
    }

    /// The number has taken effect already: it is counted when its turn comes. When the queue is full it comes again.
    pub(super) fn processed(&mut self, seq: SeqNum, limits: &Limits) {
        self.forget(seq);
        if !self.is_full(limits) {
            self.entries.insert(seq, Entry::Processed);
        }
    }

    fn is_full(&self, limits: &Limits) -> bool {
        self.entries.len() >= limits.queued_messages as usize
    }

    /// Whether `seq` only needs counting; forgets it.
    pub(super) fn take_processed(&mut self, seq: SeqNum) -> bool {
        let processed = self.entries.get(&seq) == Some(&Entry::Processed);
        if processed {
            self.entries.remove(&seq);
        }
        processed
    }

    pub(super) fn take(&mut self, seq: SeqNum) -> Option<Queued> {
        match self.entries.remove(&seq)? {
            Entry::Message(queued) => {
                self.bytes -= queued.raw.len();
                Some(queued)
            }
            Entry::Processed => {
                self.entries.insert(seq, Entry::Processed);
                None
            }
        }
    }

    /// Drops what lies below `seq`.
    pub(super) fn drop_below(&mut self, seq: SeqNum) {
        while let Some(lowest) = self.lowest().filter(|lowest| *lowest < seq) {
            self.forget(lowest);
        }
    }

    pub(super) fn lowest(&self) -> Option<SeqNum> {
        self.entries.keys().next().copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }

    fn forget(&mut self, seq: SeqNum) {
        if let Some(Entry::Message(queued)) = self.entries.remove(&seq) {
            self.bytes -= queued.raw.len();
        }
    }
}
