//! Where a `.cfg` file keeps the messages and numbers of its sessions.

use std::time::Duration;

use sansfix::{SeqNum, SeqRange};
use sansfix_runtime::settings::{SessionSettings, Settings, StoreSettings, parse};
use sansfix_runtime::{Store, Stored, SyncPolicy};

const INITIATOR: &str = "[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.4\nSenderCompID=US\n\
    TargetCompID=THEM\nSocketConnectHost=fix.example.com\nSocketConnectPort=5001\n";

fn good(text: &str) -> Settings {
    parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

fn one(text: &str) -> SessionSettings {
    let mut settings = good(text);
    assert_eq!(settings.warnings, [], "{text}");
    assert_eq!(settings.sessions.len(), 1, "{text}");
    settings.sessions.remove(0)
}

fn warnings(text: &str) -> Vec<String> {
    good(text).warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_store_is_in_memory_or_a_journal_in_a_directory_of_the_sessions_own() {
    assert_eq!(one(INITIATOR).store, StoreSettings::Memory);
    let journal = |sync| StoreSettings::Journal { directory: "data/FIX.4.4~US~THEM".into(), sync };
    for (more, sync) in [
        ("", SyncPolicy::EveryBatch),
        ("FileStoreSync=Y\n", SyncPolicy::EveryBatch),
        ("FileStoreSync=N\n", SyncPolicy::Never),
        ("FileStoreSyncPolicy=batch\n", SyncPolicy::EveryBatch),
        ("FileStoreSyncPolicy=NONE\n", SyncPolicy::Never),
        ("FileStoreSyncPolicy=250\nFileStoreSync=Y\n", SyncPolicy::Interval(Duration::from_millis(250))),
    ] {
        assert_eq!(one(&format!("{INITIATOR}FileStorePath=data\n{more}")).store, journal(sync), "{more}");
    }
    let two = format!("[DEFAULT]\nFileStorePath=data\n{INITIATOR}{}", INITIATOR.replace("THEM", "T/2"));
    let [first, second] = &good(&two).sessions[..] else { panic!("two sessions") };
    assert_eq!(first.store, journal(SyncPolicy::EveryBatch));
    let directory = "data/FIX.4.4~US~T%2F2".into();
    assert_eq!(second.store, StoreSettings::Journal { directory, sync: SyncPolicy::EveryBatch });
    assert_eq!(
        one(&format!("[DEFAULT]\nFileStorePath=data\n{INITIATOR}FileStorePath=\n")).store,
        StoreSettings::Memory
    );
    assert_eq!(
        warnings(&format!("{INITIATOR}FileStoreSync=N\nFileStoreSyncPolicy=7\nRefreshOnLogon=Y\n")),
        [
            "line 8: FileStoreSync has no effect: without FileStorePath there is no file",
            "line 9: FileStoreSyncPolicy has no effect: without FileStorePath there is no file",
            "line 10: RefreshOnLogon is not supported: a store belongs to one process while that runs, and nobody else can change its numbers",
        ]
    );
}

#[test]
fn the_store_is_opened_as_the_file_asks() {
    let name = format!("sansfix-settings-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let text = format!("{INITIATOR}PersistMessages=N\nFileStorePath={}\n", path.display());
    let session = one(&text);
    let opened = session.open_store().unwrap();
    assert_eq!(opened.torn_tail, None);
    assert_eq!(format!("{opened:?}"), "OpenedStore { torn_tail: None, .. }");
    assert!(path.join("FIX.4.4~US~THEM").join("lock").is_file());
    let error = session.open_store().unwrap_err().to_string();
    assert!(error.contains("is in use by another process"), "{error}");
    drop(opened);
    std::fs::remove_dir_all(&path).unwrap();
    assert_eq!(one(INITIATOR).open_store().unwrap().store.load().unwrap(), None);
}

#[test]
fn a_store_in_memory_keeps_messages_unless_only_numbers_are_wanted() {
    let first = SeqRange { begin: SeqNum::FIRST, end: SeqNum::FIRST };
    for (more, expected) in [("", vec![]), ("PersistMessages=N\n", vec![Stored::Hole(first)])] {
        let mut store = one(&format!("{INITIATOR}{more}")).open_store().unwrap().store;
        assert!(!store.waits(), "there is nothing to wait for");
        let mut told = Vec::new();
        let through = store.fetch(first, 9, &mut |stored| {
            let Stored::Hole(range) = stored else { panic!("nothing was saved") };
            told.push(Stored::Hole(range));
        });
        assert_eq!((through.unwrap(), told), (SeqNum::FIRST, expected), "{more}");
    }
}
