//! A store in memory: nothing outlives the process.
//!
//! One arena of bytes and an index in ascending order, so that saving a message allocates nothing of its own. It
//! holds every message since the last reset; a session that never resets needs a store on disk, or none.

use sansfix::{Batch, Record, SeqNum, SeqRange, Snapshot};

use super::{Store, StoreError, Stored};

/// Keeps one session in memory, every message since the last reset: there is no bound. Its calls have no errors.
/// QuickFIX: `MemoryStore`.
///
/// ```
/// use sansfix::{SeqNum, SeqRange, Snapshot};
/// use sansfix_runtime::{MemoryStore, Store, Stored};
///
/// assert_eq!(MemoryStore::new().load()?, None, "nothing was ever saved");
/// let begun = Snapshot::new(0);
/// assert_eq!(MemoryStore::with_snapshot(begun.clone()).load()?, Some(begun));
///
/// let mut holes = 0;
/// let asked = SeqRange { begin: SeqNum::FIRST, end: SeqNum::SECOND };
/// let through = MemoryStore::numbers_only().fetch(asked, 1, &mut |stored| {
///     assert_eq!(stored, Stored::Hole(asked));
///     holes += 1;
/// })?;
/// assert_eq!((through, holes), (SeqNum::SECOND, 1));
/// # Ok::<(), sansfix_runtime::StoreError>(())
/// ```
#[derive(Clone, Debug)]
pub struct MemoryStore {
    snapshot: Option<Snapshot>,
    messages: Messages,
    keep_messages: bool,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// An empty store that keeps messages and numbers.
    #[must_use]
    pub fn new() -> Self {
        Self { snapshot: None, messages: Messages::default(), keep_messages: true }
    }

    /// An empty store that keeps numbers only: every message is a hole. For
    /// [`sansfix::Config::persist_messages`] switched off.
    #[must_use]
    pub fn numbers_only() -> Self {
        Self { keep_messages: false, ..Self::new() }
    }

    /// A store that begins with `snapshot`, as if that had been saved.
    #[must_use]
    pub fn with_snapshot(snapshot: Snapshot) -> Self {
        Self { snapshot: Some(snapshot), ..Self::new() }
    }

    pub(super) fn put<'a>(&mut self, records: impl Iterator<Item = Record<'a>>, snapshot: &Snapshot) {
        let stored_epoch = self.snapshot.as_ref().map(|stored| stored.epoch);
        if stored_epoch.is_some_and(|epoch| epoch != snapshot.epoch) {
            self.messages.clear();
        }
        if self.keep_messages {
            for record in records {
                self.messages.put(record);
            }
        }
        // A number that will be given again has no message any more.
        self.messages.truncate_from(snapshot.next_sender);
        match &mut self.snapshot {
            Some(stored) => copy(snapshot, stored),
            none => *none = Some(snapshot.clone()),
        }
    }
}

/// Copies without allocating when the intent is as it was.
fn copy(from: &Snapshot, to: &mut Snapshot) {
    let Snapshot { next_target, next_sender, epoch, created_utc_ns, reset_owed, intent } = from;
    to.next_target = *next_target;
    to.next_sender = *next_sender;
    to.epoch = *epoch;
    to.created_utc_ns = *created_utc_ns;
    to.reset_owed = *reset_owed;
    if to.intent != *intent {
        to.intent = intent.clone();
    }
}

impl Store for MemoryStore {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.snapshot.clone())
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        self.put(batch.records(), batch.snapshot());
        Ok(())
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        if self.keep_messages {
            return Ok(self.messages.fetch(range, limit, sink));
        }
        sink(Stored::Hole(range));
        Ok(range.end)
    }

    fn waits(&self) -> bool {
        false
    }
}

/// Messages and holes by number, ascending and without overlap.
#[derive(Clone, Default)]
struct Messages {
    bytes: Vec<u8>,
    index: Vec<Entry>,
}

