//! Numbers without messages: the file stays small.

use sansfix::{SeqNum, SeqRange};

use super::super::format::HEADER_LEN;
use super::super::sizes::Sizes;
use super::super::{JOURNAL, JournalOptions, JournalStore, SyncPolicy};
use super::disk::Disk;
use super::history::{History, Step, contents, fetch, open};

const NUMBERS_ONLY: JournalOptions = JournalOptions { sync: SyncPolicy::Never, keep_messages: false };
const MESSAGES: JournalOptions = JournalOptions { sync: SyncPolicy::Never, keep_messages: true };

/// As by default, but that a sixty-fourth of the bytes is much.
const SIZES: Sizes = Sizes { dead_bytes: Sizes::DEFAULT.dead_bytes / 64, ..Sizes::DEFAULT };

fn range(begin: u64, end: u64) -> SeqRange {
    SeqRange { begin: SeqNum::new(begin).unwrap(), end: SeqNum::new(end).unwrap() }
}

#[test]
fn a_file_of_numbers_alone_does_not_grow_for_ever() {
    let disk = Disk::default();
    let mut store = JournalStore::open_sized(disk.clone(), NUMBERS_ONLY, SIZES).unwrap();
    let (mut history, mut largest) = (History::new(), 0);
    for _ in 0..100 {
        for _ in 0..100 {
            history.batch(&[Step::Send(1, 200), Step::Receive]).save(&mut store).unwrap();
        }
        largest = largest.max(disk.bytes(JOURNAL).len());
    }
    assert!((16 << 10..80 << 10).contains(&largest), "{largest} bytes");
    assert!((2..20).contains(&disk.counts().renames), "{:?}", disk.counts());
    drop(store);
    let mut store = JournalStore::open_in(disk, NUMBERS_ONLY).unwrap();
    let (snapshot, stored) = contents(&mut store);
    let snapshot = snapshot.unwrap();
    assert_eq!((snapshot.next_sender.get(), snapshot.next_target.get()), (10_001, 10_001));
    assert_eq!(stored, [(SeqRange { begin: SeqNum::FIRST, end: SeqNum::MAX }, None)]);
}

#[test]
fn what_is_received_does_not_make_the_file_grow_for_ever_beside_messages() {
    let disk = Disk::default();
    let mut store = JournalStore::open_sized(disk.clone(), MESSAGES, SIZES).unwrap();
    let mut history = History::new();
    history.batch(&[Step::Send(100, 200)]).save(&mut store).unwrap();
    for _ in 0..2_500 {
        history.batch(&[Step::Receive]).save(&mut store).unwrap();
    }
    assert_eq!(disk.counts().renames, 2, "once to begin, once to get rid of old numbers");
    assert!(disk.bytes(JOURNAL).len() < 64 << 10);
    assert_eq!(fetch(&mut store, range(1, 100), 1_000).0.len(), 100, "every message is still there");
}

#[test]
fn what_counts_no_more_may_take_four_times_the_rest() {
    let disk = Disk::default();
    let mut store = JournalStore::open_sized(disk.clone(), MESSAGES, SIZES).unwrap();
    let mut history = History::new();
    history.batch(&[Step::Send(100, 300)]).save(&mut store).unwrap();
    let live = disk.bytes(JOURNAL).len();
    let mut largest = 0;
    while disk.counts().renames == 1 {
        largest = disk.bytes(JOURNAL).len();
        assert!(largest < 10 * live, "it grows for ever");
        history.batch(&[Step::Receive]).save(&mut store).unwrap();
    }
    let share = largest as f64 / live as f64;
    assert!((4.9..5.1).contains(&share), "{largest} bytes, {live} of them count");
    assert_eq!(fetch(&mut store, range(1, 100), 1_000).0.len(), 100);
}

