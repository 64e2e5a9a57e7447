//! The tables of keys: every key takes what it says and nothing else, does something when it is said to be acted on,
//! and stands in `docs/configuration.md` as it is.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sansfix::config::{Profile, Switches};
use sansfix_runtime::settings::{Key, SessionSettings, configuration_page, groups, parse};

const SESSION: &str =
    "[SESSION]\nBeginString=FIXT.1.1\nDefaultApplVerID=9\nSenderCompID=US\nTargetCompID=THEM\n";
const INITIATOR: &str = "ConnectionType=initiator\nSocketConnectHost=h\nSocketConnectPort=1\n";
const ACCEPTOR: &str = "ConnectionType=acceptor\nSocketAcceptPort=1\n";

/// Inherited, so that a session that does without draws no warning.
const OFFICE_HOURS: &str = "[DEFAULT]\nStartTime=09:00:00\nEndTime=17:00:00\n";

fn keys() -> impl Iterator<Item = &'static Key> {
    groups().iter().flat_map(|group| group.keys)
}

fn acted_on() -> impl Iterator<Item = &'static Key> {
    keys().filter(|key| key.is_acted_on())
}

/// The session that serves to try a key, in which it is not set.
fn base(key: &str) -> String {
    let rest = match key {
        "DataDictionary" => {
            return "[SESSION]\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n".to_owned()
                + INITIATOR;
        }
        "UseDataDictionary" | "ValidateIncomingMessage" => {
            INITIATOR.to_owned() + "TransportDataDictionary=t\nAppDataDictionary=a\n"
        }
        "TransportDataDictionary" => INITIATOR.to_owned() + "AppDataDictionary=a\nUseDataDictionary=Y\n",
        "FileStoreSync" | "FileStoreSyncPolicy" => INITIATOR.to_owned() + "FileStorePath=d\n",
        "FileLogPath" => INITIATOR.to_owned(),
        "FileLogTimeZone" => INITIATOR.to_owned() + "FileLogPath=d\nFileLogDaily=Y\n",
        name if name.starts_with("FileLog") || name.starts_with("FileInclude") => {
            INITIATOR.to_owned() + "FileLogPath=d\n"
        }
        "AppDataDictionary" => INITIATOR.to_owned() + "TransportDataDictionary=t\n",
        "SocketUseSSL" | "SSLEnable" => {
            return format!("[DEFAULT]\nCertificationAuthoritiesFile=ca\n{SESSION}{INITIATOR}");
        }
        "CertificationAuthoritiesFile" | "SocketCAFile" | "SSLCACertificate" => {
            ACCEPTOR.to_owned() + "ServerCertificateFile=c\n"
        }
        "ServerCertificateKeyFile"
        | "NeedClientAuth"
        | "SSLRequireClientCertificate"
        | "CertificateVerifyLevel" => {
            ACCEPTOR.to_owned() + "ServerCertificateFile=c\nCertificationAuthoritiesFile=ca\n"
        }
        "ServerCertificateFile" | "AllowedRemoteAddresses" => ACCEPTOR.to_owned(),
        name if is_of_tls(name) => INITIATOR.to_owned() + "CertificationAuthoritiesFile=ca\n",
        "NonStopSession" | "TimeZone" | "UseLocalTime" | "Weekdays" | "LogonTime" | "LogoutTime" => {
            return OFFICE_HOURS.to_owned() + SESSION + INITIATOR;
        }
        "StartTime" => INITIATOR.to_owned() + "EndTime=17:00:00\n",
        "EndTime" => INITIATOR.to_owned() + "StartTime=09:00:00\n",
        "StartDay" => return OFFICE_HOURS.to_owned() + "EndDay=Fri\n" + SESSION + INITIATOR,
        "EndDay" => return OFFICE_HOURS.to_owned() + "StartDay=Mon\n" + SESSION + INITIATOR,
        "LogonDay" | "LogoutDay" => {
            return OFFICE_HOURS.to_owned() + "StartDay=Mon\nEndDay=Fri\n" + SESSION + INITIATOR;
        }
        name if name.starts_with("SocketAccept") || name.starts_with("Acceptor") => ACCEPTOR.to_owned(),
        _ => INITIATOR.to_owned(),
    };
    SESSION.to_owned() + &rest
}

