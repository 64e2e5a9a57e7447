//! A journal that has become long: the index stays small, and opening it takes the time to read it.

use std::time::Instant;

use sansfix::{SeqNum, SeqRange};

use super::super::index::{Index, Note};
use super::super::sizes::Sizes;
use super::super::{JournalStore, SyncPolicy};
use super::history::{History, Step, fetch, options};
use super::real::Scratch;

/// How many records the files of the second test hold; `SANSFIX_RECORDS` asks for more.
const RECORDS: u64 = 100_000;

/// What one frame of a message of 180 bytes takes.
const FRAME: u64 = 250;

fn seq(number: u64) -> SeqNum {
    SeqNum::new(number).unwrap()
}

#[test]
fn the_index_of_ten_million_records_takes_no_more_than_that_of_a_few() {
    let mut index = Index::new(&Sizes::DEFAULT);
    let count = 10_000_000;
    for number in 1..=count {
        let seqs = SeqRange::one(seq(number));
        index.note(Note { seqs, offset: 32 + (number - 1) * FRAME, length: FRAME });
    }
    assert!(index.memory() <= 130 << 10, "{} bytes", index.memory());
    // Half the numbers of a mark's stretch are read in vain, on average.
    let stretch = 2 * count * FRAME / Sizes::DEFAULT.marks as u64 + Sizes::DEFAULT.stride;
    for number in [1, 2, 77_777, 5_000_000, count] {
        let (_, begin) = index.find(seq(number)).unwrap();
        let place = 32 + (number - 1) * FRAME;
        assert!(
            begin <= place && place - begin <= stretch,
            "{number} stands at {place}, looked for from {begin}"
        );
    }
    assert!(index.find(seq(count + 1)).is_none());
}

/// Prints how long it takes; what it finds does not depend on that.
#[test]
fn a_long_journal_is_opened_and_read_from_anywhere() {
    let wanted = std::env::var("SANSFIX_RECORDS").ok().map(|text| text.parse().unwrap());
    let count: u64 = wanted.unwrap_or(RECORDS) / 100 * 100;
    let scratch = Scratch::new();
    let mut store = scratch.open(SyncPolicy::Never);
    let (mut history, started) = (History::new(), Instant::now());
    for _ in 0..count / 100 {
        history.batch(&[Step::Send(100, 180), Step::Receive]).save(&mut store).unwrap();
    }
    let written = started.elapsed();
    drop(store);
    let started = Instant::now();
    let mut store = JournalStore::open(scratch.journal(), options(SyncPolicy::Never)).unwrap();
    let opened = started.elapsed();
    let volume = store.volume.as_ref().unwrap();
    let (bytes, memory) = (volume.end, volume.index.memory());
    let started = Instant::now();
    for number in [1, count / 3, count / 2, count - 7, count] {
        let (got, through) = fetch(&mut store, SeqRange::one(seq(number)), 1);
        let raw = got[0].1.as_deref().unwrap();
        assert!(raw.starts_with(format!("8=FIX.4.4 no. {number}.").as_bytes()), "{number}");
        assert_eq!(through, seq(number));
    }
    println!(
        "{count} records, {bytes} bytes: written in {written:?}, opened in {opened:?}, five fetches in {:?}, an index of \
         {memory} bytes",
        started.elapsed()
    );
    assert!(memory <= 130 << 10, "{memory} bytes");
}
