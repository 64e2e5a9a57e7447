//! `sansfix config check`, as a user runs it.

use std::path::PathBuf;
use std::process::Command;

/// What it prints, and whether it succeeds.
fn check(name: &str, text: &str) -> (String, bool) {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, text).unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_sansfix")).args(["config", "check"]).arg(&file).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (printed.replace(&file.display().to_string(), name), output.status.success())
}

#[test]
fn a_good_file_is_told_in_words() {
    let text = "[DEFAULT]\nSenderCompID=US\nHeartBtInt=20\n\
        NonStopSession=Y\nUseLocalTime=N\n\
        [SESSION]\nConnectionType=initiator\nBeginString=FIX.4.2\nTargetCompID=THEM\nSocketConnectHost=a.example\n\
        SocketConnectPort=5001\nSocketConnectHost1=b.example\nSocketConnectPort1=5002\nReconnectInterval=7\n\
        LogonTag=554=hush\nLogonPasswordInClear=Y\n\
        [SESSION]\nConnectionType=acceptor\nBeginString=FIXT.1.1\nDefaultApplVerID=FIX.5.0SP2\nTargetCompID=THEM\n\
        SocketAcceptPort=5003\nResetOnLogon=Y\nCheckLatency=N\nProfile=Compatible\nFileStorePath=store\nFileStoreSyncPolicy=250\n\
        FileLogPath=log\nFileLogBackupPath=old\nFileLogMaxBytes=1000000\nFileLogDaily=Y\nFileLogTimeZone=Europe/Zurich\n\
        FileLogKeptFiles=5\nJdbcUser=me\n";
    let (printed, success) = check("good.cfg", text);
    assert_eq!(
        printed,
        "FIX.4.2:US->THEM (line 6)\n  connects to a.example:5001, then b.example:5002; again after 7 s\n  \
         proposes HeartBtInt 20 s\n  plain TCP: nothing is encrypted, and nobody's identity is checked\n  session time: never ends\n  numbers go on from one connection to the next\n  \
         messages and numbers are kept in memory: they are lost when the process ends\n  no log files\n  \
         SendingTime within 120 s of the clock\n  \
         no dictionary: messages are checked by the session's own rules alone\n  switches of Profile=Standard\n  \
         adds to its Logon: 554; nothing hides them on the wire\n\
         FIXT.1.1:US->THEM (line 17)\n  listens on 0.0.0.0:5003\n  adopts the HeartBtInt that is proposed\n  \
         DefaultApplVerID 9\n  plain TCP: nothing is encrypted, and nobody's identity is checked\n  session time: never ends\n  numbers are reset at each logon\n  \
         messages and numbers are kept in store/FIXT.1.1~US~THEM; \
         a failure of the machine can lose what was saved in the last 250 ms\n  \
         logs to log/FIXT.1.1-US-THEM.messages.current.log and .event.current.log; the next begin at 1000000 bytes and at \
         midnight (Europe/Zurich), 5 older of each are kept in old\n  SendingTime is not compared with the clock\n  \
         no dictionary: messages are checked by the session's own rules alone\n  switches of Profile=Compatible\n\
         warning: line 34: JdbcUser is recognised, not acted on yet\n\
         good.cfg: 2 sessions, 1 warning\n"
    );
    assert!(success);
}

#[test]
fn a_bad_file_fails_with_every_mistake() {
    let text = "[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.4\nSenderCompID=US\nTargtCompID=THEM\n\
        HeartBtInt=soon\nSocketConnectHost=h\nSocketConnectPort=http\n";
    let (printed, success) = check("bad.cfg", text);
    assert_eq!(
        printed,
        "warning: line 5: unknown key TargtCompID; did you mean TargetCompID?\n\
         error: line 1: the session has no TargetCompID: write the CompID that both sides have agreed on\n\
         error: line 6: HeartBtInt=soon: must be a whole number from 0 to 86400\n\
         error: line 8: SocketConnectPort=http: must be a port from 1 to 65535\n\
         bad.cfg: 3 errors, 1 warning\n"
    );
    assert!(!success);
}

#[test]
fn session_time_is_told_with_what_comes_next() {
    let text = "[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
        SocketAcceptPort=1\nStartTime=08:00:00\nEndTime=08:00:00\nWeekdays=Mon,Wed\nTimeZone=Europe/London\n";
    let (printed, success) = check("session-time.cfg", text);
    assert!(success);
    let mut lines = printed.lines().map(str::trim);
    let words = "session time: Monday, Wednesday from 08:00:00 to 08:00:00 (Europe/London)";
    assert!(lines.any(|line| line == words), "{printed}");
    // It depends on the day that this runs on.
    let outlook = lines.next().unwrap();
    let (now, then) = outlook.split_once("; ").unwrap();
    assert!(
        [("open now", "closes "), ("closed now", "opens ")]
            .iter()
            .any(|(state, next)| now == *state && then.starts_with(next)),
        "{outlook}"
    );
    let numbers =
        "numbers go on from one connection to the next; they begin at 1 with each period of session time";
    assert!(lines.any(|line| line == numbers), "{printed}");
    assert!(then.contains(" 08:00:00 (Europe/London), 0") && then.ends_with(" UTC"), "{outlook}");
}

#[test]
fn a_dictionary_that_cannot_be_read_is_a_mistake() {
    let text = "[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
        SocketConnectHost=h\nSocketConnectPort=1\nDataDictionary=/nowhere/FIX44.xml\n";
    let (printed, success) = check("dictionary.cfg", text);
    assert!(printed.contains("\nerror: dictionary /nowhere/FIX44.xml: "), "{printed}");
    assert!(printed.ends_with("dictionary.cfg: 1 error, 0 warnings\n"), "{printed}");
    assert!(!success);
}

#[test]
fn a_file_that_is_not_there_fails() {
    let output = Command::new(env!("CARGO_BIN_EXE_sansfix"))
        .args(["config", "check", "/nowhere.cfg"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("error: /nowhere.cfg: "));
    assert!(!output.status.success());
}