impl std::fmt::Debug for Messages {
    /// Without the bytes: one message may be a Logon with a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.index).finish()
    }
}

/// One message, or one hole.
#[derive(Clone, Copy, Debug)]
struct Entry {
    range: SeqRange,
    start: usize,
    /// 0 for a hole.
    len: usize,
}

impl Messages {
    fn clear(&mut self) {
        self.bytes.clear();
        self.index.clear();
    }

    fn put(&mut self, record: Record<'_>) {
        self.truncate_from(record.range.begin);
        let start = self.bytes.len();
        let raw = record.raw.unwrap_or_default();
        self.bytes.extend_from_slice(raw);
        self.index.push(Entry { range: record.range, start, len: raw.len() });
    }

    /// Drops `seq` and everything above it.
    fn truncate_from(&mut self, seq: SeqNum) {
        while let Some(last) = self.index.last_mut() {
            if last.range.end < seq {
                return;
            }
            self.bytes.truncate(last.start);
            match seq.previous() {
                Some(end) if last.range.begin < seq => {
                    last.range.end = end; // a hole that begins lower keeps its beginning
                    return;
                }
                _ => self.index.pop(),
            };
        }
    }

    fn fetch(&self, range: SeqRange, limit: u32, sink: &mut dyn FnMut(Stored<'_>)) -> SeqNum {
        let first = self.index.partition_point(|entry| entry.range.end < range.begin);
        let mut through = range.end;
        let mut left = limit.max(1);
        for entry in self.index.iter().skip(first).take_while(|entry| entry.range.begin <= range.end) {
            if left == 0 {
                return through;
            }
            left -= 1;
            through = entry.range.end.min(range.end);
            match self.bytes.get(entry.start..entry.start + entry.len) {
                Some(raw) if !raw.is_empty() => sink(Stored::Message { seq: entry.range.begin, raw }),
                _ => sink(Stored::Hole(SeqRange { begin: entry.range.begin.max(range.begin), end: through })),
            }
        }
        range.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(number: u64) -> SeqNum {
        SeqNum::new(number).unwrap()
    }

    fn range(begin: u64, end: u64) -> SeqRange {
        SeqRange { begin: seq(begin), end: seq(end) }
    }

    fn message(number: u64, raw: &str) -> Record<'_> {
        Record { range: SeqRange::one(seq(number)), raw: Some(raw.as_bytes()) }
    }

    fn hole(begin: u64, end: u64) -> Record<'static> {
        Record { range: range(begin, end), raw: None }
    }

    fn after(next_sender: u64, epoch: u64) -> Snapshot {
        Snapshot { next_sender: seq(next_sender), epoch, ..Snapshot::new(0) }
    }

    /// What a fetch answers, readable: `3=c` for a message, `4-6` for a hole, and through what.
    fn fetch(store: &mut MemoryStore, begin: u64, end: u64, limit: u32) -> String {
        let mut answers = Vec::new();
        let through = store
            .fetch(range(begin, end), limit, &mut |stored| {
                answers.push(match stored {
                    Stored::Message { seq, raw } => format!("{seq}={}", String::from_utf8_lossy(raw)),
                    Stored::Hole(hole) => format!("{}-{}", hole.begin, hole.end),
                });
            })
            .unwrap();
        format!("{} through {through}", answers.join(" "))
    }

