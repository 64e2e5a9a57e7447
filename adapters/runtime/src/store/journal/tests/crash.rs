//! Crash consistency, exhaustively for short histories: see `explore.rs`.

use super::super::SyncPolicy;
use super::disk::{Disk, FAILURES, Failure, Plan};
use super::explore::{Bounds, FOUND, Figures, explore};
use super::history::{History, Step, contents, open};
use super::images::Tearing;

/// Set to explore one batch more: some minutes, in a release build.
pub(super) const ALL: &str = "SANSFIX_JOURNAL_ALL";

const BOUNDS: Bounds = Bounds {
    sync: SyncPolicy::EveryBatch,
    batches: 2,
    crashes: 2,
    tearing: Tearing::EveryByte,
    failing: false,
    opening: false,
};

fn exhaust(bounds: Bounds) -> Figures {
    let more = usize::from(std::env::var_os(ALL).is_some());
    let bounds = Bounds { batches: bounds.batches + more, ..bounds };
    let figures = explore(bounds).unwrap_or_else(|why| panic!("{why}"));
    let Figures { histories, crashes, anew, images, second, opened } = figures;
    println!(
        "{bounds:?}: {histories} histories, {crashes} crashes ({anew} in a file written anew), {images} disks left, \
         {second} crashes or failures of openings, {opened} different disks opened"
    );
    figures
}

#[test]
pub(super) fn with_a_sync_for_every_batch_no_crash_loses_what_was_acknowledged() {
    let figures = exhaust(BOUNDS);
    assert!(figures.crashes > 500 && figures.opened > 10_000, "{figures:?}");
}

#[test]
pub(super) fn a_crash_after_a_crash_loses_nothing_either() {
    let figures = exhaust(Bounds { batches: 3, crashes: 3, tearing: Tearing::ThreePlaces, ..BOUNDS });
    assert!(figures.anew > 100 && figures.histories > 300, "{figures:?}");
}

#[test]
pub(super) fn without_syncs_the_end_of_the_process_loses_nothing_and_a_crash_leaves_a_beginning() {
    let sync = SyncPolicy::Never;
    let figures = exhaust(Bounds { sync, batches: 3, crashes: 1, tearing: Tearing::ThreePlaces, ..BOUNDS });
    assert!(figures.anew > 100, "{figures:?}");
}

#[test]
pub(super) fn a_crash_after_an_operation_that_failed_and_was_repaired_loses_nothing() {
    let figures =
        exhaust(Bounds { batches: 3, crashes: 1, tearing: Tearing::ThreePlaces, failing: true, ..BOUNDS });
    assert!(figures.crashes > 5_000, "{figures:?}");
}

#[test]
pub(super) fn a_crash_while_a_journal_is_opened_changes_nothing() {
    let figures = exhaust(Bounds { crashes: 1, tearing: Tearing::ThreePlaces, opening: true, ..BOUNDS });
    assert!(figures.second > 5_000, "{figures:?}");
}

/// The process has died, the machine goes on: what it had written and not synced is read by the next process, which
/// may act on it. So it must be durable once the journal is open.
#[test]
pub(super) fn what_an_opening_finds_is_durable_from_then_on() {
    let mut checked = 0;
    let steps: [&[Step]; 3] = [&[Step::Send(1, 20)], &[Step::Reset(1)], &[Step::Send(2, 45), Step::Intent]];
    for (steps, failure) in steps.iter().flat_map(|steps| FAILURES.map(|how| (steps, how))) {
        for at in 1.. {
            let disk = Disk::default();
            let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
            let mut history = History::new();
            history.batch(&[Step::Send(1, 20)]).save(&mut store).unwrap();
            disk.plan(Some(Plan { at, how: failure, for_good: true }));
            if history.batch(steps).save(&mut store).is_ok() {
                break;
            }
            drop(store);
            disk.plan(None);
            let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
            assert!(contents(&mut store).0.is_some());
            // What a sync has failed to write and forgotten, a later process cannot know of.
            assert!(
                failure == Failure::Halfway || disk.is_durable(),
                "what was read is not durable, operation {at} {failure:?}{FOUND}opening {}",
                checked + 1
            );
            checked += 1;
        }
    }
    assert!(checked > 20, "this is not what it says");
}