fn is_of_tls(key: &str) -> bool {
    let keys = groups().iter().find(|group| group.title == "TLS").unwrap().keys;
    key != "LogonPasswordInClear" && keys.iter().any(|of_tls| of_tls.name == key)
}

/// `key=value` within a session that needs nothing else.
fn with(key: &str, value: &str) -> String {
    let mut lines: Vec<String> =
        base(key).lines().filter(|line| line.split('=').next() != Some(key)).map(str::to_owned).collect();
    lines.push(format!("{key}={value}"));
    lines.join("\n")
}

/// A value that differs from the default, and values that are wrong, for the keys whose values are more than Y or N or
/// a number.
fn samples(key: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match key {
        "ConnectionType" => ("Initiator", &["", "server", "both"]),
        "BeginString" => ("FIXT.1.1", &["", "FIX.5.0", "FIX44", "fix.4.4"]),
        "DefaultApplVerID" => ("FIX.5.0", &["", "FIX.6.0", "11"]),
        "Profile" => ("Compatible", &["", "QuickFIX"]),
        "TestRequestDelayMultiplier" => ("0.5", &["", "-0.5", "many", "0.12345", "1000"]),
        "TimestampPrecision" => ("NANOS", &["", "1", "10", "PICOS"]),
        "LogonTag" => ("9001=me", &["", "553", "553=", "0=a", "35=A", "a=b", "-1=a"]),
        "FileStoreSyncPolicy" => ("250", &["", "0", "all", "86400001", "-5"]),
        "FileLogMaxBytes" => ("4096", &["", "1", "4095", "1MB", "1099511627777"]),
        "FileLogTimeZone" => ("Asia/Tokyo", &["", "here", "UTC+1"]),
        "AllowedRemoteAddresses" => ("10.0.0.1, ::1", &["localhost", "10.0.0", "10.0.0.1;10.0.0.2"]),
        "HostSelectionPolicy" => ("PRIORITY", &["", "RANDOM"]),
        "SocketConnectHost" => ("other", &["", "two words"]),
        "SocketConnectPort" => ("2", &["", "0", "65536", "http"]),
        "SocketMinimumTLSVersion" => ("TLS13", &["", "1.2", "TLS14", "all"]),
        "SSLProtocol" => ("all -TLSv1_2", &["", "TLSv1", "all -TLSv1_2 -TLSv1_3", "TLSv2"]),
        "SSLProtocols" => ("Tls13", &["", "Ssl3", "Tls14"]),
        "EnabledProtocols" => ("TLSv1.1,TLSv1.2", &["", "TLSv1.1", "TLSv1.2;TLSv1.3"]),
        "StartTime" | "EndTime" | "LogonTime" | "LogoutTime" => ("11:30:00", WRONG_TIMES),
        "StartDay" | "EndDay" | "LogonDay" | "LogoutDay" => ("Tuesday", &["M", "Mondays", "0", "Mon,Tue"]),
        "Weekdays" => ("Mon, tue,WEDNESDAY", &["Mon,", "Mon;Tue", "weekend", ","]),
        "TimeZone" => ("Asia/Kolkata", &["Mars/Olympus", "+01:00", "UTC+1", "17"]),
        _ => return None,
    })
}

const WRONG_TIMES: &[&str] = &[
    "9:00:00",
    "09:00",
    "24:00:00",
    "09:60:00",
    "09:00:60",
    "09-00-00",
    "+9:00:00",
    "09:00:00.5",
    "09:00:00 Mars/Olympus",
    "09:00:00UTC",
    "noon",
];

fn is_text(key: &Key) -> bool {
    key.allowed() == "any text" || key.name == "AppDataDictionary"
}

fn settings(text: &str) -> SessionSettings {
    let mut settings = parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    assert_eq!(settings.warnings, [], "{text}");
    settings.sessions.remove(0)
}

