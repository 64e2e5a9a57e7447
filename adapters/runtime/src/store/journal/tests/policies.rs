//! When a journal makes durable what it was given: as its policy says, when it is asked to, and when it is closed.

use std::time::Duration;

use super::super::{JournalStore, Store, SyncPolicy};
use super::disk::{Disk, Failure, Plan};
use super::history::{History, Step, open};

/// Longer than any test.
const HOUR: Duration = Duration::from_secs(3600);

/// A journal in which one batch is durable, as a new file is, and one more is saved.
fn saved(sync: SyncPolicy) -> (Disk, JournalStore<Disk>, History) {
    let disk = Disk::default();
    let mut store = open(disk.clone(), sync).unwrap();
    let mut history = History::new();
    history.batch(&[Step::Send(1, 20)]).save(&mut store).unwrap();
    assert_eq!(
        (store.sync_due(), disk.is_durable()),
        (None, true),
        "{sync:?}: there is nothing to make durable"
    );
    history.batch(&[Step::Send(1, 20)]).save(&mut store).unwrap();
    (disk, store, history)
}

#[test]
fn what_waits_for_its_interval_is_due_until_it_is_durable() {
    let (disk, mut store, _) = saved(SyncPolicy::Interval(HOUR));
    assert!(!disk.is_durable());
    let due = store.sync_due().unwrap();
    assert!(due > Duration::ZERO && due <= HOUR, "{due:?}");
    Store::sync(&mut store).unwrap();
    assert!(disk.is_durable());
    assert_eq!(store.sync_due(), None);
    let syncs = disk.counts().syncs;
    Store::sync(&mut store).unwrap();
    assert_eq!(disk.counts().syncs, syncs, "there is nothing to do");
}

#[test]
fn nothing_is_due_with_the_other_policies() {
    for sync in [SyncPolicy::Never, SyncPolicy::EveryBatch] {
        let (disk, store, _) = saved(sync);
        assert_eq!(store.sync_due(), None);
        assert_eq!(disk.is_durable(), sync == SyncPolicy::EveryBatch);
    }
}

#[test]
fn nothing_is_due_after_a_failure_and_the_next_save_makes_it_good() {
    let (disk, mut store, mut history) = saved(SyncPolicy::Interval(HOUR));
    disk.plan(Some(Plan { at: 1, how: Failure::Before, for_good: false }));
    Store::sync(&mut store).unwrap_err();
    disk.plan(None);
    assert_eq!(store.sync_due(), None, "what the disk has is not known");
    history.batch(&[Step::Receive]).save(&mut store).unwrap();
    assert!(store.sync_due().is_some(), "the new file is durable, the batch in it is not");
    Store::sync(&mut store).unwrap();
    assert!(disk.is_durable());
}

#[test]
fn a_journal_that_is_closed_leaves_what_was_saved_as_durable_as_its_policy_says() {
    for (sync, durable) in [(SyncPolicy::Interval(HOUR), true), (SyncPolicy::Never, false)] {
        let (disk, store, _) = saved(sync);
        assert!(!disk.is_durable());
        drop(store);
        assert_eq!(disk.is_durable(), durable, "{sync:?}");
    }
}

#[test]
fn it_shows_its_file_and_how_it_is() {
    let (_, store, _) = saved(SyncPolicy::Never);
    let shown = format!("{store:?}");
    assert!(shown.contains("disk/journal") && shown.contains("Never") && shown.contains("Good"), "{shown}");
}
