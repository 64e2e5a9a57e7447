//! The journal in a real directory.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sansfix::{SeqNum, SeqRange};

use super::super::{JOURNAL, JournalOptions, JournalStore, Store, SyncPolicy};
use super::history::{History, NOTHING, Step, contents, expected, fetch};

/// A directory that goes away with the test.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("sansfix-journal-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(name))
    }

    /// Two levels that do not exist yet.
    pub(super) fn journal(&self) -> PathBuf {
        self.0.join("store").join("session")
    }

    pub(super) fn open(&self, sync: SyncPolicy) -> JournalStore {
        JournalStore::open(self.journal(), JournalOptions { sync, keep_messages: true }).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_was_saved_is_there_when_it_is_opened_again() {
    let scratch = Scratch::new();
    let mut history = History::new();
    let policies = [SyncPolicy::Never, SyncPolicy::Interval(Duration::ZERO), SyncPolicy::EveryBatch];
    let mut batches = Vec::new();
    for sync in policies {
        let mut store = scratch.open(sync);
        let steps = [Step::Send(40, 300), Step::Receive, Step::Down(5, true), Step::Intent];
        for steps in [&steps[..2], &steps[2..]] {
            let batch = history.batch(steps);
            batch.save(&mut store).unwrap();
            batches.push(batch);
        }
        drop(store);
        assert_eq!(
            contents(&mut scratch.open(sync)),
            expected(&NOTHING, &batches)[batches.len()],
            "{sync:?}"
        );
    }
    // Reading moves the place where the system writes next.
    let mut store = scratch.open(SyncPolicy::EveryBatch);
    assert_eq!(fetch(&mut store, SeqRange::one(SeqNum::FIRST), 1).0.len(), 1);
    batches.push(history.batch(&[Step::Reset(2)]));
    batches.push(history.batch(&[Step::Send(1, 10)]));
    for batch in &batches[6..] {
        batch.save(&mut store).unwrap();
    }
    drop(store);
    assert_eq!(contents(&mut scratch.open(SyncPolicy::Never)), expected(&NOTHING, &batches)[8]);
    let names = fs::read_dir(scratch.journal()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, [JOURNAL, "lock"], "nothing is left of the old epoch");
}

#[test]
fn a_second_journal_in_the_same_directory_is_refused_until_the_first_is_closed() {
    let scratch = Scratch::new();
    let first = scratch.open(SyncPolicy::Never);
    let error = JournalStore::open(scratch.journal(), JournalOptions::default()).unwrap_err().to_string();
    let directory = scratch.journal();
    assert_eq!(
        error,
        format!(
            "the store could not open the journal: {} is in use by another process or session: end that, or use \
             another directory",
            directory.display()
        )
    );
    drop(first);
    scratch.open(SyncPolicy::Never);
}

#[test]
fn damage_in_the_middle_is_told_with_the_file_and_the_place_and_nothing_is_changed() {
    let scratch = Scratch::new();
    let mut store = scratch.open(SyncPolicy::EveryBatch);
    let mut history = History::new();
    for _ in 0..3 {
        history.batch(&[Step::Send(1, 100)]).save(&mut store).unwrap();
    }
    drop(store);
    let file = scratch.journal().join(JOURNAL);
    let mut bytes = fs::read(&file).unwrap();
    bytes[100] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let error = JournalStore::open(scratch.journal(), JournalOptions::default()).unwrap_err().to_string();
    assert!(error.contains(&format!("{} is damaged at byte 32: ", file.display())), "{error}");
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[test]
fn a_torn_end_is_cut_and_told() {
    let scratch = Scratch::new();
    let mut history = History::new();
    let mut store = scratch.open(SyncPolicy::EveryBatch);
    history.batch(&[Step::Send(1, 100)]).save(&mut store).unwrap();
    history.batch(&[Step::Send(1, 100)]).save(&mut store).unwrap();
    assert_eq!(store.torn_tail(), None);
    drop(store);
    let file = scratch.journal().join(JOURNAL);
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    let mut store = scratch.open(SyncPolicy::EveryBatch);
    let told = store.torn_tail().unwrap().to_string();
    assert!(told.contains("were an unfinished record and have been cut"), "{told}");
    assert_eq!(store.load().unwrap().unwrap().next_sender, SeqNum::SECOND);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let mut store = scratch.open(SyncPolicy::Never);
    History::new().batch(&[Step::Send(1, 10)]).save(&mut store).unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(scratch.journal()), 0o700);
    assert_eq!(mode(scratch.journal().join(JOURNAL)), 0o600);
}

#[test]
fn a_directory_that_cannot_be_made_is_an_error_that_names_it() {
    let scratch = Scratch::new();
    fs::write(&scratch.0, "a file").unwrap();
    let error = JournalStore::open(scratch.journal(), JournalOptions::default()).unwrap_err().to_string();
    assert!(error.contains("cannot make") && error.contains("session"), "{error}");
    fs::remove_file(&scratch.0).unwrap();
}

#[test]
fn a_file_that_somebody_has_cut_while_it_was_open_is_damaged_and_says_so() {
    let scratch = Scratch::new();
    let mut store = scratch.open(SyncPolicy::Never);
    History::new().batch(&[Step::Send(3, 100)]).save(&mut store).unwrap();
    let file = fs::File::options().write(true).open(scratch.journal().join(JOURNAL)).unwrap();
    file.set_len(super::super::format::HEADER_LEN as u64).unwrap();
    let range = SeqRange { begin: SeqNum::FIRST, end: SeqNum::MAX };
    let error = store.fetch(range, 9, &mut |_| panic!("it is made up")).unwrap_err().to_string();
    assert!(error.contains("the file has become shorter"), "{error}");
}
