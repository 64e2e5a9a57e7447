//! Where sent messages and numbers are kept.
//!
//! Decides what a store answers; what is done with the answers is the session's business. A store keeps one session.

pub mod journal;
mod memory;

use std::error::Error;
use std::time::Duration;

use sansfix::wire::Readable;
use sansfix::{Batch, Event, FetchId, SeqNum, SeqRange, Snapshot};

pub use journal::{JournalOptions, JournalStore, SyncPolicy};
pub use memory::MemoryStore;

/// Keeps the messages and the numbers of one session.
///
/// Everything a store has said `Ok` to in [`Self::save`] is there again after [`Self::load`], as far as the store
/// promises to outlive what has happened.
///
/// ```
/// use sansfix::{Batch, SeqNum, SeqRange, Snapshot};
/// use sansfix_runtime::{Store, StoreError, Stored};
///
/// /// Keeps the numbers in a variable, and no messages. (A MemoryStore can do this too.)
/// #[derive(Default)]
/// struct Numbers(Option<Snapshot>);
///
/// impl Store for Numbers {
///     fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
///         Ok(self.0.clone())
///     }
///     fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
///         self.0 = Some(batch.snapshot().clone());
///         Ok(())
///     }
///     fn fetch(
///         &mut self,
///         range: SeqRange,
///         _limit: u32,
///         sink: &mut dyn FnMut(Stored<'_>),
///     ) -> Result<SeqNum, StoreError> {
///         sink(Stored::Hole(range)); // answered with a gap fill
///         Ok(range.end)
///     }
///     fn waits(&self) -> bool {
///         false
///     }
/// }
///
/// let mut store = Numbers::default();
/// assert_eq!(store.load()?, None);
/// assert!(!store.waits() && store.sync_due().is_none() && store.sync().is_ok());
/// # Ok::<(), StoreError>(())
/// ```
pub trait Store: Send {
    /// The numbers and the intent that were saved last. `None` when nothing ever was.
    ///
    /// # Errors
    /// [`StoreError`] when what is there cannot be read. The session must not run then: it would reuse numbers.
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError>;

    /// Makes a batch durable, all of it or nothing: messages, both numbers and the intent. When its epoch differs from
    /// the stored one, all messages are dropped first. A number that is stored already is replaced, and with it goes
    /// every higher one; so the same batch can be saved twice.
    ///
    /// # Errors
    /// [`StoreError`]. The session closes then, and nothing of the batch is sent.
    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError>;

    /// Gives what is stored of `range` to `sink`, in ascending order, at most `limit` answers (a hole of many
    /// numbers is one). Returns the last number that the answers cover, `range.end` when nothing more is there. A
    /// number that has been lost is passed over.
    ///
    /// # Errors
    /// [`StoreError`] when what is there cannot be read. The session closes then; what `sink` was given has no effect.
    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError>;

    /// Whether [`Self::save`] and [`Self::fetch`] may wait for a device or another process. They are called on
    /// another thread then, so that a slow store stalls neither a command nor a deadline; a store that never waits
    /// is asked on the session's own thread, which is faster. Asked once.
    fn waits(&self) -> bool {
        true
    }

    /// In how much time [`Self::sync`] is to be called, though nothing more is saved: for a store that makes durable
    /// from time to time what it has said `Ok` to. `None`: there is nothing to be done. Asked after each call of the
    /// others.
    fn sync_due(&self) -> Option<Duration> {
        None
    }

    /// Makes everything durable that was saved.
    ///
    /// # Errors
    /// [`StoreError`] when it is not known to be durable. The session closes then.
    fn sync(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// What is stored of a number, or of several. `Debug` shows no secrets.
///
/// ```
/// use sansfix::{Event, FetchId, SeqNum};
/// use sansfix_runtime::Stored;
///
/// let stored = Stored::Message { seq: SeqNum::SECOND, raw: b"8=FIX.4.4\x01554=secret\x01" };
/// assert!(!format!("{stored:?}").contains("secret"));
/// # fn answers(fetch: FetchId, stored: Stored<'_>) {
/// // In answer to Action::Fetch { fetch, .. }:
/// assert!(matches!(stored.answer(fetch), Event::Stored { .. }));
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stored<'a> {
    /// A message, as it was sent.
    Message {
        /// Its MsgSeqNum(34)
        seq: SeqNum,
        /// Its bytes
        raw: &'a [u8],
    },
    /// Numbers that never had a message, or whose messages are not kept.
    Hole(SeqRange),
}

impl<'a> Stored<'a> {
    /// What is told the session in answer to its question `fetch`: the message as it is; a hole is declined.
    #[must_use]
    pub fn answer(self, fetch: FetchId) -> Event<'a> {
        match self {
            Self::Message { seq, raw } => Event::Stored { fetch, seq, raw },
            Self::Hole(range) => Event::Declined { fetch, range },
        }
    }
}

impl std::fmt::Debug for Stored<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message { seq, raw } => f.debug_tuple("Message").field(seq).field(&Readable(raw)).finish(),
            Self::Hole(range) => f.debug_tuple("Hole").field(range).finish(),
        }
    }
}

/// A store has failed.
///
/// ```
/// use sansfix_runtime::StoreError;
///
/// let error = StoreError { doing: "save the batch", why: "the database is gone".into() };
/// assert_eq!(error.to_string(), "the store could not save the batch: the database is gone");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("the store could not {doing}: {why}")]
pub struct StoreError {
    /// What it was about, as in "could not ...".
    pub doing: &'static str,
    /// What went wrong.
    #[source]
    pub why: Box<dyn Error + Send + Sync>,
}

impl<S: Store + ?Sized> Store for Box<S> {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        (**self).load()
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        (**self).save(batch)
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        (**self).fetch(range, limit, sink)
    }

    fn waits(&self) -> bool {
        (**self).waits()
    }

    fn sync_due(&self) -> Option<Duration> {
        (**self).sync_due()
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        (**self).sync()
    }
}
