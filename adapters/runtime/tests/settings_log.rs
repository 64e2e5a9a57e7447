//! Where a `.cfg` file logs to.

use std::path::PathBuf;

use sansfix_runtime::log::FileLogOptions;
use sansfix_runtime::settings::{LogSettings, ScreenSettings, parse};

const INITIATOR: &str = "[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.4\nSenderCompID=US\n\
    TargetCompID=THEM\nSocketConnectHost=fix.example.com\nSocketConnectPort=5001\n";

/// What a session with these keys logs to, and the warnings.
fn read(more: &str) -> (LogSettings, Vec<String>) {
    let settings =
        parse(format!("{INITIATOR}{more}").as_bytes()).unwrap_or_else(|errors| panic!("{errors}\n{more}"));
    let warnings = settings.warnings.iter().map(ToString::to_string).collect();
    (settings.sessions[0].log.clone(), warnings)
}

fn files(more: &str) -> FileLogOptions {
    let (log, warnings) = read(&format!("FileLogPath=log\n{more}"));
    assert_eq!(warnings, [""; 0], "{more}");
    log.files.unwrap()
}

#[test]
fn without_a_path_there_are_no_files_and_everything_is_printed() {
    let (log, warnings) = read("FileLogPath=\n");
    let screen = ScreenSettings { incoming: true, outgoing: true, events: true, heartbeats: true };
    assert_eq!((log, warnings.len()), (LogSettings { files: None, screen }, 0));
}

#[test]
fn a_path_alone_takes_the_defaults_of_the_library() {
    assert_eq!(files(""), FileLogOptions::in_directory("log"));
}

#[test]
fn every_key_is_acted_on() {
    let defaults = files("");
    let with = |change: fn(&mut FileLogOptions)| {
        let mut changed = defaults.clone();
        change(&mut changed);
        changed
    };
    for (more, expected) in [
        ("FileLogBackupPath=old\n", with(|files| files.backup_directory = Some(PathBuf::from("old")))),
        ("FileLogMaxBytes=4096\n", with(|files| files.max_file_bytes = Some(4096))),
        ("FileLogMaxBytes=0\n", defaults.clone()),
        ("FileLogDaily=Y\n", with(|files| files.daily = true)),
        ("FileLogKeptFiles=0\n", with(|files| files.kept_files = 0)),
        ("FileLogQueueBytes=65536\n", with(|files| files.queue_bytes = 65_536)),
        ("FileLogHeartbeats=N\n", with(|files| files.heartbeats = false)),
        ("FileIncludeMilliseconds=N\n", with(|files| files.milliseconds = false)),
        ("FileIncludeTimeStampForMessages=N\n", with(|files| files.timestamps_for_messages = false)),
    ] {
        assert_eq!(files(more), expected, "{more}");
    }
    let zone = files("FileLogDaily=Y\nFileLogTimeZone=America/New_York\n").day_zone;
    assert_eq!(zone.iana_name(), Some("America/New_York"));
    for (key, of) in [
        ("ScreenLogShowIncoming", (|screen| screen.incoming) as fn(ScreenSettings) -> bool),
        ("ScreenLogShowOutgoing", |screen| screen.outgoing),
        ("ScreenLogShowEvents", |screen| screen.events),
        ("ScreenLogShowHeartBeats", |screen| screen.heartbeats),
    ] {
        let screen = read(&format!("{key}=N\n")).0.screen;
        let off =
            [screen.incoming, screen.outgoing, screen.events, screen.heartbeats].map(|on| u8::from(!on));
        assert!(!of(screen) && off.iter().sum::<u8>() == 1, "{key}");
    }
}

#[test]
fn a_wrong_value_is_an_error_with_its_line_and_what_is_allowed() {
    for (line, allowed) in [
        ("FileLogMaxBytes=4095", "0, or a whole number from 4096 to 1099511627776"),
        ("FileLogMaxBytes=1GB", "0, or a whole number from 4096 to 1099511627776"),
        ("FileLogDaily=yes", "Y or N"),
        (
            "FileLogTimeZone=Mars/Olympus",
            "UTC or a name of the IANA time zone database, like America/New_York",
        ),
        ("FileLogKeptFiles=10001", "a whole number from 0 to 10000"),
        ("FileLogQueueBytes=65535", "a whole number from 65536 to 1073741824"),
        ("FileLogHeartbeats=1", "Y or N"),
        ("ScreenLogShowEvents=off", "Y or N"),
    ] {
        let errors = parse(format!("{INITIATOR}FileLogPath=log\n{line}\n").as_bytes()).unwrap_err();
        assert_eq!(errors.to_string(), format!("line 9: {line}: must be {allowed}"));
    }
}

#[test]
fn keys_of_files_without_a_path_have_no_effect_and_say_so() {
    let (_, warnings) = read("FileLogDaily=Y\nFileLogMaxBytes=5000\nDebugFileLogPath=debug\n");
    assert_eq!(
        warnings,
        [
            "line 8: FileLogDaily has no effect: without FileLogPath there is no file",
            "line 9: FileLogMaxBytes has no effect: without FileLogPath there is no file",
            "line 10: DebugFileLogPath is not supported: what belongs to no session is printed",
        ]
    );
    let (_, warnings) = read("FileLogPath=log\nFileLogTimeZone=Europe/Zurich\n");
    assert_eq!(warnings, ["line 9: FileLogTimeZone has no effect: FileLogDaily=N"]);
}
