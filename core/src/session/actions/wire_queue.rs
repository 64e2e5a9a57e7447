//! Bytes that wait to be sent, in the order they will leave, and how far they are saved.
//!
//! While a replay is under way new output is numbered and saved at once but placed behind it, so that nothing
//! interleaves with the replay.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;

use super::super::event::Ticket;
use crate::wire::Readable;

/// Sent bytes are moved out of the buffer once there are this many of them: large enough to be rare, small enough
/// that an idle session does not keep a large buffer of dead bytes.
const COMPACT_FROM: usize = 64 << 10;

#[derive(Clone, Debug, Default)]
pub(super) struct WireQueue {
    ahead: Lane,
    /// How many bytes of `ahead` have left.
    sent: usize,
    /// Where in `ahead` there are replays, as far as they have not left, and how many bytes those are.
    replays: VecDeque<Range<usize>>,
    replayed: usize,
    /// Output that waits for the end of the replay.
    behind: Lane,
    /// Where in `behind` the replays that wait for this one have their places, in ascending order: what was sent before
    /// a replay was asked for stands before it, whatever else was asked for earlier.
    places: VecDeque<usize>,
    holding: bool,
    blocked: bool,
}

/// Framed messages, and which of them are not saved yet.
#[derive(Clone, Default)]
struct Lane {
    bytes: Vec<u8>,
    /// Up to here they are whole messages. What stands behind is being framed, or was left by an application that
    /// panicked while it wrote, and is never read.
    whole: usize,
    /// In ascending order; everything else is saved or needs no saving.
    unsaved: VecDeque<Unsaved>,
}

#[derive(Clone, Copy, Debug)]
struct Unsaved {
    start: usize,
    ticket: Ticket,
}

impl core::fmt::Debug for Lane {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Lane").field(&Readable(&self.bytes)).field(&self.unsaved).finish()
    }
}

impl Lane {
    /// Where the next message is to be framed.
    fn compose(&mut self) -> &mut Vec<u8> {
        self.bytes.truncate(self.whole);
        &mut self.bytes
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.whole = 0;
        self.unsaved.clear();
    }

    /// Takes the first `count` bytes away; their marks must have gone.
    fn drop_front(&mut self, count: usize) -> impl Iterator<Item = u8> {
        for unsaved in &mut self.unsaved {
            unsaved.start -= count;
        }
        self.whole -= count;
        self.bytes.drain(..count)
    }

    fn saved(&mut self, ticket: Ticket) {
        while self.unsaved.front().is_some_and(|first| first.ticket <= ticket) {
            self.unsaved.pop_front();
        }
    }
}

impl WireQueue {
    pub(super) fn sendable(&self) -> &[u8] {
        let end = self.ahead.unsaved.front().map_or(self.ahead.whole, |first| first.start);
        self.ahead.bytes.get(self.sent..end).unwrap_or_default()
    }

    pub(super) fn wants_to_transmit(&self) -> bool {
        !self.blocked && !self.sendable().is_empty()
    }

    pub(super) fn note_sent(&mut self, count: usize) {
        self.sent += count.min(self.sendable().len());
        self.replays_left();
        if self.sent == self.ahead.whole {
            self.ahead.clear();
            self.sent = 0;
        } else if self.sent >= COMPACT_FROM && self.sent * 2 >= self.ahead.whole {
            drop(self.ahead.drop_front(self.sent));
            for replay in &mut self.replays {
                *replay = replay.start - self.sent..replay.end - self.sent;
            }
            self.sent = 0;
        }
    }

    /// Forgets of the replays what has left.
    fn replays_left(&mut self) {
        while let Some(first) = self.replays.front_mut().filter(|first| first.start < self.sent) {
            let end = first.end.min(self.sent);
            self.replayed -= end - first.start;
            first.start = end;
            if first.start < first.end {
                return;
            }
            self.replays.pop_front();
        }
    }

    pub(super) fn block(&mut self) {
        self.blocked = true;
    }

    pub(super) fn writable(&mut self) {
        self.blocked = false;
    }

    pub(super) fn unsent(&self) -> usize {
        self.unsent_before_replay_end() + self.behind.whole
    }

    pub(super) fn unsent_before_replay_end(&self) -> usize {
        self.ahead.whole - self.sent
    }

    /// What waits and is no replay. A replay bounds itself: it goes on only when little waits.
    pub(super) fn unsent_but_replay(&self) -> usize {
        self.unsent() - self.replayed
    }

    pub(super) fn compose(&mut self) -> &mut Vec<u8> {
        self.lane().compose()
    }

    pub(super) fn composed(&self, range: &Range<usize>) -> &[u8] {
        let lane = if self.holding { &self.behind } else { &self.ahead };
        lane.bytes.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn commit(&mut self, range: &Range<usize>, ticket: Ticket) {
        // Neighbours of one batch need one mark: what lies between them is of the same batch, or a replay's. That holds
        // across the place of a replay too, since the first of them leaves first.
        let lane = self.lane();
        lane.whole = range.end;
        let unsaved = &mut lane.unsaved;
        if unsaved.back().is_none_or(|last| last.ticket != ticket) {
            unsaved.push_back(Unsaved { start: range.start, ticket });
        }
    }

    pub(super) fn compose_replay(&mut self) -> &mut Vec<u8> {
        self.ahead.compose()
    }

    pub(super) fn commit_replay(&mut self, range: &Range<usize>) {
        self.ahead.whole = range.end;
        if self.holding {
            self.replayed += range.len();
            match self.replays.back_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => self.replays.push_back(range.clone()),
            }
        }
    }

    /// New output is placed behind a replay that begins.
    pub(super) fn replay_begins(&mut self) {
        self.holding = true;
    }

    /// Another replay takes its place behind what waits now.
    pub(super) fn replay_waits(&mut self) {
        self.places.push_back(self.behind.whole);
    }

    /// The last of them moves behind what waits now.
    pub(super) fn last_replay_waits_longer(&mut self) {
        if let Some(last) = self.places.back_mut() {
            *last = self.behind.whole;
        }
    }

    /// What waited behind the replay follows it, up to the place of the next one.
    pub(super) fn replay_over(&mut self) {
        let place = self.places.pop_front();
        self.holding = place.is_some();
        let count = place.unwrap_or(self.behind.whole);
        let offset = self.ahead.compose().len();
        while let Some(first) = self.behind.unsaved.front().copied().filter(|first| first.start < count) {
            self.behind.unsaved.pop_front();
            self.ahead.unsaved.push_back(Unsaved { start: first.start + offset, ..first });
        }
        self.ahead.bytes.extend(self.behind.drop_front(count));
        self.ahead.whole = offset + count;
        self.places.iter_mut().for_each(|place| *place -= count);
    }

    /// The replays that wait are forgotten.
    pub(super) fn replays_cancelled(&mut self) {
        self.places.clear();
        self.replay_over();
    }

    pub(super) fn saved(&mut self, ticket: Ticket) {
        self.ahead.saved(ticket);
        self.behind.saved(ticket);
    }

    pub(super) fn clear(&mut self) {
        self.ahead.clear();
        self.behind.clear();
        self.places.clear();
        self.sent = 0;
        self.replays.clear();
        self.replayed = 0;
        self.holding = false;
        self.blocked = false;
    }

    fn lane(&mut self) -> &mut Lane {
        if self.holding { &mut self.behind } else { &mut self.ahead }
    }
}

#[cfg(test)]
#[path = "wire_queue_tests.rs"]
mod tests;
