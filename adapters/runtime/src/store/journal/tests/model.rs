//! The journal against the store in memory: whatever is saved, both answer alike, at once and after opening again.

use proptest::prelude::*;
use sansfix::{SeqNum, SeqRange};

use super::super::sizes::Sizes;
use super::super::{JOURNAL, JournalOptions, JournalStore, SyncPolicy};
use super::disk::Disk;
use super::history::{History, SMALL, Step, contents, fetch, options};
use crate::store::MemoryStore;

#[derive(Clone, Debug)]
enum Op {
    Save(Vec<Step>),
    /// The same batch once more, as after a cancelled driver.
    SaveAgain,
    Fetch(u64, u64, u32),
    Open,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..4u64, 0..120usize).prop_map(|(count, length)| Step::Send(count, length)),
        3 => Just(Step::Receive),
        1 => (1..20u64).prop_map(Step::Up),
        1 => (1..20u64, any::<bool>()).prop_map(|(by, send)| Step::Down(by, send)),
        1 => (0..3u64).prop_map(Step::Reset),
        1 => Just(Step::Intent),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => prop::collection::vec(step(), 0..4).prop_map(Op::Save),
        1 => Just(Op::SaveAgain),
        3 => (1..60u64, 0..60u64, 1..8u32).prop_map(|(begin, more, limit)| Op::Fetch(begin, begin + more, limit)),
        1 => Just(Op::Open),
    ]
}

fn seq(number: u64) -> SeqNum {
    SeqNum::new(number).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_journal_answers_as_the_store_in_memory(
        ops in prop::collection::vec(op(), 1..60),
        keep_messages in any::<bool>(),
        sync in prop_oneof![Just(SyncPolicy::Never), Just(SyncPolicy::EveryBatch)],
    ) {
        let options = JournalOptions { sync, keep_messages };
        let disk = Disk::default();
        let reopen = || JournalStore::open_sized(disk.clone(), options, SMALL).unwrap();
        let mut memory = if keep_messages { MemoryStore::new() } else { MemoryStore::numbers_only() };
        let (mut journal, mut history) = (Some(reopen()), History::new());
        let mut last = history.batch(&[]);
        for op in ops {
            let store = journal.as_mut().unwrap();
            match op {
                Op::Save(steps) => {
                    last = history.batch(&steps);
                    memory.put(last.records(), &last.snapshot);
                    last.save(store).unwrap();
                }
                Op::SaveAgain => {
                    memory.put(last.records(), &last.snapshot);
                    last.save(store).unwrap();
                }
                Op::Fetch(begin, end, limit) => {
                    let range = SeqRange { begin: seq(begin), end: seq(end) };
                    prop_assert_eq!(fetch(store, range, limit), fetch(&mut memory, range, limit));
                }
                Op::Open => {
                    drop(journal.take());
                    journal = Some(reopen());
                }
            }
            let store = journal.as_mut().unwrap();
            prop_assert_eq!(contents(store), contents(&mut memory));
        }
        drop(journal.take());
        prop_assert_eq!(contents(&mut reopen()), contents(&mut memory));
        prop_assert!(sync == SyncPolicy::Never || disk.is_durable());
    }
}

/// Fetches `range` part by part, as a session does.
fn replay(store: &mut JournalStore<Disk>, range: SeqRange, limit: u32) -> usize {
    let (mut begin, mut count) = (range.begin, 0);
    while begin <= range.end {
        let (got, through) = fetch(store, SeqRange { begin, end: range.end }, limit);
        count += got.len();
        begin = through.next();
    }
    count
}

#[test]
fn a_replay_reads_each_byte_about_once_and_a_save_none() {
    // Marks soon stand a hundred messages apart.
    let sizes =
        Sizes { marks: 64, stride: 1024, read_ahead: 8 << 10, frame_bytes: 4 << 10, ..Sizes::DEFAULT };
    let disk = Disk::default();
    let mut store = JournalStore::open_sized(disk.clone(), options(SyncPolicy::Never), sizes).unwrap();
    let mut history = History::new();
    for _ in 0..5_000 {
        history.batch(&[Step::Send(2, 200)]).save(&mut store).unwrap();
    }
    assert_eq!(disk.counts().read_bytes, 0, "saving reads nothing");
    assert_eq!(disk.counts().appends, 5_001, "one write for each batch, and the header");
    let size = disk.bytes(JOURNAL).len();
    let all = SeqRange { begin: seq(1), end: seq(10_000) };
    assert_eq!(replay(&mut store, all, 100), 10_000);
    let read = disk.counts().read_bytes;
    assert!(read < 2 * size, "{read} bytes read of {size}");
    // Traffic in between changes nothing.
    let (_, through) = fetch(&mut store, all, 5_000);
    for _ in 0..100 {
        history.batch(&[Step::Send(1, 200)]).save(&mut store).unwrap();
    }
    let read = disk.counts().read_bytes;
    let (got, _) = fetch(&mut store, SeqRange { begin: through.next(), end: seq(6_000) }, 100);
    assert_eq!(got.len(), 100);
    let read = disk.counts().read_bytes - read;
    assert!(read < 40 << 10, "{read} bytes to go on in the middle");
    // Somewhere, after everything was forgotten.
    let read = disk.counts().read_bytes;
    assert_eq!(fetch(&mut store, SeqRange::one(seq(7_777)), 1).0.len(), 1);
    let read = disk.counts().read_bytes - read;
    assert!(read < size / 16, "{read} bytes for one message of {size}");
}

#[test]
fn a_number_that_goes_back_again_and_again_costs_no_more_and_more_memory() {
    let disk = Disk::default();
    let sizes = Sizes { spans: 50, ..Sizes::DEFAULT };
    let mut store = JournalStore::open_sized(disk.clone(), options(SyncPolicy::Never), sizes).unwrap();
    let (mut history, mut memory) = (History::new(), MemoryStore::new());
    for _ in 0..500 {
        let batch = history.batch(&[Step::Send(3, 20), Step::Down(1, true)]);
        memory.put(batch.records(), &batch.snapshot);
        batch.save(&mut store).unwrap();
        let spans = store.volume.as_ref().unwrap().index.spans();
        assert!(spans <= 52, "{spans} spans");
    }
    assert_eq!(disk.counts().renames, 10, "the file is written anew each fifty times");
    assert_eq!(contents(&mut store), contents(&mut memory));
}
