//! The last batch torn or damaged at every byte is cut, everything else damaged at every byte is an error.

use std::path::Path;

use super::super::format::HEADER_LEN;
use super::super::{JOURNAL, JournalError, Store, SyncPolicy, TornTail};
use super::disk::Disk;
use super::history::{Contents, History, NOTHING, Step, contents, expected, open};

/// A journal's file, what it must hold without its last batch and with it, and where its batches begin.
struct Sample {
    bytes: Vec<u8>,
    contents: Vec<Contents>,
    begins: Vec<usize>,
}

fn sample() -> Sample {
    let disk = Disk::default();
    let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
    let (mut history, mut batches, mut begins) = (History::new(), Vec::new(), Vec::new());
    let steps: [&[Step]; 5] = [
        &[Step::Send(1, 40)],
        &[Step::Up(4), Step::Intent],
        &[Step::Receive],
        &[Step::Down(2, true), Step::Send(1, 30)],
        // Several frames.
        &[Step::Send(3, 50), Step::Intent],
    ];
    for steps in steps {
        begins.push(if batches.is_empty() { HEADER_LEN } else { disk.bytes(JOURNAL).len() });
        let batch = history.batch(steps);
        batch.save(&mut store).unwrap();
        batches.push(batch);
    }
    Sample { bytes: disk.bytes(JOURNAL), contents: expected(&NOTHING, &batches), begins }
}

fn opened(bytes: Vec<u8>) -> Result<(Contents, Option<TornTail>, Vec<u8>), JournalError> {
    let disk = Disk::with(&[(JOURNAL.to_owned(), bytes)].into());
    let mut store = open(disk.clone(), SyncPolicy::EveryBatch)?;
    let torn = store.torn_tail().cloned();
    Ok((contents(&mut store), torn, disk.bytes(JOURNAL)))
}

#[test]
fn the_last_batch_cut_off_at_any_byte_is_dropped_whole_and_told() {
    let Sample { bytes, contents, begins } = sample();
    let begin = *begins.last().unwrap();
    for end in begin..bytes.len() {
        let (found, torn, left) = opened(bytes[..end].to_vec()).unwrap();
        assert_eq!(found, contents[4], "cut at {end}");
        assert_eq!(left.len(), begin, "the file is cut to the last whole batch");
        let expected = (end > begin).then(|| TornTail {
            file: "disk/journal".into(),
            offset: begin as u64,
            bytes: (end - begin) as u64,
        });
        assert_eq!(torn, expected, "cut at {end}");
    }
    let (found, torn, left) = opened(bytes.clone()).unwrap();
    assert_eq!((found, torn, left), (contents[5].clone(), None, bytes));
}

#[test]
fn the_last_batch_wrong_at_any_byte_is_dropped_whole_and_told() {
    let Sample { bytes, contents, begins } = sample();
    let begin = *begins.last().unwrap();
    for at in begin..bytes.len() {
        for wrong in [bytes[at] ^ 0xFF, bytes[at] ^ 1, bytes[at] ^ 0x80] {
            let mut bytes = bytes.clone();
            bytes[at] = wrong;
            let (found, torn, left) = opened(bytes).unwrap();
            assert_eq!(found, contents[4], "byte {at} is {wrong}");
            assert_eq!(left.len(), begin);
            assert_eq!(torn.unwrap().offset, begin as u64, "byte {at} is {wrong}");
        }
    }
}

#[test]
fn zeros_behind_the_last_batch_are_cut() {
    let Sample { mut bytes, contents, .. } = sample();
    let end = bytes.len();
    bytes.resize(end + 70_000, 0);
    let (found, torn, left) = opened(bytes).unwrap();
    assert_eq!((found, left.len()), (contents[5].clone(), end));
    assert_eq!(torn.unwrap().bytes, 70_000);
}

#[test]
fn any_other_byte_wrong_is_an_error_that_names_the_file_and_the_place() {
    let Sample { bytes, begins, .. } = sample();
    for at in HEADER_LEN..*begins.last().unwrap() {
        let mut wrong = bytes.clone();
        wrong[at] ^= 0x10;
        let begin = begins.iter().rev().find(|begin| **begin <= at).copied().unwrap();
        let next = begins.iter().find(|begin| **begin > at).copied().unwrap();
        match opened(wrong) {
            Err(JournalError::Damaged { file, offset, .. }) => {
                assert_eq!(file, Path::new("disk/journal"));
                let offset = offset as usize;
                assert!((begin..next).contains(&offset) && offset <= at, "byte {at} is told as {offset}");
            }
            other => panic!("byte {at}: {other:?}"),
        }
    }
}

#[test]
fn a_wrong_header_is_an_error() {
    let Sample { bytes, .. } = sample();
    for at in 0..HEADER_LEN {
        let mut wrong = bytes.clone();
        wrong[at] ^= 0x10;
        let version = (8..12).contains(&at);
        match opened(wrong) {
            Err(JournalError::Version { found, known: 1, .. }) if version => assert_ne!(found, 1),
            Err(JournalError::NotAJournal { .. }) if !version => {}
            other => panic!("byte {at}: {other:?}"),
        }
    }
    for len in 0..HEADER_LEN {
        assert!(matches!(opened(bytes[..len].to_vec()), Err(JournalError::NotAJournal { .. })));
    }
}

#[test]
fn a_file_without_its_first_batch_is_an_error_and_no_new_session() {
    let Sample { bytes, begins, .. } = sample();
    for len in HEADER_LEN..begins[1] {
        let error = opened(bytes[..len].to_vec()).unwrap_err();
        assert!(matches!(error, JournalError::Damaged { offset: 32, .. }), "{len}: {error}");
    }
}

#[test]
fn damage_that_comes_later_is_told_by_the_fetch_that_meets_it() {
    let Sample { bytes, .. } = sample();
    let disk = Disk::with(&[(JOURNAL.to_owned(), bytes)].into());
    let mut store = open(disk.clone(), SyncPolicy::EveryBatch).unwrap();
    {
        let mut state = disk.lock();
        let inode = state.names[JOURNAL];
        state.inodes[inode].now[HEADER_LEN + 40] ^= 1;
    }
    let range = sansfix::SeqRange::one(sansfix::SeqNum::FIRST);
    let error = store.fetch(range, 1, &mut |_| panic!("a damaged message was given out")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the store could not read stored messages: disk/journal is damaged at byte 32: the record's checksum is \
         wrong; restore it from a copy, or agree on both numbers with the counterparty, move the file away and set \
         them"
    );
}