#[test]
fn names_are_unique_without_regard_to_case() {
    let mut seen = BTreeSet::new();
    for key in keys() {
        assert!(seen.insert(key.name.to_ascii_lowercase()), "{} stands twice", key.name);
        assert!(!key.meaning.is_empty() && key.meaning.ends_with('.'), "{}", key.name);
    }
}

#[test]
fn every_key_that_is_acted_on_takes_its_values_and_they_change_something() {
    for key in acted_on() {
        let without = parse(base(key.name).as_bytes()).map(|mut settings| settings.sessions.remove(0)).ok();
        let values: Vec<String> = match (samples(key.name), key.allowed()) {
            (Some((value, _)), _) => vec![value.to_owned()],
            (None, _) if is_text(key) => vec!["SOMETHING".to_owned()],
            (None, allowed) if allowed == "Y or N" => ["Y", "N", "y", "n"].map(str::to_owned).to_vec(),
            (None, allowed) => {
                let words: Vec<_> = allowed.split(' ').collect();
                assert_eq!(words[..4], ["a", "whole", "number", "from"], "{}: no sample", key.name);
                vec![words[4].to_owned(), words[6].to_owned()]
            }
        };
        let changed = values.iter().filter(|value| Some(settings(&with(key.name, value))) != without).count();
        // They say what the base says already, or the session would be another; or what the machine's zone may be too.
        if !["ConnectionType", "BeginString", "UseLocalTime"].contains(&key.name) {
            assert!(changed > 0, "{} changes nothing: {values:?}", key.name);
        }
    }
}

#[test]
fn every_key_that_is_acted_on_refuses_other_values_with_line_key_and_what_is_allowed() {
    for key in acted_on().filter(|key| !is_text(key)) {
        let wrong = samples(key.name)
            .map_or(&["", "maybe", "-1", "1.5", "99999999999999999999"][..], |(_, wrong)| wrong);
        for value in wrong {
            let text = with(key.name, value);
            let errors = parse(text.as_bytes()).expect_err(&text).to_string();
            let shown = if key.is_secret() { "***" } else { value };
            let line = text.lines().count();
            let expected = format!("line {line}: {}={shown}: must be {}", key.name, key.allowed());
            assert!(errors.contains(&expected), "{expected}\n{errors}");
        }
    }
}

#[test]
fn a_default_that_can_be_written_is_the_default() {
    let mut written = 0;
    for key in acted_on()
        .filter(|key| !key.default.is_empty() && !key.default.contains(' ') && key.default != "required")
    {
        let name = key.name;
        let Ok(without) = parse(base(name).as_bytes()) else { continue };
        let text = format!("{}{name}={}\n", base(name), key.default);
        let with = parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(with.sessions, without.sessions, "{name}={} is not the default", key.default);
        written += 1;
    }
    assert!(written > 40, "only {written} defaults were compared");
}

