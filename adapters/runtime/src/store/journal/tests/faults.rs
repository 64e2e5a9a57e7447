//! A disk that fails once, or for a while: nothing is acknowledged that it does not have, and the store goes on when
//! the disk does.

use sansfix::{SeqNum, SeqRange};

use super::super::{JOURNAL, JournalError, Store, SyncPolicy};
use super::disk::{Disk, FAILURES, Failure, Plan};
use super::history::{
    Contents, History, KINDS, NOTHING, SMALL, Saved, Step, contents, expected, fetch, open,
};
use super::images::{Loss, Tearing, images};

/// Beside one of each kind.
const MORE: [&[Step]; 2] = [&[Step::Send(3, 30)], &[Step::Receive, Step::Send(1, 5)]];

/// All of them twice, and so much received in between that the file is written anew.
fn history() -> Vec<Saved> {
    let mut history = History::new();
    let receive: [&[Step]; 45] = [&[Step::Receive]; 45];
    let all = KINDS.iter().chain(&MORE);
    all.clone().chain(&receive).chain(all).map(|steps| history.batch(steps)).collect()
}

/// What any crash would leave is what `expected` says.
fn assert_durable(disk: &Disk, expected: &Contents, when: &str) {
    for (image, loss) in images(disk, Tearing::ThreePlaces) {
        let mut store = open(Disk::with(&image), SyncPolicy::EveryBatch).unwrap();
        assert_eq!(contents(&mut store), *expected, "{when}: {loss:?}");
    }
}

#[test]
pub(super) fn after_any_single_failure_what_is_acknowledged_is_durable_and_the_store_goes_on() {
    let batches = history();
    let expected = expected(&NOTHING, &batches);
    let mut failed = 0;
    for (at, how) in (1..).flat_map(|at| FAILURES.map(|how| (at, how))) {
        let disk = Disk::default();
        let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
        disk.plan(Some(Plan { at, how, for_good: false }));
        let before = failed;
        for (number, batch) in batches.iter().enumerate() {
            if batch.save(&mut store).is_err() {
                failed += 1;
                let when = format!("operation {at} {how:?}, batch {number}");
                assert_eq!(contents(&mut store), expected[number], "{when}: what was there is still there");
                batch.save(&mut store).unwrap_or_else(|error| panic!("{when}: {error}"));
            }
            if disk.operations() >= at {
                assert_durable(&disk, &expected[number + 1], &format!("operation {at} {how:?}"));
            }
        }
        assert_eq!(contents(&mut store), expected[batches.len()]);
        assert!(disk.is_durable());
        assert!(disk.counts().renames > 2, "a reset each time, and the file was written anew");
        drop(store);
        let operations = disk.operations();
        disk.plan(None);
        let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
        assert_eq!(contents(&mut store), expected[batches.len()], "operation {at} {how:?}");
        assert_eq!(store.torn_tail(), None, "operation {at} {how:?}");
        if at > operations {
            assert_eq!(failed, before);
            break;
        }
    }
    println!("{failed} saves failed");
    assert!(failed > 100, "this is not what it says");
}

#[test]
fn while_the_disk_is_full_nothing_is_acknowledged_and_what_was_is_there() {
    let batches = history();
    let expected = expected(&NOTHING, &batches);
    let disk = Disk::default();
    let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
    for batch in &batches[..2] {
        batch.save(&mut store).unwrap();
    }
    for _ in 0..5 {
        // The repair is the first operation, the write the second; the very first time there is nothing to repair.
        for at in 1..=2 {
            disk.plan(Some(Plan { at, how: Failure::Halfway, for_good: false }));
            let error = batches[2].save(&mut store).unwrap_err();
            assert!(matches!(error, JournalError::Io { .. }), "{error}");
            assert_eq!(contents(&mut store), expected[2]);
        }
    }
    disk.plan(None);
    batches[2].save(&mut store).unwrap();
    assert_durable(&disk, &expected[3], "room was made");
}

#[test]
fn pieces_of_a_batch_that_could_not_be_written_do_not_stay() {
    let mut history = History::new();
    let first = history.batch(&[Step::Send(1, 30)]);
    let (long, short) = (history.clone().batch(&[Step::Send(9, 100)]), history.batch(&[Step::Send(1, 5)]));
    let expected = expected(&NOTHING, &[first.clone(), short.clone()]);
    let disk = Disk::default();
    let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
    first.save(&mut store).unwrap();
    disk.plan(Some(Plan { at: 1, how: Failure::After, for_good: false }));
    assert!(long.save(&mut store).is_err());
    short.save(&mut store).unwrap();
    drop(store);
    let mut store = open(disk, SyncPolicy::EveryBatch).unwrap();
    assert_eq!((contents(&mut store), store.torn_tail()), (expected[2].clone(), None));
}

