//! What the session wants done.

use alloc::vec::Vec;

use super::event::{FetchId, Ticket};
use super::snapshot::Snapshot;
use super::status::{Reason, Status};
use crate::seq::SeqRange;
use crate::wire::Readable;

/// What the owner must do next. Exhaustive: a new one must break every driver.
#[derive(Debug)]
#[must_use]
pub enum Action<'o> {
    /// The session's state has changed. Offered before any message that the new state lets through.
    StateChanged(Status),
    /// Make the batch durable, then give [`super::Event::Saved`]. One is in flight at a time.
    Save(Batch<'o>),
    /// Read messages back, and answer with [`super::Event::Stored`], [`super::Event::Declined`] and
    /// [`super::Event::FetchEnd`].
    Fetch {
        /// To be named in the answers.
        fetch: FetchId,
        /// The numbers that are wanted.
        range: SeqRange,
        /// Answer at most this many numbers at once; the session asks for the rest.
        limit: u32,
    },
    /// Bytes out: only saved ones can be seen at all.
    Transmit(Wire<'o>),
    /// Close the connection, then give [`super::Event::Disconnected`].
    Disconnect(Reason),
}

/// Records to be made durable together: messages sent, and the numbers and the intent as they are after them.
#[derive(Debug)]
pub struct Batch<'o> {
    pub(crate) owned: &'o OwnedBatch,
}

/// A batch that can be taken along to another thread or task.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OwnedBatch {
    pub(crate) ticket: Ticket,
    pub(crate) bytes: Vec<u8>,
    pub(crate) index: Vec<RecordAt>,
    pub(crate) snapshot: Snapshot,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct RecordAt {
    pub(crate) range: SeqRange,
    pub(crate) start: usize,
    pub(crate) len: usize,
}

/// One record of a batch: a message, or numbers that will never have one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// The number of the message, or the numbers of the hole.
    pub range: SeqRange,
    /// The message as it is sent; `None` for a hole, which SetNextSender left.
    pub raw: Option<&'a [u8]>,
}

impl core::fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Record").field(&self.range).field(&self.raw.map(Readable)).finish()
    }
}

impl core::fmt::Debug for OwnedBatch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut shown = f.debug_struct("Batch");
        shown.field("ticket", &self.ticket).field("snapshot", &self.snapshot);
        shown.field("records", &self.records().collect::<Vec<_>>()).finish()
    }
}

impl<'o> Batch<'o> {
    /// The batch's name, for [`super::Event::Saved`].
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.owned.ticket
    }

    /// The messages, in ascending order. Numbers that are stored already are replaced (SetNextSender went back).
    pub fn records(&self) -> impl Iterator<Item = Record<'o>> + use<'o> {
        self.owned.records()
    }

    /// The numbers and the intent as they are after these messages. When the epoch differs from the stored one, all
    /// stored messages are to be dropped first.
    #[must_use]
    pub fn snapshot(&self) -> &'o Snapshot {
        &self.owned.snapshot
    }

    /// The batch, to be saved elsewhere.
    #[must_use]
    pub fn take(&self) -> OwnedBatch {
        self.owned.clone()
    }
}

impl OwnedBatch {
    /// The batch's name, for [`super::Event::Saved`].
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// See [`Batch::records`].
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> + use<'_> {
        self.index.iter().map(|at| Record {
            range: at.range,
            raw: (at.len > 0).then(|| self.bytes.get(at.start..at.start + at.len)).flatten(),
        })
    }

    /// See [`Batch::snapshot`].
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The batch as a driver is offered it.
    #[must_use]
    pub fn as_batch(&self) -> Batch<'_> {
        Batch { owned: self }
    }
}

/// The bytes that may leave now.
pub struct Wire<'o> {
    pub(crate) out: &'o mut super::Actions,
}

impl core::fmt::Debug for Wire<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Wire").field(&Readable(self.bytes())).finish()
    }
}

impl Wire<'_> {
    /// The bytes. Nothing above the durable mark is in them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.out.sendable()
    }

    /// The first `count` of them have been handed over to the transport.
    pub fn sent(self, count: usize) {
        self.out.note_sent(count);
    }

    /// The transport takes no more for now: no Transmit is offered until [`super::Actions::writable`].
    pub fn blocked(self) {
        self.out.note_blocked();
    }
}
