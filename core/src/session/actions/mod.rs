//! What the session wants done, in order: notices, records to save, questions to the store, bytes to send, the end
//! of the connection. Decides when each may be offered; what they are is decided by the session.

mod records;
mod wire_queue;

use alloc::vec::Vec;
use core::ops::Range;

use self::records::Records;
use self::wire_queue::WireQueue;
use super::action::{Action, Wire};
use super::event::{FetchId, Ticket};
use super::snapshot::Snapshot;
use super::status::{Reason, Status};
use crate::seq::{SeqNum, SeqRange};

/// The session's output: what its owner must do.
///
/// Ask with [`Self::next`] until it has nothing. A connection's end leaves the records behind: they are still to be
/// saved, and never sent.
#[derive(Clone, Debug, Default)]
pub struct Actions {
    status: Option<Status>,
    records: Records,
    question: Option<Question>,
    wire: WireQueue,
    end: Option<End>,
}

/// A question to the store that is not answered yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Question {
    fetch: FetchId,
    range: SeqRange,
    limit: u32,
    /// It is put only when fewer bytes than this wait to be sent.
    low_water: usize,
    offered: bool,
}

/// The connection is to be closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct End {
    reason: Reason,
    offered: bool,
}

impl Actions {
    /// Nothing to do yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next thing to do. Save, Fetch and Disconnect are offered once; Transmit is offered while there are bytes
    /// that may leave and the transport has not said [`Wire::blocked`].
    #[allow(clippy::should_implement_trait)] // an action borrows the queue, so this cannot be an Iterator
    pub fn next(&mut self) -> Option<Action<'_>> {
        if let Some(status) = self.status.take() {
            return Some(Action::StateChanged(status));
        }
        if self.records.can_be_offered() {
            return self.records.offer().map(Action::Save);
        }
        if let Some(asked) = self.askable() {
            return Some(asked);
        }
        if self.wire.wants_to_transmit() {
            return Some(Action::Transmit(Wire { out: self }));
        }
        self.ending()
    }

    /// Whether a [`Action::StateChanged`] waits to be offered: no message is lent before it was.
    #[must_use]
    pub fn state_change_waits(&self) -> bool {
        self.status.is_some()
    }

    /// The bytes that may leave, for a driver that selects over reading and writing. `None` when there are none.
    pub fn wire(&mut self) -> Option<Wire<'_>> {
        if self.wire.sendable().is_empty() { None } else { Some(Wire { out: self }) }
    }

    /// After a cancelled driver: what was offered and not answered is offered again, the same batch with the same
    /// ticket.
    pub fn offer_again(&mut self) {
        self.records.offer_again();
        self.wire.writable();
        if let Some(question) = &mut self.question {
            question.offered = false;
        }
        if let Some(end) = &mut self.end {
            end.offered = false;
        }
    }

    /// The transport takes bytes again, after [`Wire::blocked`].
    pub fn writable(&mut self) {
        self.wire.writable();
    }

    /// Whether records wait to be saved: link and store must outlive the connection until this is false.
    #[must_use]
    pub fn unsaved(&self) -> bool {
        self.records.unsaved()
    }

    /// How many bytes wait to be sent, saved or not.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.wire.unsent()
    }

    /// How many bytes wait, to be sent or, whichever is more, to be saved. A replay is left out: it goes on only when
    /// little waits.
    pub(super) fn waiting(&self) -> usize {
        self.wire.unsent_but_replay().max(self.records.bytes())
    }

    fn askable(&mut self) -> Option<Action<'static>> {
        let unsaved_from = self.records.oldest_unsaved();
        let unsent = self.wire.unsent_before_replay_end();
        let question = self.question.as_mut()?;
        let saved = unsaved_from.is_none_or(|oldest| oldest > question.range.end);
        if question.offered || !saved || unsent >= question.low_water {
            return None;
        }
        question.offered = true;
        Some(Action::Fetch { fetch: question.fetch, range: question.range, limit: question.limit })
    }

    fn ending(&mut self) -> Option<Action<'static>> {
        let flushed = self.wire.unsent() == 0 && self.question.is_none();
        let end = self.end.as_mut()?;
        if end.offered || !flushed {
            return None;
        }
        end.offered = true;
        Some(Action::Disconnect(end.reason))
    }
}