#[test]
pub(super) fn a_sync_that_failed_is_not_believed_later() {
    let mut history = History::new();
    let (first, second) = (history.batch(&[Step::Send(1, 30)]), history.batch(&[Step::Send(1, 30)]));
    let expected = expected(&NOTHING, &[first.clone(), second.clone()]);
    let disk = Disk::default();
    let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
    first.save(&mut store).unwrap();
    // The write, then a sync that loses what was written though it can still be read.
    disk.plan(Some(Plan { at: 2, how: Failure::Halfway, for_good: false }));
    assert!(second.save(&mut store).is_err());
    let syncs = disk.counts().syncs;
    second.save(&mut store).unwrap();
    assert_eq!(disk.counts().renames, 2, "all of it was written to a new file");
    assert_eq!(disk.counts().syncs, syncs + 2);
    assert_durable(&disk, &expected[2], "after the repair");
}

/// Writing the file anew only saves room: when it fails, saving goes on, and it is not tried with every batch.
#[test]
fn a_file_that_cannot_be_written_anew_still_takes_batches() {
    let mut history = History::new();
    let mut batches = vec![history.batch(&[Step::Send(1, 5)])];
    batches.extend((0..100).map(|_| history.batch(&[Step::Receive])));
    let expected = expected(&NOTHING, &batches);
    let disk = Disk::default();
    let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
    for (number, batch) in batches.iter().enumerate() {
        disk.lock().full = (1..90).contains(&number);
        batch.save(&mut store).unwrap();
        assert_eq!(contents(&mut store), expected[number + 1]);
        assert_eq!(disk.counts().renames, 1, "batch {number}");
    }
    assert!(disk.bytes(JOURNAL).len() > 4_000);
    // It is tried again when the file is twice as long as when it failed.
    for _ in 0..100 {
        history.batch(&[Step::Receive]).save(&mut store).unwrap();
    }
    assert!(disk.counts().renames > 1 && disk.bytes(JOURNAL).len() < 1_000, "{:?}", disk.counts());
}

#[test]
fn a_fetch_from_a_disk_that_does_not_answer_is_an_error() {
    let disk = Disk::default();
    let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
    let batch = History::new().batch(&[Step::Send(3, 100)]);
    batch.save(&mut store).unwrap();
    disk.plan(Some(Plan { at: 1, how: Failure::Before, for_good: true }));
    assert!(batch.save(&mut store).is_err());
    let range = SeqRange { begin: SeqNum::FIRST, end: SeqNum::SECOND };
    let result = crate::store::Store::fetch(&mut store, range, 9, &mut |_| panic!("out of thin air"));
    assert!(result.unwrap_err().to_string().contains("cannot read disk/journal: injected"));
    // The disk is back.
    let disk = Disk::with(
        &images(&disk, Tearing::ThreePlaces).into_iter().find(|(_, loss)| *loss == Loss::Nothing).unwrap().0,
    );
    let mut store = open(disk, SyncPolicy::EveryBatch).unwrap();
    assert_eq!(fetch(&mut store, range, 9).0.len(), 2);
}

#[test]
fn a_message_that_is_too_long_is_refused_and_the_journal_goes_on() {
    let disk = Disk::default();
    let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
    let mut history = History::new();
    history.batch(&[Step::Send(1, 20)]).save(&mut store).unwrap();
    let before = (disk.bytes(JOURNAL), contents(&mut store));
    let (mut too_long, mut fits) = (history.clone(), history);
    let error = too_long.batch(&[Step::Send(1, SMALL.longest_frame)]).save(&mut store).unwrap_err();
    assert!(
        error.to_string().contains("cannot append to disk/journal: a message of 2 GiB or more"),
        "{error}"
    );
    assert_eq!((disk.bytes(JOURNAL), contents(&mut store)), before);
    let batch = fits.batch(&[Step::Send(1, 20)]);
    batch.save(&mut store).unwrap();
    assert_eq!(store.load().unwrap(), Some(batch.snapshot));
}

#[test]
fn a_first_message_that_is_too_long_is_refused_and_leaves_a_journal_that_is_empty() {
    let mut store = open(Disk::default(), SyncPolicy::EveryBatch).unwrap();
    let too_long = History::new().batch(&[Step::Send(1, SMALL.longest_frame)]).save(&mut store);
    assert!(too_long.unwrap_err().to_string().contains("a message of 2 GiB or more"));
    assert_eq!(store.load().unwrap(), None);
    let fits = History::new().batch(&[Step::Send(1, 20)]);
    fits.save(&mut store).unwrap();
    assert_eq!(store.load().unwrap(), Some(fits.snapshot));
}