/// Each flag and number, with what alone differs then from the settings without it.
const WIRES: &[(&str, &str)] = &[
    ("HeartBtInt=7", "heart_bt_int: 7"),
    ("ResetOnLogon=Y", "reset_on_logon: true"),
    ("ResetOnLogout=Y", "reset_on_logout: true"),
    ("ResetOnDisconnect=Y", "reset_on_disconnect: true"),
    ("PersistMessages=N", "persist_messages: false"),
    ("ResendRequestChunkSize=7", "resend_request_chunk: Some(7)"),
    ("MaxMessagesInResendRequest=7", "resend_request_chunk: Some(7)"),
    ("EnableNextExpectedMsgSeqNum=Y", "next_expected_msg_seq_num: true"),
    ("SendNextExpectedMsgSeqNum=Y", "next_expected_msg_seq_num: true"),
    ("EnableLastMsgSeqNumProcessed=Y", "last_msg_seq_num_processed: true"),
    ("CheckCompID=N", "check_comp_id: false"),
    ("CheckLatency=N", "sending_time_tolerance: None"),
    ("MaxLatency=7", "sending_time_tolerance: Some(7)"),
    ("MillisecondsInTimeStamp=N", "timestamp_precision: Seconds"),
    ("TestMessageIndicator=Y", "test_message_indicator: Some(true)"),
    ("TestMessageIndicator=N", "test_message_indicator: Some(false)"),
    ("ResendSessionLevelRejects=N", "gap_fill_rejects: true"),
    ("ReconnectInterval=7", "reconnect_interval: 7"),
    ("SocketConnectTimeout=7", "connect_timeout: 7"),
    ("ValidateFieldsOutOfOrder=N", "validate_fields_out_of_order: false"),
    ("ValidateFieldsHaveValues=N", "validate_fields_have_values: false"),
    ("ValidateUserDefinedFields=N", "validate_user_defined_fields: false"),
    ("ValidateUnorderedGroupFields=N", "validate_unordered_group_fields: false"),
    ("AllowUnknownMsgFields=Y", "allow_unknown_msg_fields: true"),
    ("LogonTimeout=7", "logon_timeout_ms: 7000"),
    ("LogoutTimeout=7", "logout_timeout_ms: 7000"),
    ("AwaitDisconnectTimeout=7", "await_disconnect_ms: 7000"),
    ("LogoutRecoveryTimeout=7", "logout_recovery_ms: 7000"),
    ("FlushTimeout=7", "flush_timeout_ms: 7000"),
    ("ResendRequestTimeout=7", "resend_request_timeout_ms: 7000"),
    ("ResendRequestRepeats=7", "resend_request_repeats: 7"),
    ("MaxMessageSize=7777", "max_message_size: 7777"),
    ("AnnounceMaxMessageSize=Y", "announce_max_message_size: true"),
    ("QueuedMessages=7", "queued_messages: 7"),
    ("QueuedBytes=7", "queued_bytes: 7"),
    ("UnsentBytes=7777", "unsent_bytes: 7777"),
    ("LogonPasswordInClear=Y", "password_in_clear: true"),
    ("ScreenLogShowIncoming=N", "incoming: false"),
    ("ScreenLogShowOutgoing=N", "outgoing: false"),
    ("ScreenLogShowEvents=N", "events: false"),
    ("ScreenLogShowHeartBeats=N", "heartbeats: false"),
    ("SocketNodelay=N", "nodelay: false"),
    ("SocketTcpNoDelay=N", "nodelay: false"),
    ("SocketKeepAlive=N", "keepalive: None"),
    ("SocketSendBufferSize=7777", "send_buffer: Some(7777)"),
    ("SendBufferSize=7777", "send_buffer: Some(7777)"),
    ("SocketReceiveBufferSize=7777", "receive_buffer: Some(7777)"),
    ("ReceiveBufferSize=7777", "receive_buffer: Some(7777)"),
    ("HostSelectionPolicy=priority", "order: Priority"),
    ("TestRequestDelayMultiplier=0.5", "test_request_per_mille: 1500"),
];

/// Flags and numbers that other tests follow to their ends.
const WIRED_ELSEWHERE: &[&str] = &[
    "AcceptorHeartBtIntMin",
    "AcceptorHeartBtIntMax",
    "FileStoreSync",
    "FileLogDaily",
    "FileLogKeptFiles",
    "FileLogQueueBytes",
    "FileLogHeartbeats",
    "FileIncludeMilliseconds",
    "FileIncludeTimeStampForMessages",
    "NonStopSession",
    "SocketAcceptPort",
    "AcceptorTemplate",
    "SocketConnectSourcePort",
    "SocketLocalPort",
    "SocketUseSSL",
    "SSLEnable",
    "NeedClientAuth",
    "SSLRequireClientCertificate",
    "CertificateVerifyLevel",
    "UseSNI",
    "UseDataDictionary",
    "UseLocalTime",
    "ValidateIncomingMessage",
];

