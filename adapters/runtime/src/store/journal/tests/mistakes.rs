//! Mistakes that the exploration of crashes must find, each at the bounds that are explored with every change.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::planted::{Mistake, making};
use super::super::{JOURNAL, SyncPolicy};
use super::crash::BOUNDS;
use super::disk::Disk;
use super::explore::{Bounds, explore};
use super::history::{History, Step, open};
use super::images::Tearing;
use super::walk::walk;

const COARSE: Bounds = Bounds { tearing: Tearing::ThreePlaces, crashes: 1, ..BOUNDS };

/// The exploration holds without the mistake and tells this with it.
fn assert_found(mistake: Mistake, bounds: Bounds, how: &str) {
    explore(bounds).unwrap();
    let Err(why) = making(mistake, || explore(bounds)) else { panic!("{mistake:?} was not found") };
    println!("{mistake:?}: {why}");
    assert!(why.contains(how), "{mistake:?} was found in another way: {why}");
}

const LOST: &str = "acknowledged, 1 durable, yet";
const CLOSED: &str = "it does not open";

#[test]
fn a_batch_that_is_acknowledged_without_its_sync() {
    assert_found(Mistake::BatchNotSynced, Bounds { batches: 3, ..COARSE }, "2 acknowledged, 2 durable, yet");
}

#[test]
fn a_new_file_that_takes_its_place_before_it_is_synced() {
    assert_found(Mistake::RenamedBeforeSynced, COARSE, CLOSED);
}

#[test]
fn a_new_file_that_is_never_synced() {
    assert_found(Mistake::NewFileNotSynced, COARSE, CLOSED);
}

#[test]
fn names_that_are_not_synced() {
    assert_found(Mistake::NamesNotSynced, COARSE, LOST);
}

#[test]
fn a_reset_that_empties_the_old_file() {
    assert_found(Mistake::ResetInPlace, COARSE, CLOSED);
}

#[test]
fn a_torn_end_that_takes_the_whole_file_with_it() {
    assert_found(Mistake::TornEndTakesAll, COARSE, LOST);
}

#[test]
fn an_old_file_that_is_believed_in_though_another_may_have_its_name() {
    assert_found(Mistake::DoubtForgotten, Bounds { batches: 3, failing: true, ..COARSE }, "yet");
}

#[test]
fn a_checksum_that_is_not_looked_at() {
    assert_found(Mistake::ChecksumIgnored, COARSE, "");
}

#[test]
fn a_torn_end_that_is_left_where_it_is() {
    assert_found(Mistake::TornEndKept, Bounds { batches: 3, crashes: 3, ..COARSE }, "");
}

/// What a process had written that died is not durable before the next one has synced it: the exploration restarts
/// machines, so this is seen where a process restarts.
#[test]
fn an_opening_that_syncs_nothing() {
    let opened = || {
        let disk = Disk::default();
        let mut history = History::new();
        let mut store = open(disk.clone(), SyncPolicy::Never).unwrap();
        history.batch(&[Step::Send(1, 20)]).save(&mut store).unwrap();
        history.batch(&[Step::Send(1, 20)]).save(&mut store).unwrap();
        drop(store);
        assert!(!disk.is_durable() && !disk.bytes(JOURNAL).is_empty());
        drop(open(disk.clone(), SyncPolicy::Never).unwrap());
        disk.is_durable()
    };
    assert!(opened());
    assert!(!making(Mistake::OpeningNotSynced, opened));
}

/// Long histories find the same, if less quickly.
#[test]
fn walks_find_mistakes_too() {
    let found = |mistake| {
        (1..=200).find(|seed| {
            let walked = catch_unwind(AssertUnwindSafe(|| making(mistake, || walk(*seed, 60))));
            !matches!(walked, Ok(Ok(_)))
        })
    };
    for mistake in [
        Mistake::BatchNotSynced,
        Mistake::RenamedBeforeSynced,
        Mistake::NamesNotSynced,
        Mistake::ResetInPlace,
        Mistake::TornEndTakesAll,
        Mistake::DoubtForgotten,
        Mistake::FailedSyncForgotten,
        Mistake::OpeningNotSynced,
    ] {
        let seed = found(mistake);
        println!("{mistake:?}: seed {seed:?}");
        assert!(seed.is_some(), "no walk found {mistake:?}");
    }
}
