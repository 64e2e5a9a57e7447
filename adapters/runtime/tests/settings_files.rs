//! Files of settings as they are read, what is said of their lines, and which of their values are secret.

use std::path::PathBuf;

use sansfix_runtime::settings::{
    DictionaryFiles, MAX_FILE_BYTES, SettingsError, SettingsErrors, SettingsWarning, groups, parse, read,
};

const ACCEPTOR: &str = "[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\n\
    TargetCompID=THEM\nSocketAcceptPort=5001\n";

/// What is read of a file with these bytes.
fn file(name: &str, bytes: &[u8]) -> (PathBuf, Result<usize, SettingsErrors>) {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.cfg", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    let settings = read(&path).map(|settings| settings.sessions.len());
    std::fs::remove_file(&path).unwrap();
    (path, settings)
}

#[test]
fn a_file_is_read_as_its_text_and_up_to_a_length() {
    assert_eq!(file("good", ACCEPTOR.as_bytes()).1, Ok(1));
    let mut long = ACCEPTOR.as_bytes().to_vec();
    long.resize(MAX_FILE_BYTES, b'\n');
    assert_eq!(file("as-long-as-may-be", &long).1, Ok(1));
    long.push(b'\n');
    let errors = file("too-long", &long).1.unwrap_err();
    assert_eq!((&*errors.errors, errors.errors[0].line()), (&[SettingsError::TooLong][..], 0));
    assert_eq!(parse(&long).unwrap_err(), errors);
    // It can be opened, and not read.
    let errors = read(env!("CARGO_TARGET_TMPDIR").as_ref()).unwrap_err();
    assert!(matches!(&errors.errors[..], [SettingsError::Unreadable { .. }]), "{errors}");
}

#[test]
fn every_error_and_warning_knows_its_line() {
    let errors = |text: &str| parse(text.as_bytes()).unwrap_err();
    let contradicting =
        format!("{ACCEPTOR}StartTime=09:00:00\nEndTime=17:00:00\nTimeZone=UTC\nUseLocalTime=Y\n");
    let found = errors(&contradicting);
    assert!(matches!(found.errors[0], SettingsError::Contradiction { .. }), "{found}");
    assert_eq!(found.errors[0].line(), 10);
    let second = ACCEPTOR.replace("THEM", "OTHERS");
    let settings = parse(format!("{ACCEPTOR}SocketNodelay=N\n{second}").as_bytes()).unwrap();
    assert!(matches!(settings.warnings[0], SettingsWarning::SharedSocket { .. }));
    assert_eq!(settings.warnings[0].line(), 8);
}

#[test]
fn what_may_be_a_password_is_a_secret_and_whether_it_may_be_sent_is_none() {
    let keys = || groups().iter().flat_map(|group| group.keys);
    let secret: Vec<_> = keys().filter(|key| key.is_secret()).map(|key| key.name).collect();
    for name in ["LogonTag", "JdbcPassword", "SSLCertificatePassword"] {
        assert!(secret.contains(&name), "{name} is not among {secret:?}");
    }
    assert!(!secret.contains(&"LogonPasswordInClear"), "{secret:?}");
    for name in &secret {
        assert!(*name == "LogonTag" || name.contains("Password"), "{name}");
    }
}

#[test]
fn a_dictionary_that_is_inherited_can_be_taken_back() {
    let dictionaries = |more: &str| {
        let text = format!(
            "[DEFAULT]\nTransportDataDictionary=T.xml\nAppDataDictionary=A.xml\n[SESSION]\nBeginString=FIXT.1.1\n\
             DefaultApplVerID=FIX.5.0SP2\nSenderCompID=US\nTargetCompID=THEM\nSocketConnectHost=h\n\
             SocketConnectPort=1\n{more}"
        );
        parse(text.as_bytes()).unwrap().sessions.remove(0).validation.dictionaries
    };
    assert!(matches!(dictionaries(""), DictionaryFiles::Fixt { .. }));
    assert_eq!(dictionaries("TransportDataDictionary=\nAppDataDictionary=\n"), DictionaryFiles::None);
}
