//! The `.cfg` reader: what a file says arrives in the settings, and every mistake is named with its line.

use sansfix::config::{Limits, Profile, Role, Switches};
use sansfix::wire::Precision;
use sansfix::{ApplVerId, BeginString};
use sansfix_runtime::settings::{
    ConnectionSettings, DictionaryFiles, Endpoint, SessionSettings, Settings, SettingsError, SettingsErrors,
    SettingsWarning, parse,
};

const INITIATOR: &str = "[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.4\nSenderCompID=US\n\
    TargetCompID=THEM\nSocketConnectHost=fix.example.com\nSocketConnectPort=5001\n";

const ACCEPTOR: &str = "[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\n\
    TargetCompID=THEM\nSocketAcceptPort=5001\n";

const FIXT: &str = "[SESSION]\nBeginString=FIXT.1.1\nDefaultApplVerID=FIX.5.0SP2\nSenderCompID=US\n\
    TargetCompID=THEM\nSocketConnectHost=h\nSocketConnectPort=1\n";

fn good(text: &str) -> Settings {
    parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

fn one(text: &str) -> SessionSettings {
    let mut settings = good(text);
    assert_eq!(settings.warnings, [], "{text}");
    assert_eq!(settings.sessions.len(), 1, "{text}");
    settings.sessions.remove(0)
}

fn bad(text: &str) -> SettingsErrors {
    parse(text.as_bytes()).expect_err(text)
}

/// What is said of a text that is wrong, one line for each error.
fn complaint(text: &str) -> String {
    bad(text).to_string()
}

fn warnings(text: &str) -> Vec<String> {
    good(text).warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn an_initiator_is_read_whole() {
    let session = one(
        "# who\n[DEFAULT]\nHeartBtInt = 20\n\n[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.2\n\
        SenderCompID=US\nSenderSubID=DESK\nSenderLocationID=NY\nTargetCompID=THEM\nTargetSubID=BOOK\n\
        TargetLocationID=LDN\nSocketConnectHost=a\nSocketConnectPort=1\nSocketConnectHost1=b\n\
        SocketConnectPort1=2\nReconnectInterval=7\nDataDictionary=FIX42.xml\nLogonTag=553=user\nLogonTag1=554=pw\n\
        LogonPasswordInClear=Y\n",
    );
    assert_eq!(session.line, 5);
    let config = &session.config;
    assert_eq!(config.role, Role::Initiator);
    assert_eq!(config.identity.to_string(), "FIX.4.2:US/DESK/NY->THEM/BOOK/LDN");
    assert_eq!(config.heart_bt_int, 20);
    let endpoints = [("a", 1), ("b", 2)].map(|(host, port)| Endpoint { host: host.to_owned(), port });
    assert_eq!(
        session.connection,
        ConnectionSettings::Initiator {
            endpoints: endpoints.to_vec(),
            reconnect_interval: 7,
            connect_timeout: 10,
            order: sansfix_runtime::AddressOrder::RoundRobin,
            local: None,
        }
    );
    assert_eq!(session.validation.dictionaries, DictionaryFiles::Fix("FIX42.xml".into()));
    let fields: Vec<_> = session.logon_fields.iter().map(|field| (field.tag, field.value.as_str())).collect();
    assert_eq!(fields, [(553, "user"), (554, "pw")]);
    assert!(!format!("{session:?}").contains("pw"), "a password is shown");
}

#[test]
fn an_acceptor_listens_on_every_interface_unless_told() {
    let listen = |text: &str| match one(text).connection {
        ConnectionSettings::Acceptor { listen } => listen.to_string(),
        ConnectionSettings::Initiator { .. } => panic!("an initiator"),
    };
    assert_eq!(listen(ACCEPTOR), "0.0.0.0:5001");
    assert_eq!(listen(&format!("{ACCEPTOR}SocketAcceptAddress=127.0.0.1\n")), "127.0.0.1:5001");
    assert_eq!(listen(&format!("{ACCEPTOR}SocketAcceptHost=::1\n")), "[::1]:5001");
}

#[test]
fn without_connection_type_the_addresses_say_the_role() {
    let without = |text: &str| {
        text.lines().filter(|line| !line.starts_with("ConnectionType")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(one(&without(INITIATOR)).config.role, Role::Initiator);
    assert_eq!(one(&without(ACCEPTOR)).config.role, Role::Acceptor);
    let both = format!("{}\nSocketAcceptPort=1\n", without(INITIATOR));
    assert_eq!(complaint(&both), "line 1: the session has no ConnectionType: write initiator or acceptor");
}

#[test]
fn default_is_inherited_from_anywhere_and_overridden() {
    let settings = good(&format!(
        "[DEFAULT]\nLogonTimeout=3\nMaxLatency=60\nSenderSubID=DESK\n{INITIATOR}MaxLatency=5\nSenderSubID=\n\
         {}[default]\nLogoutTimeout=4\n",
        INITIATOR.replace("THEM", "OTHERS")
    ));
    let [first, second] = &settings.sessions[..] else { panic!("not two sessions") };
    assert_eq!(
        (first.config.sending_time_tolerance, second.config.sending_time_tolerance),
        (Some(5), Some(60))
    );
    assert_eq!(first.config.identity.sender.sub_id, None);
    assert_eq!(second.config.identity.sender.sub_id.as_deref(), Some("DESK"));
    for session in &settings.sessions {
        assert_eq!(session.config.limits.logon_timeout_ms, 3_000);
        assert_eq!(session.config.limits.logout_timeout_ms, 4_000);
    }
}

#[test]
fn an_own_key_goes_before_an_inherited_one_of_the_same_meaning() {
    let text = format!("[DEFAULT]\nResendRequestChunkSize=5\n{INITIATOR}MaxMessagesInResendRequest=10\n");
    assert_eq!(one(&text).config.resend_request_chunk, Some(10));
    let text = format!("[DEFAULT]\nMaxMessagesInResendRequest=10\n{INITIATOR}ResendRequestChunkSize=5\n");
    assert_eq!(one(&text).config.resend_request_chunk, Some(5));
}

#[test]
fn a_profile_counts_before_the_keys_that_change_it() {
    let session = one(&format!("{INITIATOR}LogoutTimeout=5\nFixedTestReqId=N\nProfile=compatible\n"));
    let expected = Switches { fixed_test_req_id: false, ..Switches::of(Profile::Compatible) };
    assert_eq!(session.config.switches, expected);
    assert_eq!(session.config.limits, Limits { logout_timeout_ms: 5_000, ..Limits::of(Profile::Compatible) });
}

#[test]
fn crlf_byte_order_mark_blanks_comments_and_case_do_not_matter() {
    let text = format!("\u{feff}  # first\n{}", INITIATOR.replace('=', " = ").replace("HOST", "host"));
    let crlf = text
        .replace('\n', "\r\n")
        .replace("SenderCompID", "sendercompid")
        .replace("[SESSION]", "[ Session ]");
    let (mut first, second) = (one(INITIATOR), one(&crlf));
    first.line = 2;
    assert_eq!(first, second);
}

#[test]
fn a_hash_within_a_value_belongs_to_it() {
    assert_eq!(&*one(&INITIATOR.replace("US", "US#1")).config.identity.sender.comp_id, "US#1");
}

#[test]
fn latency_is_checked_or_not() {
    assert_eq!(one(INITIATOR).config.sending_time_tolerance, Some(120));
    assert_eq!(one(&format!("{INITIATOR}CheckLatency=N\n")).config.sending_time_tolerance, None);
    let ignored = format!("{INITIATOR}CheckLatency=N\nMaxLatency=9\n");
    assert_eq!(warnings(&ignored), ["line 9: MaxLatency has no effect: CheckLatency=N"]);
}

#[test]
fn precision_is_read_as_each_engine_writes_it() {
    for (line, expected) in [
        ("TimestampPrecision=0", Precision::Seconds),
        ("TimeStampPrecision=MILLIS", Precision::Milliseconds),
        ("TimestampPrecision=6", Precision::Microseconds),
        ("TimestampPrecision=Nanosecond", Precision::Nanoseconds),
        ("MillisecondsInTimeStamp=N", Precision::Seconds),
        ("MillisecondsInTimeStamp=N\nTimestampPrecision=9", Precision::Nanoseconds),
        ("TimestampPrecision=9\nMillisecondsInTimeStamp=N", Precision::Nanoseconds),
    ] {
        assert_eq!(one(&format!("{INITIATOR}{line}\n")).config.timestamp_precision, expected, "{line}");
    }
    assert_eq!(
        complaint(&format!("{INITIATOR}TimestampPrecision=4\n")),
        "line 8: TimestampPrecision=4: must be 0, 3, 6 or 9 (digits), or SECONDS, MILLIS, MICROS or NANOS"
    );
}

#[test]
fn dictionaries_of_fixt_come_in_pairs() {
    let files = |text: &str| one(text).validation.dictionaries;
    assert_eq!(files(FIXT), DictionaryFiles::None);
    let both = format!(
        "{FIXT}TransportDataDictionary=T.xml\nAppDataDictionary=A.xml\nAppDataDictionary.FIX.4.4=B.xml\n"
    );
    let application = [(ApplVerId::Fix50Sp2, "A.xml".into()), (ApplVerId::Fix44, "B.xml".into())].into();
    assert_eq!(files(&both), DictionaryFiles::Fixt { transport: "T.xml".into(), application });
    assert_eq!(files(&format!("{both}UseDataDictionary=N\n")), DictionaryFiles::None);
    assert_eq!(files(&format!("{both}ValidateIncomingMessage=N\n")), DictionaryFiles::None);
    let text = complaint(&format!("{FIXT}TransportDataDictionary=T.xml\n"));
    assert!(text.starts_with("line 1: the session has no AppDataDictionary"), "{text}");
    let text = complaint(&format!("{FIXT}AppDataDictionary.FIX.5.0SP2=A.xml\n"));
    assert!(text.starts_with("line 1: the session has no TransportDataDictionary"), "{text}");
    assert_eq!(bad(&format!("{FIXT}UseDataDictionary=Y\n")).errors.len(), 2);
    let text = complaint(&format!("{INITIATOR}UseDataDictionary=Y\n"));
    assert!(text.starts_with("line 1: the session has no DataDictionary"), "{text}");
}

#[test]
fn fixt_needs_its_application_version() {
    let session = one(FIXT);
    assert_eq!(session.config.identity.begin_string, BeginString::Fixt11);
    assert_eq!(session.config.default_appl_ver_id, Some(ApplVerId::Fix50Sp2));
    assert_eq!(one(&FIXT.replace("FIX.5.0SP2", "7")).config.default_appl_ver_id, Some(ApplVerId::Fix50));
    let text = complaint(&FIXT.replace("DefaultApplVerID=FIX.5.0SP2\n", ""));
    assert!(text.starts_with("line 1: the session has no DefaultApplVerID: FIXT.1.1 needs it"), "{text}");
    let wrong = complaint(&FIXT.replace("FIX.5.0SP2", "FIX.6.0"));
    assert!(wrong.starts_with("line 3: DefaultApplVerID=FIX.6.0: must be FIX.4.0 to FIX.4.4, "), "{wrong}");
    assert_eq!(wrong.lines().count(), 1, "a wrong value is not missing as well: {wrong}");
}

#[test]
fn every_mistake_is_reported_in_the_order_of_the_lines() {
    let text = "HeartBtInt=3\n[DEFAULT]\nLogonTimeout=soon\nwhat is this\n[SESION]\nX=1\n[SESSION]\n\
        ConnectionType=server\nBeginString=FIX.5.0\nSenderCompID=US\nResetOnLogon=maybe\nSocketAcceptPort=99999\n";
    let errors = bad(text);
    let lines: Vec<_> = errors.errors.iter().map(SettingsError::line).collect();
    assert_eq!(lines, [1, 3, 4, 5, 7, 8, 9, 11, 12]);
    let text = errors.to_string();
    for expected in [
        "line 1: HeartBtInt stands before the first section",
        "line 3: LogonTimeout=soon: must be a whole number from 1 to 86400",
        "line 4: \"what is this\" is neither a [SECTION], nor Key=Value, nor a # comment",
        "line 5: [SESION]: sections are [DEFAULT] and [SESSION]; did you mean SESSION?",
        "line 7: the session has no TargetCompID",
        "line 8: ConnectionType=server: must be initiator or acceptor",
        "line 9: BeginString=FIX.5.0: must be FIX.4.0, FIX.4.1, FIX.4.2, FIX.4.3, FIX.4.4 or FIXT.1.1",
        "line 11: ResetOnLogon=maybe: must be Y or N",
        "line 12: SocketAcceptPort=99999: must be a whole number from 0 to 65535",
    ] {
        assert!(text.contains(expected), "{expected}\nis not in\n{text}");
    }
}

#[test]
fn a_mistake_in_default_is_reported_once() {
    let text = format!("[DEFAULT]\nHeartBtInt=x\nFoo=1\n{INITIATOR}{}", INITIATOR.replace("THEM", "OTHERS"));
    let errors = bad(&text);
    assert_eq!(errors.errors.len(), 1, "{errors}");
    assert_eq!(errors.warnings.len(), 1, "{errors:?}");
}

#[test]
fn a_session_that_has_nothing_says_all_that_it_lacks() {
    let text = complaint("[SESSION]\n");
    for key in ["ConnectionType", "BeginString", "SenderCompID", "TargetCompID"] {
        assert!(text.contains(&format!("the session has no {key}:")), "{key}\n{text}");
    }
    let text = complaint(&INITIATOR.lines().take(5).collect::<Vec<_>>().join("\n"));
    for key in ["SocketConnectHost", "SocketConnectPort"] {
        assert!(text.contains(&format!("the session has no {key}: an initiator needs it")), "{key}\n{text}");
    }
    assert_eq!(
        complaint(&ACCEPTOR.replace("SocketAcceptPort=5001\n", "")),
        "line 1: the session has no SocketAcceptPort: an acceptor needs it: write the port to listen on"
    );
    assert_eq!(bad("").errors, [SettingsError::NoSession]);
    assert_eq!(bad("[DEFAULT]\nHeartBtInt=3\n").errors, [SettingsError::NoSession]);
}

#[test]
fn an_empty_id_is_no_id() {
    let text = complaint(&INITIATOR.replace("=US", "="));
    assert_eq!(
        text,
        "line 1: the session has no SenderCompID: write the CompID that both sides have agreed on"
    );
}

#[test]
fn a_host_has_its_port_and_a_port_its_host() {
    let text = complaint(&format!("{INITIATOR}SocketConnectHost2=b\nSocketConnectPort3=4\n"));
    assert_eq!(
        text,
        "line 1: the session has no SocketConnectPort2: its host has no port\n\
         line 1: the session has no SocketConnectHost3: its port has no host"
    );
}

#[test]
fn an_unknown_key_is_a_warning_with_its_line_and_the_nearest_name() {
    let text = format!("{INITIATOR}HartBtInt=5\nFrobnicate=Y\nSocketConnectPort0=1\nSocketConnectPortX=1\n");
    assert_eq!(
        warnings(&text),
        [
            "line 8: unknown key HartBtInt; did you mean HeartBtInt?",
            "line 9: unknown key Frobnicate",
            "line 10: unknown key SocketConnectPort0; did you mean SocketConnectPort?",
            "line 11: unknown key SocketConnectPortX; did you mean SocketConnectPort?",
        ]
    );
}

#[test]
fn of_a_repeated_key_the_last_counts() {
    let settings = good(&format!("{INITIATOR}HeartBtInt=5\nheartbtint=6\n"));
    assert_eq!(settings.sessions[0].config.heart_bt_int, 6);
    let expected = SettingsWarning::Repeated { line: 9, first_line: 8, key: "HeartBtInt".to_owned() };
    assert_eq!(settings.warnings, [expected]);
}

#[test]
fn two_sessions_with_one_identity_are_an_error() {
    assert_eq!(
        complaint(&format!("{INITIATOR}{INITIATOR}SessionQualifier=2\n")),
        "line 8: the session FIX.4.4:US->THEM stands in line 1 already: change an ID or remove one"
    );
}

#[test]
fn what_cannot_be_done_safely_is_refused() {
    let text = complaint(&format!("{ACCEPTOR}SocketInsecureSkipVerify=Y\n"));
    assert!(text.starts_with("line 7: SocketInsecureSkipVerify cannot be honoured, "), "{text}");
}

/// They are compared before a Logon says which of them it is for.
#[test]
fn sessions_of_one_listener_allow_the_same_addresses() {
    let second = ACCEPTOR.replace("TargetCompID=THEM", "TargetCompID=OTHERS");
    let first = format!("{ACCEPTOR}AllowedRemoteAddresses=10.0.0.1,::1\n");
    let text = complaint(&format!("{first}{second}"));
    assert!(text.contains("other TLS or AllowedRemoteAddresses"), "{text}");
    let both = format!("{first}{second}AllowedRemoteAddresses=10.0.0.1, ::1\n");
    assert!(parse(both.as_bytes()).is_ok());
}

#[test]
fn the_first_session_of_a_listener_says_what_its_sockets_are_and_the_others_are_told() {
    let second = ACCEPTOR.replace("TargetCompID=THEM", "TargetCompID=OTHERS");
    let settings = good(&format!("{ACCEPTOR}SocketNodelay=N\n{second}"));
    let told: Vec<String> = settings.warnings.iter().map(ToString::to_string).collect();
    let expected =
        "line 8: its socket options have no effect: the session of line 1 says what holds at 0.0.0.0:5001";
    assert_eq!(told, [expected]);
    let alike = good(&format!("{ACCEPTOR}SocketNodelay=N\n{second}SocketTcpNoDelay=N\n"));
    assert_eq!(alike.warnings, []);
}

#[test]
fn a_password_is_never_repeated() {
    let text = complaint(&format!("{INITIATOR}LogonTag=554:hush\nLogonTag1=8=hush\n"));
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains("LogonTag=***: must be TAG=VALUE") && !text.contains("hush"), "{text}");
}

#[test]
fn an_acceptor_bounds_the_heartbeat() {
    let bounds = |text: &str| one(&format!("{ACCEPTOR}{text}")).config.acceptor_heart_bt_int;
    assert_eq!(bounds(""), None);
    assert_eq!(bounds("AcceptorHeartBtIntMin=10\nAcceptorHeartBtIntMax=60\n"), Some((10, 60)));
    assert_eq!(bounds("AcceptorHeartBtIntMin=10\n"), Some((10, u32::MAX)));
    let text = complaint(&format!("{ACCEPTOR}AcceptorHeartBtIntMin=10\nAcceptorHeartBtIntMax=5\n"));
    assert_eq!(text, "line 1: AcceptorHeartBtIntMin=10: must be at most 5, the maximum");
}

#[test]
fn bytes_that_are_no_text_are_named_by_their_line() {
    let mut bytes = INITIATOR.as_bytes().to_vec();
    bytes.extend_from_slice(b"# caf\xe9 in a comment is fine\nSenderSubID=caf\xe9\nTargetSubID=a\x01b\n");
    let errors = parse(&bytes).expect_err("wrong bytes");
    assert_eq!(
        errors.errors,
        [SettingsError::NotUtf8 { line: 9 }, SettingsError::ControlCharacter { line: 10 }]
    );
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let errors = sansfix_runtime::settings::read(std::path::Path::new("/nowhere/at/all.cfg")).unwrap_err();
    assert!(errors.to_string().starts_with("/nowhere/at/all.cfg: "), "{errors}");
}

#[test]
fn an_initiator_connects_from_the_host_and_port_that_either_engine_names() {
    let local = |more: &str| {
        let text = format!(
            "[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
             SocketConnectHost=h\nSocketConnectPort=1\n{more}"
        );
        match parse(text.as_bytes()).unwrap().sessions.remove(0).connection {
            ConnectionSettings::Initiator { local, .. } => local.map(|local| local.to_string()),
            ConnectionSettings::Acceptor { .. } => None,
        }
    };
    assert_eq!(local(""), None);
    assert_eq!(local("SocketConnectSourceHost=10.0.0.1\n").as_deref(), Some("10.0.0.1:0"));
    assert_eq!(local("SocketLocalHost=10.0.0.1\nSocketLocalPort=7\n").as_deref(), Some("10.0.0.1:7"));
    assert_eq!(local("SocketConnectSourcePort=7\n").as_deref(), Some("0.0.0.0:7"));
    assert_eq!(local("SocketConnectSourcePort=0\n"), None);
}
