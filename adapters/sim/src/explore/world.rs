//! Everything that two sessions, their disks and the line between them are at a moment.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use sansfix::{Batch, PhaseName, Session, Snapshot};

use super::budget::Budget;
use super::facts::Facts;
use super::guarantee::Broken;
use crate::pair::Side;

/// Two sessions, their disks, the line between them, and what is left of the budget.
///
/// Two worlds are equal when they go on alike, whatever the clocks showed.
#[derive(Clone, Debug)]
pub struct World {
    /// Shared with the worlds before: a step changes one of them, mostly.
    pub(super) parties: [Arc<Party>; 2],
    /// What is under way to each side.
    pub(super) flights: [Flight; 2],
    /// The last connection ended with a clean Logout, and nothing has gone wrong since: G5 is to be shown.
    pub(super) clean: bool,
    pub(super) budget: Budget,
    /// How many steps have cost nothing since one did. Not part of what a world is.
    pub(super) free_run: u32,
    pub(super) broken: Option<Arc<Broken>>,
}

/// One side.
#[derive(Clone, Debug)]
pub(super) struct Party {
    pub(super) session: Session,
    pub(super) disk: Disk,
    pub(super) facts: Facts,
    /// Its monotonic clock, nanoseconds. The session compares times with it only, so it is not part of what a world is.
    pub(super) clock_ns: u64,
}

/// What is durable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Disk {
    pub(super) snapshot: Snapshot,
    /// The message of each number, or `None` for a hole.
    pub(super) records: BTreeMap<u64, Option<Arc<[u8]>>>,
}

/// What is under way to a side.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Flight {
    pub(super) messages: VecDeque<Arc<[u8]>>,
    /// Nothing more comes: the other side has closed, or the line is cut.
    pub(super) ended: bool,
}

impl World {
    /// What is broken, if something is: nothing happens to such a world any more.
    #[must_use]
    pub fn broken(&self) -> Option<&Broken> {
        self.broken.as_deref()
    }

    /// The session of a side.
    #[must_use]
    pub fn session(&self, side: Side) -> &Session {
        &self.party(side).session
    }

    /// What is left of the budget.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    pub(super) fn party(&self, side: Side) -> &Party {
        &self.parties[side as usize]
    }

    pub(super) fn party_mut(&mut self, side: Side) -> &mut Party {
        Arc::make_mut(&mut self.parties[side as usize])
    }

    pub(super) fn flight(&self, to: Side) -> &Flight {
        &self.flights[to as usize]
    }

    pub(super) fn flight_mut(&mut self, to: Side) -> &mut Flight {
        &mut self.flights[to as usize]
    }

    /// Nothing is under way, and nobody has yet to see the end of a stream.
    pub(super) fn is_quiet(&self) -> bool {
        Side::BOTH.into_iter().all(|side| {
            let flight = self.flight(side);
            flight.messages.is_empty() && !(flight.ended && self.party(side).is_connected())
        })
    }

    /// Both sides count in the same numbering: no reset has been announced that is not confirmed. How often each of them
    /// has reset says nothing, since a reset that is interrupted is announced again. One that is only being prepared has
    /// changed no number.
    pub(super) fn one_numbering(&self) -> bool {
        Side::BOTH.into_iter().all(|side| !self.party(side).disk.snapshot.reset_owed)
    }
}

impl Party {
    pub(super) fn phase(&self) -> PhaseName {
        self.session.status().phase
    }

    pub(super) fn is_connected(&self) -> bool {
        self.phase() != PhaseName::Disconnected
    }

    pub(super) fn enabled(&self) -> bool {
        self.session.snapshot().intent.enabled
    }

    pub(super) fn next_target(&self) -> u64 {
        self.session.snapshot().next_target.get()
    }

    pub(super) fn next_sender(&self) -> u64 {
        self.session.snapshot().next_sender.get()
    }
}

impl Disk {
    pub(super) fn save(&mut self, batch: &Batch<'_>) {
        if batch.snapshot().epoch != self.snapshot.epoch {
            self.records.clear();
        }
        for record in batch.records() {
            for seq in record.range.begin.get()..=record.range.end.get() {
                self.records.insert(seq, record.raw.map(Arc::from));
            }
        }
        // A number that will be given again has no message any more.
        let _ = self.records.split_off(&batch.snapshot().next_sender.get());
        self.snapshot = batch.snapshot().clone();
    }
}

impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        self.budget == other.budget
            && self.clean == other.clean
            && self.broken == other.broken
            && self.flights == other.flights
            && self.parties == other.parties
    }
}

impl Eq for World {}

impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parties.hash(state);
        self.flights.hash(state);
        self.clean.hash(state);
        self.budget.hash(state);
        self.broken.hash(state);
    }
}

impl PartialEq for Party {
    /// What the disk says of numbers and intent is what the session says, or the world is broken: so the records and the
    /// epoch are enough.
    fn eq(&self, other: &Self) -> bool {
        self.facts == other.facts
            && self.disk.snapshot.epoch == other.disk.snapshot.epoch
            && self.disk.records == other.disk.records
            && self.session == other.session
    }
}

impl Eq for Party {}

impl Hash for Party {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.session.hash(state);
        self.disk.snapshot.epoch.hash(state);
        self.disk.records.hash(state);
        self.facts.hash(state);
    }
}
