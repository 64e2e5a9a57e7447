use std::sync::atomic::{AtomicUsize, Ordering};

use sansfix::BeginString;
use sansfix::config::Identity;

use super::*;
use crate::log::Level;
use crate::log::outgoing::tests::message;

/// Keeps what it is told.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<(i64, Level, String)>>>);

impl SessionLog for Kept {
    fn note(&mut self, utc_ns: i64, entry: &Entry<'_>) {
        self.0.lock().unwrap().push((utc_ns, entry.level(), entry.to_string()));
    }
}

impl Kept {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap()).into_iter().map(|(_, _, text)| text).collect()
    }
}

fn config() -> Config {
    Config::new(Role::Initiator, Identity::new(BeginString::Fix44, "A", "B"))
}

fn at(mono_ms: u64) -> Now {
    Now { mono_ns: mono_ms * 1_000_000, utc_ns: 7 }
}

fn watch() -> (Watch, Kept) {
    let kept = Kept::default();
    (Watch::new(&config(), vec![Box::new(kept.clone())]), kept)
}

fn link() -> Link {
    Link::new(sansfix::Session::new(config().into(), sansfix::Snapshot::new(0)))
}

#[test]
fn a_log_that_panics_is_asked_no_more_and_the_others_are() {
    struct Panics(Arc<AtomicUsize>);
    impl SessionLog for Panics {
        fn note(&mut self, _: i64, _: &Entry<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
            panic!("as this test wants it");
        }
    }
    let (asked, kept) = (Arc::new(AtomicUsize::new(0)), Kept::default());
    let watch = Watch::new(&config(), vec![Box::new(Panics(asked.clone())), Box::new(kept.clone())]);
    watch.connected(at(0));
    watch.ended(at(0), Reason::PeerLogout);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(kept.take(), ["connected", "disconnected: the counterparty logged out"]);
}

#[test]
fn a_slow_store_is_told_of_once_while_it_is_awaited_and_once_when_it_answers() {
    let (watch, kept) = watch();
    let link = link();
    watch.saving(at(0));
    watch.look(at(999), &link);
    watch.saved(at(999));
    assert_eq!(kept.take(), [""; 0]);
    watch.saving(at(1_000));
    for mono_ms in [2_000, 2_500] {
        watch.look(at(mono_ms), &link);
    }
    assert_eq!(kept.take(), ["the store is slow: it has not saved after 1000 ms"]);
    watch.saved(at(3_500));
    watch.look(at(9_000), &link);
    assert_eq!(kept.take(), ["the store is slow: it took 2500 ms to save"]);
}

#[test]
fn what_left_in_part_is_told_at_the_end_and_what_left_whole_as_a_message() {
    let (watch, kept) = watch();
    let bytes = [message("D", 1), message("D", 2)].concat();
    watch.handed_over(at(0), &bytes[..bytes.len() - 10]);
    watch.ended(at(0), Reason::ConnectionLost);
    let told = kept.take();
    assert!(told[0].starts_with("8=FIX.4.4|") && told[0].contains("|34=1|"), "{told:?}");
    assert_eq!(told[1], format!("a message was cut after {} bytes", message("D", 2).len() - 10));
    assert_eq!(told[2], "disconnected: the connection was lost");
}

#[test]
fn the_tap_tells_messages_before_anything_has_come_of_them_with_the_time() {
    let (watch, kept) = watch();
    let mut tap = watch.tap().unwrap();
    tap(at(0), &message("A", 1));
    let told = kept.0.lock().unwrap().clone();
    assert_eq!((told[0].0, told[0].1), (7, Level::Info));
    assert!(told[0].2.contains("|35=A|34=1|"), "{told:?}");
}

/// Everything that a driver tells on its warm path.
fn warm_path(watch: &Watch, tap: &mut Tap, link: &Link, came: &[u8], left: &[u8]) {
    for _ in 0..10_000 {
        tap(at(0), came);
        watch.saving(at(0));
        watch.saved(at(0));
        watch.handed_over(at(0), left);
        watch.look(at(0), link);
    }
}

#[test]
fn the_warm_path_allocates_nothing_whether_nobody_listens_or_somebody_who_keeps_nothing() {
    struct Counts(Arc<AtomicUsize>);
    impl SessionLog for Counts {
        fn note(&mut self, _: i64, entry: &Entry<'_>) {
            assert!(matches!(entry, Entry::Incoming(_) | Entry::Outgoing(_)));
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let noted = Arc::new(AtomicUsize::new(0));
    let (link, came, left) = (link(), message("D", 7), [message("8", 1), message("0", 2)].concat());
    for (logs, expected) in
        [(Vec::new(), 0), (vec![Box::new(Counts(noted.clone())) as Box<dyn SessionLog>], 30_000)]
    {
        let watch = Watch::new(&config(), logs);
        let Some(mut tap) = watch.tap() else { continue };
        let counted = allocation_counter::measure(|| warm_path(&watch, &mut tap, &link, &came, &left));
        assert_eq!((counted.count_total, noted.load(Ordering::Relaxed)), (0, expected));
    }
}

#[test]
fn a_log_listens_whoever_else_does() {
    assert!(watch().0.hears());
    let alone = Watch::new(&config(), Vec::new());
    assert!(!alone.hears(), "there is no subscriber in this process");
    assert_eq!(alone.tap().is_some(), cfg!(feature = "tracing"));
}

#[test]
fn a_message_that_is_too_long_is_told_with_its_length() {
    let (watch, kept) = watch();
    let mut tap = watch.tap().unwrap();
    tap(at(0), b"8=FIX.4.4\x019=999999999\x0135=B\x01");
    // With what stands before and after what BodyLength counts.
    assert_eq!(kept.take(), ["a message of 1000000028 bytes is too long: passed over"]);
}
