//! Crash consistency, exhaustively for short histories: the machine fails at every operation, in every way, with
//! every part of what was not synced lost, and a second time while the journal is being opened.

use std::collections::BTreeSet;

use super::super::{JournalError, SyncPolicy};
use super::disk::{Disk, FAILURES, Failure, Plan};
use super::history::{Contents, History, Saved, Step, contents, expected, open};
use super::images::{Image, Loss, images};

/// What a session can do, one of each kind that the journal treats differently.
const STEPS: [&[Step]; 6] = [
    &[Step::Send(1, 20)],
    &[Step::Send(2, 45), Step::Intent],
    &[Step::Receive],
    &[Step::Up(3)],
    &[Step::Down(2, true)],
    &[Step::Reset(1)],
];

/// How many batches a history has at most.
const LENGTH: usize = 3;

/// Every history, the shorter ones too.
fn histories() -> Vec<Vec<Saved>> {
    let mut all = Vec::new();
    let mut open = vec![(History::new(), Vec::new())];
    for _ in 0..LENGTH {
        open = open
            .iter()
            .flat_map(|(history, batches)| {
                STEPS.map(|steps| {
                    let (mut history, mut batches): (History, Vec<Saved>) =
                        (history.clone(), batches.clone());
                    batches.push(history.batch(steps));
                    (history, batches)
                })
            })
            .collect();
        all.extend(open.iter().map(|(_, batches)| batches.clone()));
    }
    all
}

/// How far a run came before the machine failed.
struct Run {
    disk: Disk,
    /// Batches that were acknowledged.
    acknowledged: usize,
    /// Of these, what must outlive a failure of the machine.
    durable: usize,
}

/// Saves all batches but the last, then lets the machine fail while the last one is saved. `None`: it was saved
/// before operation `at`.
fn run(batches: &[Saved], sync: SyncPolicy, at: usize, how: Failure) -> Option<Run> {
    let disk = Disk::default();
    let mut store = open(disk.clone(), sync).unwrap();
    let (last, before) = batches.split_last()?;
    let (mut durable, mut epoch) = (0, None);
    for (number, batch) in before.iter().enumerate() {
        batch.save(&mut store).unwrap();
        // A new file is always synced.
        if epoch.replace(batch.snapshot.epoch) != Some(batch.snapshot.epoch) || sync == SyncPolicy::EveryBatch
        {
            durable = number + 1;
        }
    }
    disk.plan(Some(Plan { at, how, for_good: true }));
    last.save(&mut store).is_err().then_some(Run { disk, acknowledged: before.len(), durable })
}

/// Opens what a crash has left.
fn reopened(image: &Image) -> Result<Contents, JournalError> {
    Ok(contents(&mut open(Disk::with(image), SyncPolicy::EveryBatch)?))
}

/// The image must hold the batches up to one that the crash may have stopped at.
fn check(image: &Image, loss: Loss, run: &Run, expected: &[Contents]) {
    let least = if loss == Loss::Nothing { run.acknowledged } else { run.durable };
    match reopened(image) {
        Ok(found) => {
            let at = expected.iter().rposition(|contents| *contents == found);
            let Run { acknowledged, durable, .. } = run;
            assert!(
                at.is_some_and(|at| at >= least),
                "{loss:?}: {acknowledged} acknowledged, {durable} durable, yet: {found:#?}"
            );
        }
        // What was never synced may come back in pieces, which nobody can tell from damage.
        Err(JournalError::Damaged { .. }) if loss == Loss::Between && run.durable < run.acknowledged => {}
        Err(error) => panic!("{loss:?}: {error}"),
    }
}

/// Every crash while any of the batches is saved. Returns what they left, each once.
fn exhaust(sync: SyncPolicy) -> BTreeSet<Image> {
    let (mut runs, mut checked, mut left) = (0, 0, BTreeSet::new());
    let histories = histories();
    for batches in &histories {
        let expected = expected(batches);
        for how in FAILURES {
            for at in 1.. {
                let Some(run) = run(batches, sync, at, how) else { break };
                runs += 1;
                for (loss, image) in images(&run.disk) {
                    checked += 1;
                    check(&image, loss, &run, &expected);
                    left.insert(image);
                }
            }
        }
    }
    let histories = histories.len();
    println!(
        "{sync:?}: {histories} histories, {runs} crashes, {checked} disks, {} of them different",
        left.len()
    );
    assert!(runs > 1_000 && checked > 5_000, "this is not what it says");
    left
}

#[test]
fn with_a_sync_for_every_batch_no_crash_loses_what_was_acknowledged() {
    exhaust(SyncPolicy::EveryBatch);
}

#[test]
fn without_syncs_the_end_of_the_process_loses_nothing_and_a_crash_leaves_a_beginning() {
    exhaust(SyncPolicy::Never);
}

/// A crash while the journal is opened after a crash finds what the opening would have found.
#[test]
fn a_crash_while_a_journal_is_opened_changes_nothing() {
    let mut crashes = 0;
    for image in exhaust(SyncPolicy::EveryBatch) {
        let Ok(found) = reopened(&image) else { continue };
        for (at, how) in (1..).flat_map(|at| FAILURES.map(|how| (at, how))) {
            let disk = Disk::with(&image);
            disk.plan(Some(Plan { at, how, for_good: true }));
            if open(disk.clone(), SyncPolicy::EveryBatch).is_ok() {
                break;
            }
            for (loss, left) in images(&disk) {
                crashes += 1;
                assert_eq!(reopened(&left).unwrap(), found, "{loss:?} in operation {at}");
            }
        }
    }
    println!("{crashes} disks after a second crash");
    assert!(crashes > 5_000, "this is not what it says");
}

/// The process has died, the machine goes on: what it had written and not synced is read by the next process, which
/// may act on it. So it must be durable once the journal is open.
#[test]
fn what_an_opening_finds_is_durable_from_then_on() {
    let mut checked = 0;
    for batches in histories() {
        for (at, how) in (1..).flat_map(|at| FAILURES.map(|how| (at, how))) {
            let Some(Run { disk, .. }) = run(&batches, SyncPolicy::EveryBatch, at, how) else { break };
            disk.plan(None);
            let lost_by_the_disk = how == Failure::Halfway;
            let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
            if contents(&mut store).0.is_some() {
                assert!(lost_by_the_disk || disk.is_durable(), "operation {at} {how:?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 1_000, "this is not what it says");
}
