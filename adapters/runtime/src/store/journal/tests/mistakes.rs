//! Mistakes that the tests of crashes and of failures must find, each at the bounds that are gone through with every change.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::planted::{Mistake, making};
use super::explore::FOUND;
use super::table::{self, Row};
use super::{crash, faults, walk};

/// A test that must fail when the mistake is made.
struct Case {
    mistake: Mistake,
    /// The test, which is run on this thread.
    test: fn(),
    name: &'static str,
    /// What it says, among other things.
    says: &'static str,
}

macro_rules! cases {
    ($($mistake:ident: $file:ident::$test:ident says $says:expr,)*) => {
        &[$(Case {
            mistake: Mistake::$mistake,
            test: $file::$test,
            name: stringify!($test),
            says: $says,
        },)*]
    };
}

const LOST: &str = "what was acknowledged is lost: 1 acknowledged, 1 durable, yet: (None, [])";
const BOTH_LOST: &str = "what was acknowledged is lost: 2 acknowledged, 2 durable";
const CLOSED: &str = "it does not open: disk/journal is not a journal";

const CASES: &[Case] = cases! {
    BatchNotSynced: crash::a_crash_after_a_crash_loses_nothing_either says BOTH_LOST,
    RenamedBeforeSynced: crash::with_a_sync_for_every_batch_no_crash_loses_what_was_acknowledged says CLOSED,
    NewFileNotSynced: crash::with_a_sync_for_every_batch_no_crash_loses_what_was_acknowledged says CLOSED,
    NamesNotSynced: crash::with_a_sync_for_every_batch_no_crash_loses_what_was_acknowledged says LOST,
    ResetInPlace: crash::with_a_sync_for_every_batch_no_crash_loses_what_was_acknowledged says CLOSED,
    ChecksumIgnored: crash::with_a_sync_for_every_batch_no_crash_loses_what_was_acknowledged
        says "it does not open: disk/journal is damaged at byte 128: the record is malformed",
    TornEndKept: crash::a_crash_after_a_crash_loses_nothing_either says "what was never saved is there",
    TornEndTakesAll: crash::with_a_sync_for_every_batch_no_crash_loses_what_was_acknowledged says LOST,
    FailedSyncForgotten: faults::a_sync_that_failed_is_not_believed_later
        says "all of it was written to a new file",
    FailedSyncForgotten: walk::long_histories_with_faults_by_a_seed
        says "it does not open: disk/journal is damaged at byte 481: no record begins there",
    DoubtForgotten: crash::a_crash_after_an_operation_that_failed_and_was_repaired_loses_nothing says BOTH_LOST,
    OpeningNotSynced: crash::what_an_opening_finds_is_durable_from_then_on says "what was read is not durable",
};

/// How the test fails when the mistake is made. `None`: it passes.
fn failure(case: &Case) -> Option<String> {
    let why = catch_unwind(AssertUnwindSafe(|| making(case.mistake, case.test))).err()?;
    let text = why.downcast_ref::<&str>().map(|text| (*text).to_owned());
    Some(text.or_else(|| why.downcast_ref::<String>().cloned()).unwrap_or_default())
}

#[test]
fn every_mistake_is_found_by_the_test_that_ought_to_find_it() {
    let (mut wrong, mut rows) = (Vec::new(), Vec::new());
    for case in CASES {
        let Case { mistake, name, says, .. } = case;
        match failure(case) {
            None => wrong.push(format!("{mistake:?} is not found by {name}")),
            Some(why) if !why.contains(says) => {
                wrong.push(format!("{mistake:?} is found by {name} in another way than `{says}`: {why}"));
            }
            Some(why) => rows.push(Row {
                mistake: format!("{mistake:?}"),
                guarantee: mistake.guarantee(),
                sentence: mistake.sentence(),
                test: name,
                says,
                after: why.rsplit_once(FOUND).map_or("one run", |(_, after)| after).to_owned(),
            }),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Other seeds and bounds find the same, if not after as much.
    if [crash::ALL, walk::SEED, walk::WALKS].iter().all(|variable| env::var_os(variable).is_none()) {
        let command = "cargo test -p sansfix-runtime --lib journal::tests::mistakes";
        table::check("planted mistakes of the journal", &table::table(rows), command);
    }
}

#[test]
fn every_mistake_has_a_case() {
    for mistake in Mistake::ALL {
        assert!(CASES.iter().any(|case| case.mistake == *mistake), "{mistake:?} is looked for by nothing");
    }
}

/// Long histories find the same, if less quickly.
#[test]
fn walks_find_mistakes_too() {
    let found = |mistake| {
        (1..=200).find(|seed| {
            let walked = catch_unwind(AssertUnwindSafe(|| making(mistake, || walk::walk(*seed, 60))));
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
