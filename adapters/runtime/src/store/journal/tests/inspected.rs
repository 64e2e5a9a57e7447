//! A look at a journal from outside.

use std::fs;
use std::path::PathBuf;

use super::super::inspect::{Inspection, Unreadable, inspect};
use super::super::{JOURNAL, JournalError, SyncPolicy};
use super::history::{History, Saved, Step};
use super::real::Scratch;

/// A journal with three messages and seven holes in its second epoch, which nobody has open.
fn journal() -> (Scratch, Saved) {
    let scratch = Scratch::new();
    let mut store = scratch.open(SyncPolicy::Never);
    let mut history = History::new();
    let steps: [&[Step]; 4] = [
        &[Step::Send(5, 10)],
        &[Step::Reset(0), Step::Up(4)],
        &[Step::Send(2, 100), Step::Receive],
        &[Step::Up(3), Step::Send(1, 50)],
    ];
    let batches = steps.map(|steps| history.batch(steps));
    batches.iter().for_each(|batch| batch.save(&mut store).unwrap());
    let [.., last] = batches;
    (scratch, last)
}

fn looked(scratch: &Scratch) -> Inspection {
    inspect(&scratch.journal()).unwrap()
}

#[test]
fn it_says_what_a_journal_holds() {
    let (scratch, last) = journal();
    let file = scratch.journal().join(JOURNAL);
    let bytes = fs::read(&file).unwrap();
    let Inspection {
        bytes: length,
        epoch,
        batches,
        snapshot,
        messages,
        message_bytes,
        holes,
        torn_tail,
        damage,
    } = looked(&scratch);
    assert_eq!((length, epoch), (bytes.len() as u64, 1));
    assert_eq!(batches, 3, "since the file was begun, by the reset");
    assert_eq!(snapshot.unwrap(), last.snapshot);
    assert_eq!((messages, message_bytes, holes), (3, 250, 7));
    assert!(torn_tail.is_none() && damage.is_none());
    assert_eq!(fs::read(&file).unwrap(), bytes, "nothing is changed");
}

#[test]
fn an_end_that_the_next_opening_will_cut_is_told_and_left() {
    let (scratch, _) = journal();
    let file = scratch.journal().join(JOURNAL);
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    let found = looked(&scratch);
    let torn = found.torn_tail.unwrap();
    assert_eq!(torn.offset + torn.bytes, bytes.len() as u64 - 1);
    assert_eq!((found.batches, found.messages, found.holes), (2, 2, 4), "what stands before it");
    assert_eq!(fs::read(&file).unwrap().len(), bytes.len() - 1);
}

#[test]
fn damage_is_told_with_what_stands_before_it() {
    let (scratch, _) = journal();
    let file = scratch.journal().join(JOURNAL);
    let mut bytes = fs::read(&file).unwrap();
    let second = bytes.windows(4).position(|four| four == b"no. ").unwrap();
    bytes[second] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let found = looked(&scratch);
    assert!(matches!(found.damage, Some(JournalError::Damaged { .. })), "{found:?}");
    assert_eq!((found.batches, found.messages, found.holes), (1, 0, 4));
}

#[test]
fn who_has_it_open_is_not_disturbed() {
    let scratch = Scratch::new();
    let store = scratch.open(SyncPolicy::Never);
    assert!(matches!(inspect(&scratch.journal()), Err(Unreadable::InUse)));
    drop(store);
    assert!(matches!(inspect(&scratch.journal()), Err(Unreadable::Empty)), "nothing was saved");
}

#[test]
fn two_can_look_at_once() {
    let (scratch, _) = journal();
    let lock = fs::File::open(scratch.journal().join("lock")).unwrap();
    fs4::FileExt::try_lock_shared(&lock).unwrap();
    assert_eq!(looked(&scratch).messages, 3);
}

#[test]
fn a_copy_without_its_lock_can_be_looked_at() {
    let (scratch, _) = journal();
    fs::remove_file(scratch.journal().join("lock")).unwrap();
    assert_eq!(looked(&scratch).messages, 3);
    assert!(!scratch.journal().join("lock").exists(), "nothing is made");
}

#[test]
fn what_cannot_be_looked_at_is_told_with_the_file() {
    let (scratch, _) = journal();
    let file_of = |directory: PathBuf| match inspect(&directory).unwrap_err() {
        Unreadable::Journal(JournalError::Io { doing: "open", file, .. }) => file,
        other => panic!("{other}"),
    };
    let not_a_directory = scratch.journal().join(JOURNAL);
    assert_eq!(file_of(not_a_directory.clone()), not_a_directory.join("lock"));
    assert!(matches!(inspect(&scratch.journal().join("none")), Err(Unreadable::Empty)));
    fs::write(scratch.journal().join(JOURNAL), b"something else, and long enough for a header").unwrap();
    let other = inspect(&scratch.journal()).unwrap_err();
    assert!(matches!(other, Unreadable::Journal(JournalError::NotAJournal { .. })), "{other:?}");
}