/// What [`Wire`] does.
impl Actions {
    pub(crate) fn sendable(&self) -> &[u8] {
        self.wire.sendable()
    }

    pub(crate) fn note_sent(&mut self, count: usize) {
        self.wire.note_sent(count);
    }

    pub(crate) fn note_blocked(&mut self) {
        self.wire.block();
    }
}

/// What the session does.
impl Actions {
    pub(super) fn note_status(&mut self, status: Status) {
        self.status = Some(status);
    }

    pub(super) fn note_snapshot(&mut self, snapshot: &Snapshot) {
        self.records.note_snapshot(snapshot);
    }

    /// Where the next message is to be framed.
    pub(super) fn compose(&mut self) -> &mut Vec<u8> {
        self.wire.compose()
    }

    /// The message framed at `range` of [`Self::compose`] has this number, and may leave when it is saved.
    pub(super) fn commit(&mut self, range: Range<usize>, seq: SeqNum, keep: bool) {
        let ticket = self.records.next_ticket();
        self.records.append(SeqRange::one(seq), if keep { self.wire.composed(&range) } else { &[] });
        self.wire.commit(&range, ticket);
    }

    /// Numbers that will never have a message.
    pub(super) fn hole(&mut self, range: SeqRange) {
        self.records.append(range, &[]);
    }

    /// Where the next message of a replay is to be framed. It needs no saving.
    pub(super) fn compose_replay(&mut self) -> &mut Vec<u8> {
        self.wire.compose_replay()
    }

    /// The message framed at `range` of [`Self::compose_replay`] may leave.
    pub(super) fn commit_replay(&mut self, range: &Range<usize>) {
        self.wire.commit_replay(range);
    }

    /// A replay begins: new output is placed behind it.
    pub(super) fn replay_begins(&mut self) {
        self.wire.replay_begins();
    }

    /// A replay is to follow the one under way, and what waits behind that now.
    pub(super) fn replay_waits(&mut self) {
        self.wire.replay_waits();
    }

    /// The last of the replays that wait is to follow what waits now.
    pub(super) fn last_replay_waits_longer(&mut self) {
        self.wire.last_replay_waits_longer();
    }

    /// The replay has ended: what waits behind it follows, up to the next replay.
    pub(super) fn replay_over(&mut self) {
        self.wire.replay_over();
    }

    /// There is nothing to replay any more.
    pub(super) fn replays_cancelled(&mut self) {
        self.wire.replays_cancelled();
    }

    pub(super) fn ask(&mut self, fetch: FetchId, range: SeqRange, limit: u32, low_water: usize) {
        self.question = Some(Question { fetch, range, limit, low_water, offered: false });
    }

    pub(super) fn question_answered(&mut self) {
        self.question = None;
    }

    /// True when the ticket is that of the batch in flight.
    pub(super) fn saved(&mut self, ticket: Ticket) -> bool {
        let known = self.records.saved(ticket);
        if known {
            self.wire.saved(ticket);
        }
        known
    }

    /// Records of the old epoch need no saving any more.
    pub(super) fn epoch_changed(&mut self) {
        self.records.epoch_changed();
    }

    /// Close when everything has left.
    pub(super) fn end(&mut self, reason: Reason) {
        self.end = Some(End { reason, offered: false });
    }

    /// Bytes that have not left never will: the connection is over, or to be closed at once.
    pub(super) fn drop_wire(&mut self) {
        self.wire.clear();
        self.question = None;
    }

    /// Nothing more is saved until [`Self::save_again`].
    pub(super) fn save_failed(&mut self) {
        self.records.save_failed();
    }

    /// The batch that could not be saved is offered again.
    pub(super) fn save_again(&mut self) {
        self.records.try_again();
    }

    pub(super) fn connection_begins(&mut self) {
        self.connection_over();
        self.save_again();
    }

    pub(super) fn connection_over(&mut self) {
        self.drop_wire();
        self.end = None;
    }
}
