//! Records that wait to be saved: one batch in flight, the next one forming behind it.

use alloc::vec::Vec;
use core::mem;

use super::super::action::{Batch, OwnedBatch, RecordAt};
use super::super::event::Ticket;
use super::super::snapshot::Snapshot;
use crate::seq::{SeqNum, SeqRange};

#[derive(Clone, Default)]
pub(super) struct Records {
    bytes: Vec<u8>,
    index: Vec<RecordAt>,
    /// What is durable after these records; `None` when nothing waits.
    snapshot: Option<Snapshot>,
    /// The batch that was formed last. Kept after it was saved, for its buffers.
    batch: Option<OwnedBatch>,
    flight: Flight,
    /// How many batches were formed.
    formed: u64,
    /// The lowest number among the records that wait, and among those in flight.
    lowest: Option<SeqNum>,
    lowest_in_flight: Option<SeqNum>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Flight {
    #[default]
    None,
    /// To be offered again.
    Waiting,
    Offered,
    /// The save has failed. Offered again with the next connection, command or change of session time: a session that
    /// has been disabled is not connected, and would never save again.
    Failed,
}

impl core::fmt::Debug for Records {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut shown = f.debug_struct("Records");
        shown.field("waiting", &self.index.len()).field("snapshot", &self.snapshot);
        shown.field("flight", &self.flight).field("formed", &self.formed).finish_non_exhaustive()
    }
}

impl Records {
    pub(super) fn can_be_offered(&self) -> bool {
        match self.flight {
            Flight::None => self.snapshot.is_some(),
            Flight::Waiting => true,
            Flight::Offered | Flight::Failed => false,
        }
    }

    /// Forms the next batch, or offers the one in flight again.
    pub(super) fn offer(&mut self) -> Option<Batch<'_>> {
        if self.flight == Flight::None {
            let snapshot = self.snapshot.take()?;
            let ticket = self.next_ticket();
            self.formed += 1;
            self.lowest_in_flight = self.lowest.take();
            match &mut self.batch {
                Some(batch) => {
                    batch.ticket = ticket;
                    batch.snapshot = snapshot;
                    batch.bytes.clear();
                    batch.index.clear();
                    mem::swap(&mut batch.bytes, &mut self.bytes);
                    mem::swap(&mut batch.index, &mut self.index);
                }
                None => {
                    self.batch = Some(OwnedBatch {
                        ticket,
                        bytes: mem::take(&mut self.bytes),
                        index: mem::take(&mut self.index),
                        snapshot,
                    });
                }
            }
        }
        self.flight = Flight::Offered;
        self.batch.as_ref().map(OwnedBatch::as_batch)
    }

    pub(super) fn offer_again(&mut self) {
        if self.flight == Flight::Offered {
            self.flight = Flight::Waiting;
        }
    }

    pub(super) fn save_failed(&mut self) {
        if self.flight == Flight::Offered {
            self.flight = Flight::Failed;
        }
    }

    pub(super) fn try_again(&mut self) {
        if self.flight == Flight::Failed {
            self.flight = Flight::Waiting;
        }
    }

    pub(super) fn saved(&mut self, ticket: Ticket) -> bool {
        let in_flight =
            self.flight != Flight::None && self.batch.as_ref().is_some_and(|batch| batch.ticket == ticket);
        if in_flight {
            self.flight = Flight::None;
            self.lowest_in_flight = None;
        }
        in_flight
    }

    /// How many bytes of messages are not saved yet. They outlive their connections.
    pub(super) fn bytes(&self) -> usize {
        let in_flight = self.batch.as_ref().filter(|_| self.flight != Flight::None);
        self.bytes.len() + in_flight.map_or(0, |batch| batch.bytes.len())
    }

    /// The ticket of the batch that what is appended now will be in.
    pub(super) fn next_ticket(&self) -> Ticket {
        Ticket(self.formed + 1)
    }

    pub(super) fn append(&mut self, range: SeqRange, raw: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(raw);
        self.index.push(RecordAt { range, start, len: raw.len() });
        self.lowest = Some(self.lowest.map_or(range.begin, |lowest| lowest.min(range.begin)));
    }

    pub(super) fn note_snapshot(&mut self, snapshot: &Snapshot) {
        match &mut self.snapshot {
            Some(noted) => noted.update(snapshot),
            None => self.snapshot = Some(snapshot.clone()),
        }
    }

    pub(super) fn epoch_changed(&mut self) {
        self.bytes.clear();
        self.index.clear();
        self.lowest = None;
    }

    pub(super) fn unsaved(&self) -> bool {
        self.snapshot.is_some() || self.flight != Flight::None
    }

    /// The lowest number whose record is not durable.
    pub(super) fn oldest_unsaved(&self) -> Option<SeqNum> {
        self.lowest_in_flight.into_iter().chain(self.lowest).min()
    }
}
