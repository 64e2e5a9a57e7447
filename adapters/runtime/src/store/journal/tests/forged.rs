//! Files whose checksums are right and that no journal writes: none is believed, and none is changed.

use sansfix::{SeqNum, SeqRange, Snapshot};

use super::super::format::{HEAD_LEN, HEADER_LEN, Header, seal};
use super::super::record::{Entries, Malformed, write_numbers, write_standing, write_stored};
use super::super::{JOURNAL, JournalError, SyncPolicy};
use super::disk::Disk;
use super::history::open;
use crate::store::Stored;

const HEADER: Header = Header { epoch: 0, generation: 1 };

fn seq(number: u64) -> SeqNum {
    SeqNum::new(number).unwrap()
}

fn message(number: u64) -> Stored<'static> {
    Stored::Message { seq: seq(number), raw: b"8=FIX.4.4" }
}

/// What the records before `sent` leave.
fn snapshot(next_sender: u64) -> Snapshot {
    Snapshot { next_sender: seq(next_sender), ..Snapshot::new(1_000) }
}

/// A file as it is written.
struct Forger(Vec<u8>);

impl Forger {
    fn new() -> Self {
        Self(HEADER.encode().to_vec())
    }

    fn frame(mut self, batch: u64, goes_on: bool, payload: impl FnOnce(&mut Vec<u8>)) -> Self {
        let at = self.0.len();
        self.0.extend_from_slice(&[0; HEAD_LEN]);
        payload(&mut self.0);
        seal(&mut self.0[at..], HEADER.seed(), at as u64, batch, goes_on);
        self
    }

    /// A batch as a journal writes it: one message.
    fn batch(self, batch: u64, number: u64) -> Self {
        self.frame(batch, false, |bytes| {
            write_stored(bytes, message(number));
            write_standing(bytes, &snapshot(number + 1));
            write_numbers(bytes, &snapshot(number + 1), false);
        })
    }

    /// Where the damage is told to be, and what it is.
    fn damage(self) -> (u64, &'static str) {
        let disk = Disk::with(&[(JOURNAL.to_owned(), self.0.clone())].into());
        let error = open(disk.clone(), SyncPolicy::EveryBatch).unwrap_err();
        assert_eq!(disk.bytes(JOURNAL), self.0, "it is left as it was");
        let JournalError::Damaged { offset, what, .. } = error else { panic!("{error}") };
        (offset, what)
    }
}

#[test]
fn what_is_forged_here_is_a_journal() {
    let Forger(bytes) = Forger::new().batch(1, 1).batch(2, 2);
    let disk = Disk::with(&[(JOURNAL.to_owned(), bytes)].into());
    let store = open(disk, SyncPolicy::EveryBatch).unwrap();
    assert_eq!(store.torn_tail(), None);
}

#[test]
fn a_batch_with_another_number_than_is_due() {
    let (offset, what) = Forger::new().batch(2, 1).batch(3, 2).damage();
    assert_eq!((offset, what), (HEADER_LEN as u64, "the record belongs elsewhere"));
}

#[test]
fn numbers_of_one_record_that_do_not_ascend() {
    let malformed: [(&str, Vec<Stored<'_>>); 4] = [
        ("twice", vec![message(3), message(3)]),
        ("down", vec![message(4), message(3)]),
        ("a hole that ends before it begins", vec![Stored::Hole(SeqRange { begin: seq(4), end: seq(3) })]),
        (
            "the same behind a message",
            vec![message(3), Stored::Hole(SeqRange { begin: seq(5), end: seq(4) })],
        ),
    ];
    for (what, records) in malformed {
        let first = Forger::new().batch(1, 1).batch(2, 2);
        let place = first.0.len() as u64;
        let forged = first.frame(3, false, |bytes| {
            records.iter().for_each(|stored| write_stored(bytes, *stored));
            write_numbers(bytes, &snapshot(9), false);
        });
        assert_eq!(forged.damage(), (place, "the record is malformed"), "{what}");
    }
}

#[test]
fn a_batch_that_does_not_say_what_it_must() {
    let first = || Forger::new().batch(1, 1);
    let place = first().0.len() as u64;
    let malformed = (place, "the record is malformed");
    let nothing = first().frame(2, false, |_| {});
    assert_eq!(nothing.damage(), malformed, "no numbers at its end");
    let early = first().frame(2, true, |bytes| write_numbers(bytes, &snapshot(9), false));
    assert_eq!(early.damage(), malformed, "numbers before its end");
    let no_standing = Forger::new().frame(1, false, |bytes| write_numbers(bytes, &snapshot(9), false));
    assert_eq!(
        no_standing.damage(),
        (HEADER_LEN as u64, "the record is malformed"),
        "how the session stands"
    );
    let unknown = first().frame(2, false, |bytes| bytes.push(9));
    assert_eq!(unknown.damage(), malformed, "a kind that is not known");
}

/// Each record that there is, whole.
fn records() -> [(&'static str, Vec<u8>); 4] {
    let mut all = ["a message", "a hole", "numbers", "how the session stands"].map(|what| (what, Vec::new()));
    let mut standing = snapshot(9);
    standing.intent.why = "because".into();
    write_stored(&mut all[0].1, message(3));
    write_stored(&mut all[1].1, Stored::Hole(SeqRange { begin: seq(4), end: seq(5) }));
    write_numbers(&mut all[2].1, &snapshot(9), false);
    write_standing(&mut all[3].1, &standing);
    all
}

#[test]
fn a_record_that_ends_before_its_fields_do_is_none_and_ends_the_payload() {
    for (what, whole) in records() {
        assert!(Entries::new(&whole).all(|entry| entry.is_ok()), "{what}");
        for cut in 1..whole.len() {
            let mut entries = Entries::new(&whole[..cut]);
            assert!(matches!(entries.next(), Some(Err(Malformed))), "{what} of {cut} bytes");
            assert!(entries.next().is_none(), "{what} of {cut} bytes");
        }
    }
}

#[test]
fn numbers_of_0_and_words_that_are_no_text_are_none() {
    for (what, mut bytes, places) in records()
        .into_iter()
        .zip([&[1][..], &[1, 9], &[1, 9], &[]])
        .map(|((what, bytes), places)| (what, bytes, places))
    {
        for place in places {
            let whole = bytes.clone();
            bytes[*place..place + 8].fill(0);
            assert!(matches!(Entries::new(&bytes).next(), Some(Err(Malformed))), "{what} at {place}");
            bytes = whole;
        }
    }
    let [.., (_, mut standing)] = records();
    *standing.last_mut().unwrap() = 0xff;
    assert!(matches!(Entries::new(&standing).next(), Some(Err(Malformed))));
}