#[test]
fn a_file_that_cannot_be_written_anew_is_tried_again_when_it_is_twice_as_long() {
    let disk = Disk::default();
    let mut store = JournalStore::open_sized(disk.clone(), NUMBERS_ONLY, SIZES).unwrap();
    let mut history = History::new();
    let tried_at = |store: &mut JournalStore<Disk>, history: &mut History| {
        let before = disk.counts();
        loop {
            history.batch(&[Step::Receive]).save(store).unwrap();
            let length = disk.bytes(JOURNAL).len();
            assert!(length < 2 << 20, "it is never tried");
            if disk.counts().refused > before.refused || disk.counts().renames > before.renames {
                return length;
            }
        }
    };
    history.batch(&[Step::Receive]).save(&mut store).unwrap();
    disk.lock().full = true;
    let first = tried_at(&mut store, &mut history);
    let second = tried_at(&mut store, &mut history);
    assert!((2 * first - 200..2 * first + 200).contains(&second), "first at {first} bytes, then at {second}");
    disk.lock().full = false;
    let left = tried_at(&mut store, &mut history);
    assert!(left < 200, "there is room again: {left} bytes");
    assert!(disk.counts().refused == 2, "{:?}", disk.counts());
}

#[test]
fn a_file_that_is_written_anew_is_written_in_a_few_pieces() {
    let sizes = Sizes { dead_bytes: 4 << 10, chunk: 64 << 10, frame_bytes: 4 << 10, ..Sizes::DEFAULT };
    let disk = Disk::default();
    let mut store = JournalStore::open_sized(disk.clone(), MESSAGES, sizes).unwrap();
    let mut history = History::new();
    history.batch(&[Step::Send(400, 1_000)]).save(&mut store).unwrap();
    let live = disk.bytes(JOURNAL).len();
    // The same numbers again and again.
    for _ in 0..4 {
        history.batch(&[Step::Down(400, false), Step::Send(400, 1_000)]).save(&mut store).unwrap();
    }
    let before = disk.counts();
    let is_new = (0..1_000).any(|_| {
        history.batch(&[Step::Receive]).save(&mut store).unwrap();
        disk.counts().renames > before.renames
    });
    assert!(is_new, "it grows for ever");
    let saves = disk.counts().appends - before.appends;
    let pieces = live.div_ceil(sizes.chunk);
    assert!(disk.bytes(JOURNAL).len() < live + (8 << 10), "what counts no more is gone");
    assert!(saves <= pieces + 3, "{saves} writes of {pieces} pieces");
}

#[test]
fn messages_that_were_not_kept_are_holes_when_messages_are_kept_from_then_on() {
    let disk = Disk::default();
    let mut history = History::new();
    let mut store = JournalStore::open_in(disk.clone(), NUMBERS_ONLY).unwrap();
    for _ in 0..3 {
        history.batch(&[Step::Send(1, 20)]).save(&mut store).unwrap();
    }
    drop(store);
    let mut store = JournalStore::open_in(disk.clone(), MESSAGES).unwrap();
    history.batch(&[Step::Send(2, 20)]).save(&mut store).unwrap();
    let (got, through) = fetch(&mut store, range(2, 5), 10);
    let told: Vec<_> = got.iter().map(|(range, raw)| (*range, raw.is_some())).collect();
    assert_eq!(told, [(range(2, 3), false), (range(4, 4), true), (range(5, 5), true)]);
    assert_eq!(through.get(), 5);
    drop(store);
    // And back: every number is a hole again.
    let mut store = JournalStore::open_in(disk, NUMBERS_ONLY).unwrap();
    assert_eq!(fetch(&mut store, range(1, 5), 10).0, [(range(1, 5), None)]);
}

#[test]
fn no_two_files_in_one_place_are_alike() {
    let disk = Disk::default();
    let mut store = open(disk.clone(), SyncPolicy::Never).unwrap();
    let (mut history, mut headers) = (History::new(), Vec::new());
    for _ in 0..200 {
        history.batch(&[Step::Send(1, 20), Step::Down(1, false)]).save(&mut store).unwrap();
        let header = disk.bytes(JOURNAL)[..HEADER_LEN].to_vec();
        if headers.last() != Some(&header) {
            headers.push(header);
        }
    }
    assert_eq!(headers.len(), disk.counts().renames);
    let different: std::collections::BTreeSet<_> = headers.iter().collect();
    assert_eq!((different.len(), different.len() > 3), (headers.len(), true), "of one epoch");
}