#[test]
fn every_flag_and_number_sets_its_own_field_and_no_other() {
    let told = |text: &str| -> Vec<String> {
        format!("{:?}", settings(text)).split([',', '{', '}']).map(|part| part.trim().to_owned()).collect()
    };
    let without = told(&base(""));
    for (line, expected) in WIRES {
        let with = told(&format!("{}{line}\n", base("")));
        assert_eq!(with.len(), without.len(), "{line}");
        let changed: Vec<_> =
            with.iter().zip(&without).filter(|(a, b)| a != b).map(|(a, _)| a.as_str()).collect();
        assert_eq!(changed, [*expected], "{line}");
    }
    let switches = groups().iter().find(|group| group.title.starts_with("Where the standard")).unwrap().keys;
    for key in
        acted_on().filter(|key| key.allowed() == "Y or N" || key.allowed().starts_with("a whole number"))
    {
        let wired = WIRES.iter().any(|(line, _)| line.split('=').next() == Some(key.name));
        let elsewhere =
            WIRED_ELSEWHERE.contains(&key.name) || switches.iter().any(|one| one.name == key.name);
        assert!(wired || elsewhere, "nothing says what {} sets", key.name);
    }
}

#[test]
fn a_key_that_is_not_acted_on_changes_nothing() {
    let without = settings(&(SESSION.to_owned() + INITIATOR));
    for key in keys().filter(|key| !key.is_acted_on()) {
        for value in ["Y", "N", "17:00:00", "1"] {
            let text = format!("{SESSION}{INITIATOR}{}={value}\n", key.name);
            match parse(text.as_bytes()) {
                Ok(settings) => {
                    assert_eq!(settings.sessions[0], without, "{}", key.name);
                    for warning in settings.warnings {
                        assert!(
                            warning.to_string().starts_with(&format!("line 9: {} ", key.name)),
                            "{warning}"
                        );
                    }
                }
                Err(errors) => {
                    let says = errors.to_string();
                    assert!(
                        says.starts_with(&format!("line 9: {} cannot be honoured, ", key.name)),
                        "{says}"
                    );
                }
            }
        }
    }
}

#[test]
fn there_is_one_key_for_each_switch_with_its_name() {
    let off = format!("{:?}", Switches::default());
    let fields = off.trim_start_matches("Switches { ").trim_end_matches(" }").split(", ");
    let names: BTreeMap<String, &str> = fields
        .map(|field| field.trim_end_matches(": false"))
        .map(|field| (field.split('_').map(capitalised).collect(), field))
        .collect();
    for (key, field) in names {
        let switches = settings(&with(&key, "Y")).config.switches;
        assert!(format!("{switches:?}").contains(&format!("{field}: true")), "{key} does not set {field}");
        assert_eq!(format!("{switches:?}").matches("true").count(), 1, "{key} sets more than {field}");
        let text = with(&key, "N") + "\nProfile=Compatible\n";
        let switches = settings(&text).config.switches;
        assert!(format!("{switches:?}").contains(&format!("{field}: false")), "{key} does not clear {field}");
        assert_ne!(switches, Switches::of(Profile::Compatible));
    }
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

#[test]
fn the_page_of_the_documentation_is_the_page_of_the_tables() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    let committed = std::fs::read_to_string(file).unwrap();
    assert!(
        committed == configuration_page(),
        "docs/configuration.md is out of date: cargo run -p sansfix-cli -- config keys > docs/configuration.md"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    /// Lines made of what a file holds, in any order and cut anywhere.
    #[test]
    fn no_lines_make_it_panic(
        lines in proptest::collection::vec((any::<prop::sample::Index>(), "[ -~]{0,12}"), 0..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let names: Vec<&str> = keys().map(|key| key.name).collect();
        let mut text = String::new();
        for (index, value) in &lines {
            match index.index(names.len() + 3) {
                0 => text.push_str("[SESSION]"),
                1 => text.push_str("[DEFAULT]"),
                2 => text.push_str(value),
                name => text.extend([names[name - 3], "=", value.as_str()]),
            }
            text.push('\n');
        }
        let bytes = &text.as_bytes()[..cut.index(text.len() + 1)];
        match parse(bytes) {
            Ok(settings) => prop_assert!(!settings.sessions.is_empty()),
            Err(errors) => prop_assert!(!errors.errors.is_empty()),
        }
    }
}