    fn store_of(records: &[Record<'_>], next_sender: u64) -> MemoryStore {
        let mut store = MemoryStore::new();
        store.put(records.iter().copied(), &after(next_sender, 0));
        store
    }

    #[test]
    fn what_was_saved_is_loaded() {
        let mut store = MemoryStore::new();
        assert_eq!(store.load().unwrap(), None);
        store.put([message(1, "a")].into_iter(), &after(2, 7));
        assert_eq!(store.load().unwrap(), Some(after(2, 7)));
        assert!(store.sync_due().is_none() && store.sync().is_ok(), "there is nothing to sync");
    }

    #[test]
    fn messages_come_back_in_order_and_no_more_than_asked_for() {
        let mut store = store_of(&[message(1, "a"), message(2, "bb"), message(3, "c"), message(4, "dd")], 5);
        assert_eq!(fetch(&mut store, 1, 4, 100), "1=a 2=bb 3=c 4=dd through 4");
        assert_eq!(fetch(&mut store, 2, 3, 100), "2=bb 3=c through 3");
        assert_eq!(fetch(&mut store, 1, 4, 2), "1=a 2=bb through 2", "the rest is asked for by the session");
    }

    #[test]
    fn holes_are_told_and_cut_to_what_was_asked() {
        let mut store = store_of(&[message(1, "a"), hole(2, 9), message(10, "j")], 11);
        assert_eq!(fetch(&mut store, 1, 10, 100), "1=a 2-9 10=j through 10");
        assert_eq!(fetch(&mut store, 4, 6, 100), "4-6 through 6");
    }

    #[test]
    fn a_lost_record_is_not_made_up() {
        let mut store = store_of(&[message(1, "a"), message(3, "c")], 4);
        assert_eq!(fetch(&mut store, 1, 3, 100), "1=a 3=c through 3");
        assert_eq!(fetch(&mut store, 2, 2, 100), " through 2");
    }

    #[test]
    fn a_number_that_goes_back_replaces_itself_and_what_follows() {
        let mut store = store_of(&[message(1, "a"), message(2, "b"), message(3, "c")], 4);
        store.put([message(2, "B")].into_iter(), &after(3, 0));
        assert_eq!(fetch(&mut store, 1, 3, 100), "1=a 2=B through 3");
        assert_eq!(store.messages.bytes, b"aB", "what was replaced takes no room");
    }

    #[test]
    fn going_back_without_a_message_drops_what_will_be_sent_again() {
        let mut store = store_of(&[message(1, "a"), hole(2, 5), message(6, "f")], 7);
        store.put([].into_iter(), &after(4, 0));
        assert_eq!(fetch(&mut store, 1, 6, 100), "1=a 2-3 through 6");
    }

    #[test]
    fn the_same_batch_twice_is_harmless() {
        let mut store = store_of(&[message(1, "a")], 2);
        for _ in 0..2 {
            store.put([message(2, "b"), message(3, "c")].into_iter(), &after(4, 0));
        }
        assert_eq!(fetch(&mut store, 1, 3, 100), "1=a 2=b 3=c through 3");
    }

    #[test]
    fn a_new_epoch_drops_all_messages() {
        let mut store = store_of(&[message(1, "a"), message(2, "b")], 3);
        store.put([message(1, "A")].into_iter(), &after(2, 1));
        assert_eq!(fetch(&mut store, 1, 2, 100), "1=A through 2");
    }

    #[test]
    fn what_is_shown_of_a_store_are_its_numbers() {
        let mut store = store_of(&[message(1, "554=topsecret\x01"), hole(2, 5)], 6);
        let shown = format!("{store:?}");
        assert!(shown.contains("end: 5") && !shown.contains("secret"), "{shown}");
        let mut shown = Vec::new();
        store.fetch(range(1, 5), 9, &mut |stored| shown.push(format!("{stored:?}"))).unwrap();
        assert_eq!(shown.len(), 2);
        assert!(shown[0].contains("554=") && !shown[0].contains("secret"), "{shown:?}");
        assert!(shown[1].starts_with("Hole("), "{shown:?}");
    }

    #[test]
    fn without_messages_every_number_is_a_hole() {
        let mut store = MemoryStore::numbers_only();
        store.put([message(1, "a"), message(2, "b")].into_iter(), &after(3, 0));
        assert_eq!(store.load().unwrap(), Some(after(3, 0)));
        assert_eq!(fetch(&mut store, 1, 2, 100), "1-2 through 2");
        assert!(store.messages.bytes.is_empty());
    }
}
